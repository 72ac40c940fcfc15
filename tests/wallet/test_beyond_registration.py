"""What a stranger asks beyond its registration: shown apart, a step of its own, recorded."""

from typing import Any

import pytest

from app.acts import watched
from app.metrics import Act, Metrics
from app.wiring.wallet import asked_too_much
from consent.forms.record import BEYOND_SCHEMA, RECORD_SCHEMA, EventState
from keys.canonical_json import canonical
from keys.strict_json import JsonObject
from tests.wallet.refusal import refused
from tests.wallet.registration_of_test import registered, show_registration
from tests.wallet.test_statute import asking
from tests.wallet.verifier_of_test import VerifierOfTest
from tests.wallet.world import HOLDER, World
from wallet.errors import WalletFailure
from wallet.presenting.agreeing import Agreed
from wallet.presenting.possible import Wish
from wallet.presenting.said import Said
from web.errors import Party

TAKEN = Said(takes_surplus=True)


@pytest.fixture
def stranger(verifier: VerifierOfTest) -> VerifierOfTest:
    """A party registered for the name that asks for the date of birth too, and shows no terms."""
    verifier.terms = None
    verifier.dcql = asking("name", "birth_date")
    show_registration(verifier, registered())
    return verifier


def recorded(world: World) -> Any:
    """Return the one record that was deposited."""
    (deposit,) = world.ledger.deposits.values()
    return deposit.record


async def test_it_is_told_apart_before_anything_is_chosen(
    world: World, stranger: VerifierOfTest
) -> None:
    """
    T30: a registrar's word is compared also where the party itself promises nothing.
    """
    told = (await world.wallets.review(HOLDER, stranger.link)).as_dict()

    assert (["birth_date"], ["birth_date"]) == (told["beyond_registration"], told["over_asking"])


async def test_what_its_own_terms_lack_is_told_apart_from_what_it_did_not_register(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Terms name three claims, the registration one: the fourth is beyond both.
    """
    verifier.dcql = asking("name", "birth_date", "age_over_19")
    show_registration(verifier, registered())

    told = (await world.wallets.review(HOLDER, verifier.link)).as_dict()

    assert ["birth_date", "age_over_19"] == told["beyond_registration"]
    assert ["birth_date", "age_over_19"] == told["over_asking"]


async def test_it_goes_out_by_a_word_of_its_own_and_stands_in_the_record(
    world: World, stranger: VerifierOfTest
) -> None:
    """
    P12: names of claims and the hash of the registration, no value.
    """
    with refused(WalletFailure.BEYOND_REGISTRATION, Party.VERIFIER):
        await world.wallets.present(HOLDER, stranger.link, Wish())
    assert ([], []) == (stranger.responses, world.ledger.submissions)

    await world.wallets.present(HOLDER, stranger.link, Wish(), said=TAKEN)

    record = recorded(world)
    assert (EventState.GIVEN, ("birth_date",)) == (
        record.event_state,
        record.asked.beyond_registration,
    )
    assert record.evidence.registration_sha256 is not None
    form = record.as_dict()
    assert BEYOND_SCHEMA == form["schema_version"]
    assert b"1990" not in canonical(form)
    (line, *_) = await world.wallets.history(HOLDER)
    assert ["birth_date"] == line["over_asked"]


async def test_a_refusal_is_recorded_with_it_too(world: World, stranger: VerifierOfTest) -> None:
    """
    Who said no because it was too much is counted as well.
    """
    await world.wallets.refuse(HOLDER, stranger.link)

    record = recorded(world)
    assert (EventState.REFUSED, ("name", "birth_date"), ("birth_date",)) == (
        record.event_state,
        record.asked.requested,
        record.asked.beyond_registration,
    )


async def test_what_stays_within_it_is_recorded_as_ever(
    world: World, stranger: VerifierOfTest
) -> None:
    """
    The form is the older one, byte for byte; no step is asked for.
    """
    stranger.dcql = asking("name")

    await world.wallets.present(HOLDER, stranger.link, Wish())

    form: JsonObject = recorded(world).as_dict()
    assert RECORD_SCHEMA == form["schema_version"]
    assert "beyond_registration" not in str(form)


async def test_a_registration_changed_after_it_was_shown_gets_nothing(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    H88: what was agreed to was agreed to beside this registration.
    """
    verifier.terms = None
    show_registration(verifier, registered())
    review = await world.wallets.review(HOLDER, verifier.link)
    agreed = Agreed.of(review.valid, review.possible, review.choices[0])
    show_registration(verifier, registered(statute="another"))

    with refused(WalletFailure.REQUEST_MISMATCH):
        await world.wallets.present(HOLDER, verifier.link, agreed)


@pytest.mark.parametrize(
    ("claims", "registration", "outcome"),
    [
        (("name",), registered(), "done"),
        (("name", "age_over_19"), None, "beyond_terms"),
        (("name", "age_over_19"), registered(), "beyond_registration"),
    ],
    ids=["nothing", "its terms", "its registration"],
)
async def test_questions_that_ask_too_much_are_counted_by_whose_word_they_exceed(
    world: World,
    verifier: VerifierOfTest,
    claims: tuple[str, ...],
    registration: JsonObject | None,
    outcome: str,
) -> None:
    """
    P12: a series of its own in the metrics, without anybody's name in it.
    """
    verifier.dcql = asking(*claims)
    if registration is not None:
        show_registration(verifier, registration)
    metrics = Metrics()
    seen = watched(world.wallets, {"review": Act.REVIEWED}, metrics, answered=asked_too_much)

    await seen.review(HOLDER, verifier.link)

    line = f'mydata_acts_total{{act="reviewed",outcome="{outcome}"}} 1.0'
    assert line in (await metrics.text()).decode()
