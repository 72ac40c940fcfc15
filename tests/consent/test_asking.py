"""Reading and erasing by the pair: one of the two, fresh, and nobody else."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from consent import asking
from consent.endpoints import routes
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import EntryType, party_label
from consent.forms.erasure import ERASURE_TYP, sign_erasure
from consent.forms.reading import ReadRecords, sign_reading
from consent.forms.record import EventState
from consent.forms.submission import PairSecret
from consent.ledger import Ledger
from consent.store.tables import entries
from keys import base64url, jws
from keys.signer import SoftwareSigner
from keys.strict_json import loads
from tests.consent.sharing import Sharing, counted, pair_of
from tests.consent.world import NOW, ORIGIN, World
from tests.problems import answer_web_error
from web.errors import WebError

JWT = {"content-type": "application/jwt"}


def reading(world: World, pair: PairSecret, **changes: Any) -> str:
    options: dict[str, Any] = {"audience": ORIGIN, "signer": world.holder_signer, "now": NOW}
    return sign_reading(pair, **(options | changes))


async def refused(ledger: Ledger, label: bytes, token: str) -> ConsentFailure:
    with pytest.raises(ConsentError) as caught:
        await ledger.asking.read(label, token)
    return caught.value.failure


async def test_an_adult_of_the_household_reads_what_was_filed_about_them(
    ledger: Ledger, world: World
) -> None:
    """
    With the label's secret alone, and only what another one filed for them; nobody else may.
    """
    about = Sharing(ledger, world)
    record = about.record(EventState.SHARED_ABOUT, consent_id=None)
    await ledger.submit(about.token(about.deposit(record)))
    other = SoftwareSigner.generate()
    read = await ledger.asking.read(about.pair.label, reading(world, about.pair, signer=other))

    assert [record] == [each.record for each in read.records]
    wrong = PairSecret(about.pair.label, bytes(32))
    token = reading(world, wrong, signer=other)
    assert ConsentFailure.NOT_FOUND == await refused(ledger, about.pair.label, token)


async def test_holder_and_party_read_their_records(ledger: Ledger, world: World) -> None:
    """
    Both read the same, in the order of the log; each record opens its entry.
    """
    sharing = await Sharing(ledger, world).given()
    await sharing.write(EventState.USED)
    label = sharing.pair.label

    mine = await ledger.asking.read(label, reading(world, sharing.pair))
    theirs = await ledger.asking.read(
        label, reading(world, sharing.pair, signer=world.party_signer, x5c=world.x5c)
    )

    assert mine == theirs
    assert [EventState.GIVEN, EventState.USED] == [
        each.record.event_state for each in mine.records if each.record is not None
    ]
    assert [1, 2] == [each.number for each in mine.records]
    assert sharing.terms == mine.records[0].terms
    assert mine == ReadRecords.parse(mine.as_dict())


async def test_a_stranger_is_answered_as_if_there_were_nothing(
    ledger: Ledger, world: World
) -> None:
    """
    Another key, another secret, another label, and a label that nobody opened: one answer.
    """
    sharing = await Sharing(ledger, world).given()
    pair, other = sharing.pair, pair_of()
    thief = SoftwareSigner.generate()
    lying = replace(other, label=pair.label)
    tokens = {
        "another key": (pair.label, reading(world, pair, signer=thief)),
        "another secret": (pair.label, reading(world, lying)),
        "another label": (pair.label, reading(world, other)),
        "nobody's": (other.label, reading(world, other)),
        "a party without the secret": (
            pair.label,
            reading(world, lying, signer=world.party_signer, x5c=world.x5c),
        ),
    }

    failures = {name: await refused(ledger, *asked) for name, asked in tokens.items()}

    assert {ConsentFailure.NOT_FOUND} == set(failures.values()), failures


async def test_another_party_with_the_secret_reads_nothing_of_it(
    ledger: Ledger, world: World
) -> None:
    """
    A secret that leaked to another registered party opens no record of the one it belongs to.
    """
    sharing = await Sharing(ledger, world).given()
    chain = world.chain_of(world.authority, "kr-110111-0000002")
    token = reading(world, sharing.pair, signer=world.party_signer, x5c=chain)

    assert () == (await ledger.asking.read(sharing.pair.label, token)).records


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"now": NOW - asking.FRESH - timedelta(seconds=1)}, ConsentFailure.SUBMISSION_INVALID),
        ({"now": NOW + asking.FRESH + timedelta(seconds=1)}, ConsentFailure.SUBMISSION_INVALID),
        ({"audience": "another.log"}, ConsentFailure.WRONG_AUDIENCE),
    ],
    ids=["old", "ahead", "another log"],
)
async def test_a_request_is_good_for_minutes_and_one_log(
    ledger: Ledger, world: World, changes: dict[str, Any], failure: ConsentFailure
) -> None:
    """
    H96: what was signed long ago, or by a clock far ahead, is no request of now.
    """
    sharing = await Sharing(ledger, world).given()

    assert failure == await refused(
        ledger, sharing.pair.label, reading(world, sharing.pair, **changes)
    )


async def test_a_long_label_is_read_in_pages(
    ledger: Ledger, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    An answer is bounded, and says where to go on.
    """
    monkeypatch.setattr(asking, "RECORDS_LIMIT", 2)
    sharing = await Sharing(ledger, world, counted(9)).given()
    for _ in range(2):
        await sharing.write(EventState.USED)

    first = await ledger.asking.read(sharing.pair.label, reading(world, sharing.pair))
    rest = await ledger.asking.read(
        sharing.pair.label, reading(world, sharing.pair, first=first.following or 0)
    )

    assert ([1, 2], 3) == ([each.number for each in first.records], first.following)
    assert ([3], None) == ([each.number for each in rest.records], rest.following)


