"""The authorization server and issuer as HAIP wants them: attested wallets, tokens bound to keys.

It wants its own nonce in every proof, and its own challenge in every attestation's proof; both
may be switched off. Every proof counts once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from typing_extensions import override

from keys.jwk import PublicJwk
from keys.role import Role
from keys.strict_json import JsonObject
from standards.oauth.client_attestation import (
    ATTESTATION_HEADER,
    METHOD,
    POP_HEADER,
    AttestedClient,
    use_attestation_challenge,
    verify_client_attestation,
)
from standards.oauth.dpop import HEADER, NONCE_HEADER, use_dpop_nonce, verify_dpop_proof
from standards.oauth.error_response import OAuthRequestError
from standards.openid4vci.token import AuthorizationCodeRequest, parse_token_request
from tests.wallet.authorization_server_of_test import CLIENT, AuthorizationServerOfTest
from tests.wallet.issuer_of_test import ISSUER
from tests.wallet.world import Asked, json_reply
from web.outbound import Reply

CHALLENGE = f"{ISSUER}/challenge"


@dataclass
class HaipServerOfTest(AuthorizationServerOfTest):
    """``nonces`` and ``challenges`` say whether the server gives out its own."""

    nonces: bool = True
    challenges: bool = True
    scheme: str = "DPoP"
    refused: int = 0
    given: set[str] = field(default_factory=set)
    nonce: str = "nonce-1"
    clients: list[AttestedClient] = field(default_factory=list)
    proofs: list[PublicJwk] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    @override
    def __post_init__(self) -> None:
        super().__post_init__()
        network = self.issuer.world.network
        network.serve(CHALLENGE, self._challenge)
        credential = network.answering[f"{ISSUER}/credential"]
        network.serve(f"{ISSUER}/credential", lambda asked: self._credential(asked, credential))
        self.server = {
            "token_endpoint_auth_methods_supported": [METHOD],
            "dpop_signing_alg_values_supported": ["ES256"],
            "client_attestation_signing_alg_values_supported": ["ES256"],
            "client_attestation_pop_signing_alg_values_supported": ["ES256"],
        }
        if self.challenges:
            self.server["challenge_endpoint"] = CHALLENGE
        self.change_token = lambda answer: answer | {"token_type": "DPoP"}

    def _challenge(self, asked: Asked) -> Reply:
        assert b"" == asked.content
        challenge = f"challenge-{len(self.given)}-{len(self.seen)}"
        self.given.add(challenge)
        return json_reply({"attestation_challenge": challenge})

    @override
    def _par(self, asked: Asked) -> Reply:
        return self._proven(asked, super()._par)

    @override
    def _token(self, asked: Asked) -> Reply:
        request = parse_token_request(asked.content)
        assert isinstance(request, AuthorizationCodeRequest)
        bound = self.codes[request.code].dpop_jkt if request.code in self.codes else None

        def answered(asked: Asked) -> Reply:
            assert bound == self.proofs[-1].thumbprint()
            assert 1 == len({each.instance_key.thumbprint() for each in self.clients[-2:]})
            return super(HaipServerOfTest, self)._token(asked)

        return self._proven(asked, answered)

    def _proven(self, asked: Asked, answer: Callable[[Asked], Reply]) -> Reply:
        """Answer who proves key and wallet; everybody else gets the error, and the nonce."""
        try:
            self._check_dpop(asked)
            self._check_client(asked)
        except OAuthRequestError as error:
            self.refused += 1
            return self._with_nonce(json_reply(error.response().as_dict(), 400))
        return self._with_nonce(answer(asked))

    def _check_client(self, asked: Asked) -> None:
        client = verify_client_attestation(
            [asked.headers[ATTESTATION_HEADER]],
            [asked.headers[POP_HEADER]],
            expected_audience=self.identifier,
            anchors=[self.issuer.world.authorities.of[Role.WALLET_PROVIDER].anchor],
            check_challenge=self._check_challenge,
            now=self.issuer.now,
        )
        assert CLIENT == client.client_id
        self._once(client.jti)
        self.clients.append(client)

    def _check_challenge(self, challenge: str | None) -> None:
        if not self.challenges:
            assert challenge is None
        elif challenge not in self.given:
            raise use_attestation_challenge()

    def _check_dpop(self, asked: Asked, access_token: str | None = None) -> None:
        proven = verify_dpop_proof(
            [asked.headers[HEADER]],
            method=asked.method,
            url=asked.url,
            now=self.issuer.now,
            check_nonce=self._check_nonce,
            access_token=access_token,
        )
        self._once(proven.jti)
        self.proofs.append(proven.key)

    def _check_nonce(self, nonce: str | None) -> None:
        if self.nonces and nonce != self.nonce:
            raise use_dpop_nonce()

    def _once(self, jti: str) -> None:
        assert jti not in self.seen
        self.seen.add(jti)

    def _credential(self, asked: Asked, answer: Callable[[Asked], object]) -> Reply:
        assert "DPoP access-token" == asked.authorization
        try:
            self._check_dpop(asked, "access-token")
        except OAuthRequestError:
            self.refused += 1
            refusal = json_reply({"error": "invalid_token"}, 401)
            challenge = f'{self.scheme} error="use_dpop_nonce", algs="ES256"'
            return self._with_nonce(refusal, {"www-authenticate": challenge})
        assert self.proofs[-1] == self.proofs[-2]
        reply = answer(replace(asked, authorization="Bearer access-token"))
        assert isinstance(reply, Reply)
        return self._with_nonce(reply)

    def _with_nonce(self, reply: Reply, more: JsonObject | None = None) -> Reply:
        headers = {name: str(value) for name, value in (more or {}).items()}
        if self.nonces:
            headers[NONCE_HEADER.lower()] = self.nonce
        return Reply(reply.status, reply.content_type, reply.body, headers)
