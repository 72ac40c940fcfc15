"""The browser's verifier and the service's: written apart, and of one mind on every code.

Each code here is scanned by the desk's service and then read by the modules that the offline page
loads (`web/static/counter/offline/`), run by Node. One process reads them all.
"""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from keys import base64url
from keys.entropy import SYSTEM_ENTROPY
from keys.jwk import Algorithm
from keys.jwt_time import seconds
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, dumps, loads_each
from keys.trust_list import TrustEntry, sign_trust_list
from keys.x509 import Role
from standards.oauth.metadata import AuthorizationServerMetadata
from standards.shown_code import base45
from standards.shown_code.code import PREFIX, SUFFIX, shown_code
from standards.status_list.aggregation import aggregation
from tests.conftest import absent
from tests.verifiers.shown import KEEPER, code, presented, publish, supplies
from tests.verifiers.test_scanning import LIES, NONCE
from tests.verifiers.world import (
    BASE,
    NOW,
    REGISTER_CLAIMS,
    REGISTRY,
    STATUS_URI,
    Certified,
    Issuer,
    World,
)
from verifiers.errors import VerifierError
from verifiers.services.catalogue import Catalogue
from web.outbound import Reply

RUNNER = Path(__file__).with_name("offline_verifier.mjs")
QUERIES = Catalogue(BASE).profile("adult-check").query.as_dict()["credentials"]


def kept(world: World) -> JsonObject:
    """What a desk takes along, in the form the page has it."""
    return {
        "trust_list": sign_trust_list(world.roots.trust(), KEEPER),
        "trust_keeper": KEEPER.public.as_dict(),
        "chains": [dumps([*world.issuer.certified.x5c]).decode()],
        "status_lists": {STATUS_URI: world.status.token()},
    }


def verdicts(kept_along: JsonObject, cases: list[JsonObject]) -> list[dict[str, Any]]:
    """Return what the browser's verifier says of each case."""
    node = shutil.which("node")
    if node is None:
        absent("no node: the browser's verifier was not compared with the service's")
    asked = {"kept": kept_along, "queries": QUERIES, "cases": cases}
    done = subprocess.run(  # our own modules
        [str(node), str(RUNNER)],
        input=json.dumps(asked).encode(),
        capture_output=True,
        check=False,
    )
    assert 0 == done.returncode, done.stderr.decode()
    found: list[dict[str, Any]] = json.loads(done.stdout)
    assert len(cases) == len(found)
    return found


def without_one(world: World) -> str:
    """A code that was signed with a claim more than it shows."""
    issuer_jwt, first, second, binding = presented(world, "age_over_19", "applicant").split("~")
    claims = {text: loads_each([base64url.decode(text)])[0] for text in (first, second)}
    (shown,) = [text for text, parts in claims.items() if "age_over_19" in str(parts)]
    return shown_code(f"{issuer_jwt}~{shown}~{binding}")


def case(text: str, **more: Any) -> JsonObject:
    return {"text": text, "now": NOW.timestamp(), **more}


async def said_by_the_service(world: World, text: str) -> str:
    """Return the code of the failure, or "verified"."""
    try:
        transaction_id = await world.verifiers.scan(text, "adult-check")
    except VerifierError as error:
        return error.failure.code
    result = await world.verifiers.result(transaction_id)
    return "verified" if result.failure is None else result.failure.failure.code


