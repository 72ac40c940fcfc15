"""The ledger's one question: show a certificate, and no claim of it.

Asked on the same device only (OpenID4VP 14.2): were the link carried to somebody else's wallet,
whoever began would read that person's receipts.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from keys import base64url
from keys.entropy import Entropy
from keys.jwe import DecryptionKey, Enc
from keys.signer import Signer
from standards.dcql.any_of import any_of
from standards.dcql.query import DcqlQuery
from standards.formats.binding import Request
from standards.openid4vp.client_id import ClientId, ClientIdPrefix
from standards.openid4vp.client_metadata import ClientMetadata
from standards.openid4vp.kept_request import bound_to, said_by
from standards.openid4vp.request import AuthorizationRequest, ResponseMode
from standards.openid4vp.request_object import sign_request
from standards.openid4vp.request_uri import RequestUri, RequestUriMethod
from standards.openid4vp.vp_format import our_formats

# Time to choose a certificate and confirm.
LIFETIME: Final = timedelta(minutes=5)

_ID_SIZE: Final = 16
_SECRET_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class LedgerKey:
    """The key the ledger asks with; ``chain`` is DER, leaf first, without the anchor."""

    signer: Signer
    chain: tuple[bytes, ...]

    @property
    def leaf_sha256(self) -> bytes:
        """SHA-256 of the leaf certificate: the name behind ``x509_hash:`` (OpenID4VP 5.9.3)."""
        return hashlib.sha256(self.chain[0]).digest()


@dataclass(frozen=True, slots=True)
class Question:
    """One question to one browser: what is needed to read its answer.

    ``types`` are the ``vct`` values and doctypes asked for, ``browser`` the hash of what ties it
    to the one that began, ``response_code`` the secret its way back carries.
    """

    id: str
    client_id: str
    nonce: str
    state: str
    types: tuple[str, ...]
    request_object: str
    key: DecryptionKey
    browser: bytes
    response_code: str
    expires_at: datetime

    @property
    def query(self) -> DcqlQuery:
        """What was asked: one certificate of these types, bound to a key, and no claim."""
        return any_of(self.types)

    @property
    def bound(self) -> Request:
        """What the holder's signature is for."""
        return bound_to(said_by(self.request_object))[0]

    def link(self, base: str) -> str:
        """Return the link that opens a wallet on this device."""
        address = f"{base}/consent/openings/{self.id}/request"
        return str(RequestUri(self.client_id, address, RequestUriMethod.GET))


def new_question(
    types: Sequence[str],
    *,
    browser: bytes,
    base: str,
    key: LedgerKey,
    entropy: Entropy,
    now: datetime,
) -> Question:
    """Return a fresh question; nothing in it is ever used twice."""
    id_ = base64url.encode(entropy(_ID_SIZE))
    decryption = DecryptionKey.generate(id_)
    named = base64url.encode(key.leaf_sha256)
    request = AuthorizationRequest(
        client_id=str(ClientId(ClientIdPrefix.X509_HASH, named)),
        response_uri=f"{base}/consent/openings/{id_}/response",
        nonce=base64url.encode(entropy(_SECRET_SIZE)),
        dcql_query=any_of(types),
        response_mode=ResponseMode.DIRECT_POST_JWT,
        state=base64url.encode(entropy(_SECRET_SIZE)),
        client_metadata=ClientMetadata(
            our_formats(), (decryption.public,), tuple(enc.value for enc in Enc)
        ),
    )
    signed = sign_request(request, signer=key.signer, chain=key.chain, now=now, lifetime=LIFETIME)
    return Question(
        id=id_,
        client_id=request.client_id,
        nonce=request.nonce,
        state=request.state or "",
        types=tuple(types),
        request_object=signed,
        key=decryption,
        browser=browser,
        response_code=base64url.encode(entropy(_SECRET_SIZE)),
        expires_at=now + LIFETIME,
    )
