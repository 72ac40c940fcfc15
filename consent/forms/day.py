"""The day of a sharing, as its receipt kept it: who was trusted then, and who asked."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from consent.errors import ConsentError, ConsentFailure
from consent.forms.checks import NotShownError
from consent.forms.countersignature import signed_part_sha256
from consent.forms.disclosure import key_binding_commitment
from consent.forms.offline import Offline
from consent.forms.receipt import Receipt
from keys.json_value import JsonObject
from keys.role import Role
from keys.trust_list import TrustList, verify_trust_list
from keys.verification_key import VerificationKey
from keys.x509 import ValidatedChain, validate_chain
from standards.formats.binding import Request
from standards.openid4vp.client_id import ClientId, ClientIdPrefix
from standards.openid4vp.dc_api_reading import verify_dc_api_token
from standards.openid4vp.kept_request import ORIGINS, bound_to, said_by
from standards.openid4vp.origin import PREFIX, Origin
from standards.openid4vp.request_object import VerifiedRequest, verify_request_object
from standards.openid4vp.signer import Grounds

# Whoever is known by a certificate or an attestation; a key that was registered with one wallet or
# published on a host on that day is kept by nobody.
_SHOWN_BY_TRUST_LIST: Final = frozenset(
    {
        ClientIdPrefix.X509_HASH,
        ClientIdPrefix.X509_SAN_DNS,
        ClientIdPrefix.VERIFIER_ATTESTATION,
    }
)
_VOUCHING: Final = (Role.VERIFIER, Role.REGISTRAR)


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
        now, client_id = self.receipt.record.event_time, str(self.asked.get("client_id"))
        if ClientId.parse(client_id).prefix not in _SHOWN_BY_TRUST_LIST:
            raise NotShownError("what the party is known by is not in the trust list")
        anchors = {role: self.trust.anchors(role, now) for role in _VOUCHING}
        grounds = Grounds(anchors[Role.VERIFIER], anchors[Role.REGISTRAR])
        if ORIGINS in self.asked:
            # It is good for each page it names: which one it was, the holder's signature says.
            page = self.requests[0].audience.removeprefix(PREFIX)
            origin = Origin.parse(page)
            return verify_dc_api_token(self.request_token, origin=origin, grounds=grounds, now=now)
        return verify_request_object(
            self.request_token,
            expected_client_id=client_id,
            expected_wallet_nonce=None,
            grounds=grounds,
            now=now,
        )

    @property
    def request_token(self) -> str:
        """The request object as it was kept, or raise `NotShownError`."""
        if self.offline.request_object is None:
            raise NotShownError("the receipt carries no request object")
        return self.offline.request_object

    @cached_property
    def asked(self) -> JsonObject:
        """What the request object says, unproven."""
        return said_by(self.request_token)

    @cached_property
    def requests(self) -> tuple[Request, ...]:
        """What the holder may have signed for: the client, or one of the pages it asked on."""
        return bound_to(self.asked)

    def chain(self, chain: tuple[bytes, ...], role: Role) -> ValidatedChain:
        """Return who a chain belonged to on that day, or raise `KeysError`."""
        now = self.receipt.record.event_time
        return validate_chain(chain, anchors=self.trust.anchors(role, now), role=role, now=now)

    def named(self, name: str) -> bytes:
        """Return a hash the record names, or raise `NotShownError`."""
        octets: bytes | None = getattr(self.receipt.record.evidence, name)
        if octets is None:
            raise NotShownError(f"the record names no {name}")
        return octets

    @property
    def salt(self) -> bytes:
        """What opens the commitments of the record, or raise `NotShownError`."""
        if self.receipt.disclosure_salt is None:
            raise NotShownError("the receipt carries no salt of a disclosure")
        return self.receipt.disclosure_salt

    def kb_commitment(self, kb_sha256: bytes) -> bytes:
        """Return what a record says of the hash of a key binding."""
        return key_binding_commitment(self.salt, kb_sha256)

    def check_trust_list(self) -> None:
        """Prove that the keeper of the trust list signed the snapshot, good on that day."""
        _ = self.trust

    def check_request(self) -> None:
        """Prove who asked: the request object is the record's, and its party the record's."""
        if signed_part_sha256(self.request_token) != self.named("request_sha256"):
            raise mismatch("the record names another request")
        certified = self.request.certificate
        named = None if certified is None else certified.organization_id
        if named not in (None, self.receipt.record.controller.id):
            raise mismatch("another party asked than the record names")


def mismatch(detail: str) -> ConsentError:
    """Return the error for what is about something else than the record."""
    return ConsentError(ConsentFailure.RECORD_MISMATCH, detail)
