"""What a record says of all that was signed outside the ledger: hashes, and how it was bound."""

from dataclasses import dataclass
from enum import StrEnum

from consent.forms.fields import LIST_LIMIT, Fields, malformed
from consent.forms.offer import SharingFlow
from keys import base64url
from keys.json_value import JsonObject, JsonValue


class HolderKey(StrEnum):
    """Where the key that signed for the holder is."""

    KEPT = "kept"
    DEVICE = "device"


class TermsBinding(StrEnum):
    """How the holder's signature is bound to the terms.

    committed: the signed nonce commits to them, so they were fixed before; shown: the holder's own
    wallet says that it showed them as well.
    """

    SHOWN = "shown"
    COMMITTED = "committed"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A transaction the holder confirmed: its type, and `transaction_commitment` to its text."""

    type: str
    commitment: bytes


@dataclass(frozen=True, slots=True)
class Evidence:
    """Hashes of what was signed outside the ledger; each is 32 octets, None where there is none.

    ``request_sha256`` is over ``header.payload`` of the request object, ``kb_sha256`` over that of
    the key binding, salted (`consent.forms.disclosure.key_binding_commitment`), ``terms_sha256``
    is `Terms.sha256`, ``random`` what opens the nonce to them, ``notice_sha256`` the notice in the
    language that was shown, ``registration_sha256`` what the party had registered; ``pair_key`` is
    the thumbprint (RFC 7638) of the key the holder signs with for this pair; ``transactions`` is
    what was confirmed with the presentation.
    """

    request_sha256: bytes | None = None
    terms_sha256: bytes | None = None
    terms_binding: TermsBinding | None = None
    disclosure_commitment: bytes | None = None
    key: HolderKey | None = None
    random: bytes | None = None
    notice_sha256: bytes | None = None
    registration_sha256: bytes | None = None
    kb_sha256: bytes | None = None
    pair_key: bytes | None = None
    flow: SharingFlow | None = None
    transactions: tuple[Confirmed, ...] = ()


_HASHES = (
    "request_sha256",
    "terms_sha256",
    "disclosure_commitment",
    "random",
    "notice_sha256",
    "registration_sha256",
    "kb_sha256",
    "pair_key",
)
_CHOICES = ("terms_binding", "key", "flow")
_TRANSACTIONS = "transactions"


def read_evidence(value: JsonValue) -> Evidence:
    """Read what `evidence_form` wrote, or raise `ConsentError` (malformed)."""
    later = (_TRANSACTIONS,) if isinstance(value, dict) and _TRANSACTIONS in value else ()
    fields = Fields("evidence", value, (*_HASHES, *_CHOICES, *later))
    octets = {name: fields.octets(name) if fields.has(name) else None for name in _HASHES}
    binding, key, flow = (fields.has(name) for name in _CHOICES)
    return Evidence(
        **octets,
        terms_binding=fields.choice("terms_binding", TermsBinding) if binding else None,
        key=fields.choice("key", HolderKey) if key else None,
        flow=fields.choice("flow", SharingFlow) if flow else None,
        transactions=_confirmed(fields.value(_TRANSACTIONS)) if later else (),
    )


def evidence_form(evidence: Evidence) -> JsonObject:
    """Return the JSON form; ``transactions`` is left out where nothing was confirmed."""

    def text(octets: bytes | None) -> str | None:
        return base64url.encode(octets) if octets is not None else None

    hashes = {name: text(getattr(evidence, name)) for name in _HASHES}
    choices = {name: getattr(evidence, name) for name in _CHOICES}
    written = {**hashes, **{name: each and each.value for name, each in choices.items()}}
    if evidence.transactions:
        written[_TRANSACTIONS] = [
            {"type": each.type, "commitment": base64url.encode(each.commitment)}
            for each in evidence.transactions
        ]
    return written


def _confirmed(value: JsonValue) -> tuple[Confirmed, ...]:
    if not isinstance(value, list) or len(value) > LIST_LIMIT:
        raise malformed("transactions must be a list")
    entries = (Fields("transaction", entry, ("type", "commitment")) for entry in value)
    return tuple(Confirmed(each.text("type"), each.octets("commitment")) for each in entries)
