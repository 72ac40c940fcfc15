"""Proxy issue: what a mandate lets a proxy have, for how long, and that it tells nobody more."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuers.ages import ADULT, age_on
from issuers.certificate.kind import Purpose
from issuers.clerks import ONLINE, Clerk
from issuers.clerks import OPERATOR as CLERK
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuance.mandates import (
    GIVING_AGE,
    LONGEST,
    MOST_USES,
    OPEN_PER_PRINCIPAL,
    Mandate,
    MandateState,
    Wanted,
)
from issuers.offers.offer import Entitlement, Order
from issuers.population.census import offices, population
from issuers.register.citizens import NOBODY
from issuers.register.notices import REPRESENTATION
from issuers.store import metadata
from issuers.store.mandates import use_mandate
from issuers.store.population import load
from tests.conftest import EngineOf
from tests.issuers.test_restriction import counted, whole
from tests.issuers.test_whole_trip import verified
from tests.issuers.world import (
    AS_OF,
    NOW,
    OPERATOR,
    FreshKeys,
    MovableClock,
    World,
    client_of,
    room,
)

DOSSIERS = list(population(households=60, as_of=AS_OF))
HOMES = [dossier.household for dossier in DOSSIERS]
HEAD, CHILD = next(
    (home.head, m.person)
    for home in HOMES[1:]
    for m in home.members
    if m.relation == "자녀" and age_on(AS_OF, m.person.born_on) < GIVING_AGE
)
PROXY = next(home for home in HOMES[1:] if len(home.members) == 1).head
OTHER = [home for home in HOMES[1:] if len(home.members) == 1][1].head
TODAY = date(2026, 11, 22)
KIND, PURPOSE = "resident-register", "전세 계약"
REGISTRAR = Clerk("officer", "resident-registry")
TAX_OFFICER = Clerk("tax-officer", "national-tax-service")


def wanted(**changed: Any) -> Wanted:
    return Wanted(
        **{
            "principal": "demo",
            "proxy": f"{PROXY.name} {PROXY.born_on.isoformat()}",
            "kind": KIND,
            "purpose": PURPOSE,
            "until": TODAY,
            **changed,
        }
    )


async def given_by(world: World, **changed: Any) -> str:
    """Give a mandate and return its id."""
    return (await world.issuers.desk.mandates.give(wanted(**changed), ONLINE)).mandate_id


def under(mandate: str, **changed: Any) -> dict[str, Any]:
    return {"kind": KIND, "to": PROXY.citizen, "mandate": mandate, **changed}


async def ask(world: World, order: dict[str, Any]) -> httpx2.Response:
    return await world.http.post("/issuers/operator/offers", json=order, headers=OPERATOR)


# What a mandate opens


async def test_a_proxy_is_issued_the_principals_paper_which_names_the_proxy(world: World) -> None:
    """
    §29②: the proxy holds the copy of the principal's household; its applicant is the proxy, as on
    paper. The book knows both, and the principal is told who, when, what for and by which law.
    """
    mandate = await given_by(world)
    (copy,) = await world.issue(to=PROXY.citizen, mandate=mandate)
    claims: Any = verified(world, copy).claims
    (kept,) = await world.issuers.desk.certificates_of(PROXY.citizen)
    (notice,) = await world.issuers.desk.notices_of("demo")

    assert PROXY.name == claims["applicant"]
    assert HOMES[0].head.name == claims["household"]["head_name"]
    assert PURPOSE == claims["purpose"]
    entitlement = kept.certificate.entitlement
    assert ("demo", PROXY.citizen, mandate) == (
        entitlement.about,
        entitlement.citizen,
        entitlement.mandate,
    )
    assert (PROXY.name, PURPOSE) == (notice.applicant, notice.purpose)
    assert notice.reason is not None
    assert "제29조제2항" in notice.reason
    assert "별지 제9호서식" in notice.reason
    assert () == await world.issuers.desk.notices_of(PROXY.citizen)


async def test_a_mandate_for_another_authoritys_paper_rests_on_another_law(world: World) -> None:
    """
    개인정보 보호법 제38조제1항; a tax certificate has no line for who applied, so it tells none.
    """
    mandate = await given_by(world, kind="tax-payment", purpose="기타")
    (copy,) = await world.issue(kind="tax-payment", to=PROXY.citizen, mandate=mandate)
    (notice,) = await world.issuers.desk.notices_of("demo")

    assert PROXY.name not in str(verified(world, copy).claims)
    assert "개인정보 보호법 제38조제1항" == notice.reason


async def test_without_a_mandate_a_stranger_gets_nothing(world: World) -> None:
    """
    The twin of the trip above: what the mandate opens is closed without it.
    """
    answer = await ask(world, {"kind": KIND, "to": PROXY.citizen, "about": "demo"})

    assert (409, "not_entitled") == (answer.status_code, answer.json()["error"])


BAD: dict[str, dict[str, Any]] = {
    "another kind": {"kind": "resident-abstract"},
    "another purpose": {"purpose": "대출"},
    "another principal": {"about": HEAD.citizen},
    "another proxy": {"to": OTHER.citizen},
    "with a view": {"kind": "resident-abstract", "view": "creditor"},
    "absent": {"mandate": "A" * 22},
    "no id": {"mandate": "한글"},
}


@pytest.mark.parametrize("changed", BAD.values(), ids=BAD.keys())
async def test_whatever_is_not_in_the_mandate_is_refused_in_one_way(
    world: World, changed: dict[str, Any]
) -> None:
    """
    H90: foreign, absent, other kind, purpose, person: byte for byte the refusal of a stranger.
    """
    mandate = await given_by(world)
    stranger = await ask(world, {"kind": KIND, "to": PROXY.citizen, "about": HEAD.citizen})
    answer = await ask(world, under(mandate) | changed)

    assert whole(stranger) == whole(answer)


async def test_a_mandate_that_ended_costs_what_an_absent_one_costs(world: World) -> None:
    """
    Withdrawn, used up, over, of others, absent: the same words after the same SQL statements.
    """
    desk = world.issuers.desk.mandates
    withdrawn, used_up, others = [await given_by(world) for _ in range(3)]
    await desk.withdraw(withdrawn, "demo")
    await world.issue(to=PROXY.citizen, mandate=used_up)
    over = await given_by(world)
    orders = {
        "withdrawn": under(withdrawn),
        "used up": under(used_up),
        "of others": under(others, to=OTHER.citizen),
        "absent": under("A" * 22),
    }
    answers, costs = {}, {}
    for name, order in orders.items():
        with counted(world.engine) as statements:
            answers[name] = whole(await ask(world, order))
        costs[name] = statements
    world.clock.move(days=1)
    with counted(world.engine) as statements:
        answers["over"] = whole(await ask(world, under(over)))
    costs["over"] = statements

    assert 1 == len(set(map(str, answers.values())))
    assert 1 == len(set(map(str, costs.values())))


async def test_who_is_kept_away_cannot_use_a_mandate(world: World) -> None:
    """
    §13의2: a mandate signed under pressure opens nothing, and the proxy does not see it any more.
    """
    desk = world.issuers.desk
    mandate = await given_by(world)
    assert 1 == len(await desk.mandates.given_to(PROXY.citizen))
    await desk.registry.restrict(HOMES[0].members[1].person.citizen, PROXY.citizen, CLERK)

    assert 409 == (await ask(world, under(mandate))).status_code
    assert () == await desk.mandates.given_to(PROXY.citizen)
    assert 1 == len(await desk.mandates.given_by("demo"))


async def test_a_proxy_learns_nothing_of_the_record_it_is_refused_for(world: World) -> None:
    """
    Arrears are told to the taxpayer; a proxy is told what a stranger is told.
    """
    debtor = next(
        citizen
        for dossier in DOSSIERS
        for citizen, account in dossier.accounts
        if any(tax.due_on < AS_OF for tax in account.open)
        if citizen.endswith("-0") and citizen != PROXY.citizen
    )
    mandate = await given_by(world, principal=debtor, kind="tax-payment", purpose="기타")
    stranger = await ask(world, {"kind": KIND, "to": PROXY.citizen, "about": HEAD.citizen})

    assert whole(stranger) == whole(await ask(world, under(mandate, kind="tax-payment")))


async def test_register_papers_go_to_a_proxy_at_the_counter_alone(world: World) -> None:
    """
    §29③: online there are papers of oneself and one's household; tax papers have no such rule.
    """
    desk = world.issuers.desk
    register = await given_by(world)
    taxes = await given_by(world, kind="tax-payment", purpose="기타")

    with pytest.raises(IssuerError) as caught:
        await desk.offer(Order(KIND, PROXY.citizen, mandate=register), ONLINE)
    assert IssuerFailure.NOT_ENTITLED is caught.value.failure
    await desk.offer(Order("tax-payment", PROXY.citizen, mandate=taxes), ONLINE)
    await desk.offer(Order(KIND, PROXY.citizen, mandate=register), REGISTRAR)


# Uses


async def test_a_mandate_is_used_as_often_as_it_says(world: World) -> None:
    """
    Twice means two certificates; an offer nobody took uses nothing up.
    """
    mandate = await given_by(world, uses=2)
    await world.order(to=PROXY.citizen, mandate=mandate)
    for used in (1, 2):
        await world.issue(to=PROXY.citizen, mandate=mandate)
        (shown,) = await world.issuers.desk.mandates.given_by("demo")
        state = MandateState.OPEN if used == 1 else MandateState.USED_UP
        assert (used, state) == (shown.mandate.used, shown.state)
    assert 409 == (await ask(world, under(mandate))).status_code


async def test_a_lost_answer_is_asked_for_again_under_a_used_mandate(world: World) -> None:
    """
    H56: the same token gets further copies of the certificate that used the mandate up.
    """
    mandate = await given_by(world)
    access = await world.access(to=PROXY.citizen, mandate=mandate)
    for _ in range(2):
        body = await world.request(world.prove(await world.nonce()))
        assert 200 == (await world.ask(access, body)).status_code
    (shown,) = await world.issuers.desk.mandates.given_by("demo")

    assert 1 == shown.mandate.used
    assert 1 == len(await world.issuers.desk.certificates_of(PROXY.citizen))


async def test_a_mandate_withdrawn_after_the_order_stops_the_issue(world: World) -> None:
    """
    Entitlement is asked again at the issue: the wallet is told "denied", the book stays empty.
    """
    mandate = await given_by(world)
    access = await world.access(to=PROXY.citizen, mandate=mandate)
    await world.issuers.desk.mandates.withdraw(mandate, "demo")
    body = await world.request(world.prove(await world.nonce()))
    answer = await world.ask(access, body)

    assert (400, "credential_request_denied") == (answer.status_code, answer.json()["error"])
    assert () == await world.issuers.desk.certificates_of(PROXY.citizen)
    assert () == await world.issuers.desk.notices_of("demo")


@pytest.fixture
async def crowd(engine_of: EngineOf, fresh_keys: FreshKeys) -> AsyncIterator[World]:
    """The room over each kind of database, with enough households for a proxy."""
    engine = await engine_of(metadata)
    await load(engine, offices(), population(households=12, as_of=AS_OF))
    issuers = room(engine, fresh_keys, MovableClock())
    await issuers.prepare()
    async with client_of(issuers) as http:
        yield World(issuers, engine, issuers._clock, fresh_keys, http)  # type: ignore[arg-type]


async def test_one_of_fifty_uses_of_a_one_time_mandate_wins(crowd: World) -> None:
    """
    R15: fifty offers under one mandate, redeemed at once: one certificate, 49 denied, one notice.
    """
    mandate = await given_by(crowd)
    tokens = [await crowd.access(to=PROXY.citizen, mandate=mandate) for _ in range(50)]
    nonces = [await crowd.nonce() for _ in tokens]
    bodies = [await crowd.request(crowd.prove(nonce)) for nonce in nonces]
    answers = await asyncio.gather(
        *(crowd.ask(token, body) for token, body in zip(tokens, bodies, strict=True))
    )

    statuses = sorted(answer.status_code for answer in answers)
    assert [200, *[400] * 49] == statuses
    denied = {answer.json()["error"] for answer in answers if answer.status_code == 400}
    assert {"credential_request_denied"} == denied
    assert 1 == len(await crowd.issuers.desk.notices_of("demo"))
    (shown,) = await crowd.issuers.desk.mandates.given_by("demo")
    assert 1 == shown.mandate.used


# Giving


async def test_giving_a_mandate_does_not_tell_who_is_registered(world: World) -> None:
    """
    A name nobody has, a name with the wrong birth date and a right one are answered alike.
    """
    desk = world.issuers.desk.mandates
    names = (
        f"{PROXY.name} {PROXY.born_on.isoformat()}",
        f"{PROXY.name} 1900-01-01",
        "없는사람 1990-01-31",
    )
    made = [await desk.give(wanted(proxy=name), ONLINE) for name in names]

    assert [PROXY.citizen, NOBODY, NOBODY] == [one.proxy for one in made]
    shown = [one.mandate.proxy_name for one in await desk.given_by("demo")]
    assert set(names) == set(shown)
    listed = await world.http.get("/issuers/operator/mandates?of=demo", headers=OPERATOR)
    assert PROXY.citizen not in listed.text
    assert 1 == len(await desk.given_to(PROXY.citizen))


async def test_nobody_is_their_own_proxy(world: World) -> None:
    """
    One applies for oneself without a mandate; written down it is of no use to anybody.
    """
    own = f"{HOMES[0].head.name} {HOMES[0].head.born_on.isoformat()}"
    given = await world.issuers.desk.mandates.give(wanted(proxy=own), ONLINE)

    assert NOBODY == given.proxy


@pytest.mark.parametrize(
    ("changed", "failure"),
    [
        ({"until": TODAY - timedelta(days=1)}, IssuerFailure.MALFORMED),
        ({"until": TODAY + LONGEST + timedelta(days=1)}, IssuerFailure.MALFORMED),
        ({"uses": 0}, IssuerFailure.MALFORMED),
        ({"uses": MOST_USES + 1}, IssuerFailure.MALFORMED),
        ({"kind": "dog-licence"}, IssuerFailure.UNKNOWN_KIND),
        ({"kind": "tax-payment"}, IssuerFailure.UNKNOWN_PURPOSE),
        ({"principal": "nobody"}, IssuerFailure.UNKNOWN_CITIZEN),
        ({"principal": "한글"}, IssuerFailure.UNKNOWN_CITIZEN),
        ({"principal": CHILD.citizen}, IssuerFailure.NOT_ENTITLED),
    ],
    ids=["past", "too long", "never", "too often", "kind", "purpose", "nobody", "text", "child"],
)
async def test_a_mandate_has_bounds(
    world: World, changed: dict[str, Any], failure: IssuerFailure
) -> None:
    """
    A year and twenty times at most, a kind and purpose there are, by somebody of fourteen or more.
    """
    with pytest.raises(IssuerError) as caught:
        await given_by(world, **changed)

    assert failure is caught.value.failure


async def test_mandates_cannot_be_piled_up(world: World) -> None:
    """
    H51: fifty open ones; withdrawing makes room.
    """
    made = [await given_by(world) for _ in range(OPEN_PER_PRINCIPAL)]
    with pytest.raises(IssuerError) as caught:
        await given_by(world)
    assert IssuerFailure.TOO_MANY_MANDATES is caught.value.failure
    await world.issuers.desk.mandates.withdraw(made[0], "demo")
    assert await given_by(world)


async def test_a_mandate_is_withdrawn_by_its_principal_alone(world: World) -> None:
    """
    H90: somebody else's, an absent one and no id at all are unknown alike; twice is as once.
    """
    mandate = await given_by(world)
    told = set()
    for who, what in ((PROXY.citizen, mandate), ("demo", "A" * 22), ("demo", "x")):
        path = f"/issuers/operator/mandates/{what}/withdraw"
        answer = await world.http.post(path, json={"from": who}, headers=OPERATOR)
        told.add(str(whole(answer)))
        assert 404 == answer.status_code
    assert 1 == len(told)
    for _ in range(2):
        await world.issuers.desk.mandates.withdraw(mandate, "demo")
    (shown,) = await world.issuers.desk.mandates.given_by("demo")
    assert MandateState.WITHDRAWN is shown.state


async def test_a_clerk_takes_mandates_for_one_authoritys_papers(world: World) -> None:
    """
    H90: for another authority's kinds a desk takes none, as if there were no such kind.
    """
    desk = world.issuers.desk.mandates
    assert "officer" == (await desk.give(wanted(), REGISTRAR)).by
    with pytest.raises(IssuerError) as caught:
        await desk.give(wanted(), TAX_OFFICER)
    assert IssuerFailure.UNKNOWN_KIND is caught.value.failure


async def test_mandates_are_given_listed_and_withdrawn_over_http(world: World) -> None:
    """
    The operator's addresses: what was written, how it stands, and nobody's handle but the asker's.
    """
    body = {"from": "demo", "to": wanted().proxy, "kind": KIND, "until": TODAY.isoformat()}
    made = await world.http.post("/issuers/operator/mandates", json=body, headers=OPERATOR)
    given = made.json()
    listed = await world.http.get("/issuers/operator/mandates?of=demo", headers=OPERATOR)
    received = await world.http.get(
        f"/issuers/operator/mandates?of={PROXY.citizen}", headers=OPERATOR
    )

    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", given["mandate"])
    assert (1, 0, "open") == tuple(given[name] for name in ("uses", "used", "state"))
    assert {"given": [given], "received": []} == listed.json()
    assert {"given": [], "received": [given]} == received.json()
    for wrong in ({**body, "uses": 0}, {**body, "to": "a\nb"}, {**body, "until": "soon"}):
        answer = await world.http.post("/issuers/operator/mandates", json=wrong, headers=OPERATOR)
        assert (400, "malformed") == (answer.status_code, answer.json()["error"])


# Legal representatives


async def test_a_minors_legal_representative_applies_by_the_register_relation(
    world: World,
) -> None:
    """
    민법 제911조: head or spouse for a child of the household; the child is told by which law. A
    grown child, a brother and a stranger's child are nobody's.
    """
    order: dict[str, Any] = {"kind": "tax-payment", "to": HEAD.citizen, "about": CHILD.citizen}
    (copy,) = await world.issue(**order)
    claims: Any = verified(world, copy).claims
    assert CHILD.name == claims["taxpayer"]["name"]
    (notice,) = await world.issuers.desk.notices_of(CHILD.citizen)
    assert (HEAD.name, REPRESENTATION) == (notice.applicant, notice.reason)

    stranger = await ask(world, {**order, "to": PROXY.citizen})
    upwards = await ask(world, {**order, "to": CHILD.citizen, "about": HEAD.citizen})
    assert whole(stranger) == whole(upwards)
    grown = next(
        (home.head, m.person)
        for home in HOMES
        for m in home.members
        if m.relation == "자녀" and age_on(AS_OF, m.person.born_on) >= ADULT
    )
    order = {"kind": "tax-payment", "to": grown[0].citizen, "about": grown[1].citizen}
    assert whole(stranger) == whole(await ask(world, order))


async def test_a_restriction_ends_representation_too(world: World) -> None:
    """
    §13의2: a parent the child is protected from represents nobody here.
    """
    await world.issuers.desk.registry.restrict(CHILD.citizen, HEAD.citizen, CLERK)
    order = {"kind": "tax-payment", "to": HEAD.citizen, "about": CHILD.citizen}

    assert 409 == (await ask(world, order)).status_code


# The rule alone


mandates = st.builds(
    Mandate,
    mandate_id=st.just("m"),
    principal=st.sampled_from(["p", "q"]),
    proxy=st.sampled_from(["x", "y"]),
    proxy_name=st.just("n"),
    authority=st.sampled_from(["a", "b"]),
    kind=st.sampled_from(["k", "l"]),
    purpose=st.sampled_from(["u", "v"]),
    until=st.dates(TODAY - timedelta(days=3), TODAY + timedelta(days=3)),
    allowed=st.integers(1, 3),
    used=st.integers(0, 3),
    given_at=st.just(NOW),
    by=st.just("online"),
    withdrawn_at=st.sampled_from([None, NOW]),
)


@given(mandates)
def test_a_mandate_allows_what_is_written_in_it_and_nothing_else(mandate: Mandate) -> None:
    """
    Whatever one part is changed to, it is refused; whatever state, only open and used up allow.
    """
    asked = Entitlement(
        mandate.authority,
        mandate.kind,
        mandate.proxy,
        Purpose(mandate.purpose),
        about=mandate.principal,
        mandate=mandate.mandate_id,
    )
    over = mandate.until < TODAY
    state = mandate.state(NOW)

    assert mandate.allows(asked, NOW) is (mandate.withdrawn_at is None and not over)
    assert (state is MandateState.OPEN) is (
        mandate.allows(asked, NOW) and mandate.used < mandate.allowed
    )
    for other in (
        Entitlement("c", asked.kind, asked.citizen, asked.purpose, asked.about),
        Entitlement(asked.authority, "c", asked.citizen, asked.purpose, asked.about),
        Entitlement(asked.authority, asked.kind, "c", asked.purpose, asked.about),
        Entitlement(asked.authority, asked.kind, asked.citizen, Purpose("c"), asked.about),
        Entitlement(asked.authority, asked.kind, asked.citizen, asked.purpose, "c"),
        Entitlement(asked.authority, asked.kind, asked.citizen, asked.purpose),
    ):
        assert not mandate.allows(other, NOW)


@given(st.dates(TODAY - timedelta(days=800), TODAY + timedelta(days=800)), st.integers(-3, 40))
def test_what_can_be_a_mandate_lasts_a_year_at_most(until: date, uses: int) -> None:
    """
    From today to a year, one to twenty times; everything else is malformed.
    """
    fits = TODAY <= until <= TODAY + LONGEST and 1 <= uses <= MOST_USES
    if fits:
        wanted(until=until, uses=uses).check(TODAY)
        return
    with pytest.raises(IssuerError) as caught:
        wanted(until=until, uses=uses).check(TODAY)
    assert IssuerFailure.MALFORMED is caught.value.failure


@pytest.mark.parametrize("ended", ["withdrawn", "over", "used up"])
async def test_a_use_is_not_counted_once_the_mandate_has_ended(world: World, ended: str) -> None:
    """
    R15: what ends between the rule's look and the write ends the issue: the last look is the
    statement that counts.
    """
    mandate, now = await given_by(world), NOW
    if ended == "withdrawn":
        await world.issuers.desk.mandates.withdraw(mandate, "demo")
    if ended == "over":
        now = NOW + timedelta(days=1)
    async with world.engine.begin() as connection:
        if ended == "used up":
            await use_mandate(connection, mandate, now)
        with pytest.raises(IssuerError) as caught:
            await use_mandate(connection, mandate, now)

    assert IssuerFailure.NOT_ENTITLED is caught.value.failure
