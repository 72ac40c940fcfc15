"""Ordered for a year: the wallet proves its keys, the job signs for them, the wallet fetches."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from issuers.authorization.revoking import MassRevocation
from issuers.clerks import ONLINE, Clerk
from issuers.clerks import OPERATOR as OPERATOR_CLERK
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuance.bulk import NewJob
from issuers.issuance.years import CopySeal, SealedCopies
from issuers.numbers.codes import IssuerSecret
from issuers.offers.offer import Order
from issuers.offers.years import year_interval, years_open
from issuers.ports import Change
from issuers.status.standing import Action
from issuers.store import IssuersStore
from keys.entropy import Pool
from keys.trust_list import TrustList
from standards.status_list.bits import Status
from tests.issuers.strange_wallet import wallet_at
from tests.issuers.test_bulk import TAX, handles_in, in_chunks
from tests.issuers.test_refusals import error
from tests.issuers.test_whole_trip import status_of, verified
from tests.issuers.world import AS_OF, OPERATOR, TAXES, FreshKeys, World, offer_in, room
from tests.issuers.year_trips import YEAR, asked, bound, fetched, go_on, job, kept, ordered


async def someone(world: World, *, entitled: bool) -> str:
    """Return a citizen who is, or is not, entitled to a certificate today."""
    for citizen in (await handles_in(world.engine))[:60]:
        try:
            await world.issuers.desk.preview(Order(TAX, citizen), ONLINE)
        except IssuerError:
            if not entitled:
                return citizen
        else:
            if entitled and citizen != "demo":
                return citizen
    raise AssertionError


def whole(folder: Path) -> bytes:
    """Return every octet of the database, what is not written back yet included."""
    return b"".join(path.read_bytes() for path in folder.glob("issuers.sqlite*"))


async def test_the_job_signs_what_the_wallet_fetches(world: World) -> None:
    """
    202 and no storm of questions; the job issues to two proven keys in copies that nothing links,
    and each is handed out once and erased.
    """
    access, transaction_id = await ordered(world, copies=2)
    other = await someone(world, entitled=True)
    waits = await fetched(world, access, transaction_id)
    assert (202, 300) == (waits.status_code, waits.json()["interval"])
    queue = await world.http.get("/issuers/operator/queue", headers=OPERATOR)
    assert [] == queue.json()["orders"]
    assert () == await world.issuers.desk.certificates_of("demo")

    world.clock.move(days=200)
    assert 24 * 3600 == (await fetched(world, access, transaction_id)).json()["interval"]
    told = await job(world, ("demo", other))

    assert (1, 1, 0) == (told.issued, told.ready, told.refused)
    assert 1 == await kept(world)
    world.clock.move(hours=20)
    answer = await fetched(world, access, transaction_id)
    assert 200 == answer.status_code, answer.text
    texts = [one["credential"] for one in answer.json()["credentials"]]
    one, two = (verified(world, text) for text in texts)
    assert {each.public.thumbprint() for each in world.holders} == {
        copy.holder.thumbprint() for copy in (one, two) if copy.holder is not None
    }
    assert (one.status is not None, two.status is not None) == (True, True)
    assert one.status != two.status
    assert {""} == set(texts[0].split("~")[1:]) & set(texts[1].split("~")[1:])
    assert one.issued_at == two.issued_at
    assert Status.VALID is await status_of(world, one)
    (entry,) = await world.issuers.desk.certificates_of("demo")
    assert (0, TAX) == (entry.fee, entry.certificate.entitlement.kind)
    assert 1 == len(await world.issuers.desk.notices_of("demo"))
    assert 0 == await kept(world)
    assert "invalid_transaction_id" == error(await fetched(world, access, transaction_id))
    assert () == await world.issuers.desk.year_orders("demo")
    told_of = await world.http.post(
        f"{TAXES}/notification",
        json={
            "notification_id": answer.json()["notification_id"],
            "event": "credential_accepted",
        },
        headers={"Authorization": f"Bearer {access}"},
    )
    assert 204 == told_of.status_code


async def test_what_waits_cannot_be_read_in_the_database(world: World, tmp_path: Path) -> None:
    """
    Neither a copy nor any disclosure of it stands in the database's octets while it waits.
    """
    access, transaction_id = await ordered(world)
    await job(world)
    octets = whole(tmp_path)
    answer = await fetched(world, access, transaction_id)

    token, *disclosures = answer.json()["credentials"][0]["credential"].split("~")[:-1]
    assert 30 < len(disclosures)
    assert b"sealed_copies" in octets
    for part in (*token.split("."), *disclosures):
        assert part.encode() not in octets


def test_copies_open_for_their_transaction_alone() -> None:
    """
    Sealed copies in another transaction's row, or under another secret, are as good as none.
    """
    seal, copies = CopySeal(IssuerSecret(b"s" * 32)), ("a.b.c~d~", "e.f.g~h~")
    sealed = seal.seal(copies, b"1" * 32, Pool(lambda count: b"e" * count))

    assert copies == seal.open(SealedCopies(b"1" * 32, "1", sealed))
    assert seal.open(SealedCopies(b"2" * 32, "1", sealed)) is None
    assert CopySeal(IssuerSecret(b"t" * 32)).open(SealedCopies(b"1" * 32, "1", sealed)) is None


@pytest.mark.parametrize("after", ["job", "order"])
async def test_a_citizen_cancels_an_order(world: World, after: str) -> None:
    """
    Before the job nothing is issued; after it what was made is erased and revoked. Nobody cancels
    another's, nor twice, and the wallet is told that nothing comes.
    """
    access, transaction_id = await ordered(world)
    desk = world.issuers.desk
    (order,) = await desk.year_orders("demo")
    assert (TAX, YEAR, False) == (order.kind, order.year, order.is_made)
    if after == "job":
        await job(world)
        assert (await desk.year_orders("demo"))[0].is_made
    with pytest.raises(IssuerError):
        await desk.cancel_year_order(order.number, await someone(world, entitled=True))

    await desk.cancel_year_order(order.number, "demo")

    with pytest.raises(IssuerError) as caught:
        await desk.cancel_year_order(order.number, "demo")
    assert IssuerFailure.UNKNOWN_CERTIFICATE is caught.value.failure
    if after == "order":
        assert (0, 1) == ((told := await job(world)).issued, told.ready)
    states = [each.state.value for each in await desk.certificates_of("demo")]
    assert (["revoked"] if after == "job" else []) == states
    assert 0 == await kept(world)
    assert "credential_request_denied" == error(await fetched(world, access, transaction_id))
    assert () == await desk.year_orders("demo")


async def test_who_is_not_entitled_on_the_day_is_told_why(world: World) -> None:
    """
    Arrears on the day of the order refuse nobody; on the day of the job they do, with the ground
    for the applicant and a denial for the wallet.
    """
    debtor = await someone(world, entitled=False)
    access, transaction_id = await ordered(world, to=debtor)
    told = await job(world, (debtor, "demo"))

    assert (0, 1, 1) == (told.issued, told.ready, told.refused)
    answer = await fetched(world, access, transaction_id)
    assert (400, "credential_request_denied") == (answer.status_code, error(answer))
    (refusal,) = await world.issuers.desk.refusals.told(debtor)
    assert ("arrears", "issue") == (refusal.ground.value, refusal.stage.value)
    assert () == await world.issuers.desk.certificates_of(debtor)


async def test_copies_end_after_a_month_and_are_signed_anew(world: World) -> None:
    """
    H51: what nobody fetches is erased; the wallet that comes late is issued what holds then, in
    the place of what has ended.
    """
    access, transaction_id = await ordered(world)
    await job(world)
    world.clock.move(days=31)
    await world.issuers.erase_copies()
    assert 0 == await kept(world)

    answer = await fetched(world, access, transaction_id)

    assert 200 == answer.status_code, answer.text
    late = verified(world, answer.json()["credentials"][0]["credential"])
    assert Status.VALID is await status_of(world, late)
    assert 2 == len(await world.issuers.desk.certificates_of("demo"))


async def test_a_month_is_over_before_anything_is_erased(world: World) -> None:
    """
    The end counts, not the broom: what it has not erased yet is handed out no more, though the
    certificate holds until the end of the day.
    """
    access, transaction_id = await ordered(world)
    await job(world)
    world.clock.move(days=30, minutes=5)
    assert 200 == (await fetched(world, access, transaction_id)).status_code
    assert 2 == len(await world.issuers.desk.certificates_of("demo"))


async def test_what_was_revoked_is_not_handed_out(world: World) -> None:
    """
    A certificate that an officer has taken back stays where it is.
    """
    access, transaction_id = await ordered(world)
    await job(world)
    (entry,) = await world.issuers.desk.certificates_of("demo")
    change = Change(entry.certificate.number, Action.REVOKE, "x", OPERATOR_CLERK)
    await world.issuers.desk.change(change)
    assert "credential_request_denied" == error(await fetched(world, access, transaction_id))


async def test_an_order_whose_tokens_are_revoked_leads_to_nothing(world: World) -> None:
    """
    A lost wallet's order is passed over; what was sealed for it before is erased, and its citizen
    is not told that anything waits.
    """
    access, transaction_id = await ordered(world)
    second, other_id = await ordered(world, year=YEAR + 1)
    await job(world, year=YEAR + 1)
    assert 1 == await kept(world)
    everything = MassRevocation("demo", "분실", Clerk("operator", None))
    store = IssuersStore(world.engine)
    assert 2 == len(await world.issuers.desk.year_orders("demo"))
    await store.revocations.revoke_all(everything, now=world.clock.now)
    assert 0 == await kept(world)
    assert () == await world.issuers.desk.year_orders("demo")

    told = await job(world)

    assert (0, 1) == (told.issued, told.ready)
    for token, promised in ((access, transaction_id), (second, other_id)):
        assert 401 == (await fetched(world, token, promised)).status_code


async def test_a_bound_wallet_waits_with_an_authorization_code(world: World) -> None:
    """
    Authorization code, DPoP, refresh token: what was ordered so is issued and fetched the same
    way, with a token that a refresh gave.
    """
    offered = await world.order(kind=TAX, year=YEAR, grant="authorization_code")
    state = offer_in(offered)["grants"]["authorization_code"]["issuer_state"]
    wallet = await wallet_at(world, issuer=TAXES)
    first = await wallet.tokens(issuer_state=state, scope=TAX)
    promised = await wallet.ask(first["access_token"], credential_configuration_id=TAX)
    assert 202 == promised.status_code, promised.text
    world.clock.move(days=100)
    again = (await wallet.refresh(first["refresh_token"])).json()
    body = {"transaction_id": promised.json()["transaction_id"]}
    assert 202 == (await bound(wallet, "/deferred", again["access_token"], body)).status_code

    assert 1 == (await job(world)).issued

    answer = await bound(wallet, "/deferred", again["access_token"], body)
    assert 200 == answer.status_code, answer.text


async def test_whom_the_job_passes_over_gets_it_at_its_end(world: World) -> None:
    """
    Who is not among its people, and who comes when it is done, is issued when they ask.
    """
    access, transaction_id = await ordered(world)
    store = IssuersStore(world.engine).bulk
    others = [await someone(world, entitled=True)]
    begun = await store.start(NewJob(TAX, YEAR), in_chunks(others), now=world.clock.now)
    assert 202 == (await fetched(world, access, transaction_id)).status_code
    await go_on(world, begun.name)

    assert 200 == (await fetched(world, access, transaction_id)).status_code
    late = await world.access(issuer=TAXES, kind=TAX, year=YEAR)
    assert 200 == (await asked(world, late)).status_code


async def test_a_person_who_bears_another_name_by_now_is_not_issued_to(world: World) -> None:
    """
    H76: the order was about somebody the register does not know so any more; nothing leaves, and
    the job goes on to the next.
    """
    other = await someone(world, entitled=True)
    access, transaction_id = await ordered(world, to=other)
    await ordered(world)
    async with world.engine.begin() as connection:
        await connection.exec_driver_sql(
            "update tax_accounts set name = '다른 이름' where citizen = ?", (other,)
        )

    told = await job(world, (other, "demo"))

    assert (1, 0, 1) == (told.issued, told.ready, told.refused)
    assert "credential_request_denied" == error(await fetched(world, access, transaction_id))


class Untrusted(FreshKeys):
    """Keys that are in nobody's trust list."""

    @override
    def trust(self) -> TrustList:
        listed = super().trust()
        return TrustList((), listed.issued_at, listed.expires_at, listed.ttl)


