"""The checks of a receipt that need what was signed elsewhere on the day of the sharing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from consent.errors import ConsentError, ConsentFailure
from consent.forms.checks import NotShownError
from consent.forms.countersignature import signed_part_sha256
from consent.forms.disclosure import (
    disclosure_commitment,
    key_binding_commitment,
    shared_kb_sha256,
    shared_sd_hash,
)
from consent.forms.offer import read_verifier_info
from consent.forms.offline import TOKEN_LIMIT, Offline
from consent.forms.receipt import Receipt
from keys import jws
from keys.json_value import JsonObject, JsonValue
from keys.jwk import PublicJwk
from keys.role import Role
from keys.strict_json import loads_object
from keys.trust_list import TrustList, verify_trust_list
from keys.verification_key import VerificationKey
from keys.x5c import parse_x5c
from keys.x509 import ValidatedChain, validate_chain
from standards.openid4vp.client_id import ClientId, ClientIdPrefix
from standards.openid4vp.dc_api import OF_EACH_SIGNATURE
from standards.openid4vp.dc_api_reading import verify_dc_api_token
from standards.openid4vp.origin import PREFIX, Origin
from standards.openid4vp.request_object import VerifiedRequest, verify_request_object
from standards.openid4vp.signer import Grounds
from standards.sd_jwt.parse import parse_sd_jwt
from standards.sd_jwt.verify import VerifiedSdJwt, verify_sd_jwt
from standards.status_list.bits import Status
from standards.status_list.reference import StatusReference
from standards.status_list.token import parse_status_token, verify_status_token

_ISSUER_TYPES = frozenset({"dc+sd-jwt"})
_KB_TYP = "kb+jwt"
# Only a request that came by the browser's API says this (OpenID4VP A.2).
_ORIGINS = "expected_origins"
# Whoever is known by a certificate or an attestation; a key that was registered with one wallet or
# published on a host on that day is kept by nobody.
_SHOWN_BY_TRUST_LIST = frozenset(
    {
        ClientIdPrefix.X509_HASH,
        ClientIdPrefix.X509_SAN_DNS,
        ClientIdPrefix.VERIFIER_ATTESTATION,
    }
)
_VOUCHING = (Role.VERIFIER, Role.REGISTRAR)

_Part = TypeVar("_Part")


@dataclass(frozen=True)
class Day:
    """One receipt with its snapshots; every time that matters is the record's own.

    Without slots, because what is proven once is kept for the checks that rest on it.
    """

    receipt: Receipt
    trust_key: VerificationKey | None

    @cached_property
    def offline(self) -> Offline:
        """What was signed elsewhere, or raise `NotShownError`."""
        if self.receipt.offline is None:
            raise NotShownError("the receipt carries no offline part")
        return self.receipt.offline

    @cached_property
    def trust(self) -> TrustList:
        """The trust list of the day as its keeper signed it."""
        token = self.offline.trust_list
        if token is None:
            raise NotShownError("the receipt carries no trust list")
        if self.trust_key is None:
            raise NotShownError("the key of the trust list's keeper was not given")
        return verify_trust_list(token, self.trust_key, self.receipt.record.event_time)

    @cached_property
    def request(self) -> VerifiedRequest:
        """The request object as its signer sent it, proven against the day's trust list."""
        token = self._request_token()
        asked, now = _asked(token), self.receipt.record.event_time
        client_id = str(asked.get("client_id"))
        if ClientId.parse(client_id).prefix not in _SHOWN_BY_TRUST_LIST:
            raise NotShownError("what the party is known by is not in the trust list")
        anchors = {role: self.trust.anchors(role, now) for role in _VOUCHING}
        grounds = Grounds(anchors[Role.VERIFIER], anchors[Role.REGISTRAR])
        if _ORIGINS in asked:
            # Which of the pages it was for, the holder's own signature says.
            named = str(_claims(self._key_bindings()[0]).get("aud"))
            origin = Origin.parse(named.removeprefix(PREFIX))
            return verify_dc_api_token(token, origin=origin, grounds=grounds, now=now)
        return verify_request_object(
            token,
            expected_client_id=client_id,
            expected_wallet_nonce=None,
            grounds=grounds,
            now=now,
        )

    @cached_property
    def issued(self) -> tuple[VerifiedSdJwt, ...]:
        """What each issuer signed, without the disclosures."""
        if not self.offline.issuer_jwts:
            raise NotShownError("the receipt carries no issuer's token")
        return tuple(map(self._issued, self.offline.issuer_jwts))

    def chain(self, chain: tuple[bytes, ...], role: Role) -> ValidatedChain:
        """Return who a chain belonged to on that day, or raise `KeysError`."""
        now = self.receipt.record.event_time
        return validate_chain(chain, anchors=self.trust.anchors(role, now), role=role, now=now)

    def check_trust_list(self) -> None:
        """Prove that the keeper of the trust list signed the snapshot, good on that day."""
        _ = self.trust

    def check_request(self) -> None:
        """Prove who asked: the request object is the record's, and its party the record's."""
        if signed_part_sha256(self._request_token()) != self._named("request_sha256"):
            raise _mismatch("the record names another request")
        certified = self.request.certificate
        named = None if certified is None else certified.organization_id
        if named not in (None, self.receipt.record.controller.id):
            raise _mismatch("another party asked than the record names")

    def check_nonce(self) -> None:
        """Prove that what the holder signed commits to these terms: request and key bindings."""
        nonce = self.receipt.nonce()
        if nonce is None:
            raise NotShownError("the record opens no nonce")
        tokens = (self._request_token(), *self.offline.kb_jwts)
        if {_claims(token).get("nonce") for token in tokens} != {nonce}:
            raise _mismatch("a nonce does not commit to the terms")
        info = _asked(tokens[0]).get("verifier_info")
        offer = read_verifier_info(info if isinstance(info, list) else [])
        if offer is None or offer.terms != self.receipt.terms:
            raise _mismatch("the request offered other terms")

    def check_key_binding_hash(self) -> None:
        """Prove that the record is about these key bindings and no others."""
        signed = shared_kb_sha256(map(signed_part_sha256, self._key_bindings()))
        if self.kb_commitment(signed) != self._named("kb_sha256"):
            raise _mismatch("the record names another key binding")

    def kb_commitment(self, kb_sha256: bytes) -> bytes:
        """Return what a record says of the hash of a key binding."""
        salt = self.receipt.disclosure_salt
        if salt is None:
            raise NotShownError("the receipt carries no salt of a disclosure")
        return key_binding_commitment(salt, kb_sha256)

    def check_issuers(self) -> None:
        """Prove that a trusted issuer signed each certificate."""
        _ = self.issued

    def check_key_bindings(self) -> None:
        """Prove that each certificate's own holder key signed for this party and this request."""
        expected = _audiences(_asked(self._request_token()))
        for issued, token in self._paired(self._key_bindings()):
            key = _holder_key(issued.claims)
            claims = jws.verify(jws.parse(token), key, expected_typ=_KB_TYP).claims()
            if claims.get("aud") not in expected:
                raise _mismatch("the key binding is for another party")

    def check_disclosure(self) -> None:
        """Recompute the commitment of the record from what the holder signed and the digests."""
        salt = self.receipt.disclosure_salt
        if salt is None:
            raise NotShownError("the receipt carries no salt of a disclosure")
        sd_hashes = [str(_claims(token).get("sd_hash")) for token in self._key_bindings()]
        digests = [digest for each in self._digests() for digest in each]
        made = disclosure_commitment(salt, shared_sd_hash(sd_hashes), digests)
        if made != self._named("disclosure_commitment"):
            raise _mismatch("the record commits to other disclosures")

    def check_digests(self) -> None:
        """Prove that what was disclosed is in what the issuers signed.

        A claim inside a disclosed one has its digest in the other's disclosure, which is not kept.
        """
        for issued, digests in self._paired(self._digests()):
            signed = set(_digests_in(loads_object(jws.parse(issued.issuer_jwt).payload)))
            if not signed.intersection(digests):
                raise _mismatch("the issuer signed none of the disclosed digests")
            if not signed.issuperset(digests):
                raise NotShownError("a digest stands inside another disclosure")

    def check_status(self) -> None:
        """Prove that each certificate was valid by the status list of that day."""
        for issued in self.issued:
            status = issued.claims.get("status")
            if status is None:
                raise NotShownError("a certificate names no status list")
            self._check_valid(StatusReference.parse(status))

    def _check_valid(self, reference: StatusReference) -> None:
        for token in self.offline.status_tokens:
            unverified = parse_status_token(token)
            if loads_object(unverified.payload, limit=TOKEN_LIMIT).get("sub") != reference.uri:
                continue
            signer = self.chain(parse_x5c(unverified.header.get("x5c")), Role.STATUS)
            now = self.receipt.record.event_time
            listed = verify_status_token(
                unverified, signer.leaf_key, expected_uri=reference.uri, now=now
            )
            if listed.status_at(reference.idx) is not Status.VALID:
                raise _mismatch("the certificate was not valid on that day")
            return
        raise NotShownError("the receipt carries no status list of a certificate")

    def _issued(self, token: str) -> VerifiedSdJwt:
        unverified = parse_sd_jwt(f"{token}~")
        issuer = self.chain(parse_x5c(unverified.header.get("x5c")), Role.ISSUER)
        return verify_sd_jwt(unverified, issuer.leaf_key, expected_typ=_ISSUER_TYPES)

    def _request_token(self) -> str:
        if self.offline.request_object is None:
            raise NotShownError("the receipt carries no request object")
        return self.offline.request_object

    def _key_bindings(self) -> Sequence[str]:
        if not self.offline.kb_jwts:
            raise NotShownError("the receipt carries no key binding")
        return self.offline.kb_jwts

    def _digests(self) -> Sequence[tuple[str, ...]]:
        if not self.offline.disclosed_digests:
            raise NotShownError("the receipt carries no disclosed digests")
        return self.offline.disclosed_digests

    def _paired(self, each: Sequence[_Part]) -> Iterator[tuple[VerifiedSdJwt, _Part]]:
        """Yield each certificate with its part, or raise: a part too few hides something."""
        if len(each) != len(self.issued):
            raise _mismatch("the offline part is not of as many presentations as certificates")
        return zip(self.issued, each, strict=True)

    def _named(self, name: str) -> bytes:
        """Return a hash the record names, or raise `NotShownError`."""
        octets: bytes | None = getattr(self.receipt.record.evidence, name)
        if octets is None:
            raise NotShownError(f"the record names no {name}")
        return octets


