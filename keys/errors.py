"""Why something about keys, signatures or certificates was refused: one closed list."""

from enum import StrEnum

# Of any input, an error repeats at most this many characters, and only printable ASCII.
ECHO_LIMIT = 64


class KeysFailure(StrEnum):
    """Every reason this room gives; callers map them to the wire in one total match."""

    # what was received cannot be read at all
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"

    # tokens and keys
    ALGORITHM_REFUSED = "algorithm_refused"
    CRITICAL_REFUSED = "critical_refused"
    KEY_BY_REFERENCE = "key_by_reference"
    KEY_MISMATCH = "key_mismatch"
    KEY_REFUSED = "key_refused"
    PRIVATE_KEY_EXPOSED = "private_key_exposed"
    SIGNATURE_INVALID = "signature_invalid"
    TYPE_MISMATCH = "type_mismatch"
    ROLE_MISMATCH = "role_mismatch"

    # time
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"

    # encryption
    COMPRESSION_REFUSED = "compression_refused"
    DECRYPTION_FAILED = "decryption_failed"
    KEY_UNKNOWN = "key_unknown"
    SEAL_BROKEN = "seal_broken"

    # certificate chains, one reason per way to be wrong
    CHAIN_EXPIRED = "chain_expired"
    CHAIN_NOT_YET_VALID = "chain_not_yet_valid"
    CHAIN_WRONG_ORDER = "chain_wrong_order"
    CHAIN_SELF_SIGNED = "chain_self_signed"
    CHAIN_ANCHOR_INCLUDED = "chain_anchor_included"
    CHAIN_NOT_A_CA = "chain_not_a_ca"
    CHAIN_LEAF_IS_CA = "chain_leaf_is_ca"
    CHAIN_PATH_LENGTH = "chain_path_length"
    CHAIN_WRONG_ROLE = "chain_wrong_role"
    CHAIN_KEY_USAGE = "chain_key_usage"
    CHAIN_NAME_CONSTRAINT = "chain_name_constraint"
    CHAIN_CRITICAL_EXTENSION = "chain_critical_extension"
    CHAIN_WEAK_ALGORITHM = "chain_weak_algorithm"
    CHAIN_SIGNATURE_INVALID = "chain_signature_invalid"
    CHAIN_UNTRUSTED = "chain_untrusted"

    # the key store
    STORE_CORRUPT = "store_corrupt"
    STORE_FILE_MODE = "store_file_mode"
    STORE_LOCKED = "store_locked"


class KeysError(Exception):
    """Something received or stored was refused: ``failure`` for programs, ``detail`` for people.

    ``detail`` says what was expected and what came; it never holds a secret, and of the input at
    most what `echo` lets through.
    """

    def __init__(self, failure: KeysFailure, detail: str) -> None:
        super().__init__(f"{failure.value}: {detail}")
        self.failure = failure
        self.detail = detail


def echo(value: object) -> str:
    """Return what an error may repeat of its input: short, printable, on one line."""
    text = value if isinstance(value, str) else type(value).__name__
    cut = text[:ECHO_LIMIT]
    return "".join(c if " " <= c <= "~" else "?" for c in cut)
