"""Why something was refused, whose turn it is, and what to do next: one closed, total table."""

from enum import Enum, unique

from verifiers import at_counter
from verifiers.kind import Kind
from web.errors import Party


@unique
class Failure(Enum):
    """Every reason this room gives. A member without party and next step cannot be written.

    ``code``, which scripts and the store rely on, is the member's name in lower case.
    """

    # the transaction
    TRANSACTION_UNKNOWN = (Party.CALLER, "Check the number.", Kind.ABSENT)
    TRANSACTION_EXPIRED = (Party.WALLET, "Start again with a new code.")
    TRANSACTION_CLOSED = (
        Party.WALLET,
        "It was answered before, and each is answered once: start again with a new code.",
    )

    # the response as a message
    RESPONSE_MALFORMED = (
        Party.WALLET,
        "Ask the wallet's maker: the answer is not written as OpenID4VP says.",
    )
    STATE_MISMATCH = (Party.WALLET, "Scan the code again: the answer belongs to another request.")
    RESPONSE_NOT_ENCRYPTED = (Party.WALLET, "Use a wallet that encrypts its answer, as we ask.")
    RESPONSE_NOT_READABLE = (
        Party.WALLET,
        "Scan the code again: the answer was not encrypted for this request.",
    )
    WALLET_ERROR = (Party.WALLET, "Look at the wallet: it could not answer the request.")
    WALLET_UNFIT = (Party.WALLET, "Use another wallet: this one cannot do what is asked.")
    HOLDER_REFUSED = (Party.WALLET, "Nothing was sent: declined, or there is no such certificate.")

    # the presentation
    PRESENTATION_MALFORMED = (Party.WALLET, "Ask the wallet's maker: what it showed is no SD-JWT.")
    ISSUER_CHAIN_INVALID = (
        Party.ISSUER,
        "Ask the authority for a new certificate: its signing certificate is not in order.",
    )
    ISSUER_NOT_TRUSTED = (
        Party.TRUST_LIST,
        "Ask for a certificate of a listed authority, or have this authority listed.",
    )
    ISSUER_OUT_OF_SCOPE = (
        Party.TRUST_LIST,
        "Ask for the certificate of the authority in charge of this kind.",
    )
    TRUST_LIST_UNUSABLE = (Party.TRUST_LIST, "Have the operator renew the list.", Kind.UNAVAILABLE)
    ISSUER_SIGNATURE_INVALID = (Party.ISSUER, "Do not accept it: the authority did not sign this.")
    CREDENTIAL_MALFORMED = (
        Party.ISSUER,
        "Ask the authority for a new certificate: this one is not written by the rules.",
    )
    CREDENTIAL_EXPIRED = (Party.ISSUER, "Ask the person to have a new certificate issued.")
    CREDENTIAL_NOT_YET_VALID = (
        Party.CLOCK,
        "Wait until the certificate is valid, and check this computer's clock.",
    )
    DISCLOSURE_INVALID = (
        Party.WALLET,
        "Do not accept it: what is shown is not what the authority signed.",
    )
    HOLDER_KEY_MISSING = (Party.ISSUER, "Ask the authority for a certificate bound to the wallet.")
    KEY_BINDING_MISSING = (Party.WALLET, "Use a wallet that signs what it shows.")
    KEY_BINDING_INVALID = (
        Party.WALLET,
        "Do not accept it: it was not signed by the certificate's holder for this request.",
    )
    KEY_BINDING_SIGNATURE_INVALID = (
        Party.WALLET,
        "Do not accept it: the signature is not the certificate holder's.",
    )
    AUDIENCE_WRONG = (Party.WALLET, "Do not accept it: it was signed for somebody else.")
    NONCE_WRONG = (Party.WALLET, "Do not accept it: it was signed for another request.")
    SD_HASH_WRONG = (Party.WALLET, "Do not accept it: the claims were changed after signing.")
    CONFIRMATION_MISSING = (
        Party.WALLET,
        "Do not act on it: what was to be confirmed was not confirmed. Ask the person again.",
    )
    CONFIRMATION_WRONG = (Party.WALLET, "Ask the wallet's maker: it breaks OpenID4VP B.3.3.")
    CONFIRMATION_UNEXPECTED = (Party.WALLET, "Do not act on it: something else was confirmed.")
    KEY_BINDING_TIME = (
        Party.CLOCK,
        "Check both clocks and start again: it was signed too long ago, or in the future.",
    )

    # the whole set against the query
    QUERY_ID_UNKNOWN = (Party.WALLET, "Ask the wallet's maker: it answered what was not asked.")
    TOO_MANY_PRESENTATIONS = (
        Party.WALLET,
        "Ask the wallet's maker: it sent more certificates than were asked for.",
    )
    QUERY_NOT_SATISFIED = (
        Party.WALLET,
        "Ask the person to show the certificates and claims the request names.",
    )
    UNREQUESTED_CLAIM = (
        Party.WALLET,
        "Ask the wallet's maker: it showed more than was asked, so nothing was taken.",
    )

    # status
    CREDENTIAL_REVOKED = (
        Party.ISSUER,
        "Ask the person to have a new certificate issued: this one was revoked.",
    )
    CREDENTIAL_SUSPENDED = (
        Party.ISSUER,
        "Ask the person to settle it with the authority: the certificate is suspended for now.",
    )
    CREDENTIAL_OUTDATED = (
        Party.ISSUER,
        "Ask the person to take a new certificate: the register has changed since this one.",
    )
    STATUS_UNKNOWN_VALUE = (
        Party.STATUS,
        "Ask the authority what its status means; until then it is not accepted.",
    )
    STATUS_UNREACHABLE = (
        Party.NETWORK,
        "Try again later: whether the certificate still holds could not be asked.",
        Kind.UNAVAILABLE,
    )
    STATUS_INVALID = (
        Party.STATUS,
        "Tell the authority: its status list does not verify, so nothing was accepted.",
    )
    STATUS_EXPIRED = (
        Party.STATUS,
        "Tell the authority: its status list is out of date, so nothing was accepted.",
    )
    STATUS_OUT_OF_RANGE = (
        Party.STATUS,
        "Tell the authority: its status list has no place for this certificate.",
    )

    # policy, consent and ledger
    POLICY_NOT_MET = (
        Party.VERIFIER,
        "Tell the person what this service needs, and ask for another certificate.",
    )
    SHOWN_BEYOND_LAW = (
        Party.WALLET,
        "Ask for a certificate made for this view: the law keeps from you part of what it shows.",
    )
    ISSUED_FOR_ANOTHER_USE = (
        Party.WALLET,
        "Ask for a certificate issued for this use: what was shown was made out for another.",
    )
    ISSUED_FOR_ANOTHER_RECEIVER = (
        Party.WALLET,
        "Ask for a certificate made out to this institution by name: another one stands on it.",
    )
    CONSENT_MISMATCH = (
        Party.WALLET,
        "Start again: the consent that came along is not about this request.",
    )
    LEDGER_UNREACHABLE = (
        Party.LEDGER,
        "Start again later: the use could not be recorded, so nothing was released.",
        Kind.UNAVAILABLE,
    )
    LEDGER_REFUSED = (
        Party.LEDGER,
        "Have the operator look at the ledger: it refused the record, so nothing was released.",
        Kind.UNAVAILABLE,
    )
    LEDGER_PROOF_INVALID = (
        Party.LEDGER,
        "Have the operator compare the ledger's key: its proof does not hold.",
        Kind.UNAVAILABLE,
    )

    # what a law has kept
    ORIGINAL_UNKNOWN = (
        Party.CALLER,
        "Look at the list: none is kept under this number, its time is over, or yours to read is.",
        Kind.ABSENT,
    )

    # what a holder sends afterwards
    NOTICE_INVALID = (
        Party.WALLET,
        "Send it again as the pair's key signed it, with the proof of its entry on the ledger.",
    )
    CONSENT_UNKNOWN = (
        Party.CALLER,
        "Look at the receipt: no consent of this number and key is kept here.",
        Kind.ABSENT,
    )
    CONSENT_ENDED = (
        Party.VERIFIER,
        "Ask for a new consent: this one was withdrawn, is used up, or its time is over.",
    )

    STANDING_REFUSED = (
        Party.WALLET,
        "Wait until the next agreed time: the wallet does not answer this within the consent.",
    )
    WALLET_UNREACHABLE = (
        Party.NETWORK,
        "Try again in a moment: the person's wallet does not answer.",
        Kind.UNAVAILABLE,
    )

    # same-device: who comes back
    REDEMPTION_REFUSED = (
        Party.CALLER,
        "Start again on this device: the result belongs to another session.",
        Kind.ABSENT,
    )
    REDEMPTION_MISSING = (Party.CALLER, "Start again: nobody came back from the wallet in time.")

    ORIGIN_WRONG = (Party.CALLER, "Start again on the institution's own page.")

    # what a person holds up to the desk
    CODE_FOREIGN = at_counter.CODE_FOREIGN
    CODE_NOT_FOR_DESKS = at_counter.CODE_NOT_FOR_DESKS
    CODE_DAMAGED = at_counter.CODE_DAMAGED
    CODE_EXPIRED = at_counter.CODE_EXPIRED
    CODE_USED = at_counter.CODE_USED
    CODE_USED_ELSEWHERE = at_counter.CODE_USED_ELSEWHERE
    CODE_UNKNOWN_AUTHORITY = at_counter.CODE_UNKNOWN_AUTHORITY
    CODE_UNREACHABLE = at_counter.CODE_UNREACHABLE
    DESK_UNKNOWN = at_counter.DESK_UNKNOWN
    SUPPLIES_UNUSABLE = at_counter.SUPPLIES_UNUSABLE
    SUPPLIES_STALE = at_counter.SUPPLIES_STALE
    CHALLENGE_CLOSED = at_counter.CHALLENGE_CLOSED
    SPOKEN_MISHEARD = at_counter.SPOKEN_MISHEARD
    SPOKEN_CLOSED = at_counter.SPOKEN_CLOSED
    SPOKEN_LOCKED = at_counter.SPOKEN_LOCKED
    CODE_NOT_REGISTERED = at_counter.CODE_NOT_REGISTERED

    # asking
    PROFILE_UNKNOWN = (Party.CALLER, "Choose a profile that is listed.")
    QUERY_INVALID = (Party.CALLER, "Correct the query as OpenID4VP 6 says.")
    REQUEST_INVALID = (Party.CALLER, "Correct the call and send it again.")
    OVER_ASKING = (
        Party.VERIFIER,
        "Ask only for what is registered for this purpose; the attempt was recorded.",
    )
    TRANSACTION_INVALID = (Party.CALLER, "Correct the transaction as its type is defined.")
    TRANSACTION_NOT_REGISTERED = (
        Party.VERIFIER,
        "Have transactions of this type registered for the purpose before asking for one.",
    )
    FLOW_NOT_REGISTERED = (
        Party.VERIFIER,
        "Choose a flow and response mode that are registered for this purpose.",
    )
    DEFINITION_INVALID = (Party.CALLER, "Correct the member that is named, and register it again.")
    KEY_NOT_READY = (
        Party.VERIFIER,
        "Have the operator set up the signing key and certificate of this relying party.",
        Kind.UNAVAILABLE,
    )
    TOO_MANY_OPEN = (
        Party.CALLER,
        "Have some questions answered, or wait: each ends after five minutes.",
        Kind.FLOODED,
    )

    def __init__(self, party: Party, next_step: str, kind: Kind = Kind.REFUSED) -> None:
        self.code = self.name.lower()
        self.party = party
        self.next_step = next_step
        self.kind = kind


def failure_of(code: str) -> Failure:
    """Return the failure stored under ``code``."""
    return _BY_CODE[code]


_BY_CODE = {failure.code: failure for failure in Failure}
