"""
A second opinion on mdocs: the npm package `@owf/mdoc`, written by others, issues for us, holds for
us and verifies what we made; and we do the same for it. (Not its tags: it makes them over another
structure than RFC 9052 section 6.3 has.)
"""

import base64
import json
import shutil
import subprocess
from datetime import timedelta
from typing import Any

import pytest

from keys import base64url
from keys.encryption_key import DecryptionKey
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject
from keys.x5c import to_base64
from standards.mdoc.credential import VerifiedMdoc, verify_mdoc
from standards.mdoc.device_auth import bind, verify_device_auth
from standards.mdoc.issue import NewMdoc, full_date, issue_mdoc
from standards.mdoc.parse import UnverifiedMdoc, parse_issued_mdoc, parse_mdoc
from standards.mdoc.present import present
from standards.mdoc.transcript import SessionTranscript, dc_api_transcript, redirect_transcript
from standards.status_list.reference import StatusReference
from tests.conftest import absent
from tests.interop.conftest import NODE
from tests.keys.pki import leaf, root
from tests.standards.mdoc.making import DAY, NOW, country, signer_of
from tests.standards.sd_jwt.making import counting

DOC_TYPE, NAMESPACE, OTHER = "kr.example.resident.1", "kr.example.resident", "kr.example.extra"
SHOWN: JsonObject = {
    NAMESPACE: {
        "family_name": "홍",
        "birth_date": "1990-03-01",
        "age_over_19": True,
        "portrait": "_9j_",
        "address": {"city": "서울", "lines": ["세종대로", 209]},
    },
    OTHER: {"family_name": "Hong"},
}
ROOT = root("Another root")
LEAF = ROOT.make(leaf(subject=country("KR"), begins=NOW - DAY, ends=NOW + DAY))
ISSUER, HOLDER = signer_of(LEAF), SoftwareSigner.generate()
CHOSEN = [(NAMESPACE, "age_over_19"), (NAMESPACE, "address"), (OTHER, "family_name")]
LATER = NOW + timedelta(hours=1)
READER = DecryptionKey.generate("1").public
REQUESTS: dict[str, tuple[SessionTranscript, dict[str, str]]] = {
    "redirect": (
        redirect_transcript(
            client_id="x509_hash:abc",
            nonce="n",
            response_uri="https://v.example/r",
            encrypted_to=READER,
        ),
        {
            "clientId": "x509_hash:abc",
            "nonce": "n",
            "responseUri": "https://v.example/r",
            "thumbprint": base64.b64encode(READER.thumbprint()).decode(),
        },
    ),
    "in clear": (
        redirect_transcript(
            client_id="x", nonce="n", response_uri="https://v.example/r", encrypted_to=None
        ),
        {"clientId": "x", "nonce": "n", "responseUri": "https://v.example/r"},
    ),
    "browser": (
        dc_api_transcript(origin="https://v.example", nonce="n", encrypted_to=None),
        {"origin": "https://v.example", "nonce": "n"},
    ),
}


@pytest.fixture(scope="module", autouse=True)
def _node() -> None:
    """Node with the package installed, or a sentence why not."""
    if shutil.which("node") is None or not (NODE / "node_modules" / "@owf").is_dir():
        absent("no Node with the packages of tests/interop/node: run `npm ci` there")


