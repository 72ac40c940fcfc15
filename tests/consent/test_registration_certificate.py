"""What a registrar signs of a party's purpose, and each way to be wrong."""

import json
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from consent.errors import ConsentError
from consent.forms.registration_certificate import (
    CERTIFICATE_LIMIT,
    REGISTRATION_CERTIFICATE_FORMAT,
    RegistrationCertificate,
    read_registration,
    sign_registration,
)
from keys.authority import CertificateAuthority
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue
from keys.x5c import parse_x5c
from keys.x509 import Anchor, Role, to_x5c
from standards.dcql.paths import ClaimsPathPointer
from tests.read_or_refused import check_read_or_refused
from tests.standards.openid4vci.test_any_json import anything

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NAME = "https://registrar.example"
ROOT = CertificateAuthority.create("Registrars", Role.REGISTRAR, NOW)
SIGNER = SoftwareSigner.generate()
VECTOR = Path(__file__).resolve().parents[2] / "docs/vectors/registration-certificate.json"
REGISTRATION: JsonObject = {
    "format": "https://mydata.example/formats/registration/1",
    "party": {"id": "KR-1", "name": {"ko": "은행", "en": "Bank", "ja": "銀行"}},
    "purpose": {"code": "loan", "text": {"ko": "대출", "en": "Loan", "ja": "貸付"}},
    "legal_basis": "pipa-15-1-1",
    "statute": None,
    "claims": [
        {"vct": "urn:register", "paths": ["address", "members.*.name"]},
        {"vct": "urn:tax", "paths": None},
        {"vct": None, "paths": ["name"]},
    ],
    "ended": False,
}


@lru_cache
def x5c_of(root: CertificateAuthority) -> tuple[str, ...]:
    chain = root.issue(SIGNER.public, "Registrar", now=NOW, uris=(NAME,))
    return tuple(str(each) for each in to_x5c(chain))


def certificate(
    *,
    root: CertificateAuthority = ROOT,
    signer: SoftwareSigner = SIGNER,
    issuer: str = NAME,
    party: str = "KR-1",
    at: datetime = NOW,
    **changes: Any,
) -> str:
    return sign_registration(
        {**REGISTRATION, **changes},
        issuer=issuer,
        party=party,
        signer=signer,
        x5c=x5c_of(root),
        now=at,
        lifetime=timedelta(days=1),
    )


def read(*tokens: JsonValue, party: str = "KR-1", now: datetime = NOW) -> Any:
    entries: list[JsonValue] = [
        {"format": REGISTRATION_CERTIFICATE_FORMAT, "data": token} for token in tokens
    ]
    others: list[JsonValue] = [{"format": "another", "data": "x"}, 1]
    return read_registration(
        [*others, *entries], expected_party=party, anchors=[ROOT.anchor], now=now
    )


def test_what_was_signed_is_read() -> None:
    """
    Whose it is, what for, by which law, and the hash that terms of it carry.
    """
    registered = read(certificate())

    assert ("KR-1", "loan", "pipa-15-1-1", None, "Registrars") == (
        registered.party,
        registered.purpose,
        registered.legal_basis,
        registered.statute,
        registered.registrar,
    )
    assert 32 == len(registered.sha256)
    assert registered.sha256 != read(certificate(statute="a law")).sha256
    assert NOW + timedelta(days=1) == registered.expires_at


@pytest.mark.parametrize(
    ("vct", "path", "expected"),
    [
        ("urn:register", "address", True),
        ("urn:register", "address.street", True),
        ("urn:register", "members.0.name", True),
        ("urn:register", "members.*.name", True),
        ("urn:register", "members", False),
        ("urn:register", "name", False),
        ("urn:tax", "anything", True),
        ("urn:other", "name", True),
        ("urn:other", "address", False),
    ],
)
def test_what_may_be_asked_is_told_from_what_may_not(
    vct: str, path: str, expected: object
) -> None:
    """
    T30: by type and path; the entry without a type is for types no other entry names.
    """
    assert expected is read(certificate()).allows(vct, ClaimsPathPointer.parse_dotted(path))


def test_no_registration_is_none() -> None:
    """
    A request need not show one, and one of an unknown registrar says nothing.
    """
    other = CertificateAuthority.create("Others", Role.REGISTRAR, NOW)

    assert read() is None
    assert read(certificate(root=other)) is None


REFUSED: dict[str, tuple[Any, dict[str, Any]]] = {
    "another party's": (certificate(), {"party": "KR-2"}),
    "of another subject": (certificate(party="KR-2"), {}),
    "of another registration": (certificate(party="KR-2"), {"party": "KR-2"}),
    "old": (certificate(at=NOW - timedelta(days=3)), {}),
    "of tomorrow": (certificate(at=NOW + timedelta(days=1)), {}),
    "by another key": (certificate(signer=SoftwareSigner.generate()), {}),
    "in another's name": (certificate(issuer="https://other.example"), {}),
    "ended": (certificate(ended=True), {}),
    "no token": ("a.b.c", {}),
    "no text": (1, {}),
    "huge": ("x" * (CERTIFICATE_LIMIT + 1), {}),
    "no claims": (certificate(claims=[]), {}),
    "no purpose": (certificate(purpose={}), {}),
    "a path that is none": (certificate(claims=[{"vct": "a", "paths": ["a..b"]}]), {}),
    "a type that is none": (certificate(claims=[{"vct": 1, "paths": ["a"]}]), {}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_registration_with_one_thing_wrong_is_refused(name: str) -> None:
    """
    VP-11: signature, owner, binding, time and form each.
    """
    token, asked = REFUSED[name]

    with pytest.raises(ConsentError):
        read(token, **asked)


def test_two_registrations_are_refused() -> None:
    """
    One question rests on one purpose.
    """
    with pytest.raises(ConsentError):
        read(certificate(), certificate())


def test_a_verifier_signs_no_registration() -> None:
    """
    Decision 0032: a root for verifiers stands behind no registrar.
    """
    root = CertificateAuthority.create("Verifiers", Role.VERIFIER, NOW)
    entry: JsonObject = {
        "format": REGISTRATION_CERTIFICATE_FORMAT,
        "data": certificate(root=root),
    }
    with pytest.raises(ConsentError):
        read_registration([entry], expected_party="KR-1", anchors=[root.anchor], now=NOW)


@given(anything)
def test_any_registration_is_read_or_refused(value: JsonValue) -> None:
    """
    H62, H75: whatever a registrar signs.
    """
    for name in REGISTRATION:
        changed: dict[str, Any] = {name: value}
        check_read_or_refused(
            partial(read, certificate(**changed)), RegistrationCertificate, ConsentError
        )


def test_the_published_vector_holds() -> None:
    """
    docs/registration-certificate.md, by the file beside it.
    """
    vector = json.loads(VECTOR.read_text())
    now = datetime.fromisoformat(vector["now"])
    (root,) = parse_x5c([vector["root"]])
    for case in vector["cases"]:
        reading = partial(
            read_registration,
            case["verifier_info"],
            expected_party=case["party"],
            anchors=[Anchor(root, "Vector root")],
            now=now,
        )
        if case["refused"]:
            with pytest.raises(ConsentError):
                reading()
            continue
        registered = reading()
        assert registered is not None
        assert case["sha256"] == registered.sha256.hex()
        for path, allowed in case["allows"].items():
            pointer = ClaimsPathPointer.parse_dotted(path)
            assert allowed is registered.allows(case["vct"], pointer)
