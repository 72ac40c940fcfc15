"""Everything that can be set from outside, each as an environment variable ``MYDATA_…``.

The table in ``docs/settings.md`` is these fields; a test compares the two.
"""

from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.logging_pipe import LogForm, LogLevel
from issuers.status.standing import LIST_SIZE, check_size
from wallet.ports import DEFAULT_COPIES
from wallet.receiving.redeeming import COPIES_LIMIT

ROOMS: Final = ("issuers", "wallet", "verifiers", "consent")


class Role(StrEnum):
    """What one process serves: everything, or one of the four parties alone."""

    ALL = "all"
    ISSUERS = "issuers"
    WALLET = "wallet"
    VERIFIERS = "verifiers"
    CONSENT = "consent"

    @property
    def rooms(self) -> tuple[str, ...]:
        """The rooms this role serves."""
        return ROOMS if self is Role.ALL else (self.value,)


class Settings(BaseSettings):
    """The settings of one process; command line options of ``mydata serve`` go first."""

    model_config = SettingsConfigDict(env_prefix="MYDATA_", frozen=True, extra="ignore")

    home: Path = Field(
        default=Path("var"), description="The data directory: databases, keys, trust list, tokens."
    )
    role: Role = Field(
        default=Role.ALL,
        description="What this process serves: "
        "`all`, `issuers`, `wallet`, `verifiers` or `consent`.",
    )
    database_url: str | None = Field(
        default=None,
        description="A PostgreSQL address. "
        "Without it, one SQLite file per room in the data directory.",
    )
    host: str = Field(default="127.0.0.1", description="The address to listen at.")
    port: int = Field(default=8000, ge=1, le=65535, description="The port to listen at.")
    base_url: str | None = Field(
        default=None,
        description="The public address of this service, as others reach it. "
        "Without it, `http://localhost:<port>` (`https` with `--tls`).",
    )
    consent_url: str | None = Field(
        default=None,
        description="The base address of the service that serves the ledger, when it is another. "
        "Without it, the base address.",
    )
    wallet_url: str | None = Field(
        default=None,
        description="The base address of the wallets whose holders read codes out at our desks. "
        "Without it, the base address.",
    )
    allow_origins: Annotated[frozenset[str], NoDecode] = Field(
        default=frozenset(),
        description="`host:port,…`: the http or private origins that may be contacted.",
    )
    witnesses: Path | None = Field(
        default=None,
        description="A policy file (C2SP tlog-policy) with the addresses of the witnesses that "
        "cosign the log. Without it, nobody but the log itself vouches for it.",
    )
    log_name: str | None = Field(
        default=None,
        description="What the log is called, fixed at its first start. "
        "Without it, the public address followed by `/consent/log`.",
    )
    frozen: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(),
        description="`DIR,…`: folders of logs that have ended, made by `mydata consent freeze`; "
        "this log begins with their ends.",
    )
    log_minimum: int = Field(
        default=0,
        ge=0,
        description="The first entry of the log that is still published; older tiles are denied. "
        "Needs `MYDATA_LOG_RETENTION`.",
    )
    log_retention: str | None = Field(
        default=None,
        description="The address of the published policy that says when the log is pruned.",
    )
    authority_file: Path | None = Field(
        default=None,
        description="A PEM file of further certificate authorities for https.",
    )
    demo: bool = Field(
        default=False,
        description="Demo mode: a synthetic population, a demo citizen, a start page. "
        "Never with real data.",
    )
    status_list_size: int = Field(
        default=LIST_SIZE,
        description="How many places a new status list has: a power of two "
        "from 131072 to 1048576. Lists there are keep their size.",
    )
    copies: int = Field(
        default=DEFAULT_COPIES,
        ge=1,
        le=COPIES_LIMIT,
        description="How many copies of a certificate the wallet asks for, where its issuer hands "
        "out several: each party is shown another.",
    )
    encrypted_only: bool = Field(
        default=False,
        description="Certificates leave encrypted alone: wallets must ask for them in encrypted "
        "requests.",
    )
    workers: int = Field(
        default=1, ge=1, le=64, description="Processes to serve with; above 1 on PostgreSQL only."
    )
    log_level: LogLevel = Field(
        default=LogLevel.INFO,
        description="From which level on lines are logged: `debug`, `info` or `warning`.",
    )
    tls: bool = Field(
        default=False,
        description="Serve https with a certificate of a local authority in the data directory.",
    )

    @field_validator("allow_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return frozenset(part.strip().lower() for part in value.split(",") if part.strip())

    @field_validator("frozen", mode="before")
    @classmethod
    def _folders(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(Path(part.strip()) for part in value.split(",") if part.strip())

    @field_validator("status_list_size")
    @classmethod
    def _list_size(cls, value: int) -> int:
        return check_size(value)

    @field_validator("base_url", "consent_url", "wallet_url", "log_retention")
    @classmethod
    def _plain_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
            raise ValueError("an http or https address without a query is needed")
        return value.rstrip("/")

    @property
    def base(self) -> str:
        """The public base address, without a slash at the end."""
        scheme = "https" if self.tls else "http"
        return self.base_url or f"{scheme}://localhost:{self.port}"

    @property
    def ledger_base(self) -> str:
        """The base address of the service that serves the ledger."""
        return self.consent_url or self.base

    @property
    def wallet_base(self) -> str:
        """The base address of the wallets whose spoken codes our desks may enter."""
        return self.wallet_url or self.base

    @property
    def log_form(self) -> LogForm:
        """How log lines are written: for people in demo mode, for a collector otherwise."""
        return LogForm.WORDS if self.demo else LogForm.JSON

    @property
    def contactable(self) -> frozenset[str]:
        """``host:port`` of every exception to "https at public addresses": ours among them."""
        own = (self.base, self.ledger_base, self.wallet_base)
        return self.allow_origins | set(map(host_port, own))


def host_port(address: str) -> str:
    """Return ``host:port`` of a web address, the port written out."""
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = parts.hostname or ""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def is_loopback(address: str) -> bool:
    """Tell whether a web address stays on this machine by its own wording."""
    host = urlsplit(address).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
