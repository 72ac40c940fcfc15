"""What a code or link is for, and the page that goes on with it.

People hold up any code to the one place they know; each kind that does not belong here is told by
its own name and with its own next step.
"""

from enum import StrEnum
from typing import Final
from urllib.parse import SplitResult, parse_qs, urlencode, urlsplit

from standards.shown_code.challenge import CHALLENGE_PREFIX

_OFFER: Final = "openid-credential-offer"
_REQUESTS: Final = frozenset({"openid4vp", "haip", "haip-vp", "mdoc-openid4vp"})
# What the holder's own platform handed over has such a name (`wallet.presenting.handed`).
_HANDED: Final = "urn"
_WEB: Final = frozenset({"https", "http"})
# Pages of this service a picture may lead to, by how their path begins.
_OWN_PAGES: Final = ("/verifiers/", "/issuers/")
_DESK: Final = "/wallet/desk/"
# Longer than any link our own protocols allow.
LINK_LIMIT: Final = 20_000


class CodeFailure(StrEnum):
    """Why a code leads nowhere in a wallet; the value is the problem's code."""

    NOTHING = "code_nothing"
    FOREIGN = "code_foreign"
    FOREIGN_LINK = "code_foreign_link"
    OWN_DESK_LINK = "code_own_desk_link"
    SHOWN_CODE = "code_shown"
    TOO_LONG = "code_too_long"


class CodeError(Exception):
    """A code or link that is not for the citizen's wallet."""

    def __init__(self, failure: CodeFailure) -> None:
        super().__init__(failure)
        self.failure = failure


def page_for(text: str, *, base: str, shown_code_prefix: str) -> str:
    """Return the path of our page that goes on with ``text``, or raise ``CodeError``."""
    link = text.strip()
    if not link:
        raise CodeError(CodeFailure.NOTHING)
    if len(link) > LINK_LIMIT:
        raise CodeError(CodeFailure.TOO_LONG)
    if link.startswith(shown_code_prefix):
        raise CodeError(CodeFailure.SHOWN_CODE)
    if link.startswith(CHALLENGE_PREFIX):
        return "/wallet/show?" + urlencode({"challenge": link})
    return _page_of_link(link, base)


def _page_of_link(link: str, base: str) -> str:
    try:
        parts = urlsplit(link)
    except ValueError:
        raise CodeError(CodeFailure.FOREIGN) from None
    scheme = parts.scheme.lower()
    if scheme == _OFFER:
        return receive_page(link)
    if scheme in _REQUESTS:
        return ask_page(link)
    if scheme in _WEB:
        return _page_of_address(link, parts, base)
    raise CodeError(CodeFailure.FOREIGN)


def receive_page(offer_uri: str) -> str:
    """Return the page that shows an offer."""
    return "/wallet/receive?" + urlencode({"credential_offer_uri": offer_uri})


def ask_page(request_uri: str) -> str:
    """Return the page that shows a question."""
    return "/wallet/ask?" + urlencode({"request_uri": request_uri})


def link_in(query: str) -> str | None:
    """Return the whole wallet link that stands in an address's query, None when there is none.

    It is either named there as a whole, or its own parameters stand there one by one, as another
    maker's page writes them behind ``https://wallet.example/open?``.
    """
    values = {name: found[0] for name, found in parse_qs(query).items()}
    for name in ("credential_offer_uri", "request_uri"):
        if urlsplit(values.get(name, "")).scheme in {_OFFER, _HANDED, *_REQUESTS}:
            return values[name]
    if {"credential_offer", "credential_offer_uri"} & set(values):
        return f"{_OFFER}://?{query}"
    if "request_uri" in values:
        return f"openid4vp://?{query}"
    return None


def _page_of_address(link: str, parts: SplitResult, base: str) -> str:
    found = link_in(parts.query)
    if found is not None:
        return receive_page(found) if found.startswith(f"{_OFFER}:") else ask_page(found)
    own = urlsplit(base)
    if (parts.scheme, parts.netloc) != (own.scheme, own.netloc):
        raise CodeError(CodeFailure.FOREIGN_LINK)
    if parts.path.startswith(_DESK):
        raise CodeError(CodeFailure.OWN_DESK_LINK)
    if not parts.path.startswith(_OWN_PAGES):
        raise CodeError(CodeFailure.FOREIGN_LINK)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
