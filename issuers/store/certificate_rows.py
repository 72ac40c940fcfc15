"""A certificate as a row of the book, and back."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from issuers.certificate.kind import Purpose
from issuers.issuance.book import Delivery, KeptCertificate, StatusEvent, state_of
from issuers.issuance.issuing import Certificate, Issuance
from issuers.offers.fees import fee_of
from issuers.offers.offer import Entitlement
from issuers.status.standing import Standing
from issuers.store.entitlement_rows import entitlement_row, view_in
from issuers.store.times import moment, seconds
from standards.status_list.bits import Status


def certificate_row(issuance: Issuance) -> dict[str, Any]:
    """Return the row of a new certificate."""
    certificate = issuance.certificate
    return {
        **entitlement_row(certificate.entitlement),
        "number": certificate.number,
        # Renewed by its wallet, it is an electronic paper (시행규칙 제17조제4항 단서).
        "fee": 0 if issuance.supersedes else fee_of(certificate.entitlement).won,
        "issued_at": seconds(certificate.issued_at),
        "expires_at": seconds(certificate.expires_at),
        "status": Status.VALID.value,
        "outdated": False,
        "delivery": Delivery.ISSUED.value,
        "token_hash": issuance.token_hash,
        "statement_mac": certificate.statement_mac,
    }


def standing_in(row: Row[Any]) -> Standing:
    """Return a certificate's standing."""
    return Standing(Status(row.status), row.outdated)


def kept_in(
    row: Row[Any], *, now: datetime, history: tuple[StatusEvent, ...] = ()
) -> KeptCertificate:
    """Return a certificate as it stands in the book ``now``."""
    certificate = _certificate(row)
    status = Status(row.status)
    return KeptCertificate(
        certificate=certificate,
        status=status,
        state=state_of(status, expires_at=certificate.expires_at, now=now),
        reason=row.reason,
        delivery=Delivery(row.delivery),
        fee=row.fee,
        history=history,
    )


def _certificate(row: Row[Any]) -> Certificate:
    entitlement = Entitlement(
        authority=row.authority,
        kind=row.kind,
        citizen=row.citizen,
        purpose=Purpose(row.purpose),
        about=row.about,
        view=view_in(row),
        officer=row.officer,
        mandate=row.mandate,
    )
    return Certificate(
        row.number,
        entitlement,
        moment(row.issued_at),
        moment(row.expires_at),
        row.statement_mac,
    )
