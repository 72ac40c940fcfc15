"""A desk that sends a query of its own (``mydata verifiers request --dcql FILE``): `test-desk`.

It is there to talk to other makers' wallets and authorities, and to try queries. Of our own
certificates it may ask for all but the unique identifiers and what may hold one (the earlier
numbers among changes of the person); of a type it does not know, anything.
"""

from typing import Final

PARTY: Final = "test-desk"
PURPOSE: Final = "own-query"
# Whoever issued what the query names.
SENDER: Final = "the issuers of the certificates asked for"
