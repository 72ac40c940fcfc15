"""Was it valid on that day: by the list that was signed then, and by no other."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli.application import application
from app.cli.consent import valid_on as verb
from app.errors import CommandError
from consent.auditing.valid_on import issuer_parts, reference_of, valid_on
from consent.errors import ConsentError
from consent.forms.offline import KeptPresentation, Offline
from keys import jws
from keys.errors import KeysError
from keys.role import Role
from keys.signer import SoftwareSigner
from keys.trust_list import TrustEntry, TrustList
from standards.status_list.bits import Status
from standards.status_list.errors import StatusListError
from tests.issuers.world import NOW, OPERATOR, REGISTRY, World
from web.errors import Party


def trusted(world: World, *roles: Role) -> TrustList:
    entries = tuple(
        TrustEntry.of(role, world.keys.roots[role].anchor.certificate, now=NOW - timedelta(1))
        for role in roles or tuple(Role)
    )
    return TrustList(entries, NOW, NOW + timedelta(days=400), timedelta(hours=1))


async def token(world: World) -> str:
    text: str = (await world.http.get(f"{REGISTRY}/status/0")).text
    return text


async def revoke(world: World) -> None:
    found = await world.http.get("/issuers/operator/credentials?to=demo", headers=OPERATOR)
    number = found.json()["credentials"][0]["id"]
    await world.http.post(
        f"/issuers/operator/credentials/{number}/revoke", json={"reason": "x"}, headers=OPERATOR
    )


async def test_the_list_of_then_says_what_held_then(world: World) -> None:
    """
    Valid in the morning and revoked at noon, whenever it is asked; each list for its own time.
    """
    [copy] = await world.issue()
    [part] = issuer_parts(copy)
    morning = await token(world)
    world.clock.move(hours=5)
    await revoke(world)
    noon = await token(world)
    trust = trusted(world)

    early = valid_on(part, morning, trust=trust, at=NOW + timedelta(minutes=50))
    late = valid_on(part, noon, trust=trust, at=world.clock.now)

    assert (True, Status.VALID) == (early.ok, early.status)
    assert (False, Status.INVALID) == (late.ok, late.status)
    assert {"ok": True, "status": "valid", "signed_at": "2026-11-22T03:25:41Z"} == {
        name: early.as_dict()[name] for name in ("ok", "status", "signed_at")
    }
    with pytest.raises(ConsentError, match="does not cover"):
        valid_on(part, morning, trust=trust, at=NOW - timedelta(seconds=30))
    with pytest.raises(StatusListError):
        valid_on(part, morning, trust=trust, at=NOW + timedelta(hours=2))


async def test_nobody_untrusted_then_is_believed(world: World) -> None:
    """
    The issuer's chain, the provider's chain, and the signature of each.
    """
    [copy] = await world.issue()
    [part] = issuer_parts(copy)
    listed = await token(world)
    header = {name: each for name, each in jws.parse(listed).header.items() if name != "alg"}
    forged = jws.sign(header, jws.parse(listed).payload, SoftwareSigner.generate())

    for given, trust in (
        (listed, trusted(world, Role.STATUS)),
        (listed, trusted(world, Role.ISSUER)),
        (forged, trusted(world)),
    ):
        with pytest.raises((KeysError, StatusListError)):
            valid_on(part, given, trust=trust, at=NOW)


async def test_a_receipts_offline_part_has_its_certificates(world: World) -> None:
    """
    A certificate as it is kept, or a receipt; what holds none is refused.
    """
    [copy] = await world.issue()
    [part] = issuer_parts(copy)
    jwt, *_ = copy.split("~")
    kept = KeptPresentation("dc+sd-jwt", issuer_part=jwt)
    receipt = {"offline": Offline((kept, kept)).as_dict()}

    assert (part, part) == issuer_parts(json.dumps(receipt))
    assert (part,) == issuer_parts(f"{jwt}\n")
    bare = {"offline": Offline(()).as_dict()}
    for none in ("{}", '{"offline": null}', '{"offline": {}}', json.dumps(bare), "a.b.c", "☂"):
        with pytest.raises(ConsentError):
            issuer_parts(none)
    for claims in (b"{}", b'{"status": 7}'):
        [unlisted] = issuer_parts(jws.sign({"typ": "x"}, claims, SoftwareSigner.generate()))
        with pytest.raises(ConsentError):
            reference_of(unlisted)


async def test_one_command_answers_from_a_token_or_from_the_issuer(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Exit 0 for valid, 1 for not, and for a day nobody kept a list of the reason.
    """
    [copy] = await world.issue()
    listed = await token(world)
    trust = trusted(world)
    asked: list[datetime] = []

    class Trusted:
        def __init__(self, *_arguments: object) -> None:
            pass

        def current(self) -> TrustList:
            return trust

    def fetched(uri: str, at: datetime, _home: Path) -> str:
        assert f"{REGISTRY}/status/0" == uri
        asked.append(at)
        if at < NOW:
            raise CommandError("status_not_kept", Party.ISSUER, "none is kept")
        return listed

    monkeypatch.setattr(verb, "TrustFile", Trusted)
    monkeypatch.setattr(verb, "_fetched", fetched)
    monkeypatch.setenv("MYDATA_HOME", str(tmp_path))
    file, kept = tmp_path / "certificate", tmp_path / "token"
    file.write_text(copy)
    kept.write_text(listed)

    def run(day: str, *more: str) -> Result:
        return CliRunner().invoke(application, ["consent", "valid-on", day, str(file), *more])

    by_token = run("2026-11-22T03:40:00", "--status-token", str(kept))
    by_day = run("2026-11-22", "--json")
    too_early = run("2026-11-21")
    other_time = run("2026-11-23T00:00:00Z", "--status-token", str(kept))
    no_day = run("yesterday")

    assert 0 == by_token.exit_code, by_token.output
    assert by_token.stdout.startswith("valid at 2026-11-22T03:40:00Z, by the list signed")
    assert 0 == by_day.exit_code, by_day.output
    assert json.loads(by_day.stdout)["certificates"][0]["at"] == "2026-11-22T03:59:59Z"
    assert datetime(2026, 11, 22, 0, 59, 59, tzinfo=UTC) == asked[0]
    assert [1, 1, 1] == [too_early.exit_code, other_time.exit_code, no_day.exit_code]
    assert "status_not_kept (issuer): no list of that time can be shown" in too_early.output
    assert "expired" in other_time.output
    assert "a day such as" in no_day.output