async def test_the_signer_guard_stops_the_chunk(world: World) -> None:
    """
    Nothing is signed that the world could not verify: the chunk stays undone, and resumes.
    """
    access, transaction_id = await ordered(world)
    store = IssuersStore(world.engine).bulk
    begun = await store.start(NewJob(TAX, YEAR), in_chunks(["demo"]), now=world.clock.now)
    untrusted = room(world.engine, Untrusted(), world.clock).bulk
    with pytest.raises(IssuerError) as caught:
        await store.work(begun.name, untrusted, now=world.clock.now)
    assert IssuerFailure.SIGNER_UNTRUSTED is caught.value.failure
    assert 0 == (await store.progress(begun.name)).done
    assert 1 == (await go_on(world, begun.name)).issued
    assert 200 == (await fetched(world, access, transaction_id)).status_code


@pytest.mark.parametrize(
    "order",
    [
        {"kind": "resident-register", "year": YEAR},
        {"kind": TAX, "year": YEAR + 2},
        {"kind": TAX, "year": YEAR - 1},
        {"kind": TAX, "year": YEAR, "decision": True},
        {"kind": TAX, "year": "2026"},
    ],
)
async def test_an_order_names_a_year_it_can_be_for(world: World, order: dict[str, Any]) -> None:
    """
    A kind of no year's job, another year, an officer's decision beside it: refused with a code.
    """
    body = {"to": "demo", **order}
    answer = await world.http.post("/issuers/operator/offers", json=body, headers=OPERATOR)
    assert (400, "malformed") == (answer.status_code, answer.json()["error"])


async def test_an_order_for_a_year_is_about_oneself(world: World) -> None:
    """
    Nobody waits a year for somebody else's certificate: who may have it then, nobody knows today.
    """
    about = await someone(world, entitled=True)
    with pytest.raises(IssuerError) as caught:
        await world.issuers.desk.offer(Order(TAX, "demo", about=about, year=YEAR), ONLINE)
    assert IssuerFailure.MALFORMED is caught.value.failure


def test_a_wallet_asks_once_a_day_at_last() -> None:
    """
    Five minutes at first, a day in the end: a hundred thousand who wait are one question a second.
    """
    assert 300 == year_interval(timedelta())
    assert 360 == year_interval(timedelta(hours=1))
    assert 24 * 3600 == year_interval(timedelta(days=300))
    assert (2026, 2027) == years_open(AS_OF)
