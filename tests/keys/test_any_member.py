"""Structure-aware noise (R12): good documents in which any member is anything at all.

Whatever stands in a member, the answer is acceptance or a refusal with a reason, never another
exception: that would be a page of stack trace to whoever sent it.
"""

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from keys import base64url, jws, strict_json
from keys.errors import KeysError
from keys.jwe import DecryptionKey, Enc, EncryptionJwk, decrypt, encrypt
from keys.jwk import PublicJwk
from keys.jwt_time import check_times
from keys.key_ring import KeyRing
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue
from keys.trust_list import TYP, verify_trust_list
from keys.x509 import parse_x5c
from tests.keys.pki import NOW, root

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
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT | WORDS,
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
    for parse in (PublicJwk.parse, EncryptionJwk.parse):
        with contextlib.suppress(KeysError):
            parse(jwk | changes)


@given(members("alg", "typ", "kid", "jwk", "jku", "x5u", "crit", "b64", "x5c"))
def test_any_header(changes: JsonObject) -> None:
    """
    H1 to H11: a signed header with any member of any kind.
    """
    with contextlib.suppress(KeysError):
        header = base64url.encode(strict_json.dumps({"alg": "ES256", **changes}))
        octets = f"{header}.e30".encode()
        token = jws.parse(jws.attach(octets, SIGNER.sign(octets)))
        jws.verify(token, KEY, expected_typ="JWT")


@given(members("alg", "enc", "epk", "zip", "crit", "apu", "apv", "kid", "p2c"))
def test_any_encryption_header(changes: JsonObject) -> None:
    """
    H41, H42, H83: an encrypted token's header with any member of any kind.
    """
    with contextlib.suppress(KeysError):
        epk: JsonObject = DECRYPTION_KEY.public.as_dict()
        header: JsonObject = {"alg": "ECDH-ES", "enc": "A128GCM", "epk": epk, **changes}
        rest = TOKEN[TOKEN.index(".") :]
        decrypt(base64url.encode(strict_json.dumps(header)) + rest, DECRYPTION_KEY)


@given(members("iat", "nbf", "exp"))
def test_any_times(changes: JsonObject) -> None:
    """
    H18: claims of time with anything in them.
    """
    with contextlib.suppress(KeysError):
        check_times(changes, now=NOW)


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
        with contextlib.suppress(KeysError):
            token = jws.sign({"typ": TYP}, strict_json.dumps(candidate), SIGNER)
            verify_trust_list(token, KEY, NOW)


@given(ANYTHING, members("public", "state", "chain", "retiring_since", "private"))
def test_any_chain_and_any_ring(value: JsonValue, changes: JsonObject) -> None:
    """
    H16 and the key store: an x5c header and a stored ring of any shape.
    """
    with contextlib.suppress(KeysError):
        parse_x5c(value)
    ring = strict_json.loads(KeyRing.new(SIGNER, (root().der,)).to_json())
    assert isinstance(ring, list)
    assert isinstance(ring[0], dict)
    with contextlib.suppress(KeysError):
        KeyRing.from_json(strict_json.dumps([ring[0] | changes, value]))
