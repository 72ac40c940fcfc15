"""Project Wycheproof: every case of every file that concerns this room.

| File                              | Cases | Run | Accepted | Refused | Left out                |
|-----------------------------------|-------|-----|----------|---------|-------------------------|
| ecdsa_secp256r1_sha256_p1363_test |   262 | 262 |      173 |      89 |                         |
| ecdsa_secp256r1_sha256_test (DER) |   484 | 484 |        0 |     484 |                         |
|   the same, rewritten as r and s  |   484 | 249 |      174 |      75 | 235: no r and s in it   |
| ed25519_test                      |   151 | 151 |       88 |      63 |                         |
| aes_gcm_test                      |   316 |  66 |       39 |      27 | 250: other key or nonce |
|   the same, in a JWE              |   316 | 133 |       79 |      54 | 183: other key or nonce |
| ecdh_secp256r1_test               |   612 | 349 |      330 |      19 | 263: other ASN.1        |
| hmac_sha256_test                  |   174 |  87 |       33 |      54 | 87: half a tag          |
| json_web_signature_test           |   401 | 401 |        2 |     399 |                         |
| json_web_key_test                 |    26 |  26 |        0 |      26 |                         |

Where the vectors say *acceptable*, or *valid* for what this project does not do:

- DER is another system's form of an ECDSA signature: all 484 are refused as they stand (H9).
  Those in which two numbers can be read are decided rightly once written as r and s.
- AES-GCM has 256-bit keys, 96-bit nonces and 128-bit tags here; a `DataKey` cannot be told others.
- In a JWE the key comes from an agreement and what is authenticated is its header, so what a
  vector changes is changed there: A128GCM and A256GCM, a tag of other bits.
- HMAC: whoever proves to belong to a pair in the ledger sends all 32 octets.
- ECDH: a JWE carries a point as two coordinates, so cases about the ASN.1 around it (compressed,
  unnamed curve, broken) have nothing to act on. One of the 229 *acceptable* ones is plain outside
  and off the curve inside: refused.
- JWS and JWK: HS256, RS256, PS256, ES512 and the like are refused whatever their signature, as H1
  and H3 ask; an ES256 case is decided as the vectors say.
"""

import hmac
import struct
from collections import Counter
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash

from keys import base64url, jws, strict_json
from keys.errors import KeysError
from keys.jwe import DecryptionKey, Enc, decrypt, encrypt
from keys.jwk import Algorithm, PublicJwk
from keys.sealing import DataKey
from keys.strict_json import JsonObject
from tests.keys.wycheproof import Case, Verdict, cases

# A named P-256 key with an uncompressed point: the one encoding with plain coordinates.
PLAIN_KEY = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
PLAIN_KEY_OCTETS = 91
NONCE_BITS, KEY_BITS = 96, 256
MAC_BITS = 256
ENC = {(96, 128): Enc.A128GCM, (96, 256): Enc.A256GCM}
RECEIVER = DecryptionKey.generate("r")


def verified(key: PublicJwk, signature: bytes, message: bytes) -> Verdict:
    try:
        key.verification_key().verify(signature, message)
    except KeysError:
        return Verdict.INVALID
    return Verdict.VALID


def p256_key(group: dict[str, dict[str, str]]) -> PublicJwk:
    point = bytes.fromhex(group["publicKey"]["uncompressed"])
    return PublicJwk(Algorithm.ES256, point[1:33], point[33:])


def test_es256_signatures_in_the_form_of_jose(vectors: Path) -> None:
    """
    H9: all 262 signatures of r and s side by side are decided as expected.
    """
    counts: Counter[Verdict] = Counter()
    for case in cases(vectors, "ecdsa_secp256r1_sha256_p1363"):
        verdict = verified(p256_key(case.group), case.octets("sig"), case.octets("msg"))
        assert case.verdict is verdict, case.id
        counts[verdict] += 1
    assert {Verdict.VALID: 173, Verdict.INVALID: 89} == counts


def test_es256_signatures_in_der_are_refused(vectors: Path) -> None:
    """
    H9: none of 484 DER signatures is taken for a JOSE signature.
    """
    count = 0
    for case in cases(vectors, "ecdsa_secp256r1_sha256"):
        verdict = verified(p256_key(case.group), case.octets("sig"), case.octets("msg"))
        assert Verdict.INVALID is verdict, case.id
        count += 1
    assert 484 == count


