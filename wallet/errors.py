"""Why the wallet stopped: one closed list, each entry with who is concerned and what to do next.

The wallet never says more than the code, the party and one sentence: no claim, no key and no
text of the other side beyond a short code appears in an error.
"""

from enum import StrEnum
from typing import Final, NamedTuple

from typing_extensions import override

from web.errors import Party


class WalletFailure(StrEnum):
    """The closed list of reasons; the value is the ``error`` code on the wire."""

    CALL_MALFORMED = "call_malformed"
    UNKNOWN_CREDENTIAL = "unknown_credential"
    UNKNOWN_RECEIPT = "unknown_receipt"
    STORAGE_BROKEN = "storage_broken"

    OFFER_MALFORMED = "offer_malformed"
    OFFER_UNSUPPORTED = "offer_unsupported"
    OFFER_IN_PROGRESS = "offer_in_progress"
    TX_CODE_REQUIRED = "tx_code_required"
    ISSUER_UNREACHABLE = "issuer_unreachable"
    ISSUER_MISMATCH = "issuer_mismatch"
    ISSUER_ANSWER_INVALID = "issuer_answer_invalid"
    ISSUER_REFUSED = "issuer_refused"
    DEVICE_UNFIT = "device_unfit"

    AUTHORIZATION_NEEDED = "authorization_needed"
    AUTHORIZATION_UNKNOWN = "authorization_unknown"
    AUTHORIZATION_EXPIRED = "authorization_expired"
    AUTHORIZATION_DECLINED = "authorization_declined"
    AUTHORIZATION_REFUSED = "authorization_refused"
    AUTHORIZATION_MISMATCH = "authorization_mismatch"

    RENEWAL_NEEDS_SIGN_IN = "renewal_needs_sign_in"
    RENEWAL_OVER = "renewal_over"
    RENEWAL_DENIED = "renewal_denied"
    RENEWAL_IN_PROGRESS = "renewal_in_progress"
    REVOCATION_NOT_OFFERED = "revocation_not_offered"

    ISSUER_UNTRUSTED = "issuer_untrusted"
    CREDENTIAL_INVALID = "credential_invalid"
    CREDENTIAL_WRONG_TYPE = "credential_wrong_type"
    CREDENTIAL_NOT_OURS = "credential_not_ours"
    CREDENTIAL_EXPIRED = "credential_expired"
    CREDENTIAL_REVOKED = "credential_revoked"
    CREDENTIAL_SUSPENDED = "credential_suspended"
    CREDENTIAL_OUTDATED = "credential_outdated"
    STATUS_UNAVAILABLE = "status_unavailable"
    TYPE_METADATA_INVALID = "type_metadata_invalid"

    REQUEST_MALFORMED = "request_malformed"
    REQUEST_UNREACHABLE = "request_unreachable"
    REQUEST_OVER = "request_over"
    REQUEST_INVALID = "request_invalid"
    REQUEST_UNTRUSTED = "request_untrusted"
    REQUEST_MISMATCH = "request_mismatch"
    REQUEST_UNSUPPORTED = "request_unsupported"
    REQUEST_EXPIRED = "request_expired"
    TERMS_MISMATCH = "terms_mismatch"
    REQUEST_IN_PROGRESS = "request_in_progress"
    REQUEST_ANSWERED = "request_answered"

    NO_MATCHING_CREDENTIAL = "no_matching_credential"
    CLAIM_REQUIRED = "claim_required"
    WITHHELD_BY_LAW = "withheld_by_law"
    UNKNOWN_CLAIM = "unknown_claim"
    CODE_TOO_LARGE = "code_too_large"
    DESK_LINK_CLOSED = "desk_link_closed"
    NOTHING_TO_WITHDRAW = "nothing_to_withdraw"
    STANDING_CLOSED = "standing_closed"
    BEYOND_CONSENT = "beyond_consent"
    TOO_EARLY = "use_too_early"
    LEDGER_UNAVAILABLE = "ledger_unavailable"
    LEDGER_REFUSED = "ledger_refused"
    VERIFIER_UNREACHABLE = "verifier_unreachable"
    VERIFIER_REFUSED = "verifier_refused"


