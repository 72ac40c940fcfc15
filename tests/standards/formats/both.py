"""One certificate in every format, so that one test can be about all of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from keys.json_value import JsonObject
from keys.signer import SoftwareSigner
from keys.x5c import to_base64
from standards.formats.binding import Request
from standards.formats.credential import NewCredential, ProvenCredential
from standards.formats.known import FORMATS, format_of
from standards.positions import ClaimPath
from standards.profiles import Profile
from standards.status_list.reference import StatusReference
from tests.keys.pki import leaf, root
from tests.standards.mdoc.making import key_of, signer_of
from tests.standards.sd_jwt.making import counting

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
NAMES = sorted(FORMATS)
SPACE = "kr.example.resident.1"
CLAIMS: JsonObject = {
    SPACE: {
        "name": "홍길동",
        "birth_date": "1990-03-01",
        "portrait": "_9j_",
        "rows": [1, {"a": 2}],
    }
}
NAME: ClaimPath = (SPACE, "name")
BIRTH: ClaimPath = (SPACE, "birth_date")
STATUS = StatusReference("https://registry.example/status/1", 7)
LEAF = root().make(leaf("Registry", begins=NOW - 30 * DAY, ends=NOW + 30 * DAY))
ISSUER, HOLDER = signer_of(LEAF), SoftwareSigner.generate()
REQUEST = Request("x509_hash:abc", "nonce-1", "https://verifier.example/response")
NEW = NewCredential(
    type="https://registry.example/types/resident/1",
    issuer="https://registry.example",
    claims=CLAIMS,
    holder=HOLDER.public,
    issued_at=NOW,
    expires_at=NOW + DAY,
    status=STATUS,
)


def issued(name: str, **changes: Any) -> str:
    """What an issuer hands out."""
    return format_of(name).issue(
        replace(NEW, **changes),
        signer=ISSUER,
        x5c=[to_base64(LEAF.der)],
        entropy=counting(),
        decoys=2,
    )


@cache
def held(name: str) -> ProvenCredential:
    """What its holder keeps."""
    return (
        format_of(name)
        .read_issued(issued(name))
        .verify(key_of(LEAF), profile=Profile.HAIP, now=NOW)
    )


def shown(name: str, *paths: ClaimPath, request: Request = REQUEST, by: Any = HOLDER) -> str:
    """What a holder shows of it for one request."""
    unsigned = held(name).content.present(paths)
    octets = unsigned.to_sign(request, algorithm=by.algorithm, now=NOW)
    return unsigned.signed(octets, by.sign(octets))


def seen(name: str, text: str, *, now: datetime = NOW) -> ProvenCredential:
    """What a verifier makes of it."""
    return format_of(name).read_presented(text).verify(key_of(LEAF), profile=Profile.HAIP, now=now)
