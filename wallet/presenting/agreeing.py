"""What the holder agreed to on the last page, as one digest that travels with its form.

Between that page and the sending the request is fetched again, and the wallet may have changed:
without the digest another answer than the one shown could go out.
"""

import hashlib
from dataclasses import dataclass
from typing import Self

from keys import base64url
from keys.strict_json import JsonObject, canonical
from wallet.errors import WalletError, WalletFailure
from wallet.presenting.choosing import Choice
from wallet.presenting.pool import Pool
from wallet.presenting.possible import Possible
from wallet.presenting.requests import ValidRequest


@dataclass(frozen=True, slots=True)
class Agreed:
    """The answer that was shown in full and agreed to.

    ``digest`` is its `agreement`, ``keys`` name what it discloses (`Disclosing.key`).
    """

    digest: str
    keys: tuple[str, ...]

    @classmethod
    def of(cls, valid: ValidRequest, possible: Possible, choice: Choice) -> Self:
        """Return what whoever agrees to ``choice``, one of what is ``possible``, agrees to."""
        keys = tuple(each.key for each in choice)
        return cls(agreement(valid, choice, possible.pool), keys)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return what `text` wrote; anything else is an agreement to nothing there is."""
        digest, *keys = text.split(" ")
        return cls(digest, tuple(keys))

    @property
    def text(self) -> str:
        """The agreement as one field of a form."""
        return " ".join((self.digest, *self.keys))


def agreement(valid: ValidRequest, choice: Choice, pool: Pool) -> str:
    """Return a digest of what was shown: who asks, its terms, registration, transactions, claims.

    The nonce is left out: a party may sign its question anew at each fetch. Which credentials are
    known to be bad is in it, so that what is revoked after it was shown does not go out (H88).
    """
    asked, registration = valid.request, valid.registration
    shown: JsonObject = {
        "client_id": asked.client_id,
        "answered_at": valid.verified.answered_at,
        "party": valid.party.as_dict(),
        "terms": valid.offer.terms.as_dict() if valid.offer else None,
        "registration": base64url.encode(registration.sha256) if registration else None,
        "transactions": [each.data.encoded for each in valid.transactions],
        "disclosed": [[each.query_id, each.credential.id, *each.names] for each in choice],
        "known_bad": [each.key for each in choice if pool.is_known_bad(each.credential)],
    }
    return base64url.encode(hashlib.sha256(canonical(shown)).digest())


def agreed_choice(valid: ValidRequest, possible: Possible, agreed: Agreed) -> Choice:
    """Return the very answer that was agreed to.

    Raises ``WalletError`` (request_mismatch) when no possible answer is the one that was shown.
    """
    try:
        choice = possible.composed(agreed.keys)
    except WalletError:
        choice = ()
    if not choice or agreement(valid, choice, possible.pool) != agreed.digest:
        raise WalletError(WalletFailure.REQUEST_MISMATCH, "It is not what was shown to you")
    return choice