async def test_both_verifiers_say_the_same_of_every_lie(world: World) -> None:
    """
    Honest codes, the lies of the scanner's own tests, broken texts, and times around the edge.
    """
    publish(world)
    makers: dict[str, Callable[[], str]] = {
        **{name: partial(lie, world) for name, (lie, _) in LIES.items()},
        "honest": lambda: code(world),
        "a minor": lambda: code(
            world, held=world.issuer.issue(claims=REGISTER_CLAIMS | {"age_over_19": False})
        ),
        "no status list": lambda: code(world, held=world.issuer.issue(status=None)),
        "for somebody": lambda: code(world, audience="https://desk.example"),
        "a short nonce": lambda: code(world, nonce="AAAA"),
        "old": lambda: code(world, now=NOW - timedelta(seconds=36)),
        "just in time": lambda: code(world, now=NOW - timedelta(seconds=35)),
        "of the future": lambda: code(world, now=NOW + timedelta(seconds=6)),
        "another's issuer": lambda: code(
            world, held=Issuer(world.issuer.certified, "https://evil.example").issue()
        ),
        "Ed25519 holder": lambda: code(
            world, held=world.issuer.issue(key=SoftwareSigner.generate(Algorithm.ED25519))
        ),
        "one claim less": lambda: without_one(world),
        "nothing": lambda: "",
        "a bar code": lambda: "4006381333931",
        "a request": lambda: "openid4vp://?client_id=x&request_uri=https://a.example",
        "the wallet": lambda: f"{BASE}/wallet",
        "a menu": lambda: "https://example.com/menu",
        "bare": lambda: PREFIX,
        "cut off": lambda: f"{code(world)[:-9]}{SUFFIX}",
    }
    texts = {name: make() for name, make in makers.items()}
    expected = {name: await said_by_the_service(world, text) for name, text in texts.items()}
    assert {"verified"} < set(expected.values())

    found = verdicts(kept(world), [case(text) for text in texts.values()])

    assert expected == {name: one["code"] for name, one in zip(texts, found, strict=True)}
    by_name = dict(zip(texts, found, strict=True))
    assert {"age_over_19": True} == by_name["honest"]["claims"]
    assert {"age_over_19": False} == by_name["a minor"]["claims"]
    assert "not_listed" == by_name["no status list"]["status"]


async def test_what_was_taken_along_is_believed_only_as_far_as_it_proves_itself(
    world: World,
) -> None:
    """
    A list of another keeper, an old one, a removed root, a rogue chain, a missing or old status.
    """
    honest, along = code(world), kept(world)
    trust, stranger = world.roots.trust(), SoftwareSigner.generate()
    rogue = Certified.by(world.roots.rogue[Role.ISSUER], "Stranger", uris=(REGISTRY,))
    old_status = world.status.token()
    world.clock.move(hours=2)
    world.roots.trusted = {Role.STATUS}
    without_issuers = sign_trust_list(world.roots.trust(), KEEPER)
    world.roots.trusted = {Role.ISSUER}
    without_status = sign_trust_list(world.roots.trust(), KEEPER)
    world.roots.trusted = set(Role)
    world.roots.scope = ("https://else.example/",)
    out_of_scope = sign_trust_list(world.roots.trust(), KEEPER)
    world.roots.scope = ()
    of_issuers = world.roots.of[Role.ISSUER].anchor.certificate
    for_status = TrustEntry.of(Role.STATUS, of_issuers, now=NOW - timedelta(days=1))
    trust = replace(trust, entries=(*trust.entries, for_status))
    also_for_status = sign_trust_list(trust, KEEPER)
    later = NOW + timedelta(hours=2)
    world.status.subject = "https://status.example/lists/2"
    another_list = world.status.token()
    world.status.subject = STATUS_URI
    world.status.certified = Certified.by(world.roots.of[Role.ISSUER], "No status provider")
    cases: dict[str, tuple[JsonObject, str]] = {
        "another keeper": (
            case(honest, replaced={"trust_list": sign_trust_list(trust, stranger)}),
            "trust_list_unusable",
        ),
        "removed issuers": (
            case(honest, replaced={"trust_list": without_issuers}),
            "issuer_not_trusted",
        ),
        "removed status": (
            case(honest, replaced={"trust_list": without_status}),
            "status_invalid",
        ),
        "out of scope": (
            case(honest, replaced={"trust_list": out_of_scope}),
            "issuer_out_of_scope",
        ),
        "unknown chain": (case(honest, replaced={"chains": []}), "code_unknown_authority"),
        "rogue chain": (
            case(
                code(world, held=Issuer(rogue).issue(), now=NOW),
                replaced={"chains": [dumps([*rogue.x5c]).decode()]},
            ),
            "issuer_not_trusted",
        ),
        "no list": (case(honest, replaced={"status_lists": {}}), "status_unreachable"),
        "old list": (
            {
                "text": code(world, now=later),
                "now": later.timestamp(),
                "replaced": {"status_lists": {STATUS_URI: old_status}},
            },
            "status_expired",
        ),
        "another list": (
            {
                "text": code(world, now=later),
                "now": later.timestamp(),
                "replaced": {"status_lists": {STATUS_URI: another_list}},
            },
            "status_invalid",
        ),
        "a certificate for another use": (
            {
                "text": code(world, now=later),
                "now": later.timestamp(),
                "replaced": {
                    "trust_list": also_for_status,
                    "status_lists": {STATUS_URI: world.status.token()},
                },
            },
            "status_invalid",
        ),
        "a list of no provider": (
            {
                "text": code(world, now=later),
                "now": later.timestamp(),
                "replaced": {"status_lists": {STATUS_URI: world.status.token()}},
            },
            "status_invalid",
        ),
        "read before": (
            case(code(world, nonce=NONCE, now=NOW), used=[NONCE]),
            "code_used",
        ),
    }

    found = verdicts(along, [asked for asked, _ in cases.values()])

    assert {name: expected for name, (_, expected) in cases.items()} == {
        name: one["code"] for name, one in zip(cases, found, strict=True)
    }


