"""Lists as the command line tells them: one line each, one column each."""

from app.cli.invocation import rows


def test_a_column_that_has_nothing_is_a_dash() -> None:
    """
    Null or left out, the next column keeps its place; what is no row is no line.
    """
    tell = rows("codes", "case", "failure", "link")

    assert ["valid\t-\ta", "revoked\tcredential_revoked\t-"] == list(
        tell(
            {
                "codes": [
                    {"case": "valid", "failure": None, "link": "a"},
                    {"case": "revoked", "failure": "credential_revoked"},
                    "no row",
                ]
            }
        )
    )
    assert [] == list(tell({}))
