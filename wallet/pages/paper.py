"""A receipt to print: one code that is checked with the log's key and nothing else."""

from dataclasses import replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from consent.errors import ConsentError
from consent.forms.printed_receipt import PrintedReceipt
from consent.forms.receipt import Receipt
from keys.strict_json import JsonObject
from wallet.errors import WalletError, WalletFailure
from wallet.pages.room import Room
from wallet.proving.cosigned import cosigned_proof


def add_paper_page(router: APIRouter, room: Room) -> None:
    """Add ``/wallet/receipts/{receipt_id}/paper``; the browser prints it."""

    @router.get("/wallet/receipts/{receipt_id}/paper")
    async def paper(request: Request, receipt_id: str) -> Response:
        visitor = await room.citizen(request)
        kept = _printable(await room.wallets.receipt(visitor.person.subject, receipt_id))
        # Paper lasts: with whoever has seen the log since, where the ledger answers.
        seen = await cosigned_proof(kept.log.index, kept.log.leaf, ports=room.wallets.ports)
        given = kept if seen is None else replace(kept, log=seen)
        printed = PrintedReceipt.of(given, f"{room.base}/wallet/receipts/{receipt_id}")
        return room.pages.page(
            request,
            "wallet/paper.html",
            visitor,
            receipt_id=receipt_id,
            record=kept.record,
            words=printed.text(),
        )


def _printable(kept: JsonObject) -> Receipt:
    """Return a receipt that fits on paper; one of the first release is kept as a file only."""
    try:
        return Receipt.parse(kept)
    except ConsentError:
        raise WalletError(WalletFailure.UNKNOWN_RECEIPT) from None
