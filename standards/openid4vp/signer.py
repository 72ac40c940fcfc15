"""Who signed a request, by the prefix of its client identifier (OpenID4VP 1.0 section 5.9.3).

The same rules hold for a request object of its own and for each signature of a request that has
several (appendix A.3.2): nothing here reads the payload.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final, assert_never
from urllib.parse import urlsplit

from keys import base64url, jws
from keys.errors import KeysError
from keys.strict_json import JsonObject
from keys.verification_key import VerificationKey
from keys.x509 import Anchor, Role, ValidatedChain, parse_x5c, validate_chain
from standards.did.document import key_of
from standards.did.errors import DidError
from standards.did.methods import Did, DidMethod
from standards.openid4vp.client_id import ClientId, ClientIdPrefix
from standards.openid4vp.errors import RequestError, RequestFailure, not_authentic
from standards.openid4vp.known_by import (
    ByAddress,
    ByAttestation,
    ByCertificate,
    ByNobody,
    ByRegistration,
    KnownBy,
)
from standards.openid4vp.registered_client import RegisteredClient
from standards.openid4vp.verifier_attestation import verify_verifier_attestation

TYP: Final = "oauth-authz-req+jwt"


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a wallet believes a signature by, gathered before anything is verified.

    ``verifiers`` and ``registrars`` are the trusted roots of those roles. ``did_document`` is that
    of the client's `did:web`, fetched for this very request; None for any other client.
    """

    verifiers: tuple[Anchor, ...]
    registrars: tuple[Anchor, ...] = ()
    clients: Mapping[str, RegisteredClient] = field(default_factory=lambda: MappingProxyType({}))
    did_document: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A token whose signature is the client's, by ``key``; only `verify_signer` makes one."""

    token: jws.VerifiedJws
    known: KnownBy
    key: VerificationKey


def verify_signer(
    unverified: jws.UnverifiedJws, client_id: ClientId, *, grounds: Grounds, now: datetime
) -> SignedRequest:
    """Return the token as signed by the client that ``client_id`` names, or raise `RequestError`.

    not_authentic and untrusted are about the signature and its key, client_id_mismatch says that
    somebody else signed, unsigned that this client has no key to sign with. What the token says,
    its times and where its answer goes are the caller's matter (`check_destination`).
    """
    known, key = _signer(unverified, client_id, grounds, now)
    # RFC 8037's older name is what most software still writes; certificates of ours never do.
    takes_older_name = not isinstance(known, ByCertificate)
    try:
        token = jws.verify(unverified, key, expected_typ=TYP, allow_eddsa_name=takes_older_name)
    except KeysError as error:
        raise not_authentic(error) from error
    return SignedRequest(token, known, key)


def check_destination(client_id: ClientId, known: KnownBy, response_uri: str) -> None:
    """Return when answers for this client may go there, else raise client_id_mismatch.

    VP-20, VP-21, VP-24, VP-47: the client identifier, or whoever vouches for it, says where.
    """
    host = urlsplit(response_uri).hostname
    if client_id.prefix is ClientIdPrefix.X509_SAN_DNS and host != client_id.value.lower():
        raise _mismatch("answers would go to another host")
    if client_id.prefix is ClientIdPrefix.REDIRECT_URI and response_uri != client_id.value:
        raise _mismatch("answers would go to another address than client_id names")
    match known:
        case ByAttestation(redirect_uris=listed) if listed and response_uri not in listed:
            raise _mismatch("answers would go to an address that was not attested")
        case ByRegistration(client=client) if not client.takes_answers_at(response_uri):
            raise _mismatch("answers would go to an address that is not registered")
        case _:
            return


def client_of(client_id: ClientId, clients: Mapping[str, RegisteredClient]) -> RegisteredClient:
    """Return the client registered beforehand under this name, or raise client_id_prefix."""
    client = clients.get(client_id.value)
    if client is None:
        raise RequestError(
            RequestFailure.CLIENT_ID_PREFIX, "it is not registered with this wallet"
        )
    return client


