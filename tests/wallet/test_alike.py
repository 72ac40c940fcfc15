"""P7: a party cannot tell "has not" from "will not", by what it is sent or by the work behind it.

OpenID4VP 1.0 section 15.4.1. Two holders meet the very same request, one of whom has what is asked
for. Work is counted and not timed: statements to the database, octets drawn, entries written.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import pytest
from sqlalchemy import Engine, event

from standards.dcql.effort import Effort
from standards.dcql.matching import match
from tests.wallet.issuer_of_test import IssuerOfTest
from tests.wallet.test_standing import log, party, use
from tests.wallet.verifier_of_test import BASE, HOST, VerifierOfTest, query
from tests.wallet.world import HOLDER, Asked, World
from wallet.errors import WalletError, WalletFailure
from wallet.presenting import possible
from wallet.presenting.possible import Wish

__all__ = ["log", "party"]

HAS_NOT = "jun"


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Everything sent to the database, in its order."""
    seen: list[str] = []

    def note(*cursor_and_statement: object) -> None:
        seen.append(str(cursor_and_statement[2]))

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one act sent to the party, and what it took."""

    sent: tuple[tuple[object, ...], ...]
    statements: tuple[str, ...]
    drawn: int
    entries: int


def shape(asked: Asked) -> tuple[object, ...]:
    """All a party sees of a message, with the length of what is random in it."""
    said = (asked.method, asked.url, asked.accept, asked.content_type, asked.authorization)
    return (*said, tuple(sorted(asked.headers)), len(asked.content))


async def observed(
    world: World, statements: list[str], act: Callable[[], Awaitable[object]]
) -> tuple[Seen, object]:
    """Return what an act looked like from outside, and what it came to."""
    statements.clear()
    asked, written, drawn = len(world.network.asked), len(world.ledger.submissions), 0
    entropy = world.entropy

    def draw(size: int) -> bytes:
        nonlocal drawn
        drawn += size
        return entropy(size)

    world.entropy = draw
    try:
        came_to: object = await act()
    except WalletError as error:
        came_to = error.failure
    finally:
        world.entropy = entropy
    to_party = [each for each in world.network.asked[asked:] if HOST in each.url]
    entries = len(world.ledger.submissions) - written
    return Seen(tuple(map(shape, to_party)), tuple(statements), drawn, entries), came_to


@pytest.fixture
async def verifier(world: World, issuer: IssuerOfTest) -> VerifierOfTest:
    """A party for two holders who have used their wallets before; one has what it asks for."""
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    await world.wallets.credentials(HAS_NOT)
    return VerifierOfTest(world, issuer)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("mode", ["direct_post", "direct_post.jwt"])
async def test_saying_no_looks_and_costs_the_same(
    world: World, verifier: VerifierOfTest, statements: list[str], mode: str, method: str
) -> None:
    """
    The same messages of the same length, the same statements, random octets and ledger entries.
    """
    verifier.mode, verifier.method = mode, method

    has, _ = await observed(world, statements, lambda: world.wallets.refuse(HOLDER, verifier.link))
    lacks, _ = await observed(
        world, statements, lambda: world.wallets.refuse(HAS_NOT, verifier.link)
    )

    assert has == lacks
    assert (2, 1) == (len(has.sent), has.entries)
    assert has.statements
    assert has.drawn
    assert verifier.responses[0] == verifier.responses[1]


async def test_looking_sends_the_party_the_same(
    world: World, verifier: VerifierOfTest, statements: list[str]
) -> None:
    """
    Before the holder acts the party hears that the request and its notice were fetched, no more.
    """
    has, _ = await observed(world, statements, lambda: world.wallets.review(HOLDER, verifier.link))
    lacks, _ = await observed(
        world, statements, lambda: world.wallets.review(HAS_NOT, verifier.link)
    )

    assert has.sent == lacks.sent
    assert (0, 0) == (has.entries, lacks.entries)


async def test_an_answer_that_does_not_come_about_sends_the_party_the_same(
    world: World, verifier: VerifierOfTest, statements: list[str]
) -> None:
    """
    One has it and stops at what is too much, the other has it not: both sent nothing.
    """
    assert verifier.terms is not None
    verifier.terms = replace(verifier.terms, information=("address",))

    will_not, stopped = await observed(
        world, statements, lambda: world.wallets.present(HOLDER, verifier.link, Wish())
    )
    has_not, lacking = await observed(
        world, statements, lambda: world.wallets.present(HAS_NOT, verifier.link, Wish())
    )

    assert (WalletFailure.BEYOND_TERMS, WalletFailure.NO_MATCHING_CREDENTIAL) == (stopped, lacking)
    assert will_not.sent == has_not.sent
    assert ([], 0, 0) == (verifier.responses, will_not.entries, has_not.entries)


async def test_a_standing_address_tells_no_more(
    world: World,
    party: VerifierOfTest,
    statements: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Where the wallet answers alone: beyond what was agreed, not held, and not to be found with any
    effort are one answer, after the same messages and the same statements.
    """
    told = []
    party.dcql = {"credentials": [{**BASE, "claims": [{"path": ["address"]}]}]}
    told.append(await observed(world, statements, lambda: words(use(world, party))))
    with monkeypatch.context() as tired:
        tired.setattr(possible, "match", partial(match, effort=Effort(0)))
        told.append(await observed(world, statements, lambda: words(use(world, party))))
    (credential,) = await world.wallets.credentials(HOLDER)
    await world.wallets.delete(HOLDER, credential.id)
    told.append(await observed(world, statements, lambda: words(use(world, party))))
    party.dcql = query("birth_date")
    told.append(await observed(world, statements, lambda: words(use(world, party))))

    assert 1 == len({(seen.sent, seen.statements, said) for seen, said in told})


async def words(act: Awaitable[object]) -> str:
    """Return what the party is told."""
    with pytest.raises(WalletError) as caught:
        await act
    return str(caught.value)
