"""Make a request: from a question that is registered to a transaction and its signed request.

Everything that must never be used twice is made here: transaction, nonce, state and, for encrypted
responses, the key they are encrypted to (OpenID4VP 5.2, 5.3; HAIP 5).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, assert_never
from urllib.parse import urlsplit

from consent.forms.offer import (
    RANDOM_SIZE,
    TERMS_FORMAT,
    SharingFlow,
    TermsOffer,
    commit_nonce,
    verifier_info,
)
from consent.forms.registration_certificate import REGISTRATION_CERTIFICATE_FORMAT
from consent.forms.terms import Terms
from keys import base64url
from keys.entropy import Entropy
from keys.jwe import DecryptionKey, Enc
from keys.jws import parse
from keys.strict_json import dumps, loads_object
from keys.x509 import ValidatedChain
from standards.dcql.query import DcqlQuery
from standards.openid4vp.client_id import CertificatePrefix, ClientId, ClientIdPrefix
from standards.openid4vp.client_metadata import ClientMetadata
from standards.openid4vp.dc_api import DcApiRequest, Signing
from standards.openid4vp.errors import RequestError
from standards.openid4vp.request import AuthorizationRequest, VerifierInfo
from standards.openid4vp.request_object import sign_request
from standards.openid4vp.request_uri import RequestUri, RequestUriMethod
from standards.openid4vp.signer import check_certificate
from standards.openid4vp.transaction_data import TransactionData
from standards.openid4vp.vp_format import our_formats
from verifiers.asking.handing import handed_request, page_origin
from verifiers.asking.manner import Manner
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.recording.sealing import Sealing
from verifiers.registered.party_keys import PartyKey
from verifiers.session import code_sha256
from verifiers.transaction import Transaction

# SECURITY P13: a nonce and a session live five minutes at the most.
REQUEST_LIFETIME: Final = timedelta(minutes=5)

_ID_SIZE: Final = 16
# OpenID4VP 5.3 asks for 128 bits where no holder key binds the answer; the rest is margin.
_STATE_SIZE: Final = 32


# Signs a party's registration, as it is published, at a moment; None where nobody does.
Registrar = Callable[[str, bytes, datetime], str | None]


@dataclass(frozen=True, slots=True)
class Question:
    """What is about to be asked; ``profile`` is empty for a query of the desk's own.

    ``transactions`` are to be confirmed with the answer.
    ``registration_certificate`` is what a registrar signed of the purpose, None without a
    registrar.
    """

    party: str
    purpose: str
    profile: str
    query: DcqlQuery
    terms: Terms
    registration_sha256: bytes
    manner: Manner
    session: str | None = None
    transactions: tuple[TransactionData, ...] = ()
    registration_certificate: str | None = None


def with_certificate(
    question: Question, registration: bytes, *, registrar: Registrar, now: datetime
) -> Question:
    """Return the question with what the registrar signs of the ``registration`` it rests on.

    Without it where that was registered anew in between, for then it rests on another.
    """
    if hashlib.sha256(registration).digest() != question.registration_sha256:
        return question
    signed = registrar(question.party, registration, now)
    return replace(question, registration_certificate=signed)


@dataclass(frozen=True, slots=True)
class Asked:
    """A transaction that waits for an answer, and the link a wallet opens.

    Over the browser's API there is no link, but ``handed``, which a page gives to the browser.
    """

    transaction_id: str
    request_uri: str = ""
    handed: DcApiRequest | None = None


def ask(
    question: Question,
    *,
    base: str,
    party_key: PartyKey,
    certified: ValidatedChain,
    sealing: Sealing,
    entropy: Entropy,
    now: datetime,
) -> tuple[Transaction, Asked]:
    """Return the new transaction and its link; ``certified`` is the chain of ``party_key``.

    Raises KEY_NOT_READY when the certificate does not name us as ``manner.prefix`` needs.
    """
    now = now.replace(microsecond=0)
    transaction_id = base64url.encode(entropy(_ID_SIZE))
    key = DecryptionKey.generate(transaction_id) if question.manner.mode.is_encrypted else None
    random = entropy(RANDOM_SIZE)
    page = page_origin(question.manner, base) if question.manner.mode.is_over_dc_api else None
    request = AuthorizationRequest(
        client_id=_client_id(question.manner.prefix, certified, base),
        response_uri="" if page else f"{base}/verifiers/responses/{transaction_id}",
        nonce=commit_nonce(question.terms, random),
        dcql_query=question.query,
        response_mode=question.manner.mode,
        state=None if page else base64url.encode(entropy(_STATE_SIZE)),
        client_metadata=_metadata(key),
        verifier_info=_verifier_info(question, random),
        transaction_data=question.transactions,
    )
    handed = None
    if page is not None:
        signing = Signing(party_key.signer, party_key.chain, page, now, REQUEST_LIFETIME)
        names = [_client_id(prefix, certified, base) for prefix in _signed_as(certified)]
        handed = handed_request(request, question.manner.protocol, signing, client_ids=names)
    transaction = Transaction(
        id=transaction_id,
        party=question.party,
        purpose=question.purpose,
        profile=question.profile,
        flow=question.manner.flow,
        mode=question.manner.mode,
        client_id=request.client_id if page is None else page.audience,
        leaf_sha256=party_key.leaf_sha256,
        nonce=request.nonce,
        state=request.state or "",
        query=dumps(question.query.as_dict()),
        terms=dumps(question.terms.as_dict()),
        terms_random=random,
        request_object=_request_text(request, handed, party_key, now),
        key_sealed=None if key is None else sealing.seal_key(transaction_id, key),
        session_sha256=None if question.session is None else code_sha256(question.session),
        created_at=now,
        expires_at=now + REQUEST_LIFETIME,
    )
    if handed is not None:
        return transaction, Asked(transaction_id, handed=handed)
    link = link_of(transaction, base=base, method=question.manner.method)
    return transaction, Asked(transaction_id, link)


def link_of(
    transaction: Transaction,
    *,
    base: str,
    method: RequestUriMethod = RequestUriMethod.GET,
) -> str:
    """Return the link a wallet opens; the request can be fetched by either method."""
    address = f"{base}/verifiers/requests/{transaction.id}"
    return str(RequestUri(transaction.client_id, address, method))


def signed_for(transaction: Transaction, wallet_nonce: str, *, party_key: PartyKey) -> str:
    """Return the same request signed again with the nonce a wallet posted (OpenID4VP 5.10)."""
    payload = parse(transaction.request_object).payload
    request = AuthorizationRequest.parse(loads_object(payload))
    return _signed(request, party_key, transaction.created_at, wallet_nonce=wallet_nonce)


def _request_text(
    request: AuthorizationRequest, handed: DcApiRequest | None, party_key: PartyKey, now: datetime
) -> str:
    """Return what is kept of the request: a token, or what the page hands to the browser."""
    if handed is not None:
        return dumps(handed.as_dict()).decode()
    return _signed(request, party_key, now, wallet_nonce=None)


def _signed(
    request: AuthorizationRequest, party_key: PartyKey, now: datetime, *, wallet_nonce: str | None
) -> str:
    return sign_request(
        request,
        signer=party_key.signer,
        chain=party_key.chain,
        now=now,
        lifetime=REQUEST_LIFETIME,
        wallet_nonce=wallet_nonce,
    )


def _client_id(prefix: CertificatePrefix, certified: ValidatedChain, base: str) -> str:
    """Return how the relying party is named, held against its own certificate first."""
    client_id = ClientId(ClientIdPrefix(prefix.value), _name(prefix, certified, base))
    try:
        check_certificate(client_id, certified)
    except RequestError as error:
        raise VerifierError(Failure.KEY_NOT_READY, error.failure.value) from error
    return str(client_id)


def _name(prefix: CertificatePrefix, certified: ValidatedChain, base: str) -> str:
    match prefix:
        case CertificatePrefix.X509_HASH:
            return base64url.encode(certified.leaf_sha256)
        case CertificatePrefix.X509_SAN_DNS:
            return urlsplit(base).hostname or ""
        case _:
            assert_never(prefix)


def _signed_as(certified: ValidatedChain) -> tuple[CertificatePrefix, ...]:
    """Return every way our certificate names us: several signatures are one under each."""
    named = (CertificatePrefix.X509_HASH, CertificatePrefix.X509_SAN_DNS)
    return named if certified.dns_names else named[:1]


def _metadata(key: DecryptionKey | None) -> ClientMetadata:
    """Say which formats are read, and for an encrypted response to which key (HAIP 5)."""
    if key is None:
        return ClientMetadata(our_formats())
    formats = our_formats(takes_tags=True)
    return ClientMetadata(formats, (key.public,), tuple(enc.value for enc in Enc))


def _verifier_info(question: Question, random: bytes) -> tuple[VerifierInfo, ...]:
    offer = TermsOffer(
        question.terms,
        random,
        SharingFlow(question.manner.flow.value),
        question.registration_sha256,
    )
    shown = tuple(
        VerifierInfo(TERMS_FORMAT, entry["data"])
        for entry in verifier_info(offer)
        if isinstance(entry, dict)
    )
    if question.registration_certificate is None:
        return shown
    registered = question.registration_certificate
    return (*shown, VerifierInfo(REGISTRATION_CERTIFICATE_FORMAT, registered))
