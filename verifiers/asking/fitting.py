"""Whether a wallet that says what it can do can answer a request at all (OpenID4VP section 5.10).

Told when it fetches the request, the person learns it at once and not after choosing what to send.
"""

from keys.strict_json import loads
from standards.dcql.query import parse_query
from standards.openid4vp.client_id import ClientId, ClientIdPrefix
from standards.openid4vp.errors import RequestError
from standards.openid4vp.vp_format import VpFormat, our_formats
from standards.openid4vp.wallet_metadata import WalletMetadata
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
    missing = [
        wallet.misses(
            prefix=prefix.value,
            mode=transaction.mode.value,
            algorithm=party_key.signer.algorithm.value,
            form=form,
        )
        for form in _asked(transaction)
    ]
    if all(missing):
        raise VerifierError(Failure.WALLET_UNFIT, missing[0] or "")


def _asked(transaction: Transaction) -> tuple[VpFormat, ...]:
    """Return the formats a transaction asks for: a wallet that has one may know another way."""
    named = {each.format for each in parse_query(loads(transaction.query)).credentials}
    return tuple(form for form in our_formats() if form.format in named)
