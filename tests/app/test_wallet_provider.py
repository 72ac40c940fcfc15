"""Who vouches for our wallets: a key, a root and an entry of the trust list, made at a start."""

from pathlib import Path

from app.authorities import DIRECTORY
from app.clock import utc_now
from app.installation import Installation, open_installation, prepare_keys
from app.settings import Settings
from app.trust import fingerprint
from keys.role import Role
from keys.x5c import certificate_of
from keys.x509 import validate_chain


def started(home: Path) -> Installation:
    installation = open_installation(Settings(home=home, demo=True))
    prepare_keys(installation)
    return installation


def test_a_start_makes_the_wallet_provider(tmp_path: Path) -> None:
    """
    Its certificate names it, is good for vouching for wallets and for nothing else.
    """
    installation = started(tmp_path)
    key = installation.keyring.wallet_provider()
    chain = tuple(map(certificate_of, key.x5c))
    anchors = installation.trust.current().anchors(Role.WALLET_PROVIDER, utc_now())

    proven = validate_chain(chain, anchors=anchors, role=Role.WALLET_PROVIDER, now=utc_now())
    assert proven.leaf_key.coordinates() == (key.signer.public.x, key.signer.public.y)
    assert f"{installation.settings.base}/wallet-provider" in proven.uris


def test_an_installation_of_an_earlier_release_gets_its_root_once(tmp_path: Path) -> None:
    """
    A root that was never made is made and trusted; one the operator took out stays out.
    """
    before = started(tmp_path)
    (tmp_path / DIRECTORY / "wallet-provider.pem").unlink()
    (entry,) = (
        each for each in before.trust.current().entries if each.role is Role.WALLET_PROVIDER
    )
    before.trust.remove(fingerprint(entry))

    (added,) = started(tmp_path).trust.current().anchors(Role.WALLET_PROVIDER, utc_now())
    assert added.certificate != entry.certificate
    current = before.trust.current().entries
    before.trust.remove(next(fingerprint(e) for e in current if e.role is Role.WALLET_PROVIDER))
    assert not started(tmp_path).trust.current().anchors(Role.WALLET_PROVIDER, utc_now())
