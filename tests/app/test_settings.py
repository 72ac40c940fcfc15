"""Settings: read from the environment, refused when wrong, and all of them documented."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import Role, Settings, host_port, is_loopback

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


def test_every_setting_is_documented_and_nothing_else() -> None:
    """
    The table in docs/settings.md is the fields of the settings, each with its own description.
    """
    rows = re.findall(
        r"^\| `(MYDATA_\w+)` \| .+? \| (.+) \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE
    )

    assert dict(rows) == {
        f"MYDATA_{name.upper()}": field.description
        for name, field in Settings.model_fields.items()
    }


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Origins are split at commas and compared in lower case.
    """
    monkeypatch.setenv("MYDATA_ALLOW_ORIGINS", "Suite.example:8443, localhost:9000,")
    monkeypatch.setenv("MYDATA_PORT", "8123")

    settings = Settings()

    assert {"suite.example:8443", "localhost:9000"} == settings.allow_origins
    assert "http://localhost:8123" == settings.base
    assert "http://localhost:8123" == settings.ledger_base
    assert {"localhost:8123"} == settings.contactable - settings.allow_origins


def test_addresses_are_kept_without_a_slash_at_the_end() -> None:
    """
    Paths are appended to the base; a double slash would be another address.
    """
    settings = Settings(base_url="https://mydata.example/", consent_url="https://ledger.example/")

    assert ("https://mydata.example", "https://ledger.example") == (
        settings.base,
        settings.ledger_base,
    )
    assert {"mydata.example:443", "ledger.example:443"} == settings.contactable
    assert "https://localhost:8000" == Settings(tls=True).base


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_url": "localhost:8000"},
        {"base_url": "ftp://localhost"},
        {"consent_url": "https://ledger.example/?a=b"},
        {"port": 0},
        {"port": 65536},
        {"workers": 0},
    ],
    ids=str,
)
def test_a_wrong_setting_is_refused(wrong: dict[str, object]) -> None:
    """
    A wrong value is told at the start, not met later.
    """
    with pytest.raises(ValidationError):
        Settings.model_validate(wrong)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://localhost:8000", True),
        ("http://127.0.0.1:1", True),
        ("http://[::1]:1", True),
        ("http://localhost.example", False),
        ("https://mydata.example", False),
        ("http://10.0.0.1", False),
    ],
)
def test_loopback_is_told_by_the_address_itself(address: str, *, expected: bool) -> None:
    """
    Plain http is for this machine alone; a name that looks like it does not count.
    """
    assert expected == is_loopback(address)


def test_an_origin_has_its_port_written_out() -> None:
    """
    The form compared with MYDATA_ALLOW_ORIGINS.
    """
    assert "a.example:443" == host_port("https://a.example/x")
    assert "a.example:80" == host_port("http://A.example")
    assert "[::1]:8000" == host_port("http://[::1]:8000")


def test_a_role_serves_its_own_room_and_all_serves_every_one() -> None:
    """
    Each trust domain can be deployed alone.
    """
    assert ("wallet",) == Role.WALLET.rooms
    assert {"issuers", "wallet", "verifiers", "consent"} == set(Role.ALL.rooms)
