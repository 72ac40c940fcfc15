"""One certificate as an ISO mdoc and as an SD-JWT VC: twenty claims of a person, four shown.

Both go through `standards.formats` as the rooms do, with a chain of one certificate, key binding
to a request, and the same claims; both run against the same signatures in the same rounds. The
chain's own check and the status are not in it: a service keeps both between requests.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from benchmarks.measure import Clock, Item, Race, Work
from benchmarks.world import AUDIENCE, BATCH, NONCE, NOW, bare_double_verifies, bare_signs
from keys.authority import CertificateAuthority
from keys.json_value import JsonObject
from keys.role import Role
from keys.signer import SoftwareSigner
from keys.x5c import to_base64
from standards.formats.binding import Request
from standards.formats.credential import NewCredential, ProvenCredential
from standards.formats.known import format_of
from standards.profiles import Profile
from standards.sd_jwt.frame import Frame, only
from standards.status_list.reference import StatusReference

_ISSUER: Final = "https://registry.example"
_SPACE: Final = "kr.example.resident.1"
_REQUEST: Final = Request(AUDIENCE, NONCE, "https://verifier.example/openid4vp/responses/7")
_CARD: Final[JsonObject] = {
    "family_name": "홍",
    "given_name": "길동",
    "birth_date": "1987-03-21",
    "sex": 2,
    "nationality": "KR",
    "document_number": "M2026-1122-0457",
    "issue_date": "2026-11-22",
    "expiry_date": "2036-11-22",
    "issuing_country": "KR",
    "issuing_authority": "종로구청",
    "resident_city": "서울특별시",
    "resident_state": "종로구",
    "resident_address": "세종대로 209",
    "resident_postal_code": "03171",
    "registered_since": "2014-02-11",
    "age_over_14": True,
    "age_over_19": True,
    "age_over_65": False,
    "age_in_years": 39,
    "members": ["홍길동", "홍판서", "춘섬", "인형"],
}
_SHOWN: Final = ("family_name", "given_name", "birth_date", "age_over_19")


def items() -> list[Item]:
    """Return the mdoc's items; the SD-JWT VC runs beside it as a peer."""
    sign, verifies = "one ECDSA P-256 sign", "two ECDSA P-256 verifies"
    return [
        Item("mdoc_issue", Clock.THREAD_CPU, _issue, sign),
        Item("mdoc_verify", Clock.THREAD_CPU, _verify, verifies),
    ]


class _Card:
    """The card in one format, its issuer, its holder and a verifier."""

    def __init__(
        self, name: str, claims: JsonObject, frame: Frame | None, space: str = ""
    ) -> None:
        self.format = format_of(name)
        self.frame = frame
        self.issuer, self.holder = SoftwareSigner.generate(), SoftwareSigner.generate()
        root = CertificateAuthority.create("Registry root", Role.ISSUER, NOW - timedelta(days=30))
        chain = root.issue(self.issuer.public, "Registry", now=NOW - timedelta(days=1))
        self.x5c = [to_base64(each) for each in chain]
        self.key = self.issuer.public.verification_key()
        self.new = NewCredential(
            type=f"{_ISSUER}/types/resident-card/1",
            issuer=_ISSUER,
            claims=claims,
            holder=self.holder.public,
            issued_at=NOW,
            expires_at=NOW + timedelta(days=90),
            status=StatusReference(f"{_ISSUER}/status/1", 7),
        )
        paths = [(space, each) if space else (each,) for each in _SHOWN]
        held = self.format.read_issued(self.issue()).verify(
            self.key, profile=Profile.HAIP, now=NOW
        )
        unsigned = held.content.present(paths)
        to_sign = unsigned.to_sign(_REQUEST, algorithm=self.holder.algorithm, now=NOW)
        self.presentation = unsigned.signed(to_sign, self.holder.sign(to_sign))
        assert set(paths) == set(self.verify().content.disclosed_paths)

    def issue(self) -> str:
        """Issue it once."""
        return self.format.issue(
            self.new, signer=self.issuer, x5c=self.x5c, entropy=os.urandom, frame=self.frame
        )

    def verify(self) -> ProvenCredential:
        """Verify the presentation: every check but the chain and the status."""
        read = self.format.read_presented(self.presentation)
        proven = read.verify(self.key, profile=Profile.HAIP, now=NOW)
        proven.verify_binding(_REQUEST, now=NOW, max_age=timedelta(minutes=5))
        return proven


def _cards() -> tuple[_Card, _Card]:
    mdoc = _Card("mso_mdoc", {_SPACE: _CARD}, None, _SPACE)
    return mdoc, _Card("dc+sd-jwt", _CARD, only((each,) for each in _CARD))


@contextmanager
def _issue() -> Iterator[Race]:
    mdoc, sd_jwt_vc = _cards()
    yield Race(_repeated(mdoc.issue), bare_signs, {"sd_jwt_vc": _repeated(sd_jwt_vc.issue)})


@contextmanager
def _verify() -> Iterator[Race]:
    mdoc, vc = _cards()
    yield Race(_repeated(mdoc.verify), bare_double_verifies, {"sd_jwt_vc": _repeated(vc.verify)})


def _repeated(once: Callable[[], object]) -> Work:
    def work() -> int:
        for _ in range(BATCH):
            once()
        return BATCH

    return work
