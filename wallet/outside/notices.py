"""The privacy notice as the holder reads it: the very text that the terms hash, or nothing.

A party that shows one text and hashes another, or changes it after asking, gets no consent. The
texts are kept by their hash, so a holder who reads, agrees and sends makes one fetch.
"""

import hashlib
from collections import OrderedDict
from typing import Final

from consent.forms.notice import Notice
from wallet.errors import WalletError, WalletFailure
from wallet.labels import Language
from wallet.outside.correspondence import Correspondent, UnansweredError

# Some pages of text; a notice that is longer is not read by anybody.
NOTICE_LIMIT: Final = 64 * 1024
# The notices of many parties in three languages: 16 MiB at the very most.
MAX_NOTICES: Final = 256

_TEXT: Final = "text/plain"
_OK: Final = 200


class Notices:
    """The notices seen lately by this service, by their hash; the oldest goes first."""

    def __init__(self) -> None:
        self._texts: OrderedDict[bytes, str] = OrderedDict()

    async def read(
        self, notice: Notice, language: Language, *, correspondent: Correspondent
    ) -> str:
        """Return the notice in a language, octet for octet what the terms hash.

        The fetch carries nothing about the holder. Raises ``WalletError``: request_unreachable
        when it cannot be had, terms_mismatch when it is another text.
        """
        expected = notice.sha256.of(language.value)
        text = self._texts.get(expected)
        if text is None:
            octets = await _fetch(notice.address(language.value), correspondent)
            text = _checked(octets, expected)
            self._keep(expected, text)
        return text

    def _keep(self, digest: bytes, text: str) -> None:
        self._texts[digest] = text
        while len(self._texts) > MAX_NOTICES:
            self._texts.popitem(last=False)


async def _fetch(address: str, correspondent: Correspondent) -> bytes:
    try:
        answer = await correspondent.get(address, accept=_TEXT, limit=NOTICE_LIMIT)
    except UnansweredError as error:
        raise _unreachable(str(error)) from None
    if answer.status != _OK:
        raise _unreachable(f"it answered {answer.status}")
    return answer.body


def _checked(octets: bytes, expected: bytes) -> str:
    if hashlib.sha256(octets).digest() != expected:
        raise WalletError(
            WalletFailure.TERMS_MISMATCH, "The notice is not the one that the terms name"
        )
    try:
        return octets.decode()
    except UnicodeDecodeError:
        raise WalletError(WalletFailure.TERMS_MISMATCH, "The notice is no text") from None


def _unreachable(reason: str) -> WalletError:
    return WalletError(
        WalletFailure.REQUEST_UNREACHABLE, f"The privacy notice cannot be had: {reason}"
    )