def _signer(
    unverified: jws.UnverifiedJws, client_id: ClientId, grounds: Grounds, now: datetime
) -> tuple[KnownBy, VerificationKey]:
    match client_id.prefix:
        case ClientIdPrefix.X509_HASH | ClientIdPrefix.X509_SAN_DNS:
            return _certified(unverified, client_id, grounds, now)
        case ClientIdPrefix.VERIFIER_ATTESTATION:
            return _attested(unverified, client_id, grounds, now)
        case ClientIdPrefix.DECENTRALIZED_IDENTIFIER:
            return _identified(unverified, client_id, grounds)
        case None:
            return _registered(unverified, client_of(client_id, grounds.clients))
        case ClientIdPrefix.REDIRECT_URI:
            raise RequestError(
                RequestFailure.NOT_AUTHENTIC, "requests of a redirect_uri client are unsigned"
            )
        case _:
            assert_never(client_id.prefix)


def _certified(
    unverified: jws.UnverifiedJws, client_id: ClientId, grounds: Grounds, now: datetime
) -> tuple[KnownBy, VerificationKey]:
    try:
        certificates = parse_x5c(unverified.header.get("x5c"))
    except KeysError as error:
        raise not_authentic(error) from error
    try:
        chain = validate_chain(
            certificates, anchors=grounds.verifiers, role=Role.VERIFIER, now=now
        )
    except KeysError as error:
        raise RequestError(RequestFailure.UNTRUSTED, error.detail) from error
    check_certificate(client_id, chain)
    return ByCertificate(chain), chain.leaf_key


def check_certificate(client_id: ClientId, chain: ValidatedChain) -> None:
    """Return when ``client_id`` names the leaf, else raise client_id_mismatch.

    ``x509_hash``: its SHA-256 (VP-22). ``x509_san_dns``: one of its DNS names (VP-21).
    """
    by_hash = client_id.prefix is ClientIdPrefix.X509_HASH
    if by_hash and client_id.value != base64url.encode(chain.leaf_sha256):
        raise _mismatch("the request is signed with another certificate")
    names = {name.lower() for name in chain.dns_names}
    if not by_hash and client_id.value.lower() not in names:
        raise _mismatch("the certificate is for another name")


def _attested(
    unverified: jws.UnverifiedJws, client_id: ClientId, grounds: Grounds, now: datetime
) -> tuple[KnownBy, VerificationKey]:
    """VP-24: the attestation in the header is of this client, and its key signed."""
    verified = verify_verifier_attestation(
        unverified.header.get("jwt"),
        expected_subject=client_id.value,
        anchors=grounds.registrars,
        now=now,
    )
    attested = verified.attestation
    known = ByAttestation(verified.attester, attested.subject, attested.redirect_uris)
    return known, attested.key.verification_key()


def _identified(
    unverified: jws.UnverifiedJws, client_id: ClientId, grounds: Grounds
) -> tuple[KnownBy, VerificationKey]:
    try:
        did = Did.parse(client_id.value)
        key = key_of(did, unverified.header.get("kid"), grounds.did_document)
        address = did.document_address()
    except DidError as error:
        raise RequestError(RequestFailure.NOT_AUTHENTIC, error.detail) from None
    if did.method is DidMethod.WEB and address is not None:
        return ByAddress(urlsplit(address).netloc), key.verification_key()
    return ByNobody(str(did)), key.verification_key()


def _registered(
    unverified: jws.UnverifiedJws, client: RegisteredClient
) -> tuple[KnownBy, VerificationKey]:
    """Find the key of that name; without a name in the header, the only key there is (H17)."""
    if not client.keys:
        raise RequestError(RequestFailure.NOT_AUTHENTIC, "no key was registered to sign with")
    kid = unverified.header.get("kid")
    named = [key for key in client.keys if kid in {None, key.kid}]
    if len(named) != 1:
        raise RequestError(RequestFailure.NOT_AUTHENTIC, "kid names no registered key")
    return ByRegistration(client), named[0].verification_key()


def _mismatch(detail: str) -> RequestError:
    return RequestError(RequestFailure.CLIENT_ID_MISMATCH, detail)
