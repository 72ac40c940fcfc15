"""A receipt on paper: all that one QR code must hold to be checked with no account and no network.

    mydata-receipt-v1
    https://mydata.example/wallet/r/7Kq2
    2jmj7l5rSw0yVb_vlWAYkK_YBwk…
    {"commitment":"…","label":"…","number":2,"previous":"…","type":"consent","v":1}
    c2sp.org/tlog-proof@v1
    index 73894
    …

A name of the form, a short address to see the whole receipt at, the hash of the body both sides
signed, the entry's octets, and the proof that the log has it (C2SP tlog-proof). The entry and the
proof speak for themselves; the hash is for whoever also has the receipt's file, and the address is
for people: nothing follows from either of them alone.
"""

from dataclasses import dataclass, replace
from typing import Final, Self

from consent.forms.entry import Leaf
from consent.forms.fields import Fields, malformed
from consent.forms.receipt import EntryProof, Receipt
from keys import base64url

# What the largest QR code (version 40, level L) holds of octets (ISO/IEC 18004 table 7).
QR_LIMIT: Final = 2953

_NAME: Final = "mydata-receipt-v1"
_LINES: Final = 4
_LINK_LIMIT: Final = 200
# Below a checkpoint's empty line, the first signature is the log's own.
_SIGNATURES: Final = "\n\n"


@dataclass(frozen=True, slots=True)
class PrintedReceipt:
    """What stands in the code; believed only as far as ``entry`` verifies."""

    link: str
    body_sha256: bytes
    entry: EntryProof

    @classmethod
    def of(cls, receipt: Receipt, link: str) -> Self:
        """Return a receipt's paper form, with as many cosignatures as the code has room for.

        They are taken in the order of the note, each that still fits: one of ML-DSA-44 is larger
        than any code. Raises ``ValueError`` when not even the log's own signature fits.
        """
        note, _, signatures = receipt.log.checkpoint.rpartition(_SIGNATURES)
        log_line, *lines = signatures.splitlines(keepends=True)
        bare = replace(receipt.log, checkpoint=f"{note}{_SIGNATURES}{log_line}")
        printed = cls(link, receipt.body_sha256(), bare)
        if len(link) > _LINK_LIMIT or not _fits(printed):
            raise ValueError("the receipt is too long for a QR code")
        for line in lines:
            entry = replace(printed.entry, checkpoint=printed.entry.checkpoint + line)
            longer = replace(printed, entry=entry)
            printed = longer if _fits(longer) else printed
        return printed

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a code, or raise `ConsentError` (malformed)."""
        name, *rest = text.split("\n", _LINES)
        if name != _NAME or len(rest) != _LINES or len(text.encode("utf-8", "replace")) > QR_LIMIT:
            raise malformed("the code of a printed receipt was expected")
        link, body, leaf, proof = rest
        fields = Fields("printed", {"link": link, "body": body}, ("link", "body"))
        if len(link) > _LINK_LIMIT:
            raise malformed("printed: the address is too long")
        octets = leaf.encode("utf-8", "replace")
        Leaf.parse(octets)
        entry = EntryProof.parse({"leaf": base64url.encode(octets), "proof": proof})
        return cls(fields.uri("link"), fields.octets("body"), entry)

    def text(self) -> str:
        """Return the text to draw; each receipt on paper has one."""
        leaf = self.entry.leaf.decode("ascii")
        head = (_NAME, self.link, base64url.encode(self.body_sha256), leaf)
        return "\n".join((*head, self.entry.text()))


def _fits(printed: PrintedReceipt) -> bool:
    return len(printed.text().encode()) <= QR_LIMIT
