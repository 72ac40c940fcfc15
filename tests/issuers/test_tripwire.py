"""The tripwire: what is about to leave is held against whom it was ordered for."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from issuers.catalogue import every_kind
from issuers.certificate.tripwire import (
    Identity,
    check_copy,
    check_names_its_subject,
    check_subject,
    identities_in,
)
from issuers.clerks import ONLINE
from issuers.clerks import OPERATOR as OPERATOR_CLERK
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuance import issuing
from issuers.issuer import Issuers
from issuers.numbers.codes import IssuerSecret
from issuers.offers.offer import Order
from issuers.source.identity_records import DrivingLicence, ResidentCard
from issuers.source.records import Household, Person, RegisterFile
from issuers.source.tax_records import LocalTaxAccount, TaxAccount
from issuers.store import IssuersStore, SqlSourceOfRecord
from issuers.store.source_tables import people
from issuers.store.tables import certificates, offers
from issuers.surroundings import Surroundings
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject
from standards.formats.known import format_of
from standards.sd_jwt_vc.issue import NewVc, issue_vc
from standards.status_list.reference import StatusReference
from tests.issuers.world import BASE, NOW, FreshKeys, MovableClock, World, client_of

SECRET = IssuerSecret(b"s" * 32)
YEWON = Identity("김예원", "900101-*******", "2000001")
OFFER = b"o" * 32


@dataclass
class MixedUpSource:
    """Reads the right records until `mixed` names somebody: then their records, whoever asks.

    Who somebody is stays right: as with a cache or a template gone wrong, the papers are not.
    """

    real: SqlSourceOfRecord
    mixed: str | None = None

    async def person_of(self, citizen: str) -> Person:
        return await self.real.person_of(citizen)

    async def household_of(self, citizen: str) -> Household:
        return await self.real.household_of(self.mixed or citizen)

    async def register_file_of(self, citizen: str) -> RegisterFile:
        return await self.real.register_file_of(self.mixed or citizen)

    async def tax_account_of(self, citizen: str) -> TaxAccount:
        return await self.real.tax_account_of(self.mixed or citizen)

    async def local_tax_account_of(self, citizen: str) -> LocalTaxAccount:
        return await self.real.local_tax_account_of(self.mixed or citizen)

    async def resident_card_of(self, citizen: str) -> ResidentCard:
        return await self.real.resident_card_of(self.mixed or citizen)

    async def driving_licence_of(self, citizen: str) -> DrivingLicence:
        return await self.real.driving_licence_of(self.mixed or citizen)


@pytest.fixture
def source(engine: AsyncEngine) -> MixedUpSource:
    """A source of record that can be mixed up."""
    return MixedUpSource(SqlSourceOfRecord(engine))


@pytest.fixture
async def guarded(
    engine: AsyncEngine, fresh_keys: FreshKeys, source: MixedUpSource
) -> AsyncIterator[World]:
    """The room over that source."""
    clock = MovableClock()
    around = Surroundings(BASE, b"s" * 32, clock, fresh_keys.trust, os.urandom)
    issuers = Issuers(every_kind(), IssuersStore(engine), source, fresh_keys, around)
    async with client_of(issuers) as http:
        yield World(issuers, engine, clock, fresh_keys, http)


async def issued_number(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        found = await connection.execute(select(func.count()).select_from(certificates))
        return int(found.scalar_one())


async def entitled(world: World, count: int) -> list[tuple[str, str]]:
    """Return citizens, each another one, with a kind that they are entitled to."""
    kinds = sorted(every_kind().kinds)
    async with world.engine.connect() as connection:
        citizens = (await connection.execute(select(people.c.citizen))).scalars().all()
    found: list[tuple[str, str]] = []
    for citizen in citizens:
        kind = kinds[len(found) % len(kinds)]
        with suppress(IssuerError):
            await world.issuers.desk.preview(Order(kind, citizen), ONLINE)
            found.append((citizen, kind))
        if len(found) == count:
            return found
    raise AssertionError("the register is too small")


@pytest.mark.parametrize("kind", sorted(every_kind().kinds))
async def test_somebody_elses_record_is_held_back(
    guarded: World, source: MixedUpSource, kind: str
) -> None:
    """
    The 2024 case, for every kind: the order is right and the record is another's; nothing leaves,
    nothing stands in the issue book, and the reason is its own.
    """
    issuer = guarded.issuers.catalogue.kind(kind).authority.identifier(BASE)
    access = await guarded.access(issuer=issuer, kind=kind)
    proof = guarded.prove(await guarded.nonce(issuer), issuer=issuer)
    source.mixed = "c0000001-1"
    answer = await guarded.ask(access, await guarded.request(proof, kind=kind), issuer=issuer)

    assert "credential_request_denied" == answer.json()["error"]
    assert "held back" in answer.json()["error_description"]
    assert "credentials" not in answer.json()
    assert 0 == await issued_number(guarded.engine)


async def test_a_copy_signed_about_another_statement_is_revoked(
    guarded: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Mixed up between stating and signing: the answer is a refusal, and the number is revoked.
    """
    sign_copy = issuing.sign_copy

    def mixed_up(statement: issuing.Statement, *rest: Any, **more: Any) -> str:
        claims = {**statement.claims, "purpose": "another's"}
        return sign_copy(replace(statement, claims=claims), *rest, **more)

    monkeypatch.setattr(issuing, "sign_copy", mixed_up)
    access = await guarded.access()
    proof = guarded.prove(await guarded.nonce())
    answer = await guarded.ask(access, await guarded.request(proof))

    assert "held back" in answer.json()["error_description"]
    [kept] = await guarded.issuers.desk.certificates_of("demo")
    assert "revoked" == kept.state.value
    whole = await guarded.issuers.desk.certificate(kept.certificate.number, OPERATOR_CLERK)
    assert "mis_issue" == whole.history[-1].reason


