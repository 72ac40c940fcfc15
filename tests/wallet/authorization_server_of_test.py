"""The issuer's authorization server: pushed requests, a page somebody signs in on, codes.

Honest by default, wrong in one way at a time, like the issuer beside it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from keys.strict_json import JsonObject
from standards.oauth.authorization import (
    AuthorizationError,
    AuthorizationRequest,
    AuthorizationResponse,
)
from standards.oauth.error_response import OAuthRequestError
from standards.oauth.form import parse_form
from standards.oauth.par import PushedResponse
from standards.oauth.pkce import check_verifier
from standards.oauth.redirect_uri import check_redirect_uri
from standards.openid4vci.errors import malformed
from standards.openid4vci.offer import AuthorizationCodeGrant, CredentialOffer
from standards.openid4vci.offer_uri import offer_uri
from standards.openid4vci.token import (
    AuthorizationCodeRequest,
    TokenResponse,
    parse_token_request,
)
from tests.wallet.issuer_of_test import HOST, ISSUER, IssuerOfTest
from tests.wallet.world import WALLET_URL, Asked, json_reply, unchanged
from web.outbound import Reply

PAR = f"{ISSUER}/par"
AUTHORIZE = f"{ISSUER}/authorize"
CLIENT = f"{WALLET_URL}/wallet"
BACK = f"{WALLET_URL}/wallet/authorized"
SCOPE = "resident-register-copy"


@dataclass
class AuthorizationServerOfTest:
    """``change_pushed`` and ``change_token`` bend the answers, ``server`` what is published."""

    issuer: IssuerOfTest
    issuer_state: str | None = None
    identifier: str = ISSUER
    change_pushed: Callable[[JsonObject], JsonObject | Reply] = unchanged
    change_token: Callable[[JsonObject], JsonObject | Reply] = unchanged
    server: JsonObject = field(default_factory=dict)
    pushed: dict[str, AuthorizationRequest] = field(default_factory=dict)
    codes: dict[str, AuthorizationRequest] = field(default_factory=dict)
    tokens: int = 0

    def __post_init__(self) -> None:
        serve = self.issuer.world.network.serve
        path = self.identifier.removeprefix(HOST)
        serve(f"{HOST}/.well-known/oauth-authorization-server{path}", self._metadata)
        serve(PAR, self._par)
        serve(f"{ISSUER}/token", self._token)

    @property
    def requests(self) -> list[AuthorizationRequest]:
        return [*self.pushed.values()]

    def offer(self, **grant: str) -> str:
        """Return an offer that sends the person to the authorization server."""
        code = AuthorizationCodeGrant(self.issuer_state, **grant)
        return offer_uri(CredentialOffer(ISSUER, self.issuer.kinds, authorization_code=code))

    def with_scope(self) -> None:
        """Publish the one kind with a scope, as HAIP asks for."""
        configuration: JsonObject = {
            "format": "dc+sd-jwt",
            "scope": SCOPE,
            "vct": f"{ISSUER}/types/{self.issuer.kinds[0]}/1",
            "cryptographic_binding_methods_supported": ["jwk"],
            "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}},
        }
        kinds: JsonObject = {self.issuer.kinds[0]: configuration}
        self.issuer.metadata = {"credential_configurations_supported": kinds}

    def sign_in(self, url: str) -> str:
        """Be the person who opens ``url``, signs in and agrees; return where that leads."""
        request = self.pushed[self.opened(url)]
        code = f"code-{len(self.codes) + 1}"
        self.codes[code] = request
        return AuthorizationResponse(code, request.state, self.identifier).redirect(
            request.redirect_uri
        )

    def decline(self, url: str, error: str = "access_denied") -> str:
        """Be the person who says no; return where that leads."""
        request = self.pushed[self.opened(url)]
        refusal = AuthorizationError(error, "declined", request.state, self.identifier)
        return refusal.redirect(request.redirect_uri)

    def opened(self, url: str) -> str:
        """Return which pushed request the browser names, and see that it says nothing else."""
        parts = urlsplit(url)
        assert AUTHORIZE == f"{parts.scheme}://{parts.netloc}{parts.path}"
        query = parse_qs(parts.query, strict_parsing=True)
        assert {"client_id": [CLIENT]} == {k: v for k, v in query.items() if k != "request_uri"}
        return query["request_uri"][0]

    def _metadata(self, _: Asked) -> Reply:
        metadata: JsonObject = {
            "issuer": self.identifier,
            "token_endpoint": f"{ISSUER}/token",
            "authorization_endpoint": AUTHORIZE,
            "pushed_authorization_request_endpoint": PAR,
            "require_pushed_authorization_requests": True,
            "authorization_response_iss_parameter_supported": True,
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "code_challenge_methods_supported": ["S256"],
        }
        published = metadata | self.issuer.server | self.server
        return json_reply({name: each for name, each in published.items() if each is not None})

    def _par(self, asked: Asked) -> Reply:
        try:
            request = AuthorizationRequest.parse(parse_form(asked.content, malformed))
            check_redirect_uri(request.redirect_uri, (BACK,))
        except OAuthRequestError as error:
            return json_reply(error.response().as_dict(), 400)
        name = f"urn:ietf:params:oauth:request_uri:{len(self.pushed) + 1}"
        self.pushed[name] = request
        return _reply(self.change_pushed(PushedResponse(name, 300).as_dict()), 201)

    def _token(self, asked: Asked) -> Reply:
        request = parse_token_request(asked.content)
        assert isinstance(request, AuthorizationCodeRequest)
        given = self.codes.pop(request.code, None)
        if given is None or (request.redirect_uri, request.client_id) != (BACK, CLIENT):
            return json_reply({"error": "invalid_grant"}, 400)
        check_verifier(request.code_verifier, given.code_challenge)
        self.tokens += 1
        answer = TokenResponse("access-token", scope=" ".join(given.scope) or None).as_dict()
        return _reply(self.change_token(answer | self.issuer.token), 200)


def _reply(answer: JsonObject | Reply, status: int) -> Reply:
    return answer if isinstance(answer, Reply) else json_reply(answer, status)
