"""The counter without network: what its browser keeps, takes along and brings home."""

import re
from datetime import timedelta
from typing import Any

import pytest

from keys.jwt_time import seconds
from keys.strict_json import loads_object
from tests.issuers.pages.browser import Desks
from tests.verifiers.shown import code, publish
from tests.verifiers.world import NOW, World
from verifiers.failure import Failure
from verifiers.pages.offline import OWN_REASONS
from verifiers.pages.verdict import Tone, verdict_of
from web.static_files import STATIC, addresses_in

OFFLINE = "/verifiers/offline"


async def test_the_kept_page_is_the_same_for_everybody(desks: Desks) -> None:
    """
    What a browser keeps names nobody: not who is signed in, no form, no token.
    """
    desk, nobody = await desks.enter("corner-store"), desks.stranger()
    for language in ("ko", "en", "ja"):
        seen = [(await one.client.get(f"{OFFLINE}/{language}")).text for one in (desk, nobody)]
        assert seen[0] == seen[1]
        assert f'<html lang="{language}">' in seen[0]
        assert "form_token" not in seen[0]
        assert "모퉁이 편의점" not in seen[0]
    assert 404 == (await desk.client.get(f"{OFFLINE}/de")).status_code


async def test_the_worker_names_every_file_it_keeps(desks: Desks) -> None:
    """
    All of the program, the three pages and nothing else; the version changes with any of them.
    """
    browser = desks.stranger()
    answer = await browser.client.get(f"{OFFLINE}/worker.js")
    assert "text/javascript" in answer.headers["content-type"]
    assert "no-cache" == answer.headers["cache-control"]
    (files,) = re.findall(r"const FILES = (\[.*\]);", answer.text)
    listed = loads_object(f'{{"files":{files}}}')["files"]
    assert isinstance(listed, list)
    assert {*addresses_in("counter")} < {*listed}
    for address in listed:
        assert 200 == (await browser.client.get(str(address))).status_code
    assert answer.text == (await browser.client.get(f"{OFFLINE}/worker.js")).text


async def test_supplies_are_for_institutions_and_name_no_person(
    desks: Desks, world: World
) -> None:
    """
    Its own checks alone; an institution that has none gets none; nobody else gets any.
    """
    publish(world)
    for subject, names in (("corner-store", ["adult-check"]), ("gaon-bank", []), ("new-desk", [])):
        desk = await desks.enter(subject)
        taken = (await desk.client.get(f"{OFFLINE}/supplies")).json()
        assert names == [check["name"] for check in taken["checks"]]
        assert taken["form_token"]
    assert "만 19세 이상" in str((await _supplies(desks, "corner-store"))["checks"])
    citizen = await desks.enter("demo")
    assert 403 == (await citizen.client.get(f"{OFFLINE}/supplies")).status_code


async def _supplies(desks: Desks, subject: str) -> dict[str, Any]:
    desk = await desks.enter(subject)
    taken: dict[str, Any] = (await desk.client.get(f"{OFFLINE}/supplies")).json()
    return taken


async def brought(desks: Desks, text: str, *, subject: str = "corner-store", **fields: str) -> Any:
    """Bring one use home as the page does, and return what is answered."""
    desk = await desks.enter(subject)
    token = (await desk.client.get(f"{OFFLINE}/supplies")).json()["form_token"]
    use = {"form_token": token, "id": "use-1", "check": "adult-check", "code": text}
    sent = use | {"read_at": str(seconds(NOW))} | fields
    return await desk.client.post(f"{OFFLINE}/uses", data=sent, headers=desk.own)


async def test_a_use_brought_home_is_recorded_late_and_once(desks: Desks, world: World) -> None:
    """
    Two hours later: the entry says when it was and that it is late; the answer may get lost.
    """
    publish(world)
    text = code(world)
    world.clock.move(hours=2)

    for _ in range(2):
        answer = await brought(desks, text)
        assert {"state": "recorded", "code": None} == answer.json()
    await world.verifiers.duties.work()

    (entry,) = world.ledger.submissions
    assert entry.deposit is not None
    record = entry.deposit.record
    assert ("used_late", NOW) == (entry.entry.type, record.event_time)
    assert ("age_over_19",) == record.asked.disclosed
    (look,) = await world.verifiers.recent("corner-store", 5)
    result = await world.verifiers.result(look.transaction.id)
    # What the desk has used already is not given out a second time.
    assert ("verified", ()) == (result.state, result.credentials)


