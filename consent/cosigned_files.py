"""The log's files that carry cosignatures: for whoever wants more than the log's own word."""

import re
from typing import Final

from consent.cosignatures import Cosignatures
from consent.errors import ConsentError, ConsentFailure
from consent.log_files import LogFiles
from consent.tlog.tlog_proof import TlogProof

_PROOF: Final = re.compile("proof/(0|[1-9][0-9]{0,18})", re.ASCII)


class CosignedFiles:
    """The files that carry cosignatures: ``checkpoint``, ``cosigned-checkpoint``, ``proof/…``."""

    def __init__(self, kept: Cosignatures, files: LogFiles) -> None:
        self._kept = kept
        self._files = files

    async def file(self, path: str) -> str:
        """Return ``cosigned-checkpoint`` or ``proof/<index>``, or raise not_found."""
        index = _PROOF.fullmatch(path)
        if index is not None:
            return await self.proof(int(index[1]))
        if path == "cosigned-checkpoint":
            return await self.cosigned_checkpoint()
        raise ConsentError(ConsentFailure.NOT_FOUND, "the log has no such file")

    async def checkpoint(self) -> str:
        """Return the head's checkpoint with every cosignature so far; often none at first."""
        head = await self._files.head()
        return head.checkpoint + await self._lines(head.size)

    async def cosigned_checkpoint(self) -> str:
        """Return the largest checkpoint that meets the policy, or raise not_found."""
        found = await self._kept.cosigned()
        if found is None:
            raise ConsentError(
                ConsentFailure.NOT_FOUND, "no checkpoint of this log is cosigned by witnesses"
            )
        return found.note + await self._lines(found.size)

    async def proof(self, index: int) -> str:
        """Return the proof of an entry (C2SP tlog-proof), or raise not_found.

        In the tree of the largest cosigned checkpoint that has the entry, else in the present one.
        """
        found = await self._kept.cosigned()
        if found is not None and index < found.size:
            size, note = found.size, found.note
        else:
            head = await self._files.head()
            size, note = head.size, head.checkpoint
        hashes = await self._files.inclusion(index, size)
        return TlogProof(index, hashes, note + await self._lines(size)).text()

    async def _lines(self, size: int) -> str:
        return "".join(given.lines for given in await self._kept.of(size))
