"""What is timed: one credential of twelve claims, its parties, and the limit they run against.

ISSUE, PRESENT and VERIFY are the work items of an ordinary showing: twelve claims of a person, a
nested object and an array of four among them, each disclosable by itself; three of them shown,
with key binding.
"""

import hashlib
import os
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from keys.jwk import PublicJwk
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject
from standards.profiles import Profile
from standards.sd_jwt.frame import only
from standards.sd_jwt.issue import SdJwt
from standards.sd_jwt.key_binding import bind
from standards.sd_jwt.parse import parse_issued_sd_jwt, parse_sd_jwt
from standards.sd_jwt.present import present
from standards.sd_jwt_vc.credential import VerifiedVc, verify_vc, verify_vc_key_binding
from standards.sd_jwt_vc.issue import NewVc, issue_vc

BATCH = 50
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
AUDIENCE = "x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk"
NONCE = "n-0S6_WzA2MjUvo3HtuIxuhC92rShpgqcT3YXwrqRxU"
ISSUER = "https://registry.example/issuers/resident-registry"

CLAIMS: JsonObject = {
    "name": "홍길동",
    "birth_date": "1987-03-21",
    "sex": "female",
    "age_over_19": True,
    "age_over_65": False,
    "nationality": "KR",
    "registered_since": "2014-02-11",
    "head_of_household": "홍판서",
    "registration_office": "서울특별시 종로구",
    "certificate_number": "2026-1122-0457",
    "address": {"road": "세종대로 209", "district": "종로구", "city": "서울특별시"},
    "members": ["홍길동", "홍판서", "춘섬", "인형"],
}
FRAME = only((name,) for name in CLAIMS)
SHOWN = [("name",), ("age_over_19",), ("address",)]


class World:
    """An issuer, a holder and a verifier who know each other's keys already."""

    def __init__(
        self, issuer: SoftwareSigner | None = None, holder: SoftwareSigner | None = None
    ) -> None:
        self.issuer = issuer or SoftwareSigner.generate()
        self.holder = holder or SoftwareSigner.generate()
        self.issued = self.issue()
        self.issuer_key = PublicJwk.parse(self.issuer.public.as_dict()).verification_key()
        self.held = self.verify_issued(self.issued.serialize())
        self.presentation = self.present()

    def issue(self) -> SdJwt:
        """Issue the credential once, for the holder's key."""
        new = NewVc(
            vct=f"{ISSUER}/types/resident-register/1",
            issuer=ISSUER,
            claims=CLAIMS,
            holder=self.holder.public,
            issued_at=NOW,
            expires_at=NOW + timedelta(days=90),
        )
        return issue_vc(new, signer=self.issuer, x5c=(), entropy=os.urandom, frame=FRAME)

    def verify_issued(self, text: str) -> VerifiedVc:
        """Verify what the issuer handed out, as the wallet does once."""
        unverified = parse_issued_sd_jwt(text)
        return verify_vc(unverified, self.issuer_key, profile=Profile.HAIP, now=NOW)

    def present(self) -> str:
        """Show three claims, signed by the holder."""
        shown = present(self.held.sd, SHOWN)
        return bind(shown, signer=self.holder, audience=AUDIENCE, nonce=NONCE, now=NOW)

    def verify(self, text: str) -> VerifiedVc:
        """Verify a presentation: every check but the issuer's chain and the status."""
        vc = verify_vc(parse_sd_jwt(text), self.issuer_key, profile=Profile.HAIP, now=NOW)
        verify_vc_key_binding(
            vc,
            expected_audience=AUDIENCE,
            expected_nonce=NONCE,
            now=NOW,
            max_age=timedelta(minutes=5),
        )
        return vc


_ECDSA = ec.ECDSA(Prehashed(SHA256()))
_DIGEST = hashlib.sha256(b"what any ES256 token costs at the least").digest()
_PRIVATE = ec.generate_private_key(ec.SECP256R1())
_PUBLIC = _PRIVATE.public_key()
_SIGNATURE = _PRIVATE.sign(_DIGEST, _ECDSA)


def bare_signs() -> int:
    """Sign a digest and do nothing else: the limit of ISSUE and PRESENT."""
    for _ in range(BATCH):
        _PRIVATE.sign(_DIGEST, _ECDSA)
    return BATCH


def bare_double_verifies() -> int:
    """Verify two signatures of a digest and do nothing else: the limit of VERIFY."""
    for _ in range(BATCH):
        _PUBLIC.verify(_SIGNATURE, _DIGEST, _ECDSA)
        _PUBLIC.verify(_SIGNATURE, _DIGEST, _ECDSA)
    return BATCH
