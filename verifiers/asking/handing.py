"""What a page of a relying party hands to the browser's Digital Credentials API (OpenID4VP A).

No address to answer to stands in it: the answer comes back to the page, and the page brings it
here, from the browser session that began.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import assert_never
from urllib.parse import urlsplit

from consent.forms.countersignature import signed_part_sha256
from keys.strict_json import loads
from standards.openid4vp.dc_api import (
    DcApiProtocol,
    DcApiRequest,
    Signing,
    multisigned_request,
    signed_request,
    unsigned_request,
)
from standards.openid4vp.errors import RequestError
from standards.openid4vp.origin import Origin
from standards.openid4vp.request import AuthorizationRequest
from verifiers.asking.manner import Manner
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.transaction import Transaction


def page_origin(manner: Manner, base: str) -> Origin:
    """Return the origin of the page that asks, ours at ``base`` when it is nobody else's.

    Raises REQUEST_INVALID for a page that no browser would let ask.
    """
    parts = urlsplit(base)
    try:
        return Origin.parse(manner.origin or f"{parts.scheme}://{parts.netloc}")
    except RequestError as error:
        raise VerifierError(Failure.REQUEST_INVALID, error.detail) from error


def handed_request(
    request: AuthorizationRequest,
    protocol: DcApiProtocol,
    signing: Signing,
    *,
    client_ids: Sequence[str],
) -> DcApiRequest:
    """Return the request as ``protocol`` writes it; ``client_ids`` are all our names."""
    match protocol:
        case DcApiProtocol.UNSIGNED:
            return unsigned_request(request)
        case DcApiProtocol.SIGNED:
            return signed_request(request, signing)
        case DcApiProtocol.MULTISIGNED:
            return multisigned_request(request, signing, client_ids=client_ids)
        case _:
            assert_never(protocol)


def handed_of(transaction: Transaction) -> DcApiRequest:
    """Return what the page of a transaction hands over; it waits in the transaction."""
    return DcApiRequest.parse(loads(transaction.request_object))


def served_of(handed: DcApiRequest) -> Mapping[bytes, str]:
    """Return what a wallet may have answered, by the hashes records name it by.

    Of several signatures each is a request of its own; an unsigned one is its data.
    """
    tokens = handed.tokens()
    if not tokens:
        octets = handed.unsigned_octets()
        return {hashlib.sha256(octets).digest(): octets.decode()}
    return {signed_part_sha256(token): token for token in tokens}
