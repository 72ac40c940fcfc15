"""Who may call: the operator and the holders of this service, by tokens in the data directory.

A token is signed with a secret that never leaves the data directory, and written to a file that
only its owner can read: ``sign-in/operator.token``, ``sign-in/holders/<holder>.token``.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from starlette.requests import Request

from app.errors import CommandError
from keys import private_files
from keys.entropy import Entropy
from keys.errors import KeysError
from keys.sign_in_token import SECRET_OCTETS, issue_token, verify_token
from web.errors import Party, Unauthorised

OPERATOR: Final = "operator"
# Tokens are written anew at every start; a service that runs longer than this wants a restart.
LIFETIME: Final = timedelta(days=366)
SIGN_IN: Final = "sign-in"
_KEY_FILE: Final = "token.key"
_HOLDER_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")

Clock = Callable[[], datetime]


class CallerRole(StrEnum):
    """As what a caller acts; the text stands in the token."""

    OPERATOR = "operator"
    HOLDER = "holder"


class Gate:
    """Makes tokens, and lets through who shows one."""

    def __init__(self, home: Path, *, clock: Clock, entropy: Entropy) -> None:
        """Read the secret of the data directory, or make it at the first start."""
        self._home = home
        self._clock = clock
        self._secret = _secret(home / SIGN_IN, entropy)

    def authorize(self, request: Request, role: str) -> str:
        """Return the subject of the request's bearer token, or raise ``Unauthorised``."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthorised
        try:
            return verify_token(self._secret, token, expected_role=role, now=self._clock())
        except KeysError:
            # One answer for every reason: an attacker learns nothing from the difference.
            raise Unauthorised from None

    def write_operator_token(self) -> None:
        """Write ``operator.token`` anew."""
        _write(operator_token_file(self._home), self._token(OPERATOR, CallerRole.OPERATOR))

    def write_holder_token(self, holder: str) -> None:
        """Write ``holders/<holder>.token`` anew."""
        _write(holder_token_file(self._home, holder), self._token(holder, CallerRole.HOLDER))

    def _token(self, subject: str, role: CallerRole) -> bytes:
        token = issue_token(self._secret, subject, role, now=self._clock(), lifetime=LIFETIME)
        return token.encode()


def operator_token_file(home: Path) -> Path:
    """Return where the operator's token is kept."""
    return home / SIGN_IN / "operator.token"


def holder_token_file(home: Path, holder: str) -> Path:
    """Return where a holder's token is kept; a name that is no plain word is refused."""
    if _HOLDER_NAME.fullmatch(holder) is None:
        detail = "a holder's name is lower case letters, digits and hyphens, 32 at most"
        raise CommandError("holder_name", Party.CALLER, detail)
    return home / SIGN_IN / "holders" / f"{holder}.token"


def read_token(path: Path) -> str:
    """Return a token from its file, or raise ``CommandError`` that says what to do."""
    token = private_files.read(path)
    if token is None:
        detail = f"there is no {path}: set MYDATA_HOME to the data directory of the service"
        raise CommandError("no_token", Party.CALLER, detail)
    return token.decode("ascii", "replace").strip()


def _write(path: Path, token: bytes) -> None:
    private_files.open_directory(path.parent)
    private_files.replace(path, token)


def _secret(directory: Path, entropy: Entropy) -> bytes:
    """Return the secret behind every token, made at the first use by one process of many."""
    private_files.open_directory(directory)
    with private_files.locked(directory):
        secret = private_files.read(directory / _KEY_FILE)
        if secret is None:
            secret = entropy(SECRET_OCTETS)
            private_files.replace(directory / _KEY_FILE, secret)
    return secret
