"""Two witnesses for a demonstration: processes of their own, and still ours.

What they show is how it works. That nobody rewrote the log only somebody else's witness can say.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.demo.trips import LOG, Journey
from app.log_audit import audit_copy
from app.log_copy import FILE_LIMIT, copy_log
from app.log_key import own_log
from app.production import mark_demo
from app.wiring.witnesses import read_policy
from app.witness import witness_keys
from consent.errors import ConsentError
from consent.tlog.tlog_policy import Policy
from consent.tlog.verifier_key import VerifierKey
from keys.key_store import KeyStore

NAMES: Final = ("our-witness-1", "our-witness-2")
STOP_SECONDS: Final = 10.0
# They start beside the service and are asked once a second.
_PATIENCE_SECONDS: Final = 30.0
_LOOK_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class OurWitness:
    """A witness of the demonstration, its data directory, and where it answers."""

    name: str
    home: Path
    port: int

    @property
    def command(self) -> list[str]:
        """What starts it, without the log's key."""
        place = ("--home", str(self.home), "--name", self.name, "--port", str(self.port))
        return [sys.executable, "-m", "app", "consent", "witness", *place, "--json"]


def prepare_witnesses(home: Path, host: str, witnesses: list[OurWitness]) -> Path:
    """Return a policy file that names them, beside the data directory of a service to be.

    Each needs the other's key before it starts, so the log's is made here too.
    """
    mark_demo(home)
    key = own_log(home, KeyStore(home / "keys"), host).note_signer().verifier_key
    lines = [f"log {key.text()}"]
    for each in witnesses:
        own = witness_keys(each.home, each.name)[0].text()
        lines.append(f"witness {each.name} {own} http://127.0.0.1:{each.port}")
    lines += [f"group ours all {' '.join(each.name for each in witnesses)}", "quorum ours", ""]
    policy = home.with_name("policy")
    policy.write_text("\n".join(lines))
    return policy


@contextmanager
def running(
    witnesses: list[OurWitness], vkey: Path, environment: Mapping[str, str]
) -> Iterator[None]:
    """Run them until the block ends; one that does not start leaves the log uncosigned."""
    with ExitStack() as stopping:
        for each in witnesses:
            log = stopping.enter_context(each.home.with_suffix(".log").open("wb"))
            process = subprocess.Popen(  # noqa: S603  # our own program, on no word of others
                [*each.command, "--log", str(vkey)], env=environment, stdout=log, stderr=log
            )
            stopping.callback(process.wait, STOP_SECONDS)
            stopping.callback(process.terminate)
        yield


async def seen_by_witnesses(journey: Journey, policy_file: Path) -> None:
    """Audit a copy whose checkpoint both witnesses have cosigned."""
    client, teller = journey.client, journey.teller
    teller.begin("Witnesses: who keeps another history than the one they saw is found out")
    teller.fact("witnesses", f"{', '.join(NAMES)}: started here, so nobody else's word")
    policy = read_policy(policy_file)
    key = policy.logs[0].key
    for _ in range(int(_PATIENCE_SECONDS / _LOOK_SECONDS)):
        note = (await client.public(f"{LOG}/checkpoint", limit=FILE_LIMIT)).decode()
        if _is_met(policy, note, key):
            break
        await asyncio.sleep(_LOOK_SECONDS)
    copy = journey.folder / "witnessed"
    await copy_log(client, LOG, copy)
    report = await asyncio.to_thread(audit_copy, copy, key=key, policy=policy)
    teller.end(report.first_line(), ok=report.ok)


def _is_met(policy: Policy, note: str, key: VerifierKey) -> bool:
    try:
        policy.check(note, log_keys=(key,))
    except ConsentError:
        return False
    return True
