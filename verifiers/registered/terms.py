"""A relying party's terms, made from its registration: what is agreed to is what is registered."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from consent.forms.duration import after
from consent.forms.laws import law_label
from consent.forms.notice import Notice, NoticeHashes
from consent.forms.terms import LocalText, Periodic, Purpose, Receiver, Terms, Withdrawal
from standards.dcql.query import DcqlQuery
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.registered.disclosed import needed_claims
from verifiers.registered.registration import RegisteredPurpose, RelyingParty, asked_paths

# The law these parties answer to (ISO 3166).
JURISDICTION: Final = "KR"

_WITHDRAWAL: Final = LocalText(
    "지갑의 이용 내역에서 철회하거나 기관에 요청합니다.",
    "Withdraw in the wallet's history, or ask the institution.",
    "ウォレットの履歴で撤回するか、機関に申し出ます。",
)
_REFUSAL: Final = LocalText(
    "동의하지 않을 수 있습니다. 그러면 이 방법으로는 확인하지 못합니다.",
    "You may say no. Then it cannot be checked in this way.",
    "同意しないこともできます。その場合、この方法では確認できません。",
)
_ORIGINAL: Final = LocalText(
    "{law}에 따라, 보여 준 증명서를 봉인하여 보관합니다. "
    "정해진 담당자만 읽고, 읽을 때마다 기록합니다.",
    "By {law} the certificates as shown are kept sealed. A named person alone reads them, "
    "and each reading is recorded.",
    "{law}により、提示された証明書を封印して保管します。定められた担当者だけが読み、読むたびに記録します。",
)
_LANGUAGES: Final = ("ko", "en", "ja")
# Hexadecimal digits of a hash: another text is another version without anybody counting.
_VERSION_SIZE: Final = 12


def terms_of(
    party: RelyingParty,
    purpose: RegisteredPurpose,
    query: DcqlQuery,
    *,
    sender: str,
    base: str,
    now: datetime,
) -> Terms:
    """Return the terms of a query; ``sender`` is the authority asked, ``base`` our address.

    A purpose registered as standing asks for several uses, counted and spaced; any other for one.
    """
    needed = needed_claims(query)
    asked = asked_paths(query)
    standing = purpose.standing
    return Terms(
        purpose=Purpose(purpose.code, purpose.text),
        sender=sender,
        receiver=Receiver(party.id, party.names.ko, party.address, party.contact),
        information=tuple(path for path in asked if path in needed),
        optional=tuple(path for path in asked if path not in needed),
        periodic=None if standing is None else Periodic(standing.cycle),
        uses=1 if standing is None else standing.uses,
        until=None if standing is None else after(now.replace(microsecond=0), standing.lasts),
        retention=purpose.retention,
        legal_basis=purpose.legal_basis,
        jurisdiction=JURISDICTION,
        notice=_notice(party, purpose, base),
        withdrawal=Withdrawal(_WITHDRAWAL, f"{base}/verifiers/withdrawals"),
    )


def notice(party: RelyingParty, purpose: RegisteredPurpose) -> bytes:
    """Return what a person reads at ``notice.uri``: the notice in every language; UTF-8 text."""
    return b"\n".join(notice_in(party, purpose, language) for language in _LANGUAGES)


def notice_in(party: RelyingParty, purpose: RegisteredPurpose, language: str) -> bytes:
    """Return the notice of ``ko``, ``en`` or ``ja`` as it is rendered; its hash is in the terms.

    Who, why, how long, on what basis, the right to refuse, how to withdraw (Personal Information
    Protection Act, article 15 (2)). Raises PROFILE_UNKNOWN for another language.
    """
    if language not in _LANGUAGES:
        raise VerifierError(Failure.PROFILE_UNKNOWN, "language")
    texts = (
        party.names,
        purpose.text,
        purpose.retention.text,
        law_label(purpose.legal_basis),
        _REFUSAL,
        _WITHDRAWAL,
        *_kept_original(purpose),
    )
    lines = [_in(text, language) for text in texts]
    return ("\n".join((*lines, party.address, party.contact)) + "\n").encode()


def _notice(party: RelyingParty, purpose: RegisteredPurpose, base: str) -> Notice:
    hashes = NoticeHashes(
        *(hashlib.sha256(notice_in(party, purpose, each)).digest() for each in _LANGUAGES)
    )
    joined = hashes.ko + hashes.en + hashes.ja
    version = hashlib.sha256(joined).hexdigest()[:_VERSION_SIZE]
    return Notice(f"{base}/verifiers/notices/{party.id}/{purpose.code}", version, hashes)


def _kept_original(purpose: RegisteredPurpose) -> Iterator[LocalText]:
    """Yield what a person has to know before: that the original stays, and by which law."""
    law = None if purpose.kept_by_law is None else purpose.kept_by_law.original
    if law is not None:
        yield LocalText(*(_in(_ORIGINAL, each).format(law=law) for each in _LANGUAGES))


def _in(text: LocalText, language: str) -> str:
    return {"ko": text.ko, "en": text.en, "ja": text.ja}[language]
