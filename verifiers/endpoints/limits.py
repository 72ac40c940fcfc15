"""How much a call may bring."""

from typing import Final

# A few presentations of some tens of kilobytes, written twice in base64, and a receipt.
RESPONSE_LIMIT: Final = 768 * 1024
# A nonce and what a wallet says of itself.
WALLET_POST_LIMIT: Final = 64 * 1024
