"""What the holder confirms with a presentation (OpenID4VP 1.0 sections 5.1, 8.4, B.3.3).

Each entry of ``transaction_data`` is one base64url text: the very text is hashed and signed in the
key binding, so it is kept as it came. What a type's own members mean is the type's definition's
business (`consent.transactions`); here is what every type has.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from keys import base64url
from keys.errors import KeysError
from keys.strict_json import JsonObject, JsonValue, dumps, loads_object
from standards.dcql.query import DcqlQuery
from standards.members import Members, members, present
from standards.openid4vp.errors import RequestError, RequestFailure
from standards.sd_jwt.disclosure import HashAlgorithm, digest_of

HASHES: Final = "transaction_data_hashes"
HASHES_ALG: Final = "transaction_data_hashes_alg"
# Nobody confirms more things at once with open eyes.
MAX_ENTRIES: Final = 8
# Octets of one entry's text: some long sentences.
MAX_ENTRY: Final = 8 * 1024

_OF_EVERY_TYPE: Final = frozenset({"type", "credential_ids", HASHES_ALG})


@dataclass(frozen=True, slots=True)
class TransactionData:
    """One entry: ``encoded`` is its text in the request, ``members`` what its type adds.

    ``credential_ids`` name the credential queries one of which confirms it; ``algorithms`` are
    the hash algorithms the verifier knows, by their registered names, empty for sha-256 alone.
    """

    encoded: str
    type: str
    credential_ids: tuple[str, ...]
    members: JsonObject
    algorithms: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        type_: str,
        members: JsonObject,
        *,
        credential_ids: Sequence[str],
        algorithms: Sequence[str] = (),
    ) -> Self:
        """Return a new entry, to be sent."""
        described: JsonObject = {"type": type_, "credential_ids": [*credential_ids]}
        described |= present({HASHES_ALG: [*algorithms]})
        encoded = base64url.encode(dumps({**members, **described}))
        return cls(encoded, type_, tuple(credential_ids), members, tuple(algorithms))

    @classmethod
    def parse(cls, encoded: JsonValue) -> Self:
        """Return the entry a text says, or raise `RequestError` (transaction_data)."""
        reader = members(_decoded(encoded), "transaction_data", invalid_transaction_data)
        return cls(
            encoded=str(encoded),
            type=reader.text("type"),
            credential_ids=_credential_ids(reader),
            members={
                name: value for name, value in reader.value.items() if name not in _OF_EVERY_TYPE
            },
            algorithms=reader.optional_texts(HASHES_ALG),
        )

    @property
    def accepted(self) -> tuple[str, ...]:
        """The hash algorithms that may be used (B.3.3: sha-256 where none is named)."""
        return self.algorithms or (HashAlgorithm.SHA_256.value,)

    def digest(self, algorithm: HashAlgorithm) -> str:
        """Return the hash of the text as it came, as the key binding carries it."""
        return digest_of(self.encoded, algorithm)


def read_transaction_data(reader: Members, query: DcqlQuery) -> tuple[TransactionData, ...]:
    """Return the entries of a request's claims, none where the member is absent.

    Raises `RequestError` (transaction_data): no or too many entries, one that is malformed, names
    a credential that is not asked for, or one whose holder signs nothing.
    """
    if not reader.has("transaction_data"):
        return ()
    value = reader.value["transaction_data"]
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_ENTRIES:
        raise invalid_transaction_data(f"1 to {MAX_ENTRIES} entries were expected")
    entries = tuple(map(TransactionData.parse, value))
    if len({entry.encoded for entry in entries}) < len(entries):
        raise invalid_transaction_data("two entries are the same")
    check_referenced(entries, query)
    hash_algorithm(entries)
    return entries


def check_referenced(entries: Iterable[TransactionData], query: DcqlQuery) -> None:
    """Raise unless each entry names credentials that are asked for with holder binding."""
    for entry in entries:
        for query_id in entry.credential_ids:
            asked = query.credential(query_id)
            if asked is None:
                raise invalid_transaction_data("an entry names a credential nobody asks for")
            if not asked.require_cryptographic_holder_binding:
                raise invalid_transaction_data("without holder binding nobody signs it")


def hash_algorithm(entries: Iterable[TransactionData]) -> HashAlgorithm:
    """Return the first algorithm of the request that all entries accept and we have.

    One key binding names one algorithm for all its hashes (B.3.3). Raises `RequestError`.
    """
    lists = [entry.accepted for entry in entries]
    for name in lists[0]:
        if name in set(HashAlgorithm) and all(name in accepted for accepted in lists):
            return HashAlgorithm(name)
    raise invalid_transaction_data("no common hash algorithm of ours is listed")


def confirming_claims(entries: Sequence[TransactionData], algorithm: HashAlgorithm) -> JsonObject:
    """Return what a key binding says of the entries it confirms; nothing of none (B.3.3)."""
    if not entries:
        return {}
    return {
        HASHES: [entry.digest(algorithm) for entry in entries],
        HASHES_ALG: algorithm.value,
    }


def invalid_transaction_data(detail: str) -> RequestError:
    """Return the error for transaction data nobody can confirm (section 8.5)."""
    return RequestError(RequestFailure.TRANSACTION_DATA, detail)


def _decoded(encoded: JsonValue) -> JsonObject:
    if not isinstance(encoded, str) or len(encoded) > MAX_ENTRY:
        raise invalid_transaction_data(f"an entry is text of at most {MAX_ENTRY} characters")
    try:
        return loads_object(base64url.decode(encoded))
    except KeysError:
        raise invalid_transaction_data("an entry is a JSON object as base64url") from None


def _credential_ids(reader: Members) -> tuple[str, ...]:
    ids = reader.texts("credential_ids")
    if len(set(ids)) < len(ids):
        raise invalid_transaction_data("credential_ids names one twice")
    return ids