def _claims(token: str) -> JsonObject:
    """Return what a token says, unverified: for holding it against what is."""
    return loads_object(jws.parse(token).payload)


def _asked(token: str) -> JsonObject:
    """Return what a request says, with what stands beside one of several signatures."""
    header = jws.parse(token).header
    return _claims(token) | {name: header[name] for name in OF_EACH_SIGNATURE if name in header}


def _audiences(asked: JsonObject) -> Sequence[JsonValue]:
    """Return whom presentations may be for: the client, or a page it asked on (OpenID4VP A.4)."""
    match asked.get(_ORIGINS):
        case [*origins]:
            return [f"{PREFIX}{origin}" for origin in origins]
        case _:
            return [asked.get("client_id")]


def _holder_key(claims: JsonObject) -> VerificationKey:
    cnf = claims.get("cnf")
    return PublicJwk.parse(cnf.get("jwk") if isinstance(cnf, dict) else None).verification_key()


def _digests_in(value: JsonValue) -> Iterator[str]:
    """Yield every digest in an issuer's payload (RFC 9901 sections 4.2.4.1 and 4.2.4.2)."""
    match value:
        case dict():
            for name, inside in value.items():
                if name == "...":
                    yield str(inside)
                elif name == "_sd" and isinstance(inside, list):
                    yield from map(str, inside)
                else:
                    yield from _digests_in(inside)
        case list():
            for inside in value:
                yield from _digests_in(inside)
        case _:
            return


def _mismatch(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.RECORD_MISMATCH, detail)
