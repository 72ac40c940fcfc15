"""A desk without network: checked by what it took along, once, and settled afterwards."""

import json
import socket
from pathlib import Path
from typing import Any, NoReturn

import httpx2
import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from app import offline_desk
from app.cli import offline_desk as verbs
from app.cli.verifiers import verbs as verifiers
from app.keyring import DIRECTORY
from keys import private_files
from keys.key_store import KeyStore
from standards.shown_code.challenge import Challenge
from tests.verifiers.shown import code, publish, supplies
from tests.verifiers.world import BASE, STATUS_URI, World
from verifiers.endpoints import routes
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.offline.at_desk import TakenAlong

CHECK = "adult-check"


def no_network(*_: object, **__: object) -> NoReturn:
    raise AssertionError("somebody opened a socket")


@pytest.fixture
async def along(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a desk took along; from now on there is no network at all, not even a loopback."""
    publish(world)
    taken = dict(await supplies(world).of("corner-store"))
    taken["status_lists"] = {STATUS_URI: world.status.token()}
    private_files.open_directory(tmp_path / DIRECTORY)
    desk = offline_desk.OfflineDesk(
        tmp_path, KeyStore(tmp_path / DIRECTORY).data_key("offline-desk")
    )
    desk.keep_supplies(CHECK, taken)
    monkeypatch.setenv("MYDATA_HOME", str(tmp_path))
    monkeypatch.setattr(verbs, "utc_now", world.clock)
    monkeypatch.setattr(socket.socket, "connect", no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    return {"desk": desk, "supplies": taken}


def run(*arguments: str) -> tuple[int, dict[str, Any]]:
    answered = CliRunner().invoke(verifiers, [*arguments, "--json"])
    assert answered.exception is None or isinstance(answered.exception, SystemExit)
    return answered.exit_code, json.loads(answered.stdout)


def refused(answered: tuple[int, dict[str, Any]]) -> tuple[int, str]:
    return answered[0], answered[1]["error"]


def scan(text: str) -> tuple[int, dict[str, Any]]:
    return run("scan", text, "--profile", CHECK, "--offline")


def test_a_code_is_checked_without_network_and_the_result_says_how_old_that_is(
    world: World, along: dict[str, Any]
) -> None:
    """
    X9: every socket raises; trust list, chain and status are of the supplies, with their ages.
    """
    world.clock.move(seconds=600)

    status, result = scan(code(world))

    assert (0, "verified", "late") == (status, result["state"], result["recorded"])
    assert {"age_over_19": True} == result["credentials"][0]["claims"]
    checked = result["checked"]
    assert not checked["online"]
    assert 600 <= checked["supplies_age"] <= checked["trust_list_age"] + 600
    assert checked["status_list_age"] is not None
    told = CliRunner().invoke(verifiers, ["scan", code(world), "--profile", CHECK, "--offline"])
    assert "not checked online" in told.stdout


def test_a_code_counts_once_here_and_lies_sealed_until_it_is_settled(
    world: World, along: dict[str, Any]
) -> None:
    """
    Replay to the same desk is refused; no claim of what is queued can be read from the disk.
    """
    text = code(world)
    assert 0 == scan(text)[0]

    assert (1, "code_used") == refused(scan(text))
    (use,) = along["desk"].queued()
    assert (CHECK, text) == (use.check, use.text)
    assert text[:40].encode() not in use.path.read_bytes()
    along["desk"].settled(use)
    assert [] == [*along["desk"].queued()]
    assert 1 == scan(text)[0]


def test_the_queue_keeps_its_order(world: World, along: dict[str, Any]) -> None:
    """
    What was read first is settled first.
    """
    read = []
    for _ in range(3):
        read.append(code(world))
        assert 0 == scan(read[-1])[0]
        world.clock.move(seconds=2)

    assert read == [use.text for use in along["desk"].queued()]
    assert 3 == run("cache", "show")[1]["queued"]


def test_a_refused_code_is_not_queued_and_stays_used(world: World, along: dict[str, Any]) -> None:
    """
    It shows what was not asked: red, and no second try.
    """
    text = code(world, "age_over_19", "applicant")

    assert (1, "unrequested_claim") == refused(scan(text))
    assert [] == [*along["desk"].queued()]
    assert "code_used" == scan(text)[1]["error"]


def test_the_desks_own_challenge_is_answered_once_and_anothers_never(
    world: World, along: dict[str, Any]
) -> None:
    """
    Two steps without network: the desk remembers what stands on its screen.
    """
    status, shown = run("challenge", CHECK, "--offline")
    challenge = Challenge.parse(shown["challenge"])
    text = code(world, audience=challenge.audience, nonce=challenge.nonce)
    made_up = Challenge.new("corner-store", bytes(16), now=world.clock())
    strange = code(world, audience=made_up.audience, nonce=made_up.nonce)

    assert (0, 0) == (status, scan(text)[0])
    assert "code_used" == scan(text)[1]["error"]
    assert "challenge_closed" == scan(strange)[1]["error"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("0000-0011", "code_unreachable"),
        ("https://phone.example/wallet/desk/AAAAAAAAAAAAAAAAAAAAAAAA", "code_unreachable"),
        ("MD2:x.", "code_damaged"),
    ],
)
def test_what_needs_the_network_says_so(along: dict[str, Any], text: str, error: str) -> None:
    """
    A link and letters ask somebody; a desk alone can ask nobody.
    """
    assert (1, error) == refused(scan(text))


def test_stale_supplies_check_nothing(world: World, along: dict[str, Any]) -> None:
    """
    Fail closed: after a day a revocation would be missed; the check that was never fetched too.
    """
    world.clock.move(seconds=24 * 3600 + 1)

    assert (1, "supplies_stale") == refused(scan(code(world)))
    assert {"profile": CHECK, "error": "supplies_stale"} == run("cache", "show")[1]["checks"][0]
    other = run("scan", code(world), "--profile", "address-check", "--offline")
    assert (1, "no_supplies") == refused(other)


@pytest.mark.parametrize("member", ["trust_list", "trust_keeper", "checks", "made_at"])
def test_supplies_that_do_not_prove_themselves_are_unusable(
    world: World, along: dict[str, Any], member: str
) -> None:
    """
    Whatever somebody changed on the disk, nothing is checked with it.
    """
    wrong: tuple[Any, ...] = (None, "x", {}, [1])
    for bad in wrong:
        with pytest.raises(VerifierError) as caught:
            TakenAlong.parse(along["supplies"] | {member: bad}, now=world.clock())
        assert Failure.SUPPLIES_UNUSABLE is caught.value.failure


def test_a_status_list_that_was_not_taken_along_is_not_guessed(
    world: World, along: dict[str, Any]
) -> None:
    """
    "Could not check" is never "valid".
    """
    along["desk"].keep_supplies(CHECK, along["supplies"] | {"status_lists": {}})

    assert "status_unreachable" == scan(code(world))[1]["error"]


async def test_what_was_queued_is_settled_late_and_once(world: World) -> None:
    """
    Brought home over the operator's addresses: a late entry, the same for the same use again.
    """
    publish(world)
    application = FastAPI()
    application.include_router(
        routes(world.verifiers, lambda _request, role: role, supplies(world))
    )
    transport = httpx2.ASGITransport(application)
    use: dict[str, Any] = {"id": "use-1", "profile": CHECK, "text": code(world)}
    use |= {"read_at": int(world.clock.now.timestamp())}
    world.clock.move(seconds=3600)
    async with httpx2.AsyncClient(transport=transport, base_url=BASE) as http:
        along = (await http.get(f"/verifiers/operator/supplies/{CHECK}")).json()
        first = (await http.post("/verifiers/operator/uses", json=use)).json()
        again = (await http.post("/verifiers/operator/uses", json=use)).json()
        other = (await http.post("/verifiers/operator/uses", json=use | {"id": "b"})).json()
        wrong = await http.post("/verifiers/operator/uses", json=use | {"read_at": "now"})

    assert "corner-store" == TakenAlong.parse(along, now=world.clock.now).party
    assert ("recorded", None) == (first["state"], first["code"])
    assert first == again
    assert ("refused", "code_used") == (other["state"], other["code"])
    assert 400 == wrong.status_code
