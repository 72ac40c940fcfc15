"""One bit is another: nothing of what was signed may be taken for what was signed.

Every position of a presentation and of a request object is tried, in CI with one of its eight
bits (which one changes along the text), by `make verdicts` with all eight.
"""

import os
from collections.abc import Callable, Iterator

from keys.strict_json import loads
from keys.x509 import Role
from standards.dcql.query import parse_query
from standards.openid4vp.errors import RequestError
from standards.openid4vp.request_object import verify_request_object
from standards.openid4vp.request_uri import RequestUri
from standards.openid4vp.signer import Grounds
from tests.verifiers.world import NOW, World
from verifiers.errors import VerifierError
from verifiers.presented.expected import expected_of
from verifiers.presented.presentation import check_presentation

BITS = int(os.environ.get("MYDATA_FLIPPED_BITS", "1"))
Read = Callable[[str], object]


def flipped(text: str) -> Iterator[tuple[int, int, str]]:
    """The text with one bit of one octet the other way: position, bit, text."""
    octets = text.encode("ascii")
    for position in range(len(octets)):
        for bit in range(BITS):
            # 5 and 8 have no common divisor: along the text each bit has its turn
            which = (position * 5 + bit) % 8
            changed = bytearray(octets)
            changed[position] ^= 1 << which
            yield position, which, changed.decode("latin-1")


def accepted(text: str, read: Read, refusal: type[Exception]) -> list[tuple[int, int]]:
    """Where a flipped bit changed nothing for whoever reads; another error ends the test."""
    read(text)  # as it came it is good
    found = []
    for position, bit, changed in flipped(text):
        try:
            read(changed)
        except refusal:
            continue
        found.append((position, bit))
    return found


async def test_no_bit_of_a_presentation_may_be_another(world: World) -> None:
    """
    Issuer's token, disclosures, key binding, and every separator between them.
    """
    asked = await world.ask("adult-check")
    opened = await world.wallet.open(asked)
    held = world.issuer.issue()
    text = world.wallet.bound(held.show("age_over_19"), opened.request, held.key)
    transaction = (await world.verifiers.look(asked.transaction_id)).transaction
    expected = expected_of(transaction)
    [query] = parse_query(loads(transaction.query)).credentials
    trust = world.roots.trust()

    def read(changed: str) -> object:
        return check_presentation(query, changed, expected, trust=trust, now=NOW)

    assert [] == accepted(text, read, VerifierError)


async def test_no_bit_of_a_request_object_may_be_another(world: World) -> None:
    """
    Header with its certificates, claims, signature: as the wallet reads them.
    """
    asked = await world.ask("adult-check")
    token = await world.verifiers.request_object(asked.transaction_id)
    client_id = RequestUri.parse(asked.request_uri).client_id
    grounds = Grounds(world.roots.trust().anchors(Role.VERIFIER, NOW))

    def read(changed: str) -> object:
        return verify_request_object(
            changed,
            expected_client_id=client_id,
            expected_wallet_nonce=None,
            grounds=grounds,
            now=NOW,
        )

    assert [] == accepted(token, read, RequestError)
