"""What the command says of itself, and that saying it is quick."""

import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from app.cli.application import VERBS, application

ISSUERS = (
    *("kinds", "offer", "list", "revoke", "suspend", "reinstate"),
    *("book", "show", "notices", "report-move", "restrict", "lift", "refuse", "refusals"),
    *("mandates", "day", "export", "load", "revoke-all"),
    *("queue", "approve", "deny", "clients", "bulk"),
)
# DESIGN section 6, as far as it is built.
COMMANDS = {
    "serve": (),
    "demo": (),
    "doctor": (),
    "issuers": ISSUERS,
    "wallet": (
        *("accept", "request", "list", "show", "renew", "lost", "delete"),
        *("review", "present", "qr"),
    ),
    "verifiers": (
        *("profiles", "request", "result", "scan", "test-codes"),
        *("desks", "webhooks"),
    ),
    "consent": (
        "freeze",
        "history",
        "household",
        "institutions",
        "receipt",
        "withdraw",
        "evidence",
        "export",
        "verify",
        "compare",
        "open",
        "reconcile",
        "valid-on",
        "verify-evidence",
        "verify-receipt",
        "verify-printed",
        "witness",
    ),
    "people": ("add", "invite", "list", "remove"),
    "keys": ("list", "rotate"),
    "trust": ("list", "add", "remove", "export"),
}
EVERY = [(verb, *rest) for verb, subs in COMMANDS.items() for rest in ((), *((s,) for s in subs))]


@pytest.mark.parametrize("arguments", EVERY, ids=" ".join)
def test_every_verb_explains_itself(arguments: tuple[str, ...]) -> None:
    """
    --help of each verb names its use and is exit 0.
    """
    result = CliRunner().invoke(application, [*arguments, "--help"])

    assert 0 == result.exit_code
    assert f"Usage: mydata {' '.join(arguments)}" in result.output


def test_the_list_of_verbs_is_the_verbs() -> None:
    """
    The line shown before a verb is loaded is the line the verb has.
    """
    assert set(COMMANDS) == set(VERBS)
    for name, verb in VERBS.items():
        loaded = typer.main.get_command(__import__(verb.module, fromlist=["verbs"]).verbs)
        assert str(loaded.help).startswith(verb.line.rstrip(".")), name


def test_help_loads_no_room() -> None:
    """
    ``mydata --help`` imports neither the web framework nor the database nor a room.
    """
    program = (
        "import sys, contextlib, io\n"
        "sys.argv = ['mydata', '--help']\n"
        "from app.cli import main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):\n"
        "    main()\n"
        "heavy = {'fastapi', 'sqlalchemy', 'pydantic', 'httpx2', 'cryptography', 'issuers'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    ended = subprocess.run(  # our own program
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )

    assert "[]" == ended.stdout.strip()