def ask(task: str, **given: Any) -> Any:
    """Have the other maker do one thing; what it made, or ``{"refused": why}``."""
    done = subprocess.run(
        ["node", "mdoc.mjs"],
        cwd=NODE,
        input=json.dumps([{"task": task, **given}]),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout, done.stderr
    [answer] = json.loads(done.stdout)
    return answer.get("done", answer)


def jwk_of(signer: SoftwareSigner) -> JsonObject:
    """The private key as a JWK, for a maker whose wallet it is."""
    private = signer.library_key().private_numbers()  # type: ignore[union-attr]  # on P-256
    scalar = private.private_value.to_bytes(32, "big")
    return {**signer.public.as_dict(), "d": base64url.encode(scalar)}


def issued_by_us() -> str:
    """With a status and decoys, of which the package need not know."""
    new = NewMdoc(
        DOC_TYPE,
        {
            NAMESPACE: {
                "family_name": "홍",
                "birth_date": full_date("1990-03-01"),
                "age_over_19": True,
                "portrait": b"\xff\xd8\xff",
                "address": {"city": "서울", "lines": ["세종대로", 209]},
            },
            OTHER: {"family_name": "Hong"},
        },
        HOLDER.public,
        NOW,
        NOW + DAY,
        status=StatusReference("https://a.example/status/1", 7),
    )
    x5c = [to_base64(LEAF.der)]
    return issue_mdoc(new, signer=ISSUER, x5c=x5c, entropy=counting(), decoys=1).serialize()


def issued_by_them() -> str:
    octets = {"octets": base64.b64encode(b"\xff\xd8\xff").decode()}
    changed = {"birth_date": {"date": "1990-03-01"}, "portrait": octets}
    first = SHOWN[NAMESPACE]
    assert isinstance(first, dict)
    text = ask(
        "issue",
        docType=DOC_TYPE,
        claims={NAMESPACE: first | changed, OTHER: SHOWN[OTHER]},
        holder={name: each for name, each in HOLDER.public.as_dict().items() if name != "kid"},
        key=jwk_of(ISSUER),
        certificate=to_base64(LEAF.der),
        now=NOW.isoformat(),
        until=(NOW + DAY).isoformat(),
    )
    assert isinstance(text, str), text
    return text


def ours(unverified: UnverifiedMdoc) -> VerifiedMdoc:
    """What our verifier says."""
    return verify_mdoc(unverified, ISSUER.public.verification_key(), now=LATER)


def theirs(presentation: str, request: dict[str, str]) -> Any:
    """What their verifier says."""
    return ask(
        "verify",
        presentation=presentation,
        roots=[to_base64(ROOT.der)],
        now=LATER.isoformat(),
        request=request,
    )


def chosen() -> JsonObject:
    first = SHOWN[NAMESPACE]
    assert isinstance(first, dict)
    kept: JsonObject = {name: first[name] for name in ("age_over_19", "address")}
    return {NAMESPACE: kept, OTHER: SHOWN[OTHER]}


def test_they_hold_what_we_issue() -> None:
    """
    Chain, signature, every digest, and times, by another maker's holder.
    """
    told = ask(
        "hold", credential=issued_by_us(), roots=[to_base64(ROOT.der)], now=LATER.isoformat()
    )

    assert SHOWN == told


def test_we_hold_what_they_issue() -> None:
    """
    Their spelling of CBOR (maps in the order of writing, dates by their own writer) is digested as
    it came.
    """
    mdoc = ours(parse_issued_mdoc(issued_by_them()))

    assert SHOWN == mdoc.claims
    assert (NOW, NOW + DAY) == (mdoc.issued_at, mdoc.expires_at)
    assert HOLDER.public.x == mdoc.holder.x


@pytest.mark.parametrize("way", REQUESTS)
def test_they_verify_what_we_present(way: str) -> None:
    """
    Some elements of a credential, issued by us and by them, bound to the request by each way.
    """
    transcript, request = REQUESTS[way]
    issuers = [issued_by_us] if way != "redirect" else [issued_by_us, issued_by_them]
    for issue in issuers:
        held = ours(parse_issued_mdoc(issue()))
        text = bind(present(held, CHOSEN), signer=HOLDER, transcript=transcript)

        assert chosen() == theirs(text, request)


def test_they_refuse_what_answers_another_request() -> None:
    """
    Otherwise a verifier that accepts everything would agree with us.
    """
    transcript, request = REQUESTS["redirect"]
    text = bind(
        present(ours(parse_issued_mdoc(issued_by_us())), CHOSEN),
        signer=HOLDER,
        transcript=transcript,
    )

    told = theirs(text, request | {"nonce": "another"})
    assert "Device signature must be valid" in told["refused"]


@pytest.mark.parametrize("way", REQUESTS)
def test_we_verify_what_they_present(way: str) -> None:
    """
    Their holder with our credential: the same elements, the same transcript.
    """
    transcript, request = REQUESTS[way]

    text = ask(
        "present",
        credential=issued_by_us(),
        docType=DOC_TYPE,
        elements={NAMESPACE: ["age_over_19", "address"], OTHER: ["family_name"]},
        key=jwk_of(HOLDER),
        request=request,
    )

    mdoc = ours(parse_mdoc(text))
    assert chosen() == mdoc.claims
    assert {} == verify_device_auth(mdoc, expected_transcript=transcript).claims
