"""Say who asks, to an authorization server: attestation and proof (draft 07), bound to new keys.

A server that gives out challenges gets one back in each proof; the one in an answer's header is
for the next proof (section 8.1).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from keys.jwk import Algorithm
from standards.members import members
from standards.oauth.client_attestation import (
    ATTESTATION_HEADER,
    CHALLENGE_HEADER,
    METHOD,
    POP_HEADER,
    AttestationPop,
    make_attestation_pop,
)
from standards.oauth.error_response import OAuthErrorCode
from standards.oauth.metadata import AuthorizationServerMetadata
from wallet.errors import WalletError, WalletFailure
from wallet.outside.asking import Asker, Question, says, wants_nonce
from wallet.outside.correspondence import SMALL_ANSWER, Answer, UnansweredError, json_object
from wallet.outside.provider import WalletProvider
from wallet.outside.tokens import ClientKeys

_NONE: Final = "none"
_OK: Final = 200
# A challenge is a nonce of the server; nobody needs a long one.
_CHALLENGE_LIMIT: Final = 1024
_STALE: Final = (OAuthErrorCode.USE_ATTESTATION_CHALLENGE, OAuthErrorCode.USE_FRESH_ATTESTATION)


@dataclass(slots=True)
class ServerSession:
    """What one issuance has to say to one authorization server, PAR and token endpoint alike.

    ``provider`` is None where nobody vouches for this wallet: then it comes without a name.
    """

    server: AuthorizationServerMetadata
    keys: ClientKeys
    provider: WalletProvider | None
    asker: Asker
    _challenge: str | None = field(default=None, repr=False)

    @property
    def client_id(self) -> str | None:
        """The name to give, None for a wallet that stays anonymous."""
        return self.provider.client_id if self.provider and self.is_attested else None

    @property
    def is_attested(self) -> bool:
        """Tell whether the server takes attestations, and somebody attests this wallet."""
        offered = self.server.token_endpoint_auth_methods_supported
        return self.provider is not None and METHOD in offered

    @property
    def is_bound(self) -> bool:
        """Tell whether the server binds tokens to keys of ours."""
        return Algorithm.ES256 in self.server.dpop_signing_alg_values_supported

    def check_welcome(self, *, anonymous: bool) -> None:
        """Return when the server lets this wallet ask, else raise ``WalletError``.

        ``anonymous``: for a pre-authorized code the server may want no name (VCI section 6.1).
        Raises offer_unsupported.
        """
        methods = self.server.token_endpoint_auth_methods_supported
        unnamed = anonymous and self.server.pre_authorized_grant_anonymous_access_supported
        if methods and not self.is_attested and _NONE not in methods and not unnamed:
            reason = "The issuer's server knows no way to authenticate this wallet"
            raise WalletError(WalletFailure.OFFER_UNSUPPORTED, reason)

    async def post(self, url: str, form: bytes) -> Answer:
        """Return the server's answer to a form, whatever its status.

        A refusal for want of a fresh nonce, challenge or attestation is followed by another try
        with all of them fresh, once for each reason. Raises ``WalletError``: issuer_unreachable,
        issuer_answer_invalid.
        """
        answer = await self._once(url, form)
        tried: set[OAuthErrorCode] = set()
        while (wanted := self._wanted(answer)) is not None and wanted not in tried:
            tried.add(wanted)
            answer = await self._once(url, form)
        return answer

    async def _once(self, url: str, form: bytes) -> Answer:
        headers = await self._attestation()
        key = self.keys.dpop if self.is_bound else None
        try:
            answer = await self.asker.with_key(
                Question(url, form, limit=SMALL_ANSWER), key, headers
            )
        except UnansweredError as error:
            raise _unreachable(error) from None
        # What was sent is used up, also when the server names no next one.
        self._challenge = None
        self._remember(answer.headers.get(CHALLENGE_HEADER.lower()))
        return answer

    async def _attestation(self) -> Mapping[str, str]:
        if self.provider is None or not self.is_attested:
            return {}
        challenge = await self._fresh_challenge()
        now = self.asker.clock()
        pop = AttestationPop(
            client_id=self.provider.client_id,
            audience=self.server.issuer,
            jti=self.asker.number(),
            issued_at=now,
            challenge=challenge,
        )
        return {
            ATTESTATION_HEADER: self.provider.attest_instance(self.keys.instance.public, now),
            POP_HEADER: make_attestation_pop(pop, self.keys.instance),
        }

    async def _fresh_challenge(self) -> str | None:
        """Return the challenge at hand, or one from the endpoint when there is one (section 8)."""
        endpoint = self.server.challenge_endpoint
        if self._challenge is not None or endpoint is None:
            return self._challenge
        try:
            answer = await self.asker.correspondent.post(
                endpoint,
                content=b"",
                content_type=Question(endpoint).content_type,
                accept=Question(endpoint).accept,
                limit=SMALL_ANSWER,
            )
        except UnansweredError as error:
            raise _unreachable(error) from None
        if answer.status != _OK:
            raise _invalid(f"the challenge endpoint answered {answer.status}")
        reader = members(json_object(answer, _invalid), "challenge response", _invalid)
        self._remember(reader.text("attestation_challenge"))
        return self._challenge

    def _wanted(self, answer: Answer) -> OAuthErrorCode | None:
        """Return what the server wants fresh, None when another try would not help."""
        if self.is_bound and wants_nonce(answer):
            return OAuthErrorCode.USE_DPOP_NONCE
        return next((code for code in _STALE if self.is_attested and says(answer, code)), None)

    def _remember(self, challenge: str | None) -> None:
        if challenge is not None and len(challenge) <= _CHALLENGE_LIMIT:
            self._challenge = challenge


def _unreachable(error: UnansweredError) -> WalletError:
    return WalletError(WalletFailure.ISSUER_UNREACHABLE, str(error))


def _invalid(reason: str) -> WalletError:
    return WalletError(WalletFailure.ISSUER_ANSWER_INVALID, reason)
