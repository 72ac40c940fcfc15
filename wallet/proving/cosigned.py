"""The proof of an entry that witnesses have cosigned, fetched anew; a receipt keeps its first one.

When an entry is written nobody else has seen it yet; a moment later witnesses have.
"""

from typing import Final

from consent.errors import ConsentError
from consent.forms.receipt import EntryProof
from keys import base64url
from wallet.outside.correspondence import SMALL_ANSWER, Answer, UnansweredError
from wallet.ports import Ports

_PLAIN: Final = "text/plain"
_OK: Final = 200


async def cosigned_proof(index: int, leaf: bytes, *, ports: Ports) -> EntryProof | None:
    """Return one entry under the largest checkpoint that witnesses have signed, if any is.

    Verified with the log's key; None where the ledger does not answer, or answers anything else.
    """
    answer = await answer_of(f"/consent/log/proof/{index}", ports, _PLAIN, SMALL_ANSWER)
    if answer is None:
        return None
    try:
        text = answer.body.decode("utf-8")
        proof = EntryProof.parse({"leaf": base64url.encode(leaf), "proof": text})
        proof.verify(log_key=ports.log.key())
    except (UnicodeDecodeError, ConsentError):
        return None
    return proof


async def answer_of(path: str, ports: Ports, accept: str, limit: int) -> Answer | None:
    """Return the ledger's answer below its address, None for none or a refusal."""
    try:
        answer = await ports.correspondent.get(ports.log.url + path, accept=accept, limit=limit)
    except UnansweredError:
        return None
    return answer if answer.status == _OK else None