def test_es256_signatures_from_der_are_decided_by_their_numbers(vectors: Path) -> None:
    """
    H9: once r and s are read from DER and fit 32 octets, 174 verify and no other.
    """
    counts: Counter[Verdict] = Counter()
    for case in cases(vectors, "ecdsa_secp256r1_sha256"):
        try:
            r, s = decode_dss_signature(case.octets("sig"))
            signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        except (ValueError, OverflowError):
            assert Verdict.INVALID is case.verdict, case.id
            continue
        verdict = verified(p256_key(case.group), signature, case.octets("msg"))
        assert case.verdict is verdict, case.id
        counts[verdict] += 1
    assert {Verdict.VALID: 174, Verdict.INVALID: 75} == counts


def test_ed25519_signatures(vectors: Path) -> None:
    """
    All 151 are decided as expected: malleable, truncated and lengthened ones are refused.
    """
    counts: Counter[Verdict] = Counter()
    for case in cases(vectors, "ed25519"):
        key = PublicJwk(Algorithm.ED25519, bytes.fromhex(case.group["publicKey"]["pk"]), b"")
        verdict = verified(key, case.octets("sig"), case.octets("msg"))
        assert case.verdict is verdict, case.id
        counts[verdict] += 1
    assert {Verdict.VALID: 88, Verdict.INVALID: 63} == counts


def test_sealing_is_aes_256_gcm(vectors: Path) -> None:
    """
    What the vectors encrypt opens as ours and what we seal is what they encrypt.
    """
    counts: Counter[Verdict] = Counter()
    for case in cases(vectors, "aes_gcm"):
        if (NONCE_BITS, KEY_BITS) != (case.group["ivSize"], case.group["keySize"]):
            continue
        verdict = opened(case)
        assert case.verdict is verdict, case.id
        counts[verdict] += 1
    assert {Verdict.VALID: 39, Verdict.INVALID: 27} == counts


def opened(case: Case) -> Verdict:
    """Change what we seal by what the vector changes; ours authenticates a version octet too."""
    nonce, aad, message = case.octets("iv"), case.octets("aad"), case.octets("msg")
    cipher, key = AESGCM(case.octets("key")), DataKey(case.octets("key"))
    # Nothing for a valid vector, flipped bits of the tag for the others.
    change = xor(cipher.encrypt(nonce, message, aad), case.octets("ct") + case.octets("tag"))
    sealed = key.seal(message, context=aad, entropy=lambda _size: nonce)
    assert b"\x01" + nonce + cipher.encrypt(nonce, message, b"\x01" + aad) == sealed
    try:
        plaintext = key.open(sealed[:13] + xor(sealed[13:], change), context=aad)
    except KeysError:
        return Verdict.INVALID
    assert message == plaintext
    return Verdict.VALID


def test_encrypted_responses_are_aes_gcm(vectors: Path) -> None:
    """
    H14: both content encryptions of HAIP; what a vector changes in a tag is seen in ours.
    """
    counts: Counter[Verdict] = Counter()
    for case in cases(vectors, "aes_gcm"):
        enc = ENC.get((case.group["ivSize"], case.group["keySize"]))
        if enc is None:
            continue
        verdict = decrypted(case, enc)
        assert case.verdict is verdict, case.id
        counts[verdict] += 1
    assert {Verdict.VALID: 79, Verdict.INVALID: 54} == counts


def decrypted(case: Case, enc: Enc) -> Verdict:
    """Change the tag of what we encrypt by what the vector changes in its own."""
    nonce, aad, message = case.octets("iv"), case.octets("aad"), case.octets("msg")
    right = AESGCM(case.octets("key")).encrypt(nonce, message, aad)
    change = xor(right, case.octets("ct") + case.octets("tag"))[-16:]
    *head, tag = encrypt(message, RECEIVER.public, enc=enc).split(".")
    bent = base64url.encode(xor(base64url.decode(tag), change))
    try:
        assert message == decrypt(".".join([*head, bent]), RECEIVER).plaintext
    except KeysError:
        return Verdict.INVALID
    return Verdict.VALID


