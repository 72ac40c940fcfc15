"""Ask an issuer's credential endpoints with a token, in clear or encrypted (sections 8 to 10).

An answer is encrypted whenever the issuer can do it, and then so is the question: otherwise
somebody on the way could put another key into it (section 8.2).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, TypeVar

from keys.encryption_key import ECDH_ES
from keys.jwe import DecryptionKey
from keys.strict_json import JsonObject, dumps
from standards.oauth.error_response import ErrorResponse
from standards.oauth.errors import OAuthError
from standards.openid4vci.credential import (
    CredentialRequest,
    CredentialResponse,
    DeferredResponse,
    parse_credential_response,
)
from standards.openid4vci.deferred import DeferredCredentialRequest
from standards.openid4vci.encrypted import (
    MEDIA_TYPE,
    best_enc,
    decrypt_response,
    encrypt_request,
)
from standards.openid4vci.encryption import ResponseEncryption
from standards.openid4vci.error_response import CredentialErrorCode
from standards.openid4vci.errors import VciError
from standards.openid4vci.metadata import CredentialIssuerMetadata
from standards.openid4vci.nonce import NonceResponse
from wallet.errors import WalletError, WalletFailure
from wallet.outside.asking import Asker, Question
from wallet.outside.correspondence import JSON, Answer, UnansweredError, json_object
from wallet.outside.tokens import TokenInUse

_OK: Final = frozenset({200, 202})
# A stranger's error code is told only this far.
_CODE_LIMIT: Final = 64
# Who is asked to come back later than tomorrow is not being served.
LONGEST_INTERVAL: Final = timedelta(days=1)

_Message = TypeVar("_Message")


class RefusedError(WalletError):
    """The issuer answered with an error; ``code`` is its code, or the HTTP status as text."""

    def __init__(self, answer: Answer) -> None:
        self.status = answer.status
        self.code = _code(answer)
        super().__init__(WalletFailure.ISSUER_REFUSED, f"The issuer answered {self.code}")


@dataclass(frozen=True, slots=True)
class CredentialAsking:
    """One issuer, the token to ask it with, and the conversation."""

    issuer: CredentialIssuerMetadata
    token: TokenInUse
    asker: Asker

    async def nonce(self) -> str | None:
        """Return a fresh nonce for key proofs, None where the issuer gives out none."""
        if self.issuer.nonce_endpoint is None:
            return None
        try:
            answer = await self.asker.plainly(Question(self.issuer.nonce_endpoint))
        except UnansweredError as error:
            raise _unreachable(error) from None
        body = json_object(_accepted(answer), _invalid)
        return parsed(body, NonceResponse.parse).c_nonce

    async def credential(
        self, request: CredentialRequest
    ) -> CredentialResponse | DeferredResponse:
        """Return what the credential endpoint answers.

        Raises ``WalletError``: issuer_refused (`RefusedError`), issuer_unreachable,
        issuer_answer_invalid.
        """
        key, wanted = self._encryption()
        body = replace(request, credential_response_encryption=wanted).as_dict()
        return await self._ask(self.issuer.credential_endpoint, body, key)

    async def deferred(self, transaction_id: str) -> CredentialResponse | DeferredResponse:
        """Return what the deferred endpoint answers; raises as `credential` does."""
        endpoint = self.issuer.deferred_credential_endpoint
        if endpoint is None:
            raise _invalid("what is deferred needs a deferred_credential_endpoint")
        key, wanted = self._encryption()
        body = DeferredCredentialRequest(transaction_id, wanted).as_dict()
        return await self._ask(endpoint, body, key)

    async def _ask(
        self, url: str, body: JsonObject, key: DecryptionKey | None
    ) -> CredentialResponse | DeferredResponse:
        question = self._question(url, body, encrypted=key is not None)
        try:
            answer = _accepted(await self.asker.with_token(question, self.token))
        except UnansweredError as error:
            raise _unreachable(error) from None
        response = parsed(_opened(answer, key), parse_credential_response)
        if isinstance(response, DeferredResponse):
            check_interval(response)
        return response

    def _question(self, url: str, body: JsonObject, *, encrypted: bool) -> Question:
        support = self.issuer.credential_request_encryption
        if support is None or not (encrypted or support.encryption_required):
            return Question(url, dumps(body), JSON)
        try:
            token = encrypt_request(body, support)
        except VciError as error:
            raise _invalid(error.detail) from None
        accept = f"{MEDIA_TYPE}, {JSON}" if encrypted else JSON
        return Question(url, token.encode("ascii"), MEDIA_TYPE, accept)

    def _encryption(self) -> tuple[DecryptionKey | None, ResponseEncryption | None]:
        """Return a new key for the answer and how to ask for it; Nones for an answer in clear."""
        offered = self.issuer.credential_response_encryption
        if offered is None:
            return None, None
        enc = best_enc(offered.enc_values_supported)
        requests = self.issuer.credential_request_encryption
        can_ask = requests is not None and bool(requests.keys)
        if enc is not None and can_ask and ECDH_ES in offered.alg_values_supported:
            key = DecryptionKey.generate(self.asker.number())
            return key, ResponseEncryption(key.public, enc)
        if offered.encryption_required:
            raise _invalid("its encryption is none that this wallet has")
        return None, None


def check_interval(response: DeferredResponse) -> None:
    """Return when the issuer asks for a sensible wait, else raise issuer_answer_invalid."""
    if response.interval > LONGEST_INTERVAL.total_seconds():
        raise _invalid("it asks to wait longer than a day")


def parsed(body: JsonObject, parse: Callable[[JsonObject], _Message]) -> _Message:
    """Return a message of the issuer, or raise ``WalletError`` (issuer_answer_invalid)."""
    try:
        return parse(body)
    except VciError as error:
        raise _invalid(error.detail) from None


def is_stale_nonce(error: RefusedError) -> bool:
    """Tell whether the issuer wants the keys proven again with a fresh nonce."""
    return error.code == CredentialErrorCode.INVALID_NONCE


def _accepted(answer: Answer) -> Answer:
    if answer.status not in _OK:
        raise RefusedError(answer)
    return answer


def _opened(answer: Answer, key: DecryptionKey | None) -> JsonObject:
    """Return the body; what was to be encrypted is not taken in clear."""
    if key is None:
        return json_object(answer, _invalid)
    if answer.media_type != MEDIA_TYPE:
        raise _invalid("the answer is not encrypted")
    try:
        return decrypt_response(answer.body.decode("ascii", "replace"), key)
    except VciError as error:
        raise _invalid(error.detail) from None


def _code(answer: Answer) -> str:
    """Name the error code, whatever shape the body has; never more of a stranger's text."""
    try:
        return ErrorResponse.parse(json_object(answer, _invalid)).error[:_CODE_LIMIT]
    except (OAuthError, WalletError):
        return str(answer.status)


def _unreachable(error: UnansweredError) -> WalletError:
    return WalletError(WalletFailure.ISSUER_UNREACHABLE, str(error))


def _invalid(reason: str) -> WalletError:
    return WalletError(WalletFailure.ISSUER_ANSWER_INVALID, reason)
