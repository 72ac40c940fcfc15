"""What a page says when something did not work: one total mapping, with the way back."""

from http import HTTPStatus

from wallet.endpoints import status_of
from wallet.errors import WalletError
from wallet.pages.codes import CodeError
from wallet.pages.room import StoppedError
from web.errors import Party
from web.page_problem import PageProblem
from web.qr_reading import PictureError, PictureFailure

_HOME = "/wallet"
_SCAN = "/wallet/scan"


def problem_of(error: Exception) -> PageProblem | None:
    """Return what an error of the wallet, a code or a picture is on a page, None for others."""
    match error:
        case StoppedError(error=inner, back=back):
            return _of_wallet(inner, back)
        case WalletError():
            return _of_wallet(error, _HOME)
        case CodeError(failure=failure):
            return PageProblem(
                failure.value, Party.CALLER, HTTPStatus.UNPROCESSABLE_ENTITY, back=_SCAN
            )
        case PictureError(failure=failure):
            return PageProblem(
                f"picture_{failure.value}", Party.CALLER, _status_of(failure), back=_SCAN
            )
        case _:
            return None


def _of_wallet(error: WalletError, back: str) -> PageProblem:
    return PageProblem(
        error.failure.value, error.party, status_of(error.failure), error.reason, back
    )


def _status_of(failure: PictureFailure) -> HTTPStatus:
    if failure is PictureFailure.TOO_LARGE:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return HTTPStatus.UNPROCESSABLE_ENTITY
