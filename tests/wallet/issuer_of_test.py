"""An issuer for the wallet to meet: honest by default, wrong in one way at a time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from keys.jwe import DecryptionKey
from keys.jwk import PublicJwk
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, dumps, loads_object
from keys.x509 import Role, to_x5c
from standards.openid4vci.configuration import KeyAttestationsRequired
from standards.openid4vci.credential import (
    CredentialRequest,
    CredentialResponse,
    DeferredResponse,
)
from standards.openid4vci.deferred import DeferredCredentialRequest
from standards.openid4vci.encrypted import decrypt_request, encrypt_response
from standards.openid4vci.encryption import ResponseEncryption
from standards.openid4vci.error_response import CredentialRequestError
from standards.openid4vci.offer import CredentialOffer, PreAuthorizedCodeGrant, TxCode
from standards.openid4vci.offer_uri import OfferReference, offer_uri
from standards.openid4vci.proof import invalid_nonce, verify_proofs
from standards.openid4vci.token import PreAuthorizedCodeRequest, TokenResponse, parse_token_request
from standards.sd_jwt.frame import Frame
from standards.sd_jwt_vc.issue import NewVc, issue_vc
from standards.status_list.bits import StatusList
from standards.status_list.reference import StatusReference
from standards.status_list.token import MEDIA_TYPE, issue_status_token
from tests.wallet.world import Asked, World, entropy_of, json_reply, unchanged
from web.outbound import Reply

ISSUER = "https://issuer.example/issuers/registry"
HOST = "https://issuer.example"
KIND = "resident-register"
VCT = f"{ISSUER}/types/{KIND}/1"
STATUS_URI = f"{ISSUER}/status/1"
NOTIFICATION_URI = f"{ISSUER}/notification"

CLAIMS: JsonObject = {
    "name": "김카나리아",
    "birth_date": "1990-04-17",
    "address": {"region": "서울특별시", "street": "카나리아로 77"},
    "members": [{"name": "김카나리아"}, {"name": "이카나리아"}],
    "age_over_19": True,
}


@dataclass
class IssuerOfTest:
    """``change_new`` and ``change_text`` bend what is issued, the dicts what is published."""

    world: World
    code: str = "code-1"
    tx_code: str | None = None
    kinds: tuple[str, ...] = (KIND,)
    claims: JsonObject = field(default_factory=lambda: dict(CLAIMS))
    status: int = 0
    status_exp: timedelta = timedelta(hours=12)
    lifetime: timedelta = timedelta(days=90)
    metadata: JsonObject = field(default_factory=dict)
    server: JsonObject = field(default_factory=dict)
    token: JsonObject = field(default_factory=dict)
    change_new: Callable[[NewVc], NewVc] = unchanged
    change_text: Callable[[str], str] = unchanged
    change_response: Callable[[JsonObject], Any] = unchanged
    issued: int = 0
    codes_used: int = 0
    nonces: set[str] = field(default_factory=set)
    keys: list[PublicJwk] = field(default_factory=list)
    # The numbers of the status list in the order they are given out, and what it says of each.
    index: int = 7
    statuses: dict[int, int] = field(default_factory=dict)
    ttl: timedelta = timedelta(minutes=5)
    status_size: int = 64
    frame: Frame | None = None
    notification_id: str | None = None
    notified: list[JsonObject] = field(default_factory=list)
    # How many keys a request may prove, and whose word on them is demanded.
    batch: int = 1
    demanded: KeyAttestationsRequired | None = None
    stale_nonces: int = 0
    # How often it answers "later", and after how long to ask again.
    deferrals: int = 0
    interval: int = 5
    request_key: DecryptionKey | None = None
    requests: list[CredentialRequest] = field(default_factory=list)
    encryptions: list[ResponseEncryption] = field(default_factory=list)
    promised: tuple[tuple[PublicJwk, ...], str] = ((), KIND)
    name: str = "행정안전부 시험"
    uris: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.signer = SoftwareSigner.generate()
        self.status_signer = SoftwareSigner.generate()
        self.entropy = entropy_of("issuer")
        self.chain = self.world.authorities.certify(
            Role.ISSUER, self.signer, self.name, uris=self.uris
        )
        self.status_chain = self.world.authorities.certify(
            Role.STATUS, self.status_signer, "Status"
        )
        serve = self.world.network.serve
        serve(f"{HOST}/.well-known/openid-credential-issuer/issuers/registry", self._metadata)
        serve(f"{HOST}/.well-known/oauth-authorization-server/issuers/registry", self._server)
        serve(f"{ISSUER}/offers/1", lambda _: json_reply(self.offer().as_dict()))
        serve(f"{ISSUER}/token", self._token)
        serve(f"{ISSUER}/nonce", self._nonce)
        serve(f"{ISSUER}/credential", self._credential)
        serve(f"{ISSUER}/deferred", self._deferred)
        serve(STATUS_URI, self._status)
        serve(NOTIFICATION_URI, self._notified)

    @property
    def now(self) -> datetime:
        return self.world.clock.now

    def offer(self) -> CredentialOffer:
        tx_code = None if self.tx_code is None else TxCode()
        grant = PreAuthorizedCodeGrant(self.code, tx_code)
        return CredentialOffer(ISSUER, self.kinds, pre_authorized_code=grant)

    def again(self) -> str:
        """Return another offer, with a code of its own."""
        self.code, self.codes_used = f"code-{self.issued + 1}", 0
        return self.offer_uri()

    def offer_uri(self, *, by: str = "value") -> str:
        if by == "reference":
            return offer_uri(OfferReference(f"{ISSUER}/offers/1"))
        return offer_uri(self.offer())

    def _metadata(self, _: Asked) -> Reply:
        configurations: JsonObject = {
            kind: {
                "format": "dc+sd-jwt",
                "vct": f"{ISSUER}/types/{kind}/1",
                "cryptographic_binding_methods_supported": ["jwk"],
                "proof_types_supported": {
                    "jwt": {"proof_signing_alg_values_supported": ["ES256"]}
                },
            }
            for kind in (KIND, "tax-payment", "resident-abstract")
        }
        batch: JsonObject = {"batch_size": self.batch}
        metadata: JsonObject = {
            "credential_issuer": ISSUER,
            "credential_endpoint": f"{ISSUER}/credential",
            "nonce_endpoint": f"{ISSUER}/nonce",
            "credential_configurations_supported": configurations,
            **({"batch_credential_issuance": batch} if self.batch > 1 else {}),
            **({"notification_endpoint": NOTIFICATION_URI} if self.notification_id else {}),
            **self.metadata,
        }
        # None takes a member out.
        return json_reply({name: value for name, value in metadata.items() if value is not None})

    def _server(self, _: Asked) -> Reply:
        server: JsonObject = {"issuer": ISSUER, "token_endpoint": f"{ISSUER}/token"}
        return json_reply(server | self.server)

    def _token(self, asked: Asked) -> Reply:
        request = parse_token_request(asked.content)
        assert isinstance(request, PreAuthorizedCodeRequest)
        if request.pre_authorized_code != self.code or request.tx_code != self.tx_code:
            return json_reply({"error": "invalid_grant"}, 400)
        if self.codes_used:
            return json_reply({"error": "invalid_grant"}, 400)
        self.codes_used += 1
        return json_reply(TokenResponse("access-token").as_dict() | self.token)

    def _nonce(self, _: Asked) -> Reply:
        nonce = self.entropy(16).hex()
        self.nonces.add(nonce)
        return json_reply({"c_nonce": nonce})

    def _credential(self, asked: Asked) -> Reply:
        assert asked.authorization == "Bearer access-token"
        request = CredentialRequest.parse(self._opened(asked))
        self.requests.append(request)
        try:
            keys = verify_proofs(
                request.proofs,
                expected_issuer=ISSUER,
                check_nonce=self._check_nonce,
                now=self.now,
                max_proofs=self.batch,
                attesters=(self.world.authorities.of[Role.WALLET_PROVIDER].anchor,),
                demanded=self.demanded,
            )
        except CredentialRequestError as error:
            return json_reply(error.response().as_dict(), 400)
        self.keys += keys
        kind = request.credential_configuration_id or KIND
        self.promised = keys, kind
        if self.deferrals:
            return self._deferred_again(request.credential_response_encryption)
        return self._issued(request.credential_response_encryption)

    def _check_nonce(self, nonce: str) -> None:
        if self.stale_nonces:
            self.stale_nonces -= 1
            raise invalid_nonce()
        self.nonces.remove(nonce)

    def _deferred(self, asked: Asked) -> Reply:
        assert asked.authorization == "Bearer access-token"
        request = DeferredCredentialRequest.parse(self._opened(asked))
        assert "transaction-1" == request.transaction_id
        if self.deferrals:
            return self._deferred_again(request.credential_response_encryption)
        return self._issued(request.credential_response_encryption)

    def _deferred_again(self, wanted: ResponseEncryption | None) -> Reply:
        self.deferrals -= 1
        body = DeferredResponse("transaction-1", self.interval).as_dict()
        return self._answer(self.change_response(body), wanted, 202)

    def _issued(self, wanted: ResponseEncryption | None) -> Reply:
        keys, kind = self.promised
        # As the conformance suite does: never in the order of the proofs.
        texts = tuple(
            self.change_text(self.issue(key, f"{ISSUER}/types/{kind}/1")) for key in reversed(keys)
        )
        body = CredentialResponse(texts, self.notification_id).as_dict()
        return self._answer(self.change_response(body), wanted, 200)

    def _opened(self, asked: Asked) -> JsonObject:
        if self.request_key is None or not asked.content.startswith(b"ey"):
            return loads_object(asked.content)
        assert "application/jwt" == asked.content_type
        return decrypt_request(asked.content.decode(), [self.request_key])

    def _answer(self, body: Any, wanted: ResponseEncryption | None, status: int) -> Reply:
        if isinstance(body, Reply):
            return body
        if wanted is None:
            return json_reply(body, status)
        self.encryptions.append(wanted)
        token = encrypt_response(body, wanted)
        return Reply(status, "application/jwt", token.encode())

    def issue(self, key: PublicJwk | None, vct: str = VCT) -> str:
        self.issued += 1
        new = NewVc(
            vct=vct,
            issuer=ISSUER,
            claims=self.claims,
            holder=key,
            issued_at=self.now,
            expires_at=self.now + self.lifetime,
            status=StatusReference(STATUS_URI, self.index),
        )
        issued = issue_vc(
            self.change_new(new),
            signer=self.signer,
            x5c=[str(each) for each in to_x5c(self.chain)],
            entropy=self.entropy,
            frame=self.frame,
            decoys=2,
        )
        return issued.serialize()

    def _notified(self, asked: Asked) -> Reply:
        assert asked.authorization == "Bearer access-token"
        self.notified.append(loads_object(asked.content))
        return Reply(204, "", b"")

    def served_at(self, uri: str) -> None:
        """Serve the same statuses at another address too."""
        self.world.network.serve(uri, self._status)

    def _status(self, asked: Asked) -> Reply:
        token = issue_status_token(
            StatusList.of(4, self.status_size, ({7: self.status} | self.statuses).items()),
            uri=asked.url,
            signer=self.status_signer,
            x5c=[str(each) for each in to_x5c(self.status_chain)],
            now=self.now,
            exp=self.now + self.status_exp,
            ttl=self.ttl,
        )
        return Reply(200, MEDIA_TYPE, token.encode())


def without_status(new: NewVc) -> NewVc:
    return new._replace(status=None)


def as_reply(status: int, body: JsonObject) -> Reply:
    return Reply(status, "application/json", dumps(body))
