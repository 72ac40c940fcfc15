from dataclasses import replace
from datetime import timedelta

import pytest

from keys import jws, strict_json
from keys.authority import CertificateAuthority
from keys.certificate_reader import read_certificate
from keys.errors import KeysFailure
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue
from keys.trust_list import TYP, TrustEntry, TrustList, sign_trust_list, verify_trust_list
from keys.x509 import Role, validate_chain
from tests.keys.pki import NOW
from tests.keys.refusal import refused

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
KEEPER = SoftwareSigner.generate()
KEY = KEEPER.public.verification_key()
AUTHORITIES = {role: CertificateAuthority.create(f"Root {role}", role, NOW) for role in Role}
ENTRIES = tuple(
    TrustEntry.of(role, authority.anchor.certificate, now=NOW, scope=(f"urn:{role}",))
    for role, authority in AUTHORITIES.items()
)
LIST = TrustList(ENTRIES, NOW, NOW + DAY, timedelta(hours=1))


def entry_json() -> JsonObject:
    """Return one entry as it stands in a signed list."""
    claims = jws.verify(jws.parse(sign_trust_list(LIST, KEEPER)), KEY, expected_typ=TYP).claims()
    entries = claims["anchors"]
    assert isinstance(entries, list)
    assert isinstance(entries[0], dict)
    return entries[0]


def signed(members: JsonObject, typ: str = TYP) -> str:
    claims: JsonObject = {"iat": 1795348800, "exp": 1795435200, "ttl": 3600, "anchors": []}
    return jws.sign({"typ": typ}, strict_json.dumps(claims | members), KEEPER)


def test_a_list_survives_its_token() -> None:
    """
    Role, certificate, name, scope and times come back, signed by the keeper.
    """
    assert LIST == verify_trust_list(sign_trust_list(LIST, KEEPER), KEY, NOW)


def test_a_root_counts_for_its_role_and_its_time() -> None:
    """
    H87: nothing before, nothing after, nothing for another role; both ends are included.
    """
    short = replace(ENTRIES[0], valid_from=NOW, valid_until=NOW + SECOND)
    trust = replace(LIST, entries=(short, *ENTRIES[1:]))
    for moment, expected in ((-1, 0), (0, 1), (1, 1), (2, 0)):
        anchors = trust.anchors(Role.ISSUER, NOW + moment * SECOND)
        assert expected == len(anchors)
    (anchor,) = trust.anchors(Role.VERIFIER, NOW)
    assert ("Root verifier", ("urn:verifier",)) == (anchor.name, anchor.scope)


def test_an_expired_list_trusts_nobody() -> None:
    """
    Fail closed: a copy nobody renewed is no reason to go on trusting.
    """
    assert 1 == len(LIST.anchors(Role.ISSUER, NOW + DAY))
    assert () == LIST.anchors(Role.ISSUER, NOW + DAY + SECOND)
    with refused(KeysFailure.EXPIRED):
        verify_trust_list(sign_trust_list(LIST, KEEPER), KEY, NOW + 2 * DAY)


def test_a_chain_hangs_on_the_list() -> None:
    """
    The anchors of a role are what chains of that role are proven under.
    """
    chain = AUTHORITIES[Role.ISSUER].issue(KEEPER.public, "Office", now=NOW)
    proven = validate_chain(
        chain, anchors=LIST.anchors(Role.ISSUER, NOW), role=Role.ISSUER, now=NOW
    )
    assert ("urn:issuer",) == proven.anchor.scope


def test_an_entry_lasts_as_long_as_its_certificate() -> None:
    """
    A root added by hand is trusted from now until it expires.
    """
    entry = ENTRIES[0]
    assert (NOW, "Root issuer") == (entry.valid_from, entry.name)
    assert read_certificate(entry.certificate).not_after == entry.valid_until


def test_a_list_signed_by_another_or_made_for_something_else_is_refused() -> None:
    """
    T19, H8: the keeper's key and the list's own type.
    """
    with refused(KeysFailure.SIGNATURE_INVALID):
        verify_trust_list(sign_trust_list(LIST, SoftwareSigner.generate()), KEY, NOW)
    with refused(KeysFailure.TYPE_MISMATCH):
        verify_trust_list(signed({}, typ="JWT"), KEY, NOW)


@pytest.mark.parametrize(
    "members",
    [
        {"anchors": None},
        {"anchors": [1]},
        {"ttl": "soon"},
        {"ttl": None},
        {"iat": None},
    ],
)
def test_a_broken_list_is_malformed(members: JsonObject) -> None:
    """
    H18: every member has its kind.
    """
    with refused(KeysFailure.MALFORMED):
        verify_trust_list(signed(members), KEY, NOW)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("role", "king"),
        ("role", ["issuer"]),
        ("name", None),
        ("scope", "all"),
        ("scope", [1]),
        ("lists", "all"),
        ("lists", [1]),
        ("certificate", None),
        ("certificate", "AAAA"),
        ("certificate", "not base64"),
        ("from", "now"),
        ("until", None),
    ],
)
def test_a_broken_entry_is_malformed(name: str, value: JsonValue) -> None:
    """
    One unreadable entry spoils the list: half a trust list is another trust list.
    """
    entry = entry_json() | {name: value}
    with refused(KeysFailure.MALFORMED):
        verify_trust_list(signed({"anchors": [entry]}), KEY, NOW)


def test_scope_may_be_left_out() -> None:
    """
    H75: no scope means all, and members nobody defined are ignored.
    """
    entry = {k: v for k, v in entry_json().items() if k != "scope"}
    trust = verify_trust_list(signed({"anchors": [entry | {"extra": 1}], "x": 2}), KEY, NOW)
    assert () == trust.entries[0].scope
