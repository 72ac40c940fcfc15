"""Pushed requests and authorization codes as rows, and back."""

from typing import Any

from sqlalchemy import Row

from issuers.authorization.authorizing import AuthorizationCode
from issuers.authorization.pushing import Outcome, PushedRequest
from issuers.store.offer_rows import identifier_text, identifiers_in
from issuers.store.times import moment, seconds


def request_row(request: PushedRequest) -> dict[str, Any]:
    """Return the row of a pushed request."""
    return {
        "uri_hash": request.uri_hash,
        "authority": request.authority,
        "client_id": request.client_id,
        "redirect_uri": request.redirect_uri,
        "code_challenge": request.code_challenge,
        "state": request.state,
        "kind": request.kind,
        "with_details": request.with_details,
        "offer": request.offer,
        "dpop_jkt": request.dpop_jkt,
        "instance_jkt": request.instance_jkt,
        "expires_at": seconds(request.expires_at),
        "outcome": request.outcome.value,
        "citizen": request.citizen,
    }


def request_in(row: Row[Any]) -> PushedRequest:
    """Return the pushed request of a row."""
    return PushedRequest(
        uri_hash=row.uri_hash,
        authority=row.authority,
        client_id=row.client_id,
        redirect_uri=row.redirect_uri,
        code_challenge=row.code_challenge,
        state=row.state,
        kind=row.kind,
        with_details=row.with_details,
        offer=row.offer,
        dpop_jkt=row.dpop_jkt,
        instance_jkt=row.instance_jkt,
        expires_at=moment(row.expires_at),
        outcome=Outcome(row.outcome),
        citizen=row.citizen,
    )


def code_row(code: AuthorizationCode) -> dict[str, Any]:
    """Return the row of a new code."""
    return {
        "code_hash": code.code_hash,
        "offer": code.offer_id_hash,
        "client_id": code.client_id,
        "redirect_uri": code.redirect_uri,
        "code_challenge": code.code_challenge,
        "dpop_jkt": code.dpop_jkt,
        "instance_jkt": code.instance_jkt,
        "identifier": identifier_text(code.identifiers),
        "expires_at": seconds(code.expires_at),
        "is_used": code.is_used,
    }


def code_in(row: Row[Any]) -> AuthorizationCode:
    """Return the code of a row."""
    return AuthorizationCode(
        code_hash=row.code_hash,
        offer_id_hash=row.offer,
        client_id=row.client_id,
        redirect_uri=row.redirect_uri,
        code_challenge=row.code_challenge,
        dpop_jkt=row.dpop_jkt,
        instance_jkt=row.instance_jkt,
        identifiers=identifiers_in(row.identifier),
        expires_at=moment(row.expires_at),
        is_used=row.is_used,
    )
