"""Who calls: a registered wallet that proves it, by attestation or by its own keys.

A client proves who it is in the one way it was registered for, at every endpoint the same; mutual
TLS is not among them (docs/decisions/0020-clients.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from issuers.authorization.clients import Client, ClientStore
from issuers.authorization.grants import Sender
from issuers.errors import IssuerError
from issuers.numbers.codes import IssuerSecret
from issuers.numbers.nonces import NonceUse, check_nonce
from issuers.numbers.replays import REPLAY_WINDOW, ReplayedError, ReplayStore, Signed, replay_key
from keys.x509 import Anchor
from standards.oauth.client_attestation import use_attestation_challenge, verify_client_attestation
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError
from standards.oauth.private_key_jwt import claimed_client_id, verify_client_assertion

# Clocks differ by a minute; a proof is remembered until the slowest has forgotten it.
_SKEW = timedelta(minutes=1)
_INVALID_CLIENT = OAuthErrorCode.INVALID_CLIENT


@dataclass(frozen=True, slots=True)
class ClientPresented:
    """What a request says of its client: form parameters, and the headers of an attestation."""

    client_id: str | None = None
    attestations: Sequence[str] = ()
    pops: Sequence[str] = ()
    assertion_type: str | None = None
    assertion: str | None = None

    @property
    def is_attested(self) -> bool:
        """Whether an attestation came along, whole or in part."""
        return bool(self.attestations or self.pops)

    @property
    def is_anonymous(self) -> bool:
        """Whether nothing came along that would prove a client."""
        return not self.is_attested and self.assertion is None


@dataclass(frozen=True, slots=True)
class ClientCheck:
    """What clients are measured against: a server's identifier, its register, its nonces."""

    authority: str
    issuer: str
    secret: IssuerSecret
    anchors: tuple[Anchor, ...]
    clients: ClientStore
    replays: ReplayStore
    now: datetime

    async def authenticated(self, presented: ClientPresented) -> tuple[Client, Sender]:
        """Return the client that is proven, and the sender it makes of this request.

        Raises `OAuthRequestError`: invalid_client, and for an attestation what
        `standards.oauth.client_attestation.verify_client_attestation` raises.
        """
        if presented.is_attested == (presented.assertion is not None):
            raise _invalid("prove the client in one way: by attestation or by its own key")
        prove = self._by_attestation if presented.is_attested else self._by_assertion
        client, sender = await prove(presented)
        if presented.client_id not in (None, client.client_id):
            raise _invalid("client_id is not the client that is proven")
        return client, sender

    async def _by_attestation(self, presented: ClientPresented) -> tuple[Client, Sender]:
        attested = verify_client_attestation(
            presented.attestations,
            presented.pops,
            expected_audience=self.issuer,
            anchors=self.anchors,
            check_challenge=self._check_challenge,
            now=self.now,
        )
        client = await self._registered(attested.client_id, has_keys=False)
        thumbprint = attested.instance_key.thumbprint()
        await self._take(Signed.ATTESTATION_POP, thumbprint, attested.jti, REPLAY_WINDOW)
        return client, Sender(client.client_id, instance_jkt=thumbprint)

    async def _by_assertion(self, presented: ClientPresented) -> tuple[Client, Sender]:
        assertion = presented.assertion or ""
        client = await self._registered(claimed_client_id(assertion), has_keys=True)
        proven = verify_client_assertion(
            presented.assertion_type,
            assertion,
            expected_audiences=(self.issuer,),
            keys=client.keys,
            now=self.now,
        )
        life = proven.expires_at - self.now + _SKEW
        await self._take(Signed.CLIENT_ASSERTION, client.client_id, proven.jti, life)
        return client, Sender(client.client_id)

    async def _registered(self, client_id: str, *, has_keys: bool) -> Client:
        client = await self.clients.find(client_id)
        if client is None or bool(client.keys) is not has_keys:
            raise _invalid("no client is registered here that proves itself in this way")
        return client

    async def _take(self, kind: Signed, signer: str, jti: str, life: timedelta) -> None:
        taken = replay_key(kind, signer, jti)
        try:
            await self.replays.remember(taken, until=self.now + life, now=self.now)
        except ReplayedError:
            is_pop = kind is Signed.ATTESTATION_POP
            code = OAuthErrorCode.INVALID_CLIENT_ATTESTATION if is_pop else _INVALID_CLIENT
            raise OAuthRequestError(code, "this proof was used before") from None

    def _check_challenge(self, challenge: str | None) -> None:
        try:
            check_nonce(
                challenge or "",
                self.authority,
                use=NonceUse.ATTESTATION,
                secret=self.secret,
                now=self.now,
            )
        except IssuerError:
            raise use_attestation_challenge() from None


def _invalid(detail: str) -> OAuthRequestError:
    return OAuthRequestError(_INVALID_CLIENT, detail)