def with_list(world: World) -> JsonObject:
    """An honest code, with the status list as it is now."""
    return case(code(world), replaced={"status_lists": {STATUS_URI: world.status.token()}})


async def test_every_status_is_told_as_the_service_tells_it(world: World) -> None:
    """
    Revoked, suspended, outdated, unknown, beyond the list: from the list that was taken along.
    """
    cases = []
    for status in (0, 1, 2, 3, 9):
        world.status.statuses[7] = status
        cases.append(with_list(world))
    world.status.size = 4
    world.status.statuses.clear()
    cases.append(with_list(world))

    found = verdicts(kept(world), cases)

    assert [
        *("verified", "credential_revoked", "credential_suspended", "credential_outdated"),
        *("status_unknown_value", "status_out_of_range"),
    ] == [one["code"] for one in found]


async def test_no_octet_of_a_code_can_be_changed(world: World) -> None:
    """
    Each octet of the packed code flipped, one at a time: the browser's verifier takes none.
    """
    text = code(world)
    packed = base45.decode(text[len(PREFIX) : -len(SUFFIX)])
    changed = [
        PREFIX + base45.encode(packed[:at] + bytes([packed[at] ^ 1]) + packed[at + 1 :]) + SUFFIX
        for at in range(len(packed))
    ]

    found = verdicts(kept(world), [case(each) for each in (text, *changed)])

    assert "verified" == found[0]["code"]
    assert {"code_damaged"} == {one["code"] for one in found[1:]}


def described(world: World) -> None:
    """Let the registry say where its status lists are."""
    lists = f"{REGISTRY}/status"
    metadata = AuthorizationServerMetadata(REGISTRY, status_list_aggregation_endpoint=lists)
    answers = {
        f"{BASE}/.well-known/oauth-authorization-server/issuers/resident-registry": (
            metadata.as_dict()
        ),
        lists: aggregation([STATUS_URI]),
    }
    for address, answer in answers.items():
        reply = Reply(200, "application/json", dumps(answer))
        world.network.answering[address] = partial(_answer, reply)


def _answer(reply: Reply, _body: bytes) -> Reply:
    return reply


async def test_what_the_service_gives_a_desk_is_enough(world: World) -> None:
    """
    The supplies of the page, as they are: the browser's verifier takes an honest code with them.
    """
    publish(world)
    described(world)
    along = await supplies(world).of("corner-store")

    assert ["adult-check"] == [check["name"] for check in along["checks"]]  # type: ignore[index,call-overload,union-attr]
    assert seconds(NOW) == along["made_at"]
    assert "verified" == verdicts(along, [case(code(world))])[0]["code"]
    # Nobody answers: what is missing is missing, and the desk says "cannot check".
    world.network.answering.clear()
    alone = await supplies(world).of("corner-store")
    assert ([], {}) == (alone["chains"], alone["status_lists"])
    assert "code_unknown_authority" == verdicts(alone, [case(code(world))])[0]["code"]


async def test_a_desk_takes_along_only_what_its_browser_can_decide(world: World) -> None:
    """
    Checks registered for codes, without a policy: another institution's purpose is not among them.
    """
    given = supplies(world)
    assert ["address-check"] == [check.name for check in given.checks("parcel-service")]
    for party in ("test-desk", "someone-else"):
        assert () == given.checks(party)
    assert base64url.encode(SYSTEM_ENTROPY(16)) not in str(given.checks("corner-store"))
