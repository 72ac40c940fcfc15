"""A relying party's terms, made from its registration: what is agreed to is what is registered."""

import hashlib
from typing import Final

from consent.forms.terms import LocalText, Party, Purpose, Terms, Withdrawal
from standards.dcql.query import DcqlQuery
from verifiers.registration import RegisteredPurpose, RelyingParty, asked_paths

_WITHDRAWAL: Final = LocalText(
    "지갑의 이용 내역에서 철회하거나 기관에 요청합니다.",
    "Withdraw in the wallet's history, or ask the institution.",
    "ウォレットの履歴で撤回するか、機関に申し出ます。",
)


def terms_of(
    party: RelyingParty, purpose: RegisteredPurpose, query: DcqlQuery, *, sender: str, base: str
) -> Terms:
    """Return the terms of one single use; ``sender`` is the authority asked, ``base`` our address.

    The seven items of a transmission request (Enforcement Decree of the Personal Information
    Protection Act, article 42-5), legal basis, notice and withdrawal.
    """
    address = f"{base}/verifiers/notices/{party.id}/{purpose.code}"
    return Terms(
        purpose=Purpose(purpose.code, purpose.text),
        sender=sender,
        receiver=Party(party.id, party.names.ko),
        information=asked_paths(query),
        periodic=None,
        until=None,
        retention=purpose.retention,
        legal_basis=purpose.legal_basis,
        notice_uri=address,
        notice_sha256=hashlib.sha256(notice(party, purpose)).digest(),
        withdrawal=Withdrawal(_WITHDRAWAL, address),
    )


def notice(party: RelyingParty, purpose: RegisteredPurpose) -> bytes:
    """Return the notice behind ``notice_uri``: who, why, how long, on what basis; UTF-8 text."""
    texts = (party.names, purpose.text, purpose.retention.text, _WITHDRAWAL)
    languages = (
        [text.ko for text in texts],
        [text.en for text in texts],
        [text.ja for text in texts],
    )
    blocks = ["\n".join((*lines, purpose.legal_basis)) for lines in languages]
    return ("\n\n".join(blocks) + "\n").encode()
