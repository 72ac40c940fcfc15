"""The request of all formats as the one that a device signs for."""

from typing import Final

from standards.formats.binding import Request
from standards.mdoc.transcript import SessionTranscript, dc_api_transcript, redirect_transcript

_ORIGIN: Final = "origin:"


def transcript_of(request: Request) -> SessionTranscript:
    """Return what both sides sign over for this request (OpenID4VP B.2.6.1, B.2.6.2)."""
    if request.response_uri is None:
        return dc_api_transcript(
            origin=request.audience.removeprefix(_ORIGIN),
            nonce=request.nonce,
            encrypted_to=request.encrypted_to,
        )
    return redirect_transcript(
        client_id=request.audience,
        nonce=request.nonce,
        response_uri=request.response_uri,
        encrypted_to=request.encrypted_to,
    )
