"""What each failure of the wallet means: who is concerned, and what a person can do next."""

from typing import Final, NamedTuple

from wallet.failures import WalletFailure
from web.errors import Party


class Meaning(NamedTuple):
    """Who is concerned by a failure, and what to do next in one or two sentences."""

    party: Party
    advice: str


_ASK_ISSUER: Final = "Ask the issuer for a new offer; nothing was kept."
_NOTHING_SENT: Final = "Nothing was sent; ask the requesting party for a new request."

MEANING: Final[dict[WalletFailure, Meaning]] = {
    WalletFailure.CALL_MALFORMED: Meaning(
        Party.CALLER, "Send a JSON object with the members the documentation names."
    ),
    WalletFailure.UNKNOWN_CREDENTIAL: Meaning(
        Party.CALLER, "No such credential is kept here; list the credentials for their ids."
    ),
    WalletFailure.UNKNOWN_RECEIPT: Meaning(
        Party.CALLER, "No such receipt is kept here; the history names the receipts."
    ),
    WalletFailure.STORAGE_BROKEN: Meaning(
        Party.WALLET,
        "What is stored cannot be opened with this key store; restore both from one backup.",
    ),
    WalletFailure.OFFER_MALFORMED: Meaning(
        Party.ISSUER, "Copy the whole openid-credential-offer:// address, or ask for a new offer."
    ),
    WalletFailure.OFFER_UNSUPPORTED: Meaning(
        Party.ISSUER, "This wallet cannot take what is offered in this way; ask for another."
    ),
    WalletFailure.OFFER_IN_PROGRESS: Meaning(
        Party.CALLER, "This offer is being accepted right now; look at the list in a moment."
    ),
    WalletFailure.TX_CODE_REQUIRED: Meaning(
        Party.CALLER, "Send the transaction code the issuer gave you beside the offer."
    ),
    WalletFailure.ISSUER_UNREACHABLE: Meaning(
        Party.NETWORK, "Try again in a moment; nothing was kept."
    ),
    WalletFailure.ISSUER_MISMATCH: Meaning(
        Party.ISSUER, "Another issuer answered than the one that offered. " + _ASK_ISSUER
    ),
    WalletFailure.ISSUER_ANSWER_INVALID: Meaning(
        Party.ISSUER, "The issuer's answer breaks OpenID4VCI. " + _ASK_ISSUER
    ),
    WalletFailure.ISSUER_REFUSED: Meaning(
        Party.ISSUER, "Check the transaction code, or ask the issuer for a new offer."
    ),
    WalletFailure.DEVICE_UNFIT: Meaning(
        Party.WALLET,
        "This device cannot hold this certificate: its issuer asks for keys in certified "
        "hardware, and this wallet keeps them in software. Ask the issuer for it on paper.",
    ),
    WalletFailure.AUTHORIZATION_NEEDED: Meaning(
        Party.CALLER, "The issuer wants you to sign in with it first; open the page of this offer."
    ),
    WalletFailure.AUTHORIZATION_UNKNOWN: Meaning(
        Party.CALLER,
        "No sign-in with an issuer that you began here is waiting for this answer; begin again.",
    ),
    WalletFailure.AUTHORIZATION_EXPIRED: Meaning(
        Party.CALLER, "The sign-in with the issuer took longer than ten minutes; begin again."
    ),
    WalletFailure.AUTHORIZATION_DECLINED: Meaning(
        Party.CALLER,
        "It was declined at the issuer, so nothing was issued; begin again if need be.",
    ),
    WalletFailure.AUTHORIZATION_REFUSED: Meaning(
        Party.ISSUER, "The issuer did not let the sign-in go on; nothing was issued."
    ),
    WalletFailure.AUTHORIZATION_MISMATCH: Meaning(
        Party.ISSUER,
        "The answer is not from the server that was asked, so nothing was handed to it. "
        "Begin again, and tell the issuer if it happens once more.",
    ),
    WalletFailure.RENEWAL_NEEDS_SIGN_IN: Meaning(
        Party.CALLER, "The issuer gave nothing to renew this with; get it anew at the issuer."
    ),
    WalletFailure.RENEWAL_OVER: Meaning(
        Party.ISSUER,
        "The time in which this could be renewed is over. Get it anew at the issuer; what is kept "
        "stays as it is.",
    ),
    WalletFailure.RENEWAL_DENIED: Meaning(
        Party.ISSUER,
        "The issuer does not give this certificate again; it tells you why when you sign in "
        "there. What is kept stays as it is.",
    ),
    WalletFailure.RENEWAL_IN_PROGRESS: Meaning(
        Party.CALLER, "This certificate is being renewed right now; look at it in a moment."
    ),
    WalletFailure.REVOCATION_NOT_OFFERED: Meaning(
        Party.ISSUER, "The issuer takes nothing back through a wallet; tell it yourself."
    ),
    WalletFailure.LOSS_UNFINISHED: Meaning(
        Party.CALLER,
        "The issuer is still being asked to take it back. Look again when it has answered.",
    ),
    WalletFailure.ISSUER_UNTRUSTED: Meaning(
        Party.TRUST_LIST,
        "The issuer's certificate leads to no trusted root; nothing was kept. If you trust "
        "the issuer, have its root added to the trust list.",
    ),
    WalletFailure.CREDENTIAL_INVALID: Meaning(Party.ISSUER, _ASK_ISSUER),
    WalletFailure.CREDENTIAL_WRONG_TYPE: Meaning(
        Party.ISSUER, "The credential is of another type than offered. " + _ASK_ISSUER
    ),
    WalletFailure.CREDENTIAL_NOT_OURS: Meaning(
        Party.ISSUER, "The credential is bound to a key that is not yours. " + _ASK_ISSUER
    ),
    WalletFailure.CREDENTIAL_EXPIRED: Meaning(
        Party.CLOCK, "Compare the clocks of issuer and wallet, then ask for a new offer."
    ),
    WalletFailure.CREDENTIAL_REVOKED: Meaning(Party.STATUS, _ASK_ISSUER),
    WalletFailure.CREDENTIAL_SUSPENDED: Meaning(Party.STATUS, _ASK_ISSUER),
    WalletFailure.CREDENTIAL_OUTDATED: Meaning(
        Party.ISSUER, "What it says has changed since it was issued. " + _ASK_ISSUER
    ),
    WalletFailure.STATUS_UNAVAILABLE: Meaning(
        Party.STATUS, "Whether the credential is valid could not be checked; nothing was kept."
    ),
    WalletFailure.TYPE_METADATA_INVALID: Meaning(
        Party.ISSUER, "The published description of this type is wrong. " + _ASK_ISSUER
    ),
    WalletFailure.REQUEST_MALFORMED: Meaning(
        Party.VERIFIER, "The request breaks OpenID4VP. " + _NOTHING_SENT
    ),
    WalletFailure.REQUEST_UNREACHABLE: Meaning(
        Party.NETWORK, "The request could not be fetched; try again in a moment."
    ),
    WalletFailure.REQUEST_OVER: Meaning(
        Party.VERIFIER,
        "The asking party says that this request is over; the history has what was sent. Ask the "
        "party for a new one.",
    ),
    WalletFailure.REQUEST_INVALID: Meaning(
        Party.VERIFIER, "The request is not properly signed. " + _NOTHING_SENT
    ),
    WalletFailure.REQUEST_UNTRUSTED: Meaning(
        Party.TRUST_LIST,
        "The requesting party's certificate leads to no trusted root; nothing was sent. If you "
        "trust the party, have its root added to the trust list.",
    ),
    WalletFailure.REQUEST_MISMATCH: Meaning(
        Party.VERIFIER, "The request is not the asking party's own. " + _NOTHING_SENT
    ),
    WalletFailure.REQUEST_UNSUPPORTED: Meaning(
        Party.VERIFIER, "The request asks for something this wallet does not do. " + _NOTHING_SENT
    ),
    WalletFailure.INVALID_TRANSACTION_DATA: Meaning(
        Party.VERIFIER,
        "It wants something confirmed that this wallet cannot show in words. " + _NOTHING_SENT,
    ),
    WalletFailure.REQUEST_EXPIRED: Meaning(Party.CLOCK, _NOTHING_SENT),
    WalletFailure.TERMS_MISMATCH: Meaning(
        Party.VERIFIER, "The request does not commit to the terms it shows. " + _NOTHING_SENT
    ),
    WalletFailure.PARTY_UNVERIFIED: Meaning(
        Party.VERIFIER,
        "Nobody vouches for who asks; nothing was sent. Answer only if you know them another way: "
        "say so with --unverified, or on the page that shows what goes out.",
    ),
    WalletFailure.BEYOND_TERMS: Meaning(
        Party.VERIFIER,
        "It asks for more than its own terms name; nothing was sent. Leave out what goes beyond "
        "them, or say with --surplus, or on the page that shows what goes out, that you send it.",
    ),
    WalletFailure.BEYOND_REGISTRATION: Meaning(
        Party.VERIFIER,
        "It asks for more than it is registered for; nothing was sent. Leave that out, or say "
        "with --surplus, or on the page that shows what goes out, that you send it all the same.",
    ),
    WalletFailure.REQUEST_IN_PROGRESS: Meaning(
        Party.CALLER, "This request is being answered right now; look at the history in a moment."
    ),
    WalletFailure.REQUEST_ANSWERED: Meaning(
        Party.CALLER, "This request was answered already; the history has it."
    ),
    WalletFailure.NO_MATCHING_CREDENTIAL: Meaning(
        Party.WALLET, "Nothing was sent; get the credential that is asked for first."
    ),
    WalletFailure.CLAIM_REQUIRED: Meaning(
        Party.CALLER,
        "No answer the party accepts fits this choice, and nothing was sent; the review lists "
        "the choices.",
    ),
    WalletFailure.CONFIRMATION_NEEDED: Meaning(
        Party.CALLER,
        "It wants a transaction confirmed, and nothing was sent; read it in the review, then say "
        "that you confirm it.",
    ),
    WalletFailure.UNKNOWN_CLAIM: Meaning(
        Party.CALLER, "The certificate has no such claim; look at it for the names of its claims."
    ),
    WalletFailure.CODE_TOO_LARGE: Meaning(
        Party.CALLER, "So much does not fit into one code: choose fewer claims, or use a link."
    ),
    WalletFailure.NO_CODE_FOR_FORMAT: Meaning(
        Party.CALLER, "A code cannot carry this kind of certificate: answer a counter's link."
    ),
    WalletFailure.DESK_LINK_CLOSED: Meaning(
        Party.CALLER, "This link is over; ask the person to open a new one."
    ),
    WalletFailure.SPOKEN_CODE_CLOSED: Meaning(
        Party.CALLER, "No such code is open; ask the person to read out a new one."
    ),
    WalletFailure.SPOKEN_DESK_LOCKED: Meaning(
        Party.CALLER,
        "Too many wrong codes came from this desk; wait ten minutes, or scan the person's code.",
    ),
    WalletFailure.SPOKEN_ENTRY_INVALID: Meaning(
        Party.CALLER, "A registered institution signs what it enters, for this wallet, now."
    ),
    WalletFailure.CHALLENGE_UNREADABLE: Meaning(
        Party.CALLER, "This is not what a desk shows; scan or copy the whole of it again."
    ),
    WalletFailure.CHALLENGE_OVER: Meaning(
        Party.CLOCK, "This was on a desk's screen minutes ago; scan the one that is there now."
    ),
    WalletFailure.HANDED_UNKNOWN: Meaning(
        Party.CALLER,
        "No such request was handed over, or its time is over. "
        "Start again on the page that asked.",
    ),
    WalletFailure.MATCH_WRONG: Meaning(
        Party.CALLER,
        "This is not the number of the request, so the party was told no and nothing was sent. "
        "Look at the desk's screen, and scan the code that is on it.",
    ),
    WalletFailure.WITHHELD_BY_LAW: Meaning(
        Party.VERIFIER,
        "The law this request relies on keeps something it asks for from the party, whoever "
        "agrees. " + _NOTHING_SENT,
    ),
    WalletFailure.NOTHING_TO_WITHDRAW: Meaning(
        Party.CALLER,
        "This receipt is not of a sharing, so there is nothing to take back; the history names "
        "those that are.",
    ),
    WalletFailure.STANDING_CLOSED: Meaning(
        Party.CALLER, "Nothing is answered here (any more); ask the person."
    ),
    WalletFailure.BEYOND_CONSENT: Meaning(
        Party.VERIFIER, "The request goes beyond what was agreed to, so nothing was sent."
    ),
    WalletFailure.TOO_EARLY: Meaning(
        Party.VERIFIER, "The next use was agreed for a later time, so nothing was sent."
    ),
    WalletFailure.LEDGER_UNAVAILABLE: Meaning(
        Party.LEDGER, "Consent could not be recorded, so nothing was sent; try again in a moment."
    ),
    WalletFailure.LEDGER_REFUSED: Meaning(
        Party.LEDGER, "Consent could not be recorded, so nothing was sent."
    ),
    WalletFailure.VERIFIER_UNREACHABLE: Meaning(
        Party.NETWORK,
        "It is not known whether the answer arrived; ask the party before you send again.",
    ),
    WalletFailure.VERIFIER_REFUSED: Meaning(
        Party.VERIFIER, "The party did not accept the answer; ask it for a new request."
    ),
}
