"""Options of a kind: a closed list of questions, each with closed answers."""

import pytest

from issuers.certificate.kind import Application, Purpose
from issuers.errors import IssuerError, IssuerFailure
from issuers.resident_abstract.kind import KIND as ABSTRACT
from issuers.resident_register.kind import KIND as COPY
from tests.issuers.world import AS_OF

USUAL = (("address_range", "all"), ("service_record", "no"))


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        ((), USUAL),
        ((("service_record", "yes"),), (USUAL[0], ("service_record", "yes"))),
        (
            (("service_record", "yes"), ("address_range", "none")),
            (("address_range", "none"), ("service_record", "yes")),
        ),
    ],
    ids=["none", "one", "in another order"],
)
def test_options_are_completed_in_the_order_of_the_kind(
    given: tuple[tuple[str, str], ...], chosen: tuple[tuple[str, str], ...]
) -> None:
    """
    What was not chosen is the default, so that what is stored says everything.
    """
    assert chosen == ABSTRACT.check_options(given)


@pytest.mark.parametrize(
    "given",
    [
        [("address", "all")],
        [("address_range", "ten-years")],
        [("address_range", "")],
        [("address_range", "전체")],
        [("address_range", "all"), ("address_range", "all")],
        [("address_range", "all"), ("address_range", "none")],
    ],
    ids=["option", "choice", "empty", "label", "twice", "twice and other"],
)
def test_anything_else_is_refused(given: list[tuple[str, str]]) -> None:
    """
    Neither ignored nor guessed: the certificate would say something nobody asked for.
    """
    with pytest.raises(IssuerError) as caught:
        ABSTRACT.check_options(given)

    assert IssuerFailure.UNKNOWN_OPTION == caught.value.failure


def test_a_kind_without_options_takes_none() -> None:
    """
    The register copy is chosen from when it is shown, so nothing is asked before.
    """
    assert () == COPY.check_options(())

    with pytest.raises(IssuerError, match="none"):
        COPY.check_options([("address_range", "all")])


def test_every_option_has_its_default_and_three_languages() -> None:
    """
    A page shows what a kind declares, in the reader's language.
    """
    assert ABSTRACT.options
    for option in ABSTRACT.options:
        labels = [option.label, *(choice.label for choice in option.choices)]

        assert option.default in {choice.name for choice in option.choices}
        assert all(text for label in labels for _locale, text in label.by_locale())


def test_an_application_is_about_the_applicant_unless_it_says_whom() -> None:
    """
    The record that is read is the subject's, the wallet the applicant's.
    """
    own = Application("a", Purpose("p"), AS_OF, "1", "2")
    anothers = Application("a", Purpose("p"), AS_OF, "1", "2", about="b")

    assert ("a", "b") == (own.subject, anothers.subject)
    assert () == own.options
    assert own.view is None
