"""Mdocs made and bent: a test changes one thing of a good one and signs it again."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, cast

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from keys import base64url
from keys.signer import SoftwareSigner
from keys.strict_json import JsonValue
from keys.x5c import to_base64
from standards.cbor.value import Encodable
from standards.mdoc.credential import VerifiedMdoc, verify_mdoc
from standards.mdoc.device_auth import bind
from standards.mdoc.errors import MdocError, MdocFailure
from standards.mdoc.issue import NewMdoc, full_date, issue_mdoc
from standards.mdoc.parse import parse_issued_mdoc, parse_mdoc
from standards.mdoc.present import present
from standards.mdoc.transcript import SessionTranscript, redirect_transcript
from standards.status_list.reference import StatusReference
from tests.keys.pki import Made, leaf, root
from tests.standards.sd_jwt.making import counting

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
DOC_TYPE = "kr.example.resident.1"
NAMESPACE, OTHER = "kr.example.resident", "kr.example.extra"
CLAIMS: Mapping[str, Mapping[str, Encodable]] = {
    NAMESPACE: {
        "family_name": "홍",
        "birth_date": full_date("1990-03-01"),
        "age_over_19": True,
        "portrait": b"\xff\xd8\xff",
        "address": {"city": "서울", "lines": ["세종대로", 209]},
    },
    OTHER: {"family_name": "Hong", "nothing": None},
}
SHOWN: dict[str, dict[str, JsonValue]] = {
    NAMESPACE: {
        "family_name": "홍",
        "birth_date": "1990-03-01",
        "age_over_19": True,
        "portrait": "_9j_",
        "address": {"city": "서울", "lines": ["세종대로", 209]},
    },
    OTHER: {"family_name": "Hong", "nothing": None},
}
STATUS = StatusReference("https://a.example/status/1", 7)


def signer_of(made: Made) -> SoftwareSigner:
    """The key of a certificate, as what signs."""
    assert isinstance(made.key, ec.EllipticCurvePrivateKey)
    return SoftwareSigner(made.key)


def country(code: str, state: str | None = None) -> x509.Name:
    """The name of a signer of driving licences."""
    attributes = [x509.NameAttribute(NameOID.COUNTRY_NAME, code)]
    if state is not None:
        attributes.append(x509.NameAttribute(NameOID.STATE_OR_PROVINCE_NAME, state))
    return x509.Name([*attributes, x509.NameAttribute(NameOID.COMMON_NAME, "Signer")])


Change = Callable[[dict[Any, Any]], None]

ROOT = root()
LEAF = ROOT.make(leaf("Registry", begins=NOW - 30 * DAY, ends=NOW + 30 * DAY))
ISSUER, HOLDER = signer_of(LEAF), SoftwareSigner.generate()
TRANSCRIPT = redirect_transcript(
    client_id="x509_hash:abc",
    nonce="nonce-1",
    response_uri="https://verifier.example/response",
    encrypted_to=None,
)


def new(**changes: Any) -> NewMdoc:
    """What the authority states, some of it changed."""
    stated = NewMdoc(DOC_TYPE, CLAIMS, HOLDER.public, NOW, NOW + DAY, status=STATUS)
    return stated._replace(**changes)


def issued(*, by: Made = LEAF, decoys: int = 0, **changes: Any) -> str:
    """What an issuer hands out."""
    return issue_mdoc(
        new(**changes),
        signer=signer_of(by),
        x5c=[to_base64(by.der)],
        entropy=counting(),
        decoys=decoys,
    ).serialize()


@cache
def credential() -> str:
    """The same credential for every test that only reads it."""
    return issued()


def held(text: str, *, now: datetime = NOW, by: Made = LEAF) -> VerifiedMdoc:
    """Verify what was issued, as a holder does."""
    return verify_mdoc(parse_issued_mdoc(text), key_of(by), now=now)


def seen(text: str, *, now: datetime = NOW, by: Made = LEAF) -> VerifiedMdoc:
    """Verify what is shown, as a verifier does."""
    return verify_mdoc(parse_mdoc(text), key_of(by), now=now)


def key_of(made: Made) -> Any:
    return signer_of(made).public.verification_key()


@cache
def shown() -> str:
    """One presentation for every test that only reads it: two elements of one namespace."""
    paths = [(NAMESPACE, "family_name"), (NAMESPACE, "age_over_19")]
    return bind(present(held(credential()), paths), signer=HOLDER, transcript=TRANSCRIPT)


def opened(text: str) -> Any:
    """The structure of an mdoc, read by a general reader."""
    return cbor2.loads(base64url.decode(text))


def closed(structure: Any) -> str:
    """The text of any structure."""
    return base64url.encode(cbor2.dumps(structure))


def resigned(
    change: Callable[[dict[Any, Any]], None] = lambda _mso: None,
    *,
    items: Callable[[dict[str, list[Any]]], None] = lambda _items: None,
    algorithm: int = -7,
    text: str | None = None,
) -> str:
    """The credential with something in its MSO or its items changed, well signed by its issuer."""
    structure = opened(text or credential())
    protected, unprotected, payload, _ = structure["issuerAuth"]
    mso = cbor2.loads(cbor2.loads(payload).value)
    change(mso)
    items(structure["nameSpaces"])
    payload = cbor2.dumps(cbor2.CBORTag(24, cbor2.dumps(mso, timezone=UTC)))
    protected = cbor2.dumps({1: algorithm})
    signature = ISSUER.sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    structure["issuerAuth"] = [protected, unprotected, payload, signature]
    return closed(structure)


def bent(change: Callable[[dict[str, Any]], None], text: str | None = None) -> str:
    """A presentation with something in its one document changed."""
    structure = opened(text or shown())
    change(structure["documents"][0])
    return closed(structure)


def item_at(items: dict[str, list[Any]], element: str) -> tuple[list[Any], int, dict[str, Any]]:
    """Where in our namespace an element's item is, and what is in it."""
    for place, tagged in enumerate(items[NAMESPACE]):
        content = cbor2.loads(tagged.value)
        if content["elementIdentifier"] == element:
            return items[NAMESPACE], place, cast("dict[str, Any]", content)
    raise AssertionError(element)


def set_to(name: int | str, value: object, *under: object) -> Change:
    """Change one member of a map, some levels down; None takes it away."""

    def change(structure: dict[Any, Any]) -> None:
        for step in under:
            structure = structure[step]
        if value is None:
            del structure[name]
        else:
            structure[name] = value

    return change


def signature_of(change: Callable[[list[Any]], Any]) -> str:
    """The credential with its issuerAuth changed."""
    structure = opened(credential())
    structure["issuerAuth"] = change(structure["issuerAuth"])
    return closed(structure)


def refusal(act: Callable[[], object]) -> MdocFailure:
    """Why something is refused, in few words."""
    with pytest.raises(MdocError) as caught:
        act()
    assert len(str(caught.value)) < 200
    return caught.value.failure


def transcript_of(nonce: str) -> SessionTranscript:
    """The transcript of another request of the same verifier."""
    return redirect_transcript(
        client_id="x509_hash:abc",
        nonce=nonce,
        response_uri="https://verifier.example/response",
        encrypted_to=None,
    )