async def test_the_same_code_counts_once_at_settlement(desks: Desks, world: World) -> None:
    """
    T6: two counters of one institution took one code without network; the second is told.
    """
    publish(world)
    text = code(world)
    await brought(desks, text)
    second = await brought(desks, text, id="use-2")
    assert {"state": "refused", "code": "code_used"} == second.json()


@pytest.mark.parametrize(
    ("moved", "fields", "expected"),
    [
        (timedelta(), {"read_at": str(seconds(NOW) + 61)}, "key_binding_time"),
        (timedelta(), {"read_at": str(seconds(NOW) - 40)}, "key_binding_time"),
        (timedelta(hours=1), {"read_at": str(seconds(NOW) + 36)}, "code_expired"),
        (timedelta(days=30), {}, "code_expired"),
        (timedelta(), {"check": "address-check"}, "profile_unknown"),
        (timedelta(), {"code": "https://example.com/menu"}, "code_foreign"),
        (timedelta(), {"code": f"https://a.example/wallet/desk/{'A' * 24}"}, "code_not_for_desks"),
    ],
    ids=["to come", "before it was made", "over", "too late", "another's", "a menu", "a link"],
)
async def test_what_cannot_have_been_so_is_refused(
    desks: Desks, world: World, moved: timedelta, fields: dict[str, str], expected: str
) -> None:
    """
    The desk says when it read the code; the code says when it could be read.
    """
    publish(world)
    text = code(world)
    world.clock.now += moved

    answer = await brought(desks, fields.pop("code", text), **fields)

    assert {"state": "refused", "code": expected} == answer.json()
    await world.verifiers.duties.work()
    assert [] == world.ledger.submissions


async def test_a_lie_is_refused_at_home_too(desks: Desks, world: World) -> None:
    """
    The desk's browser is not believed: every step but status and policy is done again.
    """
    publish(world)
    beyond = code(world, "age_over_19", "applicant")
    answer = await brought(desks, beyond)
    again = await brought(desks, beyond)
    assert {"state": "refused", "code": "unrequested_claim"} == answer.json() == again.json()


@pytest.mark.parametrize(
    "fields", [{"id": ""}, {"id": "x" * 65}, {"read_at": "soon"}, {"read_at": "9" * 11}]
)
async def test_what_the_page_would_never_send_is_bad(
    desks: Desks, world: World, fields: dict[str, str]
) -> None:
    """
    No name, or no time.
    """
    assert 400 == (await brought(desks, code(world), **fields)).status_code


async def test_only_the_institutions_own_page_brings_uses(desks: Desks, world: World) -> None:
    """
    H89: another site's form, or another session's token, is refused.
    """
    desk = await desks.enter("corner-store")
    sent = {"form_token": "", "id": "x", "check": "adult-check", "code": code(world)}
    answer = await desk.client.post(
        f"{OFFLINE}/uses", data=sent | {"read_at": "1"}, headers=desk.own
    )
    assert 403 == answer.status_code
    assert [] == world.ledger.submissions


def test_a_reason_has_one_tone_in_both_places() -> None:
    """
    What the service tells in amber the browser tells in amber, and the rest in red.
    """
    script = (STATIC / "counter/desk/verdict.js").read_text("utf-8")
    (listed,) = re.findall(r"const UNKNOWN = \[(.*?)\];", script, re.DOTALL)
    amber = set(re.findall(r'"(\w+)"', listed)) - {*OWN_REASONS}
    thrown = set(re.findall(r'"([a-z]+(?:_[a-z]+)+)"', _verifier())) & {
        failure.code for failure in Failure
    }
    told = {
        failure.code
        for failure in Failure
        if failure.code in thrown and verdict_of("failed", failure).tone is Tone.WAIT
    }
    assert amber == told


def _verifier() -> str:
    modules = (STATIC / "counter/offline").glob("*.js")
    return "".join(path.read_text("utf-8") for path in modules)