class WalletError(Exception):
    """The wallet stopped; ``reason`` is at most a short code or sentence without secrets.

    ``receipt`` is the id of a consent that was recorded before the failure.
    """

    def __init__(
        self, failure: WalletFailure, reason: str = "", *, receipt: str | None = None
    ) -> None:
        super().__init__(failure, reason)
        self.failure = failure
        self.reason = reason
        self.receipt = receipt

    @property
    def party(self) -> Party:
        """Who is concerned."""
        return _MEANING[self.failure].party

    @property
    def detail(self) -> str:
        """What happened and what to do next, one or two sentences for a person."""
        advice = _MEANING[self.failure].advice
        return f"{advice} Reason: {self.reason}." if self.reason else advice

    @override
    def __str__(self) -> str:
        return f"{self.failure}: {self.detail}"


class _Meaning(NamedTuple):
    party: Party
    advice: str


_ASK_ISSUER: Final = "Ask the issuer for a new offer; nothing was kept."
_NOTHING_SENT: Final = "Nothing was sent; ask the requesting party for a new request."

_MEANING: Final[dict[WalletFailure, _Meaning]] = {
    WalletFailure.CALL_MALFORMED: _Meaning(
        Party.CALLER, "Send a JSON object with the members the documentation names."
    ),
    WalletFailure.UNKNOWN_CREDENTIAL: _Meaning(
        Party.CALLER, "No such credential is kept here; list the credentials for their ids."
    ),
    WalletFailure.UNKNOWN_RECEIPT: _Meaning(
        Party.CALLER, "No such receipt is kept here; the history names the receipts."
    ),
    WalletFailure.STORAGE_BROKEN: _Meaning(
        Party.WALLET,
        "What is stored cannot be opened with this key store; restore both from one backup.",
    ),
    WalletFailure.OFFER_MALFORMED: _Meaning(
        Party.ISSUER, "Copy the whole openid-credential-offer:// address, or ask for a new offer."
    ),
    WalletFailure.OFFER_UNSUPPORTED: _Meaning(
        Party.ISSUER, "This wallet cannot take what is offered in this way; ask for another."
    ),
    WalletFailure.OFFER_IN_PROGRESS: _Meaning(
        Party.CALLER, "This offer is being accepted right now; look at the list in a moment."
    ),
    WalletFailure.TX_CODE_REQUIRED: _Meaning(
        Party.CALLER, "Send the transaction code the issuer gave you beside the offer."
    ),
    WalletFailure.ISSUER_UNREACHABLE: _Meaning(
        Party.NETWORK, "Try again in a moment; nothing was kept."
    ),
    WalletFailure.ISSUER_MISMATCH: _Meaning(
        Party.ISSUER, "Another issuer answered than the one that offered. " + _ASK_ISSUER
    ),
    WalletFailure.ISSUER_ANSWER_INVALID: _Meaning(
        Party.ISSUER, "The issuer's answer breaks OpenID4VCI. " + _ASK_ISSUER
    ),
    WalletFailure.ISSUER_REFUSED: _Meaning(
        Party.ISSUER, "Check the transaction code, or ask the issuer for a new offer."
    ),
    WalletFailure.DEVICE_UNFIT: _Meaning(
        Party.WALLET,
        "This device cannot hold this certificate: its issuer asks for keys in certified "
        "hardware, and this wallet keeps them in software. Ask the issuer for it on paper.",
    ),
    WalletFailure.AUTHORIZATION_NEEDED: _Meaning(
        Party.CALLER, "The issuer wants you to sign in with it first; open the page of this offer."
    ),
    WalletFailure.AUTHORIZATION_UNKNOWN: _Meaning(
        Party.CALLER,
        "No sign-in with an issuer that you began here is waiting for this answer; begin again.",
    ),
    WalletFailure.AUTHORIZATION_EXPIRED: _Meaning(
        Party.CALLER, "The sign-in with the issuer took longer than ten minutes; begin again."
    ),
    WalletFailure.AUTHORIZATION_DECLINED: _Meaning(
        Party.CALLER,
        "It was declined at the issuer, so nothing was issued; begin again if need be.",
    ),
    WalletFailure.AUTHORIZATION_REFUSED: _Meaning(
        Party.ISSUER, "The issuer did not let the sign-in go on; nothing was issued."
    ),
    WalletFailure.AUTHORIZATION_MISMATCH: _Meaning(
        Party.ISSUER,
        "The answer is not from the server that was asked, so nothing was handed to it. "
        "Begin again, and tell the issuer if it happens once more.",
    ),
    WalletFailure.RENEWAL_NEEDS_SIGN_IN: _Meaning(
        Party.CALLER, "The issuer gave nothing to renew this with; get it anew at the issuer."
    ),
    WalletFailure.RENEWAL_OVER: _Meaning(
        Party.ISSUER,
        "The time in which this could be renewed is over. Get it anew at the issuer; what is kept "
        "stays as it is.",
    ),
    WalletFailure.RENEWAL_DENIED: _Meaning(
        Party.ISSUER,
        "The issuer does not give this certificate again; it tells you why when you sign in "
        "there. What is kept stays as it is.",
    ),
    WalletFailure.RENEWAL_IN_PROGRESS: _Meaning(
        Party.CALLER, "This certificate is being renewed right now; look at it in a moment."
    ),
    WalletFailure.REVOCATION_NOT_OFFERED: _Meaning(
        Party.ISSUER, "The issuer takes nothing back through a wallet; tell it yourself."
    ),
    WalletFailure.ISSUER_UNTRUSTED: _Meaning(
        Party.TRUST_LIST,
        "The issuer's certificate leads to no trusted root; nothing was kept. If you trust "
        "the issuer, have its root added to the trust list.",
    ),
    WalletFailure.CREDENTIAL_INVALID: _Meaning(Party.ISSUER, _ASK_ISSUER),
    WalletFailure.CREDENTIAL_WRONG_TYPE: _Meaning(
        Party.ISSUER, "The credential is of another type than offered. " + _ASK_ISSUER
    ),
    WalletFailure.CREDENTIAL_NOT_OURS: _Meaning(
        Party.ISSUER, "The credential is bound to a key that is not yours. " + _ASK_ISSUER
    ),
    WalletFailure.CREDENTIAL_EXPIRED: _Meaning(
        Party.CLOCK, "Compare the clocks of issuer and wallet, then ask for a new offer."
    ),
    WalletFailure.CREDENTIAL_REVOKED: _Meaning(Party.STATUS, _ASK_ISSUER),
    WalletFailure.CREDENTIAL_SUSPENDED: _Meaning(Party.STATUS, _ASK_ISSUER),
    WalletFailure.CREDENTIAL_OUTDATED: _Meaning(
        Party.ISSUER, "What it says has changed since it was issued. " + _ASK_ISSUER
    ),
    WalletFailure.STATUS_UNAVAILABLE: _Meaning(
        Party.STATUS, "Whether the credential is valid could not be checked; nothing was kept."
    ),
    WalletFailure.TYPE_METADATA_INVALID: _Meaning(
        Party.ISSUER, "The published description of this type is wrong. " + _ASK_ISSUER
    ),
    WalletFailure.REQUEST_MALFORMED: _Meaning(
        Party.VERIFIER, "The request breaks OpenID4VP. " + _NOTHING_SENT
    ),
    WalletFailure.REQUEST_UNREACHABLE: _Meaning(
        Party.NETWORK, "The request could not be fetched; try again in a moment."
    ),
    WalletFailure.REQUEST_OVER: _Meaning(
        Party.VERIFIER,
        "The asking party says that this request is over; the history has what was sent. Ask the "
        "party for a new one.",
    ),
    WalletFailure.REQUEST_INVALID: _Meaning(
        Party.VERIFIER, "The request is not properly signed. " + _NOTHING_SENT
    ),
    WalletFailure.REQUEST_UNTRUSTED: _Meaning(
        Party.TRUST_LIST,
        "The requesting party's certificate leads to no trusted root; nothing was sent. If you "
        "trust the party, have its root added to the trust list.",
    ),
    WalletFailure.REQUEST_MISMATCH: _Meaning(
        Party.VERIFIER, "The request is not the asking party's own. " + _NOTHING_SENT
    ),
    WalletFailure.REQUEST_UNSUPPORTED: _Meaning(
        Party.VERIFIER, "The request asks for something this wallet does not do. " + _NOTHING_SENT
    ),
    WalletFailure.REQUEST_EXPIRED: _Meaning(Party.CLOCK, _NOTHING_SENT),
    WalletFailure.TERMS_MISMATCH: _Meaning(
        Party.VERIFIER, "The request does not commit to the terms it shows. " + _NOTHING_SENT
    ),
    WalletFailure.REQUEST_IN_PROGRESS: _Meaning(
        Party.CALLER, "This request is being answered right now; look at the history in a moment."
    ),
    WalletFailure.REQUEST_ANSWERED: _Meaning(
        Party.CALLER, "This request was answered already; the history has it."
    ),
    WalletFailure.NO_MATCHING_CREDENTIAL: _Meaning(
        Party.WALLET, "Nothing was sent; get the credential that is asked for first."
    ),
    WalletFailure.CLAIM_REQUIRED: _Meaning(
        Party.CALLER,
        "No answer the party accepts fits this choice, and nothing was sent; the review lists "
        "the choices.",
    ),
    WalletFailure.UNKNOWN_CLAIM: _Meaning(
        Party.CALLER, "The certificate has no such claim; look at it for the names of its claims."
    ),
    WalletFailure.CODE_TOO_LARGE: _Meaning(
        Party.CALLER, "So much does not fit into one code: choose fewer claims, or use a link."
    ),
    WalletFailure.DESK_LINK_CLOSED: _Meaning(
        Party.CALLER, "This link is over; ask the person to open a new one."
    ),
    WalletFailure.WITHHELD_BY_LAW: _Meaning(
        Party.VERIFIER,
        "The law this request relies on keeps something it asks for from the party, whoever "
        "agrees. " + _NOTHING_SENT,
    ),
    WalletFailure.NOTHING_TO_WITHDRAW: _Meaning(
        Party.CALLER,
        "This receipt is not of a sharing, so there is nothing to take back; the history names "
        "those that are.",
    ),
    WalletFailure.STANDING_CLOSED: _Meaning(
        Party.CALLER, "Nothing is answered here (any more); ask the person."
    ),
    WalletFailure.BEYOND_CONSENT: _Meaning(
        Party.VERIFIER, "The request goes beyond what was agreed to, so nothing was sent."
    ),
    WalletFailure.TOO_EARLY: _Meaning(
        Party.VERIFIER, "The next use was agreed for a later time, so nothing was sent."
    ),
    WalletFailure.LEDGER_UNAVAILABLE: _Meaning(
        Party.LEDGER, "Consent could not be recorded, so nothing was sent; try again in a moment."
    ),
    WalletFailure.LEDGER_REFUSED: _Meaning(
        Party.LEDGER, "Consent could not be recorded, so nothing was sent."
    ),
    WalletFailure.VERIFIER_UNREACHABLE: _Meaning(
        Party.NETWORK,
        "It is not known whether the answer arrived; ask the party before you send again.",
    ),
    WalletFailure.VERIFIER_REFUSED: _Meaning(
        Party.VERIFIER, "The party did not accept the answer; ask it for a new request."
    ),
}
