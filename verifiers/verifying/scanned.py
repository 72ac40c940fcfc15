"""What a desk's scanner read: a shown code, a person's link, letters, or something else entirely.

Nothing is proven here. It is read just far enough to say what is wrong with it in words of its
own, before anything is fetched or written.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from keys import base64url, jwt_time
from keys.errors import KeysError
from keys.strict_json import loads_object
from standards.dcql.paths import ClaimsPathPointer
from standards.dcql.query import DcqlQuery
from standards.openid4vp.errors import RequestError, malformed_request
from standards.sd_jwt.disclosure import SHA_256
from standards.sd_jwt.errors import SdJwtError
from standards.sd_jwt.parse import parse_sd_jwt
from standards.sd_jwt.unpack import unpack
from standards.shown_code.challenge import CHALLENGE_PREFIX, audience_of
from standards.shown_code.code import AUDIENCE, PREFIX, ShownCode
from standards.shown_code.errors import ShownCodeError
from standards.spoken_code.errors import SpokenCodeError
from standards.spoken_code.letters import looks_spoken, read_spoken
from standards.web_address import check_web_address
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.skew import SHOWN_CODE_SKEW
from verifiers.services.profile import credential

# How long a code counts; every second more is a second for a photograph of it.
CODE_TIME: Final = timedelta(seconds=30)

_NONCE_SIZE: Final = 16
# Our wallet's own links; another maker's may stand below a path of its own.
_DESK_LINK: Final = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/wallet/desk/[A-Za-z0-9_-]{22,86}")
# What wallets open: a request of an institution, an offer of an authority.
_FOR_WALLETS: Final = re.compile(
    r"^(openid4vp|openid-credential-offer|haip-vp|haip-vci):"
    r"|[?&](request_uri|credential_offer|credential_offer_uri)="
)
_QUERY_ID: Final = "shown"


@dataclass(frozen=True, slots=True)
class DeskLink:
    """A person's one-time link; a request posted to ``url`` appears on the person's screen."""

    url: str


@dataclass(frozen=True, slots=True)
class SpokenCode:
    """Letters a person read out; whoever's they are sees a request of ours."""

    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Addressed:
    """For whom a code is signed: ``party`` is None for a code in one step, made for anybody."""

    nonce: str
    audience: str
    party: str | None


def read_scanned(text: str) -> ShownCode | DeskLink | SpokenCode:
    """Return what was scanned or typed, or raise `VerifierError`.

    CODE_FOREIGN, CODE_DAMAGED or CODE_NOT_FOR_DESKS; SPOKEN_MISHEARD for letters that do not fit
    each other: it tells nothing of any code, and no try is counted for it.
    """
    text = text.strip()
    if looks_spoken(text):
        try:
            return SpokenCode(read_spoken(text))
        except SpokenCodeError:
            raise VerifierError(Failure.SPOKEN_MISHEARD) from None
    if text.startswith(CHALLENGE_PREFIX):
        # Another desk's screen, or our own.
        raise VerifierError(Failure.CODE_NOT_FOR_DESKS)
    if text.startswith(PREFIX):
        try:
            return ShownCode.parse(text)
        except ShownCodeError as error:
            raise VerifierError(Failure.CODE_DAMAGED) from error
    return _link(text)


def read_addressed(code: ShownCode, party: str, *, now: datetime) -> Addressed:
    """Return what a code that is still in its time is signed for: this ``party``, or anybody.

    What is read is not proven yet; the very same octets are verified later. Raises CODE_DAMAGED,
    AUDIENCE_WRONG for what was signed for somebody else, CODE_EXPIRED, and KEY_BINDING_TIME for a
    code of the future.
    """
    try:
        claims = loads_object(code.binding)
        issued_at = jwt_time.numeric_date(claims.get("iat"))
        nonce = str(claims.get("nonce"))
        size = len(base64url.decode(nonce))
    except KeysError as error:
        raise VerifierError(Failure.CODE_DAMAGED) from error
    audience = claims.get("aud")
    if audience not in (AUDIENCE, audience_of(party)):
        raise VerifierError(Failure.AUDIENCE_WRONG)
    if size != _NONCE_SIZE:
        raise VerifierError(Failure.CODE_DAMAGED)
    if now > issued_at + CODE_TIME + SHOWN_CODE_SKEW:
        raise VerifierError(Failure.CODE_EXPIRED)
    if now < issued_at - SHOWN_CODE_SKEW:
        raise VerifierError(Failure.KEY_BINDING_TIME)
    return Addressed(nonce, str(audience), None if audience == AUDIENCE else party)


def restored(code: ShownCode, chain: bytes) -> str:
    """Return a code's presentation with its chain put back, or raise CODE_DAMAGED."""
    try:
        return code.restored(chain)
    except ShownCodeError as error:
        raise VerifierError(Failure.CODE_DAMAGED) from error


def query_of(presentation: str) -> DcqlQuery:
    """Return the query that a presentation answers in full: its own type and claims.

    For a desk that asks whatever it is shown; nothing is proven yet. Raises CODE_DAMAGED.
    """
    try:
        unverified = parse_sd_jwt(presentation)
        payload = loads_object(unverified.issuer.payload)
        _, disclosed, positions = unpack(payload, unverified.disclosures, SHA_256)
    except (KeysError, SdJwtError) as error:
        raise VerifierError(Failure.CODE_DAMAGED) from error
    vct = payload.get("vct")
    if not isinstance(vct, str) or not vct:
        raise VerifierError(Failure.CODE_DAMAGED)
    paths = [positions.issued(found.path) for found in disclosed]
    # A parent came along to carry what was shown; asking for it would ask for all below it.
    parents = {path[:length] for path in paths for length in range(1, len(path))}
    shown = [ClaimsPathPointer(path) for path in paths if path not in parents]
    return DcqlQuery((credential(_QUERY_ID, vct, shown),))


def _link(text: str) -> DeskLink:
    """Return a person's link; a wallet's own links are told from everything else."""
    if _FOR_WALLETS.search(text):
        raise VerifierError(Failure.CODE_NOT_FOR_DESKS)
    try:
        parts = check_web_address(text, "link", malformed_request)
    except RequestError:
        raise VerifierError(Failure.CODE_FOREIGN) from None
    if _DESK_LINK.fullmatch(parts.path) and not parts.query:
        return DeskLink(text)
    is_ours = f"{parts.path}/".startswith("/wallet/")
    raise VerifierError(Failure.CODE_NOT_FOR_DESKS if is_ours else Failure.CODE_FOREIGN)
