"""Presentations to be shown as codes, and codes packed by hand with one thing wrong."""

import zlib
from collections.abc import Iterable, Sequence

from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject
from standards.dcql.paths import ClaimsPathPointer
from standards.profiles import Profile
from standards.sd_jwt.key_binding import bind
from standards.sd_jwt.parse import parse_issued_sd_jwt
from standards.sd_jwt.present import present
from standards.sd_jwt_vc.credential import verify_vc
from standards.sd_jwt_vc.issue import NewVc, issue_vc
from standards.shown_code import base45, packing
from standards.shown_code.code import AUDIENCE, PREFIX, SUFFIX
from standards.shown_code.packing import DICTIONARY, Packed
from tests.standards.sd_jwt.making import HOLDER, ISSUER, NOW, counting

X5C = ("MIIBleaf+w==", "MIIBroot")
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
    """Return the code of any octets."""
    return PREFIX + base45.encode(packed) + SUFFIX


def packed(code: str) -> Packed:
    """Return what a code holds."""
    return packing.parted(base45.decode(code[len(PREFIX) : -len(SUFFIX)]))


def with_body(body: bytes, name: bytes = bytes(8)) -> str:
    """Return a code whose checksum is right, whatever stands behind it."""
    return drawn(name + zlib.adler32(name + body).to_bytes(4) + body)


def code_of(code: str, **changes: bytes) -> str:
    """Return a code with other streams or values and the checksum of these."""
    return drawn(packing.joined(packed(code)._replace(**changes)))


def deflated(octets: bytes, dictionary: bytes = DICTIONARY) -> bytes:
    """Return octets as one stream, whatever they are."""
    packer = zlib.compressobj(wbits=-15, zdict=dictionary)
    return packer.compress(octets) + packer.flush()