def test_macs_of_the_ledger_are_hmac_sha256(vectors: Path) -> None:
    """
    The one function all of them are made with: 33 tags are its own, 54 are not.
    """
    counts: Counter[Verdict] = Counter()
    for case in cases(vectors, "hmac_sha256"):
        if case.group["tagSize"] != MAC_BITS:
            continue
        made = hmac.digest(case.octets("key"), case.octets("msg"), "sha256")
        is_own = hmac.compare_digest(made, case.octets("tag"))
        verdict = Verdict.VALID if is_own else Verdict.INVALID
        assert case.verdict is verdict, case.id
        counts[verdict] += 1
    assert {Verdict.VALID: 33, Verdict.INVALID: 54} == counts


def xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def test_key_agreement_on_p256(vectors: Path) -> None:
    """
    H14: what is encrypted with the vectors' shared secret opens; points off the curve do not.
    """
    counts: Counter[Verdict] = Counter()
    for case in cases(vectors, "ecdh_secp256r1"):
        public = case.octets("public")
        if not public.startswith(PLAIN_KEY) or len(public) != PLAIN_KEY_OCTETS:
            assert Verdict.VALID is not case.verdict, case.id
            continue
        expected = Verdict.VALID if Verdict.VALID is case.verdict else Verdict.INVALID
        verdict = agreed(case, public[len(PLAIN_KEY) :])
        assert expected is verdict, case.id
        counts[verdict] += 1
    assert {Verdict.VALID: 330, Verdict.INVALID: 19} == counts


def agreed(case: Case, point: bytes) -> Verdict:
    number = int.from_bytes(case.octets("private"), "big")
    key = DecryptionKey(ec.derive_private_key(number, ec.SECP256R1()), kid="k")
    shared = bytes.fromhex(case.test["shared"].zfill(64))
    try:
        decrypted = decrypt(token_to(point, shared), key)
    except KeysError:
        return Verdict.INVALID
    assert b"secret" == decrypted.plaintext
    return Verdict.VALID


def token_to(point: bytes, shared: bytes) -> str:
    """Make a JWE by hand from a shared secret (RFC 7518 section 4.6.2)."""
    x, y = base64url.encode(point[:32]), base64url.encode(point[32:])
    epk: JsonObject = {"kty": "EC", "crv": "P-256", "x": x, "y": y}
    header = strict_json.dumps({"alg": "ECDH-ES", "enc": Enc.A256GCM.value, "epk": epk})
    name = Enc.A256GCM.value.encode()
    other = struct.pack(">I", len(name)) + name + struct.pack(">III", 0, 0, 256)
    content_key = ConcatKDFHash(SHA256(), 32, other).derive(shared)
    protected = base64url.encode(header)
    encrypted = AESGCM(content_key).encrypt(bytes(12), b"secret", protected.encode())
    parts = (bytes(12), encrypted[:-16], encrypted[-16:])
    return ".".join([protected, "", *map(base64url.encode, parts)])


def test_json_web_signatures(vectors: Path) -> None:
    """
    H1, H3, H9, H13: of 401 tokens only the valid ES256 ones on P-256 keys are accepted.
    """
    counts: Counter[Verdict] = Counter()
    for case in cases(vectors, "json_web_signature"):
        jwk = case.group.get("public", case.group["private"])
        ours = jwk.get("crv") == "P-256"
        verdict = token_verified(jwk, case.test["jws"])
        assert (case.verdict if ours else Verdict.INVALID) is verdict, case.id
        counts[verdict] += 1
    assert {Verdict.VALID: 2, Verdict.INVALID: 399} == counts


def test_json_web_keys(vectors: Path) -> None:
    """
    H3, H7, H17: none of the 26 keys and key sets is one of ours with a valid token.
    """
    count = 0
    for case in cases(vectors, "json_web_key"):
        keys = case.group.get("public", case.group["private"])["keys"]
        assert Verdict.VALID is not case.verdict or {"oct", "RSA"} >= {k["kty"] for k in keys}
        for jwk in keys:
            assert Verdict.INVALID is token_verified(jwk, case.test["jws"]), case.id
        count += 1
    assert 26 == count


def token_verified(jwk: JsonObject, token: str) -> Verdict:
    try:
        key = PublicJwk.parse(jwk).verification_key()
        jws.verify(jws.parse(token), key, expected_typ=None)
    except KeysError:
        return Verdict.INVALID
    return Verdict.VALID
