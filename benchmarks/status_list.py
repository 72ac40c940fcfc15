"""A status list of a million places, made again from its database rows and signed.

The limit is what no issuer can leave out: packing the finished octets with DEFLATE at the highest
level and one signature. One place in twenty is not valid, in random places, which is more than a
year of revocations; `status_list_1e6_dense` has every status set at random, the worst there is.
More than one a second is below a second each.
"""

import random
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

from benchmarks.measure import Clock, Item, Race
from issuers.signing_keys import CertifiedSigner
from issuers.status import BITS, LARGEST_LIST, ListState, signed_list
from keys.signer import SoftwareSigner
from standards.status_list.bits import StatusList

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
URI = "https://registry.example/issuers/resident-registry/status/0"
# One in so many is not valid.
SPARSE = 20
_LEVEL = 9


def items() -> list[Item]:
    """Return the list as it usually is, and as it is at worst."""
    limit = "its octets deflated at level 9, and one ECDSA P-256 sign"
    cpu = Clock.THREAD_CPU
    return [
        Item("status_list_1e6", cpu, partial(_prepare, SPARSE), limit, goal=0.5),
        Item("status_list_1e6_dense", cpu, partial(_prepare, 1), limit),
    ]


@contextmanager
def _prepare(every: int) -> Iterator[Race]:
    draw = random.Random(1)  # noqa: S311  # which places is no secret
    chosen = draw.sample(range(LARGEST_LIST), LARGEST_LIST // every)
    statuses = tuple((place, draw.randrange(1, 4)) for place in chosen)
    state = ListState("resident-registry", 0, 1, statuses, LARGEST_LIST)
    signer = SoftwareSigner.generate()
    keys = CertifiedSigner(signer, ("MIIB" * 200,))
    octets = StatusList.of(BITS, LARGEST_LIST, statuses).octets

    def rebuilt() -> int:
        signed_list(state, uri=URI, keys=keys, now=NOW)
        return 1

    def deflated() -> int:
        signer.sign(zlib.compress(octets, level=_LEVEL))
        return 1

    yield Race(rebuilt, deflated)
