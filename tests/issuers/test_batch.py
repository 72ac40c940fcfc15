"""A batch of copies: nothing in common but what the authority states (HAIP 6.1, RFC 9901 10.1)."""

from itertools import pairwise
from typing import Any

from issuers.issuance.issuing import BATCH_SIZE
from keys.strict_json import loads_object
from standards.sd_jwt.parse import parse_sd_jwt
from tests.issuers.test_whole_trip import verified
from tests.issuers.world import World

BATCHES = 12


def payload(credential: str) -> Any:
    return loads_object(parse_sd_jwt(credential).issuer.payload)


async def test_indices_are_no_sequence(world: World) -> None:
    """
    OTSL 13.3, suite module batch-issuance: over many batches no two steps are alike, neither in
    the order of issue nor sorted, and no place comes twice.
    """
    batches = []
    for _ in range(BATCHES):
        copies = await world.issue(copies=BATCH_SIZE)
        batches.append([payload(one)["status"]["status_list"]["idx"] for one in copies])

    for indices in batches:
        for order in (indices, sorted(indices)):
            assert 1 < len({after - before for before, after in pairwise(order)})
    everywhere = [index for indices in batches for index in indices]
    assert BATCHES * BATCH_SIZE == len(set(everywhere))
    # Neighbours of one batch are as far apart as those of two: places tell no batch.
    assert max(everywhere) - min(everywhere) > 1 << 15
    assert any(one[0] > other[0] for one, other in pairwise(batches))


async def test_the_times_of_a_batch_say_nothing(world: World) -> None:
    """
    SDJWT 10.1: all times of all copies are whole hours, however many minutes lie between them.
    """
    first = await world.issue(copies=BATCH_SIZE)
    world.clock.move(minutes=20)
    second = await world.issue(copies=BATCH_SIZE)

    times = {
        name: {payload(one).get(name) for one in (*first, *second)}
        for name in ("iat", "nbf", "exp")
    }
    assert {None} == times["nbf"]
    for name in ("iat", "exp"):
        (moment,) = times[name]
        assert 0 == moment % 3600


async def test_a_batch_has_one_dataset_in_as_many_wrappings(world: World) -> None:
    """
    Suite module batch-issuance: the same claims, other keys, digests, salts and order of digests.
    """
    copies = await world.issue(copies=BATCH_SIZE)
    read = [verified(world, one) for one in copies]

    def shared(claims: Any) -> Any:
        return {name: value for name, value in claims.items() if name not in {"cnf", "status"}}

    assert all(shared(read[0].claims) == shared(one.claims) for one in read)
    digests = [digest for one in copies for digest in payload(one)["_sd"]]
    assert len(digests) == len(set(digests))
    keys = {one.holder.thumbprint() for one in read if one.holder is not None}
    assert {holder.public.thumbprint() for holder in world.holders} == keys
