from keys.errors import KeysError, KeysFailure, echo


def test_an_error_has_a_reason_for_programs_and_a_sentence_for_people() -> None:
    """
    The text of the exception is both.
    """
    error = KeysError(KeysFailure.EXPIRED, "good until yesterday")
    assert "expired: good until yesterday" == str(error)
    assert (KeysFailure.EXPIRED, "good until yesterday") == (error.failure, error.detail)


def test_reasons_are_unlike_each_other() -> None:
    """
    Each value is one code on the wire and in the log.
    """
    assert len(KeysFailure) == len({failure.value for failure in KeysFailure})


def test_an_echo_is_short_and_printable() -> None:
    """
    H66: no escapes, no line breaks, at most 64 characters, and of other things only their kind.
    """
    assert "?[31mred?" == echo("\x1b[31mred\n")
    assert 64 == len(echo("%s" * 1000))
    assert "????" == echo("한국어\u202e")
    assert ("NoneType", "list") == (echo(None), echo(["x"]))
