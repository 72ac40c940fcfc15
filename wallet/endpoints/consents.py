"""The holder's API for what was shared: take it back, see how it stands, prove it is all."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from consent.forms.withdrawal_notice import NoticeKind
from wallet.consents import Consents
from wallet.endpoints.answers import WalletRoute
from wallet.endpoints.bodies import body_of, flag_of
from wallet.endpoints.callers import Authorize, Caller
from wallet.history.exporting import ExportForm
from web.replies import json_reply


class _ConsentApi:
    """The handlers."""

    def __init__(self, consents: Consents, authorize: Authorize) -> None:
        self._consents = consents
        self._caller = Caller(authorize)

    async def withdraw(self, request: Request) -> Response:
        """Take a consent back; with ``delete_only`` ask for erasure and let the consent stand."""
        holder, body = self._caller.holder(request), await body_of(request)
        receipt_id = str(request.path_params["receipt_id"])
        is_deletion = flag_of(body, "delete_only")
        kind = NoticeKind.DELETION_REQUESTED if is_deletion else NoticeKind.WITHDRAWN
        withdrawn = await self._consents.withdraw(holder, receipt_id, kind=kind)
        return json_reply(withdrawn.as_dict())

    async def sharing(self, request: Request) -> Response:
        """Say how one sharing stands: its state, what is owed, and what happened to it."""
        holder, receipt_id = self._caller.holder(request), str(request.path_params["receipt_id"])
        return json_reply((await self._consents.sharing(holder, receipt_id)).as_dict())

    async def evidence(self, request: Request) -> Response:
        """Hand out all that can be shown of one sharing, to be checked anywhere."""
        holder, receipt_id = self._caller.holder(request), str(request.path_params["receipt_id"])
        return json_reply((await self._consents.evidence(holder, receipt_id)).as_dict())

    async def export(self, request: Request) -> Response:
        """Hand out the whole history as one file; ``form`` is json, csv or jsonld."""
        holder = self._caller.holder(request)
        form = ExportForm.read(request.query_params.get("form", ""))
        found = await self._consents.export(holder, form)
        headers = {"Cache-Control": "no-store"}
        return Response(found.octets, media_type=found.media_type, headers=headers)

    async def household(self, request: Request) -> Response:
        """List what others of the household showed of the holder, the latest first."""
        found = await self._consents.about_me(self._caller.holder(request))
        return json_reply({"household": [each.as_dict() for each in found]})

    async def prove(self, request: Request) -> Response:
        """Prove that the history is all there is, or name what is missing."""
        holder = self._caller.holder(request)
        await body_of(request)
        return json_reply((await self._consents.prove(holder)).as_dict())


def consent_routes(consents: Consents, authorize: Authorize) -> APIRouter:
    """Return the addresses under ``/wallet/holders/{holder}`` about what was shared."""
    api = _ConsentApi(consents, authorize)
    router = APIRouter(prefix="/wallet/holders/{holder}", route_class=WalletRoute)
    router.add_api_route("/receipts/{receipt_id}/withdraw", api.withdraw, methods=["POST"])
    router.add_api_route("/history/prove", api.prove, methods=["POST"])
    router.add_api_route("/sharings/{receipt_id}", api.sharing, methods=["GET"])
    router.add_api_route("/receipts/{receipt_id}/evidence", api.evidence, methods=["GET"])
    router.add_api_route("/history/household", api.household, methods=["GET"])
    router.add_api_route("/history/export", api.export, methods=["GET"])
    return router
