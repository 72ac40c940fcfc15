"""What the holder agreed to on the last page, as one digest that travels with its form.

Between that page and the sending the request is fetched again, and the wallet may have changed:
without the digest another answer than the one shown could go out.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from keys import base64url
from keys.strict_json import JsonObject, canonical
from wallet.errors import WalletError, WalletFailure
from wallet.presenting.choosing import Choice
from wallet.presenting.requests import ValidRequest


@dataclass(frozen=True, slots=True)
class Agreed:
    """The answer that was shown in full and agreed to; ``digest`` is its `agreement`."""

    digest: str


def agreement(valid: ValidRequest, choice: Choice) -> str:
    """Return a digest of what was shown: who asks, its terms, which claims of which credential.

    The nonce is left out: a party may sign its question anew at each fetch.
    """
    asked = valid.request
    shown: JsonObject = {
        "client_id": asked.client_id,
        "response_uri": asked.response_uri,
        "party": valid.party.as_dict(),
        "terms": valid.offer.terms.as_dict() if valid.offer else None,
        "disclosed": [[each.query_id, each.credential.id, *each.names] for each in choice],
    }
    return base64url.encode(hashlib.sha256(canonical(shown)).digest())


def agreed_choice(valid: ValidRequest, choices: Sequence[Choice], agreed: Agreed) -> Choice:
    """Return the very answer that was agreed to.

    Raises ``WalletError`` (request_mismatch) when no possible answer is the one that was shown.
    """
    for choice in choices:
        if agreement(valid, choice) == agreed.digest:
            return choice
    raise WalletError(WalletFailure.REQUEST_MISMATCH, "It is not what was shown to you")
