"""Other people's libraries read what we write, and we read what they write."""

import json

import jwt
import pytest
from joserfc import jwe as joserfc_jwe
from joserfc import jws as joserfc_jws
from joserfc.jwk import ECKey, OKPKey

from keys import jws
from keys.jwe import DecryptionKey, Enc, decrypt, encrypt
from keys.jwk import Algorithm, PublicJwk
from keys.signer import SoftwareSigner

PAYLOAD = b'{"name":"\xed\x99\x8d\xea\xb8\xb8\xeb\x8f\x99","n":1}'
ES256 = SoftwareSigner.generate(Algorithm.ES256)
ED25519 = SoftwareSigner.generate(Algorithm.ED25519)


def joserfc_key(signer: SoftwareSigner) -> ECKey | OKPKey:
    kind = ECKey if signer.algorithm is Algorithm.ES256 else OKPKey
    return kind.import_key(signer.private_pem())


@pytest.mark.parametrize("signer", [ES256, ED25519], ids=["ES256", "Ed25519"])
def test_joserfc_reads_our_tokens_and_we_read_theirs(signer: SoftwareSigner) -> None:
    """
    Both algorithms under their RFC 9864 names, in both directions.
    """
    key, name = joserfc_key(signer), signer.algorithm.value
    ours = jws.sign({"typ": "JWT"}, PAYLOAD, signer)
    assert PAYLOAD == joserfc_jws.deserialize_compact(ours, key, algorithms=[name]).payload
    theirs = joserfc_jws.serialize_compact({"alg": name}, PAYLOAD, key, algorithms=[name])
    verification_key = signer.public.verification_key()
    assert PAYLOAD == jws.verify(jws.parse(theirs), verification_key, expected_typ=None).payload


def test_pyjwt_reads_our_tokens_and_we_read_theirs() -> None:
    """
    ES256 in both directions; Korean text survives.
    """
    ours = jws.sign({"typ": "JWT"}, PAYLOAD, ES256)
    public = jwt.PyJWK.from_dict({**ES256.public.as_dict(), "alg": "ES256"})
    assert json.loads(PAYLOAD) == jwt.decode(ours, public, algorithms=["ES256"])
    theirs = jwt.encode(json.loads(PAYLOAD), ES256.private_pem(), algorithm="ES256")
    key = ES256.public.verification_key()
    assert json.loads(PAYLOAD) == jws.verify(jws.parse(theirs), key, expected_typ="JWT").claims()


def test_pyjwts_older_name_of_ed25519_is_read_where_allowed() -> None:
    """
    PyJWT writes EdDSA; the token is the same but for the name.
    """
    theirs = jwt.encode({"a": 1}, ED25519.private_pem(), algorithm="EdDSA")
    key = ED25519.public.verification_key()
    verified = jws.verify(jws.parse(theirs), key, expected_typ="JWT", allow_eddsa_name=True)
    assert {"a": 1} == verified.claims()


@pytest.mark.parametrize("signer", [ES256, ED25519], ids=["ES256", "Ed25519"])
def test_joserfc_agrees_on_keys_and_thumbprints(signer: SoftwareSigner) -> None:
    """
    RFC 7638: their thumbprint of our key is ours, and we read the key they export.
    """
    key = joserfc_key(signer)
    assert signer.public.thumbprint() == key.thumbprint()
    exported = {k: v for k, v in key.as_dict(private=False).items() if isinstance(v, str)}
    assert signer.public.thumbprint() == PublicJwk.parse({**exported}).thumbprint()


@pytest.mark.parametrize("enc", Enc)
def test_joserfc_reads_what_we_encrypt_and_we_what_they_encrypt(enc: Enc) -> None:
    """
    ECDH-ES with party information, in both directions, through a key written as a JWK.
    """
    key = DecryptionKey.generate("k")
    names = ["ECDH-ES", enc.value]
    token = encrypt(PAYLOAD, key.public, enc=enc, apu=b"wallet", apv=b"verifier")
    read = joserfc_jwe.decrypt_compact(token, key.joserfc_key(), algorithms=names)
    assert PAYLOAD == read.plaintext
    public = ECKey.import_key(
        {name: str(value) for name, value in key.public.as_dict().items() if name != "use"}
    )
    header = {"alg": "ECDH-ES", "enc": enc.value, "kid": "k", "apu": "YQ", "apv": "Yg"}
    theirs = joserfc_jwe.encrypt_compact(header, PAYLOAD, public, algorithms=names)
    assert PAYLOAD == decrypt(theirs, key).plaintext
