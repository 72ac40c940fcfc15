"""An answer goes the way its question came: posted to the party, or handed to a platform."""

from datetime import datetime

from standards.openid4vp.response import AuthorizationResponse, ErrorResponse
from wallet.kept.vault import Vault
from wallet.ports import Ports
from wallet.presenting.answering import PartyAnswer, post_answer
from wallet.presenting.handed import hand_back
from wallet.presenting.requests import ValidRequest


async def deliver(
    response: AuthorizationResponse | ErrorResponse,
    valid: ValidRequest,
    *,
    ports: Ports,
    vault: Vault,
    now: datetime,
) -> PartyAnswer:
    """Return what the party said; through a platform it says nothing.

    Raises ``WalletError`` as `post_answer` does.
    """
    if not valid.request.response_mode.is_over_dc_api:
        return await post_answer(response, valid.request, ports.correspondent)
    await hand_back(response, valid, ports=ports, vault=vault, now=now)
    return PartyAnswer(None, None)


def takes_consent(valid: ValidRequest) -> bool:
    """Tell whether the party is handed the receipt and the pair's secret with the answer.

    One with terms of ours is, unless a platform could read them on the way.
    """
    mode = valid.request.response_mode
    return valid.offer is not None and (mode.is_encrypted or not mode.is_over_dc_api)
