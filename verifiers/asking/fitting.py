"""Whether a wallet that says what it can do can answer a request at all (OpenID4VP section 5.10).

Told when it fetches the request, the person learns it at once and not after choosing what to send.
"""

from standards.openid4vp.client_id import ClientId, ClientIdPrefix
from standards.openid4vp.errors import RequestError
from standards.openid4vp.wallet_metadata import WalletMetadata
from verifiers.asking.questions import FORMATS
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.registered.party_keys import PartyKey
from verifiers.transaction import Transaction


def check_wallet(metadata: str | None, transaction: Transaction, party_key: PartyKey) -> None:
    """Raise WALLET_UNFIT when a wallet says that it lacks what this request needs.

    Without metadata, and of what it says nothing about, all is taken to be possible.
    """
    if metadata is None:
        return
    try:
        wallet = WalletMetadata.parse(metadata)
    except RequestError as error:
        raise VerifierError(Failure.REQUEST_INVALID, error.detail) from error
    prefix = ClientId.parse(transaction.client_id).prefix or ClientIdPrefix.X509_HASH
    missing = wallet.misses(
        prefix=prefix.value,
        mode=transaction.mode.value,
        algorithm=party_key.signer.algorithm.value,
        form=FORMATS[0],
    )
    if missing is not None:
        raise VerifierError(Failure.WALLET_UNFIT, missing)
