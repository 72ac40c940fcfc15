"""Labels inside a household: who is told what another one showed about them, and who never is."""

from typing import Any

import pytest
from sqlalchemy import select, update

from consent.errors import ConsentError
from consent.forms.household import HouseholdLabels, inbox_of, label_between, parse_inbox
from issuers.ages import ADULT, age_on
from issuers.certificate.kind import Application, Purpose
from issuers.clerks import OPERATOR as CLERK
from issuers.population.census import population
from issuers.resident_register.copy import RegisterCopy
from issuers.source.records import Household, Person
from issuers.store.inboxes import inboxes
from keys import base64url
from keys.strict_json import JsonObject
from tests.issuers.world import AS_OF, REGISTRY, World

HOMES = [dossier.household for dossier in population(households=60, as_of=AS_OF)]


def adults(home: Household) -> list[Person]:
    people = [member.person for member in home.members]
    return [person for person in people if age_on(AS_OF, person.born_on) >= ADULT]


# A family with two adults at least and a child.
FAMILY = next(
    home for home in HOMES if len(adults(home)) > 1 and len(home.members) > len(adults(home))
)
ONE, OTHER = adults(FAMILY)[:2]
CHILD = next(
    member.person for member in FAMILY.members if age_on(AS_OF, member.person.born_on) < ADULT
)


def inbox(person: Person) -> bytes:
    return inbox_of(person.citizen.ljust(32).encode()[:32], REGISTRY)


async def issue(world: World, person: Person, given: str | None = None, **more: Any) -> JsonObject:
    """Have a copy issued to somebody whose wallet gives its inbox; return the whole answer."""
    access = await world.access(to=person.citizen, **more)
    body = await world.request(world.prove(await world.nonce()))
    body["mydata_inbox"] = given or base64url.encode(inbox(person))
    answer = await world.ask(access, body)
    assert 200 == answer.status_code, answer.text
    return dict(answer.json())


def place(person: Person) -> int:
    return [member.person.citizen for member in FAMILY.members].index(person.citizen)


def number(person: Person) -> str:
    return f"{person.resident_number.front}-{person.resident_number.back}"


async def test_what_one_files_under_is_what_the_other_reads(world: World) -> None:
    """
    Both gave an inbox: each one's place to file is the other's label to read, and only theirs.
    """
    await issue(world, ONE)
    second = HouseholdLabels.parse((await issue(world, OTHER))["mydata_household"])
    first = HouseholdLabels.parse((await issue(world, ONE))["mydata_household"])

    assert first.of_member(place(OTHER)) == second.read[0].pair
    assert second.of_member(place(ONE)) == first.read[0].pair
    assert label_between(inbox(OTHER), number(ONE)) == first.of_member(place(OTHER))
    assert first.of_member(place(ONE)) is None


async def test_whose_wallet_gave_nothing_has_no_label(world: World) -> None:
    """
    Alone with an inbox, or without one: nothing to file, nothing to read.
    """
    alone = await issue(world, ONE)
    copies = await world.issue(to=OTHER.citizen)

    assert {"file": [], "read": []} == alone["mydata_household"]
    assert 1 == len(copies)


async def test_a_child_has_none(world: World) -> None:
    """
    Under nineteen: no label, though the wallet gave an inbox.
    """
    theirs = await issue(world, CHILD)
    ours = HouseholdLabels.parse((await issue(world, ONE))["mydata_household"])

    assert {"file": [], "read": []} == theirs["mydata_household"]
    assert ours.of_member(place(CHILD)) is None


@pytest.mark.parametrize("way", ["protected", "against"])
async def test_between_people_the_law_keeps_apart_there_is_none(world: World, way: str) -> None:
    """
    주민등록법 시행규칙 §13의2: in whichever direction, no label tells one of them of the other.
    """
    await issue(world, ONE)
    await issue(world, OTHER)
    pair = (ONE.citizen, OTHER.citizen)
    protected, against = pair if way == "protected" else pair[::-1]
    register = world.issuers.desk._stores.register
    await register.restrict(protected, against, by=CLERK, now=world.clock.now)
    home = await world.issuers._applications.source.household_of(ONE.citizen)
    labels = await _labels(world, ONE, home)

    assert HouseholdLabels() == labels


async def _labels(world: World, person: Person, home: Household) -> HouseholdLabels:
    application = Application(person.citizen, Purpose("x"), AS_OF, "1", "2")
    copy = RegisterCopy(application, person, home)
    return await world.issuers._credentials._inboxes.labels(
        copy, person.citizen, now=world.clock.now
    )


async def test_other_kinds_take_no_inbox(world: World) -> None:
    """
    An abstract tells of one person: what a wallet gives with the request is ignored.
    """
    access = await world.access(to=ONE.citizen, kind="resident-abstract")
    body = await world.request(world.prove(await world.nonce()), kind="resident-abstract")
    body["mydata_inbox"] = base64url.encode(inbox(ONE))
    answer = await world.ask(access, body)

    assert "mydata_household" not in answer.json()


async def test_what_is_no_inbox_is_refused(world: World) -> None:
    """
    Not 32 octets of base64url: invalid_credential_request.
    """
    access = await world.access(to=ONE.citizen)
    body = await world.request(world.prove(await world.nonce()))
    for wrong in ("x", "!" * 43, base64url.encode(bytes(31))):
        answer = await world.ask(access, {**body, "mydata_inbox": wrong})
        assert "invalid_credential_request" == answer.json()["error"]


async def test_an_inbox_lies_sealed_for_its_citizen(world: World) -> None:
    """
    A copy of the table tells no secret, and one put into another's row counts as none.
    """
    await issue(world, ONE)
    await issue(world, OTHER)
    async with world.engine.begin() as connection:
        rows = {row.citizen: row.sealed for row in await connection.execute(select(inboxes))}
        swapped = update(inboxes).where(inboxes.c.citizen == OTHER.citizen)
        await connection.execute(swapped.values(sealed=rows[ONE.citizen]))
    labels = HouseholdLabels.parse((await issue(world, ONE))["mydata_household"])

    assert inbox(ONE) not in b"".join(rows.values())
    assert labels.of_member(place(OTHER)) is None


def test_a_wallets_inboxes_tell_nothing_of_each_other() -> None:
    """
    Two issuers compare what they were given: nothing in common.
    """
    secret = bytes(range(32))
    one, other = inbox_of(secret, "https://a.example"), inbox_of(secret, "https://b.example")

    assert one != other
    assert label_between(one, "x").label != label_between(one, "y").label
    assert one == parse_inbox(base64url.encode(one))
    with pytest.raises(ValueError, match="32 octets"):
        inbox_of(b"short", "https://a.example")


@pytest.mark.parametrize(
    "value",
    [
        None,
        {"file": []},
        {"file": {}, "read": []},
        {"file": [{"member": 0}], "read": []},
        {"file": [], "read": [{"label": "x", "mac_key": "y"}]},
        {"file": [], "read": [{}] * 101},
    ],
    ids=["null", "half", "no-list", "no-label", "no-octets", "too-many"],
)
def test_labels_of_another_form_are_refused(value: Any) -> None:
    """
    Each is malformed; the whole form reads back what it wrote.
    """
    with pytest.raises(ConsentError):
        HouseholdLabels.parse(value)
