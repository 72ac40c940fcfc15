"""Deliberately broken builds turn this suite red: each is run against the test that guards it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
POWER = "tests/consent/test_power_loss.py"
GUARDS = {
    "no_sync": f"{POWER}::test_without_power_at_any_moment_nothing_is_lost_r2",
    "answer_first": f"{POWER}::test_killed_at_any_write_nothing_is_lost_r1",
    "unchecked_proof": "tests/consent/test_receipts.py",
}


def run(guard: str, *plugins: str) -> subprocess.CompletedProcess[str]:
    """Run tests in a process of their own, with a broken build's plugin or without."""
    wanted = [argument for plugin in plugins for argument in ("-p", plugin)]
    # This process alone counts what it covers; a broken build must not add to it.
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *wanted, guard],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MYDATA_CRASH_POINTS": "30"},
    )


@pytest.mark.parametrize("build", sorted(GUARDS))
def test_a_broken_build_is_found(build: str) -> None:
    """
    Sync removed, answered before written, proof not checked: the suite fails.
    """
    found = run(GUARDS[build], f"tests.consent.broken.{build}")

    assert 1 == found.returncode, found.stdout[-2000:]
    assert " failed" in found.stdout