async def test_a_party_reads_what_it_asked_too_much(ledger: Ledger, world: World) -> None:
    """
    Under its own label a party needs no secret, and another's is another's.
    """
    label = party_label("kr-110111-0000001", ORIGIN)
    pair = PairSecret(label, bytes(32))
    sharing = Sharing(ledger, world, pair=pair)
    record = sharing.record(EventState.OVER_ASKED, consent_id=None)
    entry_token = sharing.token(sharing.deposit(record))
    await ledger.submit(entry_token)
    party = {"signer": world.party_signer, "x5c": world.x5c}

    read = await ledger.asking.read(label, reading(world, pair, **party))

    assert [record] == [each.record for each in read.records]
    stranger = {**party, "x5c": world.chain_of(world.authority, "kr-2")}
    assert ConsentFailure.NOT_FOUND == await refused(
        ledger, label, reading(world, pair, **stranger)
    )
    assert ConsentFailure.NOT_FOUND == await refused(ledger, label, reading(world, pair))


async def test_damaged_keys_of_a_label_are_named(
    ledger: Ledger, world: World, sqlite: AsyncEngine
) -> None:
    """
    H95: whoever can write the tables can put no other secret there, and it is no "not found".
    """
    sharing = await Sharing(ledger, world).given()
    async with sqlite.begin() as connection:
        await connection.execute(update(entries).values(mac_key=os.urandom(60)))

    assert ConsentFailure.STORE_DAMAGED == await refused(
        ledger, sharing.pair.label, reading(world, sharing.pair)
    )


@pytest.fixture
async def client(ledger: Ledger) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    app.include_router(routes(ledger))
    app.add_exception_handler(WebError, answer_web_error)
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://ledger") as client:
        yield client


async def test_records_are_read_over_the_wire(
    client: httpx2.AsyncClient, ledger: Ledger, world: World
) -> None:
    """
    200 with the records, kept by no cache; 404 for a stranger and for what is no label.
    """
    sharing = await Sharing(ledger, world).given()
    path = f"/consent/labels/{base64url.encode(sharing.pair.label)}/records"
    token = reading(world, sharing.pair)

    answer = await client.post(path, content=token, headers=JWT)
    absent = [
        await client.post("/consent/labels/short/records", content=token, headers=JWT),
        await client.post("/consent/labels/a~b/records", content=token, headers=JWT),
        await client.post(path, content=reading(world, pair_of()), headers=JWT),
    ]

    assert 200 == answer.status_code
    assert "no-store" == answer.headers["cache-control"]
    assert 1 == len(ReadRecords.parse(loads(answer.content)).records)
    assert [404] * 3 == [each.status_code for each in absent]


async def test_an_early_wish_to_erase_is_answered_with_the_date(
    client: httpx2.AsyncClient, ledger: Ledger, world: World
) -> None:
    """
    409 retained_by_law: while the consent lasts, and then until three years after its end.
    """
    sharing = await Sharing(ledger, world, counted(1)).given()
    lasting = await Sharing(ledger, world, counted(9)).given()
    await sharing.write(EventState.USED)

    async def asked(of: Sharing, **changes: Any) -> httpx2.Response:
        assert of.consent is not None
        options: dict[str, Any] = {"audience": ORIGIN, "signer": world.holder_signer, "now": NOW}
        token = sign_erasure(of.consent.record_id, pair=of.pair, **(options | changes))
        path = f"/consent/labels/{base64url.encode(of.pair.label)}/erasure"
        return await client.post(path, content=token, headers=JWT)

    ended, running = await asked(sharing), await asked(lasting)

    assert (409, "retained_by_law") == (ended.status_code, ended.json()["error"])
    assert "2029-11-22" in ended.json()["detail"]
    assert (409, "retained_by_law") == (running.status_code, running.json()["error"])
    sharing.consent = lasting.consent
    assert 404 == (await asked(sharing)).status_code
    assert 404 == (await asked(lasting, signer=SoftwareSigner.generate())).status_code
    kept = await ledger.records_of(lasting.pair.label)
    assert [EntryType.CONSENT] == [each.leaf.type for each in kept]


async def test_a_party_cannot_have_records_erased(ledger: Ledger, world: World) -> None:
    """
    The wish is the holder's alone, though the party has the secret.
    """
    sharing = await Sharing(ledger, world).given()
    assert sharing.consent is not None
    token = sign_erasure(
        sharing.consent.record_id,
        pair=sharing.pair,
        audience=ORIGIN,
        signer=world.holder_signer,
        now=NOW,
    )
    payload = jws.parse(token).payload
    header: Any = {"typ": ERASURE_TYP, "x5c": world.x5c}
    forged = jws.sign(header, payload, world.party_signer)

    with pytest.raises(ConsentError) as caught:
        await ledger.asking.erase(sharing.pair.label, forged)

    assert ConsentFailure.NOT_FOUND == caught.value.failure
