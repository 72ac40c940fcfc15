"""Put a question to an issuer's servers with a proof of possession (RFC 9449).

A server may want its own fresh value inside the proof: it is taken from every answer, kept apart
for each server, and a question refused for want of it is put once more.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from keys import base64url
from keys.entropy import Entropy
from keys.signer import SoftwareSigner
from standards.oauth.dpop import HEADER, NONCE_HEADER, DpopClaims, make_dpop_proof
from standards.oauth.error_response import ErrorResponse, OAuthErrorCode
from standards.oauth.errors import OAuthError, malformed
from wallet.outside.correspondence import (
    FORM,
    JSON,
    LARGE_ANSWER,
    Answer,
    Correspondent,
    json_object,
)
from wallet.outside.tokens import TokenInUse

# 128 bits: a proof is used once, and nothing is derived from its number.
_JTI_OCTETS: Final = 16
_POST: Final = "POST"
_UNAUTHORIZED: Final = 401
_REFUSED: Final = frozenset({400, _UNAUTHORIZED})
# Longer than any challenge; what is behind it is not looked at.
_CHALLENGE_LIMIT: Final = 4096
# RFC 9110 section 11.1: the letter case of a scheme means nothing.
_SCHEME: Final = re.compile(r"\bdpop\b", re.IGNORECASE)
_USE_NONCE: Final = re.compile(r'\berror="?use_dpop_nonce\b', re.IGNORECASE)
# RFC 9449 section 8.1: what a nonce may be made of; anything else is not sent back.
_NONCE: Final = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,1024}")


class Server(StrEnum):
    """Who is asked: both may live at one address, and still give out nonces of their own."""

    AUTHORIZATION = "authorization"
    RESOURCE = "resource"


@dataclass(frozen=True, slots=True)
class Question:
    """One POST: where, and what."""

    url: str
    content: bytes = b""
    content_type: str = FORM
    accept: str = JSON
    limit: int = LARGE_ANSWER


@dataclass(slots=True)
class Asker:
    """One conversation with an issuer's servers: it remembers their last nonces.

    Every method raises ``UnansweredError`` when nothing usable came.
    """

    correspondent: Correspondent
    clock: Callable[[], datetime]
    entropy: Entropy
    _nonces: dict[tuple[Server, str], str] = field(default_factory=dict, repr=False)

    async def plainly(self, question: Question) -> Answer:
        """Ask a resource server without a token, as the nonce endpoint is asked."""
        return await self._asked(question, Server.RESOURCE, {})

    async def with_token(self, question: Question, token: TokenInUse) -> Answer:
        """Ask a resource server with a token, and the proof it needs if it is bound to a key."""
        answer = await self._with_proof(question, Server.RESOURCE, token.dpop, token)
        if token.dpop is None or not wants_nonce(answer):
            return answer
        # Once: a server that refuses its own nonce would refuse the next as well.
        return await self._with_proof(question, Server.RESOURCE, token.dpop, token)

    async def with_key(
        self,
        question: Question,
        key: SoftwareSigner | None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Answer:
        """Ask an authorization server for what will be bound to ``key``, None: to no key.

        It is asked once: what else is in ``headers`` may have to be fresh for another try.
        """
        return await self._with_proof(question, Server.AUTHORIZATION, key, None, headers)

    def number(self) -> str:
        """Return a number for one proof, the ``jti``."""
        return base64url.encode(self.entropy(_JTI_OCTETS))

    async def _with_proof(
        self,
        question: Question,
        server: Server,
        key: SoftwareSigner | None,
        token: TokenInUse | None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Answer:
        sent = dict(headers)
        if key is not None:
            claims = DpopClaims(
                method=_POST,
                url=question.url,
                issued_at=self.clock(),
                jti=self.number(),
                access_token=None if token is None else token.access_token,
                nonce=self._nonces.get(_place(server, question.url)),
            )
            sent[HEADER] = make_dpop_proof(claims, key)
        authorization = None if token is None else token.authorization
        return await self._asked(question, server, sent, authorization)

    async def _asked(
        self,
        question: Question,
        server: Server,
        headers: Mapping[str, str],
        authorization: str | None = None,
    ) -> Answer:
        answer = await self.correspondent.post(
            question.url,
            content=question.content,
            content_type=question.content_type,
            accept=question.accept,
            limit=question.limit,
            authorization=authorization,
            headers=headers,
        )
        nonce = answer.headers.get(NONCE_HEADER.lower())
        if nonce is not None and _NONCE.fullmatch(nonce):
            self._nonces[_place(server, question.url)] = nonce
        return answer


def wants_nonce(answer: Answer) -> bool:
    """Tell whether a server refused a proof for want of its nonce (RFC 9449 sections 8 and 9).

    An authorization server says so in the body, a resource server in its challenge.
    """
    if answer.status not in _REFUSED or NONCE_HEADER.lower() not in answer.headers:
        return False
    challenge = answer.headers.get("www-authenticate", "")[:_CHALLENGE_LIMIT]
    scheme = _SCHEME.search(challenge)
    if scheme is not None and _USE_NONCE.search(challenge, scheme.end()):
        return True
    return says(answer, OAuthErrorCode.USE_DPOP_NONCE)


def says(answer: Answer, code: OAuthErrorCode) -> bool:
    """Tell whether an answer is an error body with this code."""
    try:
        return ErrorResponse.parse(json_object(answer, malformed)).error == code
    except OAuthError:
        return False


def _place(server: Server, url: str) -> tuple[Server, str]:
    parts = urlsplit(url)
    return server, f"{parts.scheme}://{parts.netloc}"
