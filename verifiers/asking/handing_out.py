"""Hand out the signed request of an open transaction to whatever wallet has its link."""

from datetime import datetime
from typing import Final

from consent.forms.countersignature import signed_part_sha256
from standards.openid4vp.wallet_post import WalletPost
from verifiers.asking.fitting import check_wallet
from verifiers.asking.questions import signed_for
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.registered.party_keys import PartyKeys
from verifiers.transaction import Transactions, check_open

# A wallet asks once, or again after a bad connection; each new nonce is a new signature of ours.
MAX_REQUESTS_SERVED: Final = 16


async def hand_out(
    transaction_id: str,
    posted: WalletPost,
    *,
    transactions: Transactions,
    keys: PartyKeys,
    now: datetime,
) -> str:
    """Return the request, signed with the nonce the wallet posted, if any.

    It may be fetched more than once: phones ask again. Raises TRANSACTION_…, KEY_NOT_READY, and
    WALLET_UNFIT or REQUEST_INVALID for what the wallet says of itself.
    """
    transaction, outcome = await transactions.find(transaction_id)
    if transaction.mode.is_over_dc_api:
        raise VerifierError(Failure.TRANSACTION_UNKNOWN)
    check_open(transaction, outcome, now=now)
    token = transaction.request_object
    key = keys.by_leaf(transaction.party, transaction.leaf_sha256)
    check_wallet(posted.wallet_metadata, transaction, key)
    if posted.wallet_nonce is not None:
        token = signed_for(transaction, posted.wallet_nonce, party_key=key)
    await transactions.note_served(
        transaction_id, signed_part_sha256(token), token, limit=MAX_REQUESTS_SERVED
    )
    return token
