"""What is shown of another adult of the household stands under that adult's label."""

import os
from typing import Any

import pytest

from consent.forms.household import HouseholdLabels, MemberLabel
from consent.forms.submission import PairSecret
from keys import base64url
from keys.strict_json import JsonObject, JsonValue
from standards.dcql.paths import ClaimsPathPointer
from tests.wallet.issuer_of_test import KIND, IssuerOfTest
from tests.wallet.refusal import refused
from tests.wallet.verifier_of_test import BASE, VerifierOfTest
from tests.wallet.world import HOLDER, LEDGER_URL, Asked, World, json_reply
from wallet.consents import Consents
from wallet.errors import WalletFailure
from wallet.presenting.household import readings
from wallet.presenting.possible import Wish
from wallet.presenting.said import Said

SPOUSE = PairSecret(os.urandom(32), os.urandom(32))
MINE = PairSecret(os.urandom(32), os.urandom(32))
LABELS = HouseholdLabels((MemberLabel(1, SPOUSE),), (MemberLabel(1, MINE),))
MEMBERS: list[JsonValue] = [
    {"name": "본인", "relation": "본인"},
    {"name": "배우자", "relation": "배우자"},
    {"name": "자녀", "relation": "자녀"},
]


def of_a_household(issuer: IssuerOfTest, household: Any = None) -> None:
    """Let the issuer's certificates tell of members, and come with labels."""
    issuer.claims = {**issuer.claims, "members": MEMBERS}
    labels: JsonObject = LABELS.as_dict() if household is None else household
    issuer.change_response = lambda response: {**response, "mydata_household": labels}


@pytest.fixture
async def asked(world: World, issuer: IssuerOfTest) -> VerifierOfTest:
    """A party that asks for a name, and may be given one of a member."""
    of_a_household(issuer)
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    return VerifierOfTest(world, issuer)


def filed(world: World) -> list[tuple[str, bytes]]:
    return [
        (str(each["type"]), base64url.decode(str(each["label"])))
        for each in world.ledger.submissions
    ]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("members.1.name", ["consent", "about"]),
        ("members.*.name", ["consent", "about"]),
        ("members", ["consent", "about"]),
        ("members.0.name", ["consent"]),
        ("members.2.name", ["consent"]),
    ],
    ids=["spouse", "everybody", "whole-table", "own", "child"],
)
async def test_the_adult_is_told_and_nobody_else(
    world: World, asked: VerifierOfTest, path: str, told: list[str]
) -> None:
    """
    The spouse's label, once, when something of the spouse is shown; own and a child's tell nobody.
    """
    asked.dcql = asking(path)
    await world.wallets.present(HOLDER, asked.link, Wish(), said=Said(takes_surplus=True))

    assert told == [type_ for type_, _ in filed(world)]
    assert all(label == SPOUSE.label for type_, label in filed(world) if type_ == "about")


def asking(path: str) -> JsonObject:
    """A query for one claim, wherever it is."""
    wanted = ClaimsPathPointer.parse_dotted(path).as_list()
    return {"credentials": [{**BASE, "claims": [{"path": wanted}]}]}


async def test_what_is_told_names_claims_and_party_and_nothing_more(
    world: World, asked: VerifierOfTest
) -> None:
    """
    Which claims of the adult, to whom, on which terms; no request, no key binding, no value.
    """
    asked.dcql = asking("members.1.name")
    await world.wallets.present(HOLDER, asked.link, Wish(), said=Said(takes_surplus=True))
    record = world.ledger.submissions[1]["deposit"]
    assert isinstance(record, dict)
    told = record["record"]
    assert isinstance(told, dict)

    assert ["members.1.name"] == told["pii_information"]["disclosed"]  # type: ignore[call-overload, index]  # JSON
    assert told["evidence"]["request_sha256"] is None  # type: ignore[call-overload, index]  # JSON
    assert told["evidence"]["kb_sha256"] is None  # type: ignore[call-overload, index]  # JSON
    assert told["consent_id"] is None
    assert "배우자" not in str(world.ledger.submissions)


async def test_what_cannot_be_told_is_not_shown(world: World, asked: VerifierOfTest) -> None:
    """
    The ledger stops after the holder's own entry: nothing is sent to the party.
    """
    asked.dcql = asking("members.1.name")
    append = world.ledger._append

    def once(question: Asked) -> Any:
        if world.ledger.submissions:
            return json_reply({"error": "ledger_stopped", "party": "ledger"}, 503)
        return append(question)

    world.network.serve(f"{LEDGER_URL}/consent/entries", once)
    with refused(WalletFailure.LEDGER_UNAVAILABLE):
        await world.wallets.present(HOLDER, asked.link, Wish(), said=Said(takes_surplus=True))

    assert [] == asked.responses


async def test_the_holder_reads_what_others_showed(world: World, issuer: IssuerOfTest) -> None:
    """
    By the name the holder's own copy has; without copies there is nothing to read.
    """
    assert () == await Consents(world.ports).about_me(HOLDER)
    of_a_household(issuer)
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    held = await world.wallets.credentials(HOLDER)

    assert [("배우자", MINE)] == [(each.name, each.secret) for each in readings(held)]
    assert KIND in held[0].vct
