"""Offers and what they give as rows, and back."""

from typing import Any

from sqlalchemy import Row

from issuers.authorization.grants import Grant, RefreshToken, Sender
from issuers.certificate.kind import Purpose
from issuers.offers.offer import Entitlement, GrantType, Offer, OfferState
from issuers.store.entitlement_rows import entitlement_row, options_in, options_text, view_in
from issuers.store.times import moment, seconds


def offer_row(offer: Offer) -> dict[str, Any]:
    """Return the row of a new offer."""
    entitlement, purpose = offer.entitlement, offer.entitlement.purpose
    return {
        "id_hash": offer.id_hash,
        "code_hash": offer.code_hash,
        **entitlement_row(entitlement),
        "options": options_text(entitlement.options),
        "purpose_detail": purpose.detail,
        "payer": purpose.payer,
        "tx_code_mac": offer.tx_code_mac,
        "state": offer.state.value,
        "wrong_tries": offer.wrong_tries,
        "expires_at": seconds(offer.expires_at),
        "subject_mac": offer.subject_mac,
        "grant_type": offer.grant.value,
        "edition": offer.edition,
        "needs_decision": entitlement.needs_decision,
        "year": entitlement.year,
    }


def offer_in(row: Row[Any]) -> Offer:
    """Return the offer of a row of the whole table."""
    return Offer(
        id_hash=row.id_hash,
        code_hash=row.code_hash,
        entitlement=ordered_in(row),
        tx_code_mac=row.tx_code_mac,
        expires_at=moment(row.expires_at),
        state=OfferState(row.state),
        wrong_tries=row.wrong_tries,
        subject_mac=row.subject_mac,
        grant=GrantType(row.grant_type),
        edition=row.edition,
    )


def ordered_in(row: Row[Any]) -> Entitlement:
    """Return what an offer is about, with the details and options a certificate's row lacks."""
    purpose = Purpose(row.purpose, row.purpose_detail, row.payer)
    return Entitlement(
        authority=row.authority,
        kind=row.kind,
        citizen=row.citizen,
        purpose=purpose,
        about=row.about,
        options=options_in(row.options),
        view=view_in(row),
        officer=row.officer,
        mandate=row.mandate,
        needs_decision=row.needs_decision,
        year=row.year,
    )


def grant_row(grant: Grant) -> dict[str, Any]:
    """Return the row of a new access token."""
    return {
        "token_hash": grant.token_hash,
        "offer": grant.offer_id_hash,
        "uses": grant.uses,
        "expires_at": seconds(grant.expires_at),
        "client_id": grant.client_id,
        "dpop_jkt": grant.dpop_jkt,
        "identifier": identifier_text(grant.identifiers),
    }


def grant_in(token_hash: bytes, row: Row[Any]) -> Grant:
    """Return the grant of a token's row, joined with its offer's."""
    return Grant(
        token_hash,
        row.id_hash,
        ordered_in(row),
        moment(row.ends_at),
        row.uses,
        row.subject_mac,
        row.client_id,
        row.dpop_jkt,
        identifiers_in(row.identifier),
        row.edition,
    )


def refresh_row(token: RefreshToken) -> dict[str, Any]:
    """Return the row of a new refresh token."""
    return {
        "token_hash": token.token_hash,
        "offer": token.offer_id_hash,
        "client_id": token.sender.client_id,
        "dpop_jkt": token.sender.dpop_jkt,
        "instance_jkt": token.sender.instance_jkt,
        "identifier": identifier_text(token.identifiers),
        "expires_at": seconds(token.expires_at),
    }


def refresh_in(row: Row[Any]) -> RefreshToken:
    """Return the refresh token of a row."""
    return RefreshToken(
        row.token_hash,
        row.offer,
        Sender(row.client_id, row.dpop_jkt, row.instance_jkt),
        moment(row.expires_at),
        identifiers_in(row.identifier),
    )


def identifier_text(identifiers: tuple[str, ...]) -> str | None:
    """Return identifiers as they are stored: there is one at most, as an offer is of one kind."""
    return identifiers[0] if identifiers else None


def identifiers_in(text: str | None) -> tuple[str, ...]:
    """Return stored identifiers."""
    return () if text is None else (text,)
