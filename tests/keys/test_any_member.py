"""Structure-aware noise (R12): good documents in which any member is anything at all.

Whatever stands in a member, the answer is acceptance or a refusal with a reason, never another
exception: that would be a page of stack trace to whoever sent it.
"""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import base64url, jws, strict_json
from keys.errors import KeysError
from keys.jwe import DecryptionKey, Enc, EncryptionJwk, decrypt, encrypt
from keys.jwk import PublicJwk
from keys.jws import VerifiedJws
from keys.jwt_time import Times, check_times
from keys.key_ring import KeyRing
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue
from keys.trust_list import TYP, TrustList, verify_trust_list
from keys.x509 import parse_x5c
from tests.keys.pki import NOW, root
from tests.read_or_refused import check_read_or_refused

SIGNER = SoftwareSigner.generate()
KEY = SIGNER.public.verification_key()
DECRYPTION_KEY = DecryptionKey.generate("k")
TOKEN = encrypt(b"{}", DECRYPTION_KEY.public, enc=Enc.A128GCM)
ENTRY: JsonObject = {
    "role": "issuer",
    "certificate": "AAAA",
    "name": "n",
    "scope": [],
    "from": 0,
    "until": 1,
}

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=50)
WORDS = st.sampled_from(
    [
        "ES256",
        "EdDSA",
        "EC",
        "OKP",
        "P-256",
        "Ed25519",
        "sig",
        "enc",
        "verify",
        "ECDH-ES",
        "A" * 43,
    ]
)
ANYTHING: st.SearchStrategy[JsonValue] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | WORDS,
    lambda children: st.lists(children, max_size=3) | st.dictionaries(WORDS, children, max_size=3),
    max_leaves=5,
)


def members(*names: str) -> st.SearchStrategy[JsonObject]:
    return st.dictionaries(st.sampled_from(names), ANYTHING, min_size=1, max_size=3)


JWK_MEMBERS = members("kty", "crv", "x", "y", "alg", "use", "key_ops", "kid", "d", "k")


@given(JWK_MEMBERS, st.sampled_from([SIGNER.public.as_dict(), DECRYPTION_KEY.public.as_dict()]))
def test_any_key(changes: JsonObject, jwk: JsonObject) -> None:
    """
    H3, H7, H14: a JWK with any member of any kind.
    """
    for kind in (PublicJwk, EncryptionJwk):
        check_read_or_refused(partial(kind.parse, jwk | changes), kind, KeysError)


@given(members("alg", "typ", "kid", "jwk", "jku", "x5u", "crit", "b64", "x5c"))
def test_any_header(changes: JsonObject) -> None:
    """
    H1 to H11: a signed header with any member of any kind.
    """
    header = base64url.encode(strict_json.dumps({"alg": "ES256", **changes}))
    octets = f"{header}.e30".encode()
    token = jws.attach(octets, SIGNER.sign(octets))

    check_read_or_refused(
        lambda: jws.verify(jws.parse(token), KEY, expected_typ="JWT"), VerifiedJws, KeysError
    )


@given(members("alg", "enc", "epk", "zip", "crit", "apu", "apv", "kid", "p2c"))
def test_any_encryption_header(changes: JsonObject) -> None:
    """
    H41, H42, H83: an encrypted token's header with any member of any kind.
    """
    epk: JsonObject = DECRYPTION_KEY.public.as_dict()
    header: JsonObject = {"alg": "ECDH-ES", "enc": "A128GCM", "epk": epk, **changes}
    token = base64url.encode(strict_json.dumps(header)) + TOKEN[TOKEN.index(".") :]

    # The header is authenticated: under another one than it was made with nothing opens.
    with pytest.raises(KeysError):
        decrypt(token, DECRYPTION_KEY)


@given(members("iat", "nbf", "exp"))
def test_any_times(changes: JsonObject) -> None:
    """
    H18: claims of time with anything in them.
    """
    check_read_or_refused(lambda: check_times(changes, now=NOW), Times, KeysError)


def signed_and_read(claims: JsonObject) -> TrustList:
    return verify_trust_list(jws.sign({"typ": TYP}, strict_json.dumps(claims), SIGNER), KEY, NOW)


@given(
    members("iat", "exp", "ttl", "anchors"),
    members("role", "certificate", "name", "scope", "from", "until"),
)
def test_any_trust_list(changes: JsonObject, entry: JsonObject) -> None:
    """
    T19: a list signed by the right key and made by the wrong program.
    """
    claims: JsonObject = {"iat": 0, "exp": 2**33, "ttl": 1, "anchors": [ENTRY | entry]}
    for candidate in (claims, claims | changes):
        check_read_or_refused(partial(signed_and_read, candidate), TrustList, KeysError)


@given(ANYTHING, members("public", "state", "chain", "retiring_since", "private"))
def test_any_chain_and_any_ring(value: JsonValue, changes: JsonObject) -> None:
    """
    H16 and the key store: an x5c header and a stored ring of any shape.
    """
    check_read_or_refused(lambda: parse_x5c(value), tuple, KeysError)
    ring = strict_json.loads(KeyRing.new(SIGNER, (root().der,)).to_json())
    assert isinstance(ring, list)
    assert isinstance(ring[0], dict)
    stored: list[JsonValue] = [ring[0] | changes, value]
    check_read_or_refused(lambda: KeyRing.from_json(strict_json.dumps(stored)), KeyRing, KeysError)
