"""The certificate of each case: issued by the demo's authority, or signed as the case says."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from app.service_client import ServiceClient
from app.test_wallet.case import PLACE, Case
from issuers.certificate.authority import RESIDENT_REGISTRY
from issuers.issuance.issuing import Statement, sign_copy
from issuers.status.signing_keys import AuthorityKeys, CertifiedSigner
from keys.authority import CertificateAuthority
from keys.role import Role
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject
from keys.x5c import to_base64
from standards.sd_jwt.frame import everything
from wallet.kept.holdings import HeldCredential
from wallet.wallet import Wallets

KIND: Final = "resident-register"
# Somebody made up whom nobody signs in as: no other wallet fills with certificates.
CITIZEN: Final = "c0000002-0"
_UNKNOWN: Final = "Unknown issuer for trying out"
_UNKNOWN_ROOT: Final = "Unknown root for trying out"
_YEAR: Final = timedelta(days=365)
_ISSUERS: Final = "/issuers/operator"


@dataclass(frozen=True, slots=True)
class CaseCertificates:
    """Makes the certificates: by the service's own addresses, and with the keys of its issuer."""

    client: ServiceClient
    wallets: Wallets
    keys: AuthorityKeys

    async def make(self, now: datetime) -> dict[Case, HeldCredential]:
        """Return a certificate for every case; those that have to be are revoked or suspended."""
        valid = await self._issued()
        registry = self.keys.issuing(RESIDENT_REGISTRY.name)
        forger = CertifiedSigner(SoftwareSigner.generate(), registry.x5c)
        elsewhere = f"{self.client.base}{PLACE}/unknown-issuer"
        return {
            Case.VALID: valid,
            Case.WRONG_AUDIENCE: valid,
            Case.EXPIRED: self._signed(valid, registry, now - _YEAR, now - timedelta(days=1)),
            Case.FORGED: self._signed(valid, forger, now, now + _YEAR),
            Case.UNKNOWN_ISSUER: self._signed(
                valid, _unknown_issuer(elsewhere, now), now, now + _YEAR, issuer=elsewhere
            ),
            Case.REVOKED: await self._changed("revoke"),
            Case.SUSPENDED: await self._changed("suspend"),
        }

    async def _issued(self) -> HeldCredential:
        """Have a certificate issued as at any counter, and take it."""
        order: JsonObject = {"kind": KIND, "to": CITIZEN, "tx_code": False, "by": "value"}
        offer = await self.client.operator_post(f"{_ISSUERS}/offers", order)
        taken = await self.wallets.accept(CITIZEN, str(offer["credential_offer_uri"]))
        # One copy is enough: these are shown again and again, and may be linked.
        (name,) = taken.credential_ids
        return replace(await self.wallets.credential(CITIZEN, name), others=())

    async def _changed(self, action: str) -> HeldCredential:
        """Have one issued whose status is then changed."""
        before = await self._numbers()
        held = await self._issued()
        (number,) = await self._numbers() - before
        reason: JsonObject = {"reason": "shown by the test wallet"}
        await self.client.operator_post(f"{_ISSUERS}/credentials/{number}/{action}", reason)
        return held

    async def _numbers(self) -> set[str]:
        issued = await self.client.operator_get(f"{_ISSUERS}/credentials?to={CITIZEN}")
        every = issued["credentials"]
        known = every if isinstance(every, list) else []
        return {str(each["id"]) for each in known if isinstance(each, dict)}

    def _signed(
        self,
        like: HeldCredential,
        keys: CertifiedSigner,
        issued_at: datetime,
        expires_at: datetime,
        *,
        issuer: str | None = None,
    ) -> HeldCredential:
        """Return a certificate that says the same, signed by another key or for another time."""
        status = like.status
        if status is None:
            raise ValueError("the authorities of the demo say where a status stands")
        statement = Statement(
            format=like.format,
            vct=like.vct,
            issuer=issuer or like.provenance.issuer,
            claims=like.content.about_subject,
            frame=everything(),
            issued_at=issued_at,
            expires_at=expires_at,
            named=(),
        )
        holder = like.key.signer().public
        entropy = self.wallets.ports.entropy
        signed = sign_copy(statement, holder, status, keys=keys, entropy=entropy)
        # The wallet reads what it keeps by the key that signed it.
        provenance = replace(like.provenance, key=keys.signer.public)
        return replace(like, text=signed, provenance=provenance)


def _unknown_issuer(identifier: str, now: datetime) -> CertifiedSigner:
    """Return the key of an issuer whose root is on nobody's list, its chain in order."""
    signer = SoftwareSigner.generate()
    root = CertificateAuthority.create(_UNKNOWN_ROOT, Role.ISSUER, now)
    chain = root.issue(signer.public, _UNKNOWN, now=now, uris=[identifier])
    return CertifiedSigner(signer, tuple(map(to_base64, chain)))
