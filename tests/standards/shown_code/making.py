"""Presentations to be shown as codes, and codes packed by hand with one thing wrong."""

import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import cbor2

from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject
from standards.dcql.paths import ClaimsPathPointer
from standards.profiles import Profile
from standards.sd_jwt.key_binding import bind
from standards.sd_jwt.parse import parse_issued_sd_jwt
from standards.sd_jwt.present import present
from standards.sd_jwt_vc.credential import verify_vc
from standards.sd_jwt_vc.issue import NewVc, issue_vc
from standards.shown_code import base45
from standards.shown_code.code import AUDIENCE, PREFIX, SUFFIX
from standards.shown_code.packing import DICTIONARY
from tests.standards.sd_jwt.making import HOLDER, ISSUER, NOW, counting

X5C = ("MIIBleaf+/==", "MIIBroot")
CLAIMS: JsonObject = {"age_over_19": True, "name": "홍길동", "address": {"city": "서울"}}


def presentation(
    claims: JsonObject = CLAIMS,
    paths: Iterable[str] = ("age_over_19",),
    *,
    x5c: Sequence[str] = X5C,
    signer: SoftwareSigner = ISSUER,
    nonce: str = "AAAAAAAAAAAAAAAAAAAAAA",
) -> str:
    """Return an SD-JWT+KB addressed to whoever reads the code."""
    new = NewVc(
        vct="https://a.example/types/register/1",
        issuer="https://a.example/issuers/registry",
        claims=claims,
        holder=HOLDER.public,
        issued_at=NOW,
    )
    issued = issue_vc(new, signer=signer, x5c=x5c, entropy=counting()).serialize()
    key = signer.public.verification_key()
    verified = verify_vc(parse_issued_sd_jwt(issued), key, profile=Profile.PLAIN, now=NOW).sd
    chosen = [
        path
        for text in paths
        for path in ClaimsPathPointer.parse_dotted(text).select(verified.claims)
    ]
    return bind(present(verified, chosen), signer=HOLDER, audience=AUDIENCE, nonce=nonce, now=NOW)


def drawn(packed: bytes) -> str:
    """Return the code of octets that should be ZLIB."""
    return PREFIX + base45.encode(packed) + SUFFIX


def deflated(octets: bytes, dictionary: bytes = DICTIONARY) -> bytes:
    """Return octets as one ZLIB stream."""
    packer = zlib.compressobj(wbits=15, zdict=dictionary)
    return packer.compress(octets) + packer.flush()


def inflated(code: str) -> bytes:
    """Return what is packed in a code."""
    packed = base45.decode(code[len(PREFIX) : -len(SUFFIX)])
    return zlib.decompressobj(wbits=15, zdict=DICTIONARY).decompress(packed)


def parts_of(code: str) -> list[Any]:
    """Return the nine parts of a code, read by a general CBOR reader."""
    parts = cbor2.loads(inflated(code))
    assert isinstance(parts, list)
    return parts


def code_of(parts: list[Any]) -> str:
    """Return the code of any parts."""
    return drawn(deflated(cbor2.dumps(parts)))
