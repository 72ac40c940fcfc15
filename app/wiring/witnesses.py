"""The log's witnesses, wired: each is asked in a turn of its own, and what ails it is told."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

from app.errors import StartError
from app.installation import Installation
from app.logging_pipe import log
from app.periodic import Periodic, Periodics
from app.settings import Settings, host_port
from consent.cosigning import Cosigning
from consent.errors import ConsentError
from consent.log_files import LogFiles
from consent.ports import Store
from consent.tlog.tlog_policy import Policy
from consent.tlog.verifier_key import VerifierKey
from consent.witness.asking import Trouble
from consent.witness.client import WitnessClient

# As often as a new checkpoint is published at most; what is not due costs three look-ups.
_TURN_SECONDS: Final = 1.0
_TIDYING_SECONDS: Final = 3600.0


class Witnesses:
    """The witnesses of an installation, from `start` to `stop`; none without a policy."""

    def __init__(
        self, installation: Installation, files: LogFiles, log_key: VerifierKey, store: Store
    ) -> None:
        policy = policy_of(installation.settings)
        self._outbound = installation.outbound(also=_origins(policy))
        self._cosigning = Cosigning(
            store.cosignatures,
            files,
            log_key,
            policy=policy,
            network=WitnessClient(self._outbound),
            clock=installation.clock,
        )
        self._told: dict[str, Trouble] = {}
        turns = [self._turn(address) for address in self._cosigning.addresses]
        works = [Periodic("asking a witness", _TURN_SECONDS, turn) for turn in turns]
        if turns:
            tidy = self._cosigning.tidy
            works.append(Periodic("thinning checkpoints", _TIDYING_SECONDS, tidy))
        self._works = Periodics(*works)
        _measure(self._cosigning, installation)

    async def start(self) -> None:
        """Begin to ask."""
        await self._works.start()

    async def ask_all(self) -> None:
        """Ask each of them once, if it is due."""
        await asyncio.gather(*map(self._cosigning.ask, self._cosigning.addresses))

    async def stop(self) -> None:
        """End, also in the middle of a question: it is asked again next time."""
        await self._works.stop()
        await self._outbound.aclose()

    def _turn(self, address: str) -> Callable[[], Awaitable[None]]:
        async def turn() -> None:
            await self._cosigning.ask(address)
            self._tell()

        return turn

    def _tell(self) -> None:
        """Log what has changed: once when a witness falls ill, once when it is well again."""
        troubles = self._cosigning.troubles
        for name in self._told.keys() | troubles.keys():
            found = troubles.get(name)
            if found is not self._told.get(name):
                outcome = "done" if found is None else found.value
                log().warning("witness", work=name, outcome=outcome)
        self._told = troubles


def policy_of(settings: Settings) -> Policy:
    """Return the policy that names the witnesses, an empty one without the setting.

    Raises ``StartError`` (witnesses_unreadable), also for a file that names none to ask.
    """
    if settings.witnesses is None:
        return Policy.parse("quorum none\n")
    policy = read_policy(settings.witnesses)
    if not _origins(policy):
        detail = f"{settings.witnesses}: no witness has an address, so none can be asked"
        raise StartError("witnesses_unreadable", detail)
    return policy


def read_policy(file: Path) -> Policy:
    """Return the policy in a file, or raise ``StartError`` (witnesses_unreadable)."""
    try:
        return Policy.parse(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise StartError("witnesses_unreadable", f"{file} cannot be read") from None
    except ConsentError as error:
        raise StartError("witnesses_unreadable", f"{file}: {error.detail}") from None


def silent_for(last: timedelta | None) -> float:
    """Return seconds without a cosignature; infinite for a witness that never gave one."""
    return math.inf if last is None else last.total_seconds()


def _origins(policy: Policy) -> frozenset[str]:
    """Return where the operator's own file says that witnesses are: contacted as written."""
    return frozenset(host_port(each.url) for each in policy.witnesses if each.url is not None)


def _measure(cosigning: Cosigning, installation: Installation) -> None:
    metrics, clock = installation.metrics, installation.clock

    def reading(name: str) -> Callable[[], Awaitable[float]]:
        async def silent() -> float:
            last = await cosigning.last(name)
            return silent_for(None if last is None else clock() - last.at)

        return silent

    for name in cosigning.names:
        metrics.read(metrics.witness_silent.labels(name), reading(name))
