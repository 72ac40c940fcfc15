"""What the doctor sees of signers and status lists before anybody else does."""

import asyncio
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.clock import utc_now
from app.errors import CommandError
from app.examination import store_of
from app.serve import prepare
from app.service_client import ServiceClient
from app.settings import Role, Settings
from app.signer_examination import look_at_signers, look_at_status_lists
from app.trust import TrustFile, fingerprint
from issuers.catalogue import every_kind
from issuers.status.guard import NEAR_END
from issuers.status.signing_keys import CertifiedSigner
from issuers.status.standing import ListState, signed_list
from keys.role import Role as KeyRole
from keys.signer import SoftwareSigner
from keys.strict_json import dumps
from keys.x5c import to_base64
from standards.status_list.aggregation import aggregation
from tests.app.conftest import free_port


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data directory with its keys, before any start."""
    home = tmp_path_factory.mktemp("signers") / "var"
    settings = Settings(home=home, port=free_port(), role=Role.ISSUERS, demo=True)
    prepare(settings)
    return settings


@pytest.fixture
def settings(made: Settings, tmp_path: Path) -> Settings:
    """A copy of it for one test to break."""
    shutil.copytree(made.home, tmp_path / "var")
    return made.model_copy(update={"home": tmp_path / "var"})


def test_signers_that_the_world_verifies_are_well(settings: Settings) -> None:
    """
    Two keys for every authority, counted.
    """
    expected = 2 * len(every_kind().authorities)

    assert f"{expected} keys" in look_at_signers(settings, utc_now())


@pytest.mark.parametrize("role", [KeyRole.ISSUER, KeyRole.STATUS])
def test_a_root_that_was_removed_is_told(settings: Settings, role: KeyRole) -> None:
    """
    Each key below it is named with what the guard would say, and the command to look further.
    """
    trust = TrustFile(settings.home, store_of(settings), utc_now)
    (entry,) = [entry for entry in trust.current().entries if entry.role is role]
    trust.remove(fingerprint(entry))

    with pytest.raises(CommandError) as caught:
        look_at_signers(settings, utc_now())
    assert f"{role.value}-national-tax-service (signer_untrusted)" in caught.value.problem.detail
    assert "mydata trust list" in caught.value.problem.detail


def test_the_last_week_of_a_certificate_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A trust list that is renewed each day does not hide that the certificates below it end.
    """
    late = utc_now() + timedelta(days=365) - NEAR_END
    monkeypatch.setattr("app.trust.LIFETIME", timedelta(days=3650))
    trust = TrustFile(settings.home, store_of(settings), utc_now)
    trust.add(KeyRole.ISSUER, [])

    with pytest.raises(CommandError) as caught:
        look_at_signers(settings, late)
    assert "issuer-resident-registry (signer_ending)" in caught.value.problem.detail


def test_a_chain_that_cannot_be_read_is_told(settings: Settings) -> None:
    """
    A key without a certificate is one that nobody verifies.
    """
    store = store_of(settings)
    store.set_chain("status-resident-registry", ())

    with pytest.raises(CommandError) as caught:
        look_at_signers(settings, utc_now())
    assert "status-resident-registry (signer_untrusted)" in caught.value.problem.detail


class Published:
    """What a service publishes: a list of each authority, signed at a time by its key."""

    def __init__(self, settings: Settings, signed_at: datetime, *, stranger: bool = False) -> None:
        self.settings = settings
        self.signed_at = signed_at
        self.stranger = stranger

    async def public(self, path: str, *, limit: int = 0) -> bytes:
        uri = f"{self.settings.base}{path}"
        if path.endswith("/status"):
            return dumps(aggregation([f"{uri}/0"]))
        authority = path.split("/")[2]
        store = store_of(self.settings)
        name = f"status-{authority}"
        signer = SoftwareSigner.generate() if self.stranger else store.signer(name)
        keys = CertifiedSigner(signer, tuple(map(to_base64, store.chain(name))))
        state = ListState(authority, 0, 1, ())
        assert limit != 1
        return signed_list(state, uri=uri, keys=keys, now=self.signed_at).encode()


def looked_at(settings: Settings, published: Published, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(
        ServiceClient, "public", lambda _client, *a, **k: published.public(*a, **k)
    )
    return asyncio.run(look_at_status_lists(settings.base, settings, utc_now()))


def test_every_published_list_is_verified(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Fetched where it is named, and verified as a stranger would; other roles have none.
    """
    expected = len(every_kind().authorities)
    published = Published(settings, utc_now())
    assert f"{expected} lists" in looked_at(settings, published, monkeypatch)
    wallet = settings.model_copy(update={"role": Role.WALLET})

    assert "no certificates" in asyncio.run(look_at_status_lists(wallet.base, wallet, utc_now()))


@pytest.mark.parametrize(
    ("hours", "stranger", "code"),
    [(3, False, "expired"), (0, True, "signature_invalid")],
    ids=["stale", "another key"],
)
def test_a_list_that_verifiers_refuse_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, *, hours: int, stranger: bool, code: str
) -> None:
    """
    A stale list, and one of another key, are named with their address.
    """
    published = Published(settings, utc_now() - timedelta(hours=hours), stranger=stranger)

    with pytest.raises(CommandError) as caught:
        looked_at(settings, published, monkeypatch)
    assert "/status/0 is not what a verifier accepts" in caught.value.problem.detail
    assert code in caught.value.problem.detail
