"""ISSUE, PRESENT and VERIFY of a credential, each against the signatures it cannot do without.

ISSUE makes the credential from its claims, PRESENT picks three of twelve disclosures and binds
them, VERIFY is every check of a presentation but the issuer's chain and the status, both of which
a service keeps between requests. The issuer's key is loaded; the holder's comes with each
presentation, and keys seen lately are remembered, as in the service.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.measure import Clock, Item, Race, Work
from benchmarks.peers import SdJwtPackage
from benchmarks.world import BATCH, SHOWN, World, bare_double_verifies, bare_signs
from keys.strict_json import JsonObject


def items() -> list[Item]:
    """Return the three work items with the goals of the product."""
    sign, verifies = "one ECDSA P-256 sign", "two ECDSA P-256 verifies"
    cpu = Clock.THREAD_CPU
    return [
        Item("issue", cpu, _issue, sign, goal=0.42),
        Item("present", cpu, _present, sign, goal=0.50),
        Item("verify", cpu, _verify, verifies, goal=0.65),
    ]


@contextmanager
def _issue() -> Iterator[Race]:
    world = World()
    assert len(world.issue().disclosures) == 12
    yield Race(_repeated(world.issue), bare_signs, {"sd_jwt_package": SdJwtPackage(world).issue})


@contextmanager
def _present() -> Iterator[Race]:
    world = World()
    assert world.present().count("~") == 4
    peers = {"sd_jwt_package": SdJwtPackage(world).present}
    yield Race(_repeated(world.present), bare_signs, peers)


@contextmanager
def _verify() -> Iterator[Race]:
    world = World()

    def verify() -> JsonObject:
        return world.verify(world.presentation).claims

    assert {name for (name,) in SHOWN} < verify().keys()
    peers = {"sd_jwt_package": SdJwtPackage(world).verify}
    yield Race(_repeated(verify), bare_double_verifies, peers)


def _repeated(once: Callable[[], object]) -> Work:
    def work() -> int:
        for _ in range(BATCH):
            once()
        return BATCH

    return work