async def test_a_hundred_at_once_each_get_their_own(guarded: World) -> None:
    """
    100 mixed issuances at the same time: each copy names its own applicant, to its own key.
    """
    wanted = await entitled(guarded, 100)
    source = SqlSourceOfRecord(guarded.engine)

    async def one(citizen: str, kind: str) -> bool:
        copies = await guarded.issue(kind=kind, to=citizen, copies=2)
        written = format_of(guarded.issuers.catalogue.kind(kind).format)
        person = Identity.of(await source.person_of(citizen))
        told = (written.read_issued(copy).said().claims for copy in copies)
        return all(person in identities_in(claims) for claims in told)

    crossed = await asyncio.gather(*(one(citizen, kind) for citizen, kind in wanted))

    assert [True] * 100 == crossed


async def test_an_offer_of_before_says_to_ask_again(guarded: World) -> None:
    """
    An offer that commits to nobody, made before an upgrade, is refused like any that ended.
    """
    code = await guarded.code()
    async with guarded.engine.begin() as connection:
        await connection.execute(offers.update().values(subject_mac=None))
    access = str((await guarded.redeem(code)).json()["access_token"])
    proof = guarded.prove(await guarded.nonce())

    assert 401 == (await guarded.ask(access, await guarded.request(proof))).status_code


@pytest.mark.parametrize(
    "named",
    [
        (),
        (replace(YEWON, name="김예은"),),
        (replace(YEWON, number="900102-*******"),),
        (replace(YEWON, back="2000002"),),
    ],
    ids=["nobody", "other-name", "other-birth-date", "other-number"],
)
def test_nearly_the_same_person_is_somebody_else(named: tuple[Identity, ...]) -> None:
    """
    Name, birth date and number must all be those of the order.
    """
    expected = YEWON.mac(OFFER, SECRET)
    check_subject([YEWON], expected, OFFER, SECRET)
    with pytest.raises(IssuerError) as caught:
        check_subject(named, expected, OFFER, SECRET)

    assert IssuerFailure.MIS_ISSUE == caught.value.failure
    assert "김예" not in caught.value.detail


def test_two_orders_about_one_person_share_nothing() -> None:
    """
    Who copies the table of offers cannot count a person's orders.
    """
    assert YEWON.mac(OFFER, SECRET) != YEWON.mac(b"p" * 32, SECRET)


def test_people_are_found_wherever_they_stand() -> None:
    """
    In an object, in a list, one inside the other; an object with half a name names nobody.
    """
    person: JsonObject = {"name": "a", "resident_number": "b", "resident_number_back": "c"}
    claims: JsonObject = {
        "head": {**person, "inner": [person, {"name": "d"}]},
        "members": [{"of": person}, 3],
    }

    assert [Identity("a", "b", "c")] * 3 == list(identities_in(claims))


def signed(claims: JsonObject, holder: SoftwareSigner) -> str:
    keys = FreshKeys().issuing("resident-registry")
    new = NewVc(
        vct="https://x.example/t/1",
        issuer=BASE,
        claims=claims,
        holder=holder.public,
        issued_at=NOW,
        expires_at=NOW,
        status=StatusReference("https://x.example/status/1", 1),
    )
    return issue_vc(new, signer=keys.signer, x5c=keys.x5c, entropy=os.urandom).serialize()


CLAIMS: JsonObject = {"name": "a", "rows": [{"n": 1}, {"n": 2}]}
LIES: dict[str, Callable[[SoftwareSigner], dict[str, Any]]] = {
    "other-claims": lambda _: {"expected_claims": {**CLAIMS, "name": "b"}},
    "one-claim-more": lambda _: {"expected_claims": {**CLAIMS, "more": 1}},
    "other-type": lambda _: {"expected_vct": "https://x.example/t/2"},
    "other-key": lambda _: {"expected_holder": SoftwareSigner.generate().public},
}


@pytest.mark.parametrize("lie", sorted(LIES))
def test_a_copy_says_what_was_stated_and_to_whom(lie: str) -> None:
    """
    Other claims, another type or another key: the copy is held back.
    """
    holder = SoftwareSigner.generate()
    right: dict[str, Any] = {
        "expected_format": "dc+sd-jwt",
        "expected_claims": CLAIMS,
        "expected_vct": "https://x.example/t/1",
        "expected_holder": holder.public,
    }
    copy = signed(CLAIMS, holder)
    check_copy(copy, **right)
    with pytest.raises(IssuerError) as caught:
        check_copy(copy, **right | LIES[lie](holder))

    assert IssuerFailure.MIS_ISSUE == caught.value.failure


def test_a_kind_that_names_nobody_stops_the_start() -> None:
    """
    What cannot be held against anything is not issued at all.
    """
    kind = every_kind().kind("tax-payment")
    check_names_its_subject(kind.name, kind.described)
    nameless = [claim for claim in kind.described if claim.path[-1] != "name"]

    with pytest.raises(ValueError, match="names its subject"):
        check_names_its_subject(kind.name, nameless)
