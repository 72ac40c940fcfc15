"""Why something was refused, whose turn it is, and what to do next: one closed, total table."""

from enum import Enum

from verifiers.kind import Kind
from web.errors import Party


class Failure(Enum):
    """Every reason this room gives. A member without party and next step cannot be written."""

    # the transaction
    TRANSACTION_UNKNOWN = ("transaction_unknown", Party.CALLER, "Check the number.", Kind.ABSENT)
    TRANSACTION_EXPIRED = ("transaction_expired", Party.WALLET, "Start again with a new code.")
    TRANSACTION_CLOSED = (
        "transaction_closed",
        Party.WALLET,
        "It was answered before, and each is answered once: start again with a new code.",
    )

    # the response as a message
    RESPONSE_MALFORMED = (
        "response_malformed",
        Party.WALLET,
        "Ask the wallet's maker: the answer is not written as OpenID4VP says.",
    )
    STATE_MISMATCH = (
        "state_mismatch",
        Party.WALLET,
        "Scan the code again: the answer belongs to another request.",
    )
    RESPONSE_NOT_ENCRYPTED = (
        "response_not_encrypted",
        Party.WALLET,
        "Use a wallet that encrypts its answer, as the request asks.",
    )
    RESPONSE_NOT_READABLE = (
        "response_not_readable",
        Party.WALLET,
        "Scan the code again: the answer was not encrypted for this request.",
    )
    WALLET_ERROR = (
        "wallet_error",
        Party.WALLET,
        "Look at the wallet: it could not answer the request.",
    )
    HOLDER_REFUSED = (
        "holder_refused",
        Party.WALLET,
        "Nothing was sent: the person declined, or has no such certificate.",
    )

    # the presentation
    PRESENTATION_MALFORMED = (
        "presentation_malformed",
        Party.WALLET,
        "Ask the wallet's maker: the presentation is not an SD-JWT.",
    )
    ISSUER_CHAIN_INVALID = (
        "issuer_chain_invalid",
        Party.ISSUER,
        "Ask the authority for a new certificate: its signing certificate is not in order.",
    )
    ISSUER_NOT_TRUSTED = (
        "issuer_not_trusted",
        Party.TRUST_LIST,
        "Ask for a certificate of a listed authority, or have this authority listed.",
    )
    ISSUER_OUT_OF_SCOPE = (
        "issuer_out_of_scope",
        Party.TRUST_LIST,
        "Ask for the certificate of the authority in charge of this kind.",
    )
    TRUST_LIST_UNUSABLE = (
        "trust_list_unusable",
        Party.TRUST_LIST,
        "Have the operator renew the trust list.",
        Kind.UNAVAILABLE,
    )
    ISSUER_SIGNATURE_INVALID = (
        "issuer_signature_invalid",
        Party.ISSUER,
        "Do not accept it: the authority did not sign this.",
    )
    CREDENTIAL_MALFORMED = (
        "credential_malformed",
        Party.ISSUER,
        "Ask the authority for a new certificate: this one is not written by the rules.",
    )
    CREDENTIAL_EXPIRED = (
        "credential_expired",
        Party.ISSUER,
        "Ask the person to have a new certificate issued.",
    )
    CREDENTIAL_NOT_YET_VALID = (
        "credential_not_yet_valid",
        Party.CLOCK,
        "Wait until the certificate is valid, and check this computer's clock.",
    )
    DISCLOSURE_INVALID = (
        "disclosure_invalid",
        Party.WALLET,
        "Do not accept it: what is shown is not what the authority signed.",
    )
    HOLDER_KEY_MISSING = (
        "holder_key_missing",
        Party.ISSUER,
        "Ask the authority for a certificate bound to the wallet.",
    )
    KEY_BINDING_MISSING = (
        "key_binding_missing",
        Party.WALLET,
        "Use a wallet that signs what it shows.",
    )
    KEY_BINDING_INVALID = (
        "key_binding_invalid",
        Party.WALLET,
        "Do not accept it: it was not signed by the certificate's holder for this request.",
    )
    KEY_BINDING_SIGNATURE_INVALID = (
        "key_binding_signature_invalid",
        Party.WALLET,
        "Do not accept it: the signature is not the certificate holder's.",
    )
    AUDIENCE_WRONG = (
        "audience_wrong",
        Party.WALLET,
        "Do not accept it: it was signed for somebody else.",
    )
    NONCE_WRONG = (
        "nonce_wrong",
        Party.WALLET,
        "Do not accept it: it was signed for another request.",
    )
    SD_HASH_WRONG = (
        "sd_hash_wrong",
        Party.WALLET,
        "Do not accept it: the claims were changed after signing.",
    )
    KEY_BINDING_TIME = (
        "key_binding_time",
        Party.CLOCK,
        "Check both clocks and start again: it was signed too long ago, or in the future.",
    )

    # the whole set against the query
    QUERY_ID_UNKNOWN = (
        "query_id_unknown",
        Party.WALLET,
        "Ask the wallet's maker: it answered a question that was not asked.",
    )
    TOO_MANY_PRESENTATIONS = (
        "too_many_presentations",
        Party.WALLET,
        "Ask the wallet's maker: it sent more certificates than were asked for.",
    )
    QUERY_NOT_SATISFIED = (
        "query_not_satisfied",
        Party.WALLET,
        "Ask the person to show the certificates and claims the request names.",
    )
    UNREQUESTED_CLAIM = (
        "unrequested_claim",
        Party.WALLET,
        "Ask the wallet's maker: it showed more than was asked, so nothing was taken.",
    )

    # status
    CREDENTIAL_REVOKED = (
        "credential_revoked",
        Party.ISSUER,
        "Ask the person to have a new certificate issued: this one was revoked.",
    )
    CREDENTIAL_SUSPENDED = (
        "credential_suspended",
        Party.ISSUER,
        "Ask the person to settle it with the authority: the certificate is suspended for now.",
    )
    CREDENTIAL_OUTDATED = (
        "credential_outdated",
        Party.ISSUER,
        "Ask the person to take a new certificate: the register has changed since this one.",
    )
    STATUS_UNKNOWN_VALUE = (
        "status_unknown_value",
        Party.STATUS,
        "Ask the authority what its status means; until then it is not accepted.",
    )
    STATUS_UNREACHABLE = (
        "status_unreachable",
        Party.NETWORK,
        "Try again later: whether the certificate still holds could not be asked.",
        Kind.UNAVAILABLE,
    )
    STATUS_INVALID = (
        "status_invalid",
        Party.STATUS,
        "Tell the authority: its status list does not verify, so nothing was accepted.",
    )
    STATUS_EXPIRED = (
        "status_expired",
        Party.STATUS,
        "Tell the authority: its status list is out of date, so nothing was accepted.",
    )
    STATUS_OUT_OF_RANGE = (
        "status_out_of_range",
        Party.STATUS,
        "Tell the authority: its status list has no place for this certificate.",
    )

    # policy, consent and ledger
    POLICY_NOT_MET = (
        "policy_not_met",
        Party.VERIFIER,
        "Tell the person what this service needs, and ask for another certificate.",
    )
    CONSENT_MISMATCH = (
        "consent_mismatch",
        Party.WALLET,
        "Start again: the consent that came along is not about this request.",
    )
    LEDGER_UNREACHABLE = (
        "ledger_unreachable",
        Party.LEDGER,
        "Start again later: the use could not be recorded, so nothing was released.",
        Kind.UNAVAILABLE,
    )
    LEDGER_REFUSED = (
        "ledger_refused",
        Party.LEDGER,
        "Have the operator look at the ledger: it refused the record, so nothing was released.",
        Kind.UNAVAILABLE,
    )
    LEDGER_PROOF_INVALID = (
        "ledger_proof_invalid",
        Party.LEDGER,
        "Have the operator compare the ledger's key: its proof does not hold.",
        Kind.UNAVAILABLE,
    )

    # same-device: who comes back
    REDEMPTION_REFUSED = (
        "redemption_refused",
        Party.CALLER,
        "Start again on this device: the result belongs to another session.",
        Kind.ABSENT,
    )
    REDEMPTION_MISSING = (
        "redemption_missing",
        Party.CALLER,
        "Start again: nobody came back from the wallet in time.",
    )

    # asking
    PROFILE_UNKNOWN = ("profile_unknown", Party.CALLER, "Choose a profile that is listed.")
    QUERY_INVALID = ("query_invalid", Party.CALLER, "Correct the query as OpenID4VP 6 says.")
    REQUEST_INVALID = ("request_invalid", Party.CALLER, "Correct the call and send it again.")
    OVER_ASKING = (
        "over_asking",
        Party.VERIFIER,
        "Ask only for what is registered for this purpose; the attempt was recorded.",
    )
    FLOW_NOT_REGISTERED = (
        "flow_not_registered",
        Party.VERIFIER,
        "Choose a flow and response mode that are registered for this purpose.",
    )
    KEY_NOT_READY = (
        "key_not_ready",
        Party.VERIFIER,
        "Have the operator set up the signing key and certificate of this relying party.",
        Kind.UNAVAILABLE,
    )

    def __init__(self, code: str, party: Party, next_step: str, kind: Kind = Kind.REFUSED) -> None:
        self.code = code
        self.party = party
        self.next_step = next_step
        self.kind = kind


def failure_of(code: str) -> Failure:
    """Return the failure stored under ``code``."""
    return _BY_CODE[code]


_BY_CODE = {failure.code: failure for failure in Failure}
