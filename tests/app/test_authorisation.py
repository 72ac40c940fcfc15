"""Who may call: tokens in files that only their owner reads."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.requests import Request

from app.authorisation import (
    LIFETIME,
    CallerRole,
    Gate,
    holder_token_file,
    operator_token_file,
    read_token,
)
from app.errors import CommandError
from keys.entropy import SYSTEM_ENTROPY
from keys.errors import KeysError, KeysFailure
from web.errors import Unauthorised

NOW = datetime(2026, 11, 2, tzinfo=UTC)


def gate(home: Path, now: datetime = NOW) -> Gate:
    return Gate(home, clock=lambda: now, entropy=SYSTEM_ENTROPY)


def request(authorization: str | None) -> Request:
    headers = [] if authorization is None else [(b"authorization", authorization.encode())]
    return Request({"type": "http", "headers": headers})


def test_a_token_opens_its_own_role_only(tmp_path: Path) -> None:
    """
    The operator's token does not open a wallet, nor a holder's the operator's door.
    """
    first = gate(tmp_path)
    first.write_operator_token()
    first.write_holder_token("demo")
    operator = request(f"Bearer {read_token(operator_token_file(tmp_path))}")
    holder = request(f"bearer {read_token(holder_token_file(tmp_path, 'demo'))}")

    again = gate(tmp_path)
    assert "operator" == again.authorize(operator, CallerRole.OPERATOR)
    assert "demo" == again.authorize(holder, CallerRole.HOLDER)
    for refused, role in ((operator, CallerRole.HOLDER), (holder, CallerRole.OPERATOR)):
        with pytest.raises(Unauthorised):
            again.authorize(refused, role)


@pytest.mark.parametrize("authorization", [None, "", "Basic eDp5", "Bearer", "Bearer x.y.z"])
def test_without_a_valid_token_nothing_opens(tmp_path: Path, authorization: str | None) -> None:
    """
    H90: no token, another scheme, and nonsense get one and the same answer.
    """
    with pytest.raises(Unauthorised):
        gate(tmp_path).authorize(request(authorization), CallerRole.OPERATOR)


def test_another_directorys_token_and_an_old_one_are_refused(tmp_path: Path) -> None:
    """
    A token counts for the service that made it, for a year.
    """
    own, other = gate(tmp_path / "own"), gate(tmp_path / "other")
    own.write_operator_token()
    token = request(f"Bearer {read_token(operator_token_file(tmp_path / 'own'))}")

    with pytest.raises(Unauthorised):
        other.authorize(token, CallerRole.OPERATOR)
    with pytest.raises(Unauthorised):
        gate(tmp_path / "own", NOW + LIFETIME + timedelta(seconds=1)).authorize(
            token, CallerRole.OPERATOR
        )


def test_secrets_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    """
    Tokens and the secret behind them are written with mode 0600.
    """
    gate(tmp_path).write_holder_token("demo")

    for name in ("token.key", "holders/demo.token"):
        assert 0o600 == (tmp_path / "sign-in" / name).stat().st_mode & 0o777


def test_a_secret_that_others_may_read_stops_the_start(tmp_path: Path) -> None:
    """
    H100: a weak file mode is named together with the command that mends it.
    """
    gate(tmp_path)
    (tmp_path / "sign-in" / "token.key").chmod(0o644)

    with pytest.raises(KeysError) as caught:
        gate(tmp_path)

    assert KeysFailure.STORE_FILE_MODE == caught.value.failure
    assert "chmod go=" in caught.value.detail


@pytest.mark.parametrize("name", ["", "../operator", "a/b", "Demo", "a" * 33, "-a", "데모"])
def test_a_holders_name_is_a_plain_word(tmp_path: Path, name: str) -> None:
    """
    A name becomes a file name and an address; nothing in it may lead elsewhere.
    """
    with pytest.raises(CommandError) as caught:
        holder_token_file(tmp_path, name)

    assert "holder_name" == caught.value.problem.error


def test_a_missing_token_says_where_it_was_looked_for(tmp_path: Path) -> None:
    """
    The usual reason is another data directory.
    """
    with pytest.raises(CommandError) as caught:
        read_token(operator_token_file(tmp_path))

    assert "MYDATA_HOME" in caught.value.problem.detail
