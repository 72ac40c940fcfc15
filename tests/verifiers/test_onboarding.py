"""The self-check: a right request is clean, each wrong thing has its line, nothing breaks it."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import jws
from keys.strict_json import dumps, loads_object
from tests.verifiers.world import NOW, Roots, World
from verifiers.onboarding.report import Outcome, Report, look_over
from verifiers.onboarding.rules import Rule

TRUST = Roots().trust()


async def ours(world: World) -> tuple[str, dict[str, Any]]:
    """A request object of our own, and its claims."""
    asked = await world.ask("address-check")
    token = await world.verifiers.request_object(asked.transaction_id)
    return token, dict(loads_object(jws.parse(token).payload))


def broken(report: Report) -> set[Rule]:
    return {each.rule for each in report.findings if each.outcome is Outcome.BROKEN}


async def test_our_own_request_is_clean_and_shows_what_a_holder_sees(world: World) -> None:
    """
    As an object, inside a whole HTTP answer, and by its link: nothing is wrong.
    """
    token, _ = await ours(world)
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: application/oauth-authz-req+jwt\r\n\r\n{token}"

    trust = world.roots.trust()
    assert look_over(token, trust=trust, now=NOW).is_clean
    report = look_over(answer, trust=trust, now=NOW)
    assert set() == broken(report), report
    assert report.shown is not None
    assert ("applicant", "current_address.address") == report.shown.claims[:2]
    assert {"current_address.moved_in_on", "household.head_name"} == set(report.shown.optional)
    assert report.shown.has_terms
    not_checked = {e.rule for e in report.findings if e.outcome is Outcome.NOT_CHECKED}
    assert {Rule.LINK} == not_checked


def without(*names: str) -> Callable[[dict[str, Any]], object]:
    return lambda claims: [claims.pop(name) for name in names]


def having(**members: Any) -> Callable[[dict[str, Any]], object]:
    return lambda claims: claims.update(members)


def asking(*path: str) -> Callable[[dict[str, Any]], object]:
    def change(claims: dict[str, Any]) -> None:
        for credential in claims["dcql_query"]["credentials"]:
            credential["claims"].append({"path": [*path]})

    return change


WRONG: dict[str, tuple[Callable[[dict[str, Any]], object], set[Rule]]] = {
    "another response type": (having(response_type="code"), {Rule.RESPONSE_TYPE}),
    "no response type": (without("response_type"), {Rule.RESPONSE_TYPE}),
    "a mode nobody has": (having(response_mode="fragment"), {Rule.RESPONSE_MODE, Rule.ENCRYPTION}),
    "answers in clear text": (having(response_uri="http://desk.example/"), {Rule.RESPONSE_URI}),
    "a redirect beside": (having(redirect_uri="https://desk.example/"), {Rule.RESPONSE_URI}),
    "no nonce": (without("nonce"), {Rule.NONCE}),
    "a nonce with a space": (having(nonce="a b"), {Rule.NONCE}),
    "a state with a space": (having(state="a b"), {Rule.STATE}),
    "a client nobody knows": (
        having(client_id="openid_federation:https://a.example"),
        {Rule.CLIENT_ID},
    ),
    "no metadata": (without("client_metadata"), {Rule.METADATA, Rule.ENCRYPTION}),
    "no query": (without("dcql_query"), {Rule.QUERY}),
    "an empty query": (having(dcql_query={"credentials": []}), {Rule.QUERY}),
    "a request inside": (having(request="x"), {Rule.NOTHING_ELSE}),
    "information that is none": (
        having(verifier_info=[{"data": 1}]),
        {Rule.VERIFIER_INFO, Rule.TERMS},
    ),
    "no terms": (without("verifier_info"), {Rule.TERMS}),
    "a claim without a reason": (asking("age_over_19"), {Rule.OVER_ASKING}),
    "a resident number": (
        asking("members", "resident_number_back"),
        {Rule.OVER_ASKING, Rule.UNIQUE_IDENTIFIERS},
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_each_wrong_thing_yields_its_line(world: World, wrong: str) -> None:
    """
    One change, its own rules, each with section, whose turn it is, and how to mend it.
    """
    change, expected = WRONG[wrong]
    _, claims = await ours(world)
    change(claims)

    report = look_over(dumps(claims).decode(), trust=TRUST, now=NOW)

    assert expected == broken(report), report
    told: Any = report.as_dict()
    assert not told["ok"]
    for each in told["rules"]:
        if each["outcome"] == "broken":
            assert all((each["section"], each["mend"], each["detail"]))
            assert "verifier" == each["party"]


async def test_all_that_is_wrong_is_told_and_not_only_the_first(world: World) -> None:
    """
    Four members at once: four lines.
    """
    _, claims = await ours(world)
    claims |= {"response_type": "code", "nonce": "a b", "state": "a b"}
    claims["response_uri"] = "http://desk.example/"

    report = look_over(dumps(claims).decode(), trust=TRUST, now=NOW)

    assert {Rule.RESPONSE_TYPE, Rule.NONCE, Rule.STATE, Rule.RESPONSE_URI} == broken(report)


async def test_what_is_signed_is_held_against_who_signed_it(world: World) -> None:
    """
    A flipped signature, a stranger's trust list, another day: each is its own rule.
    """
    token, _ = await ours(world)
    head, payload, signature = token.split(".")
    flipped = ".".join((head, payload, ("A" if signature[0] != "A" else "B") + signature[1:]))

    assert {Rule.SIGNER} == broken(look_over(flipped, trust=world.roots.trust(), now=NOW))
    assert {Rule.SIGNER} == broken(look_over(token, trust=Roots().trust(), now=NOW))
    later = NOW.replace(hour=NOW.hour + 2)
    assert {Rule.TIMES} == broken(look_over(token, trust=world.roots.trust(), now=later))


async def test_an_http_answer_is_judged_by_its_head_too(world: World) -> None:
    """
    The wrong type and status of an answer whose body is right.
    """
    token, _ = await ours(world)
    answer = f"HTTP/1.1 302 Found\nContent-Type: text/html\n\n{token}"

    found = broken(look_over(answer, trust=world.roots.trust(), now=NOW))

    assert {Rule.HTTP_STATUS, Rule.MEDIA_TYPE} == found


async def test_a_link_is_read_and_never_fetched(world: World) -> None:
    """
    Of an address only its form is judged: whoever pastes one sends nobody anywhere.
    """
    asked = await world.ask()
    before = len(world.network.asked)

    report = world.verifiers.look_over(asked.request_uri)

    assert (True, None) == (report.is_clean, report.shown)
    assert before == len(world.network.asked)
    assert {Rule.LINK} == broken(look_over("openid4vp://?client_id=x", trust=TRUST, now=NOW))


def test_a_query_alone_is_judged_as_a_query() -> None:
    """
    Neither nonce nor signature is asked of it.
    """
    text = '{"credentials":[{"id":"a","format":"dc+sd-jwt","meta":{"vct_values":["x:y"]},'
    report = look_over(text + '"claims":[{"path":["name"]}]}]}', trust=TRUST, now=NOW)

    assert (True, ("name",)) == (report.is_clean, report.shown.claims if report.shown else ())
    checked = {e.rule for e in report.findings if e.outcome is not Outcome.NOT_CHECKED}
    assert {Rule.QUERY, Rule.UNIQUE_IDENTIFIERS} == checked


PARTS = st.sampled_from(
    [
        *("{", "}", '"credentials":', "[", "]", "HTTP/1.1 200", "\n\n", "openid4vp://?"),
        *("a.b.c", "\x00", "request_uri=", "client_id=x509_hash:", "eyJhbGciOiJFUzI1NiJ9"),
        *(".", "null", "1e999", "\ud800"),
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(PARTS, max_size=12).map("".join)))
def test_whatever_is_pasted_is_answered_by_a_report(text: str) -> None:
    """
    Hostile input is a broken rule, never an error.
    """
    report = look_over(text, trust=TRUST, now=NOW)

    assert len(Rule) == len(report.findings)


def test_what_is_far_too_long_is_not_read() -> None:
    """
    A wallet would not read it either.
    """
    report = look_over("a" * 300_000, trust=TRUST, now=NOW)

    assert {Rule.OBJECT} == broken(report)
