"""The trust list in the data directory: signed, changed by hand, taken at once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.authorities import role_authorities, tls_authority_file, tls_identity
from app.errors import CommandError
from app.trust import FILE, KEY, LIFETIME, TrustFile, fingerprint, read_roots
from keys.authority import CertificateAuthority
from keys.certificate_reader import read_certificate, to_pem
from keys.key_store import KeyStore
from keys.role import Role
from keys.signer import SoftwareSigner

NOW = datetime(2026, 11, 2, tzinfo=UTC)


class World:
    """One data directory with a trust list, and a clock that can be set."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.now = NOW
        self.store = KeyStore(home / "keys")
        self.store.create(KEY)
        self.trust = self.reader()
        self.trust.renew()

    def reader(self) -> TrustFile:
        """Another process's view of the same file."""
        return TrustFile(self.home, self.store, lambda: self.now)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def root(role: Role = Role.ISSUER) -> bytes:
    return CertificateAuthority.create("another", role, NOW).anchor.certificate


def test_a_root_remembers_the_public_list_it_was_taken_from(world: World) -> None:
    """
    VP-33: ``--from-list`` stands in the signed list, and is found by the root's key identifier.
    """
    listed, certificate = "https://lists.example/tl.xml", root()
    world.trust.add(Role.ISSUER, [certificate], lists=(listed,))
    world.trust.add(Role.ISSUER, [root()])

    known = world.reader().current()

    (identifier, lists), *others = known.lists_by_key(Role.ISSUER, NOW).items()
    assert identifier == read_certificate(certificate).subject_key_identifier
    assert frozenset({listed}) == lists
    assert not others
    assert {} == known.lists_by_key(Role.VERIFIER, NOW)


def test_a_root_added_by_one_process_is_trusted_at_once_by_another(world: World) -> None:
    """
    ``mydata trust add`` works on the running service; ``remove`` likewise.
    """
    service, certificate = world.reader(), root()
    assert () == service.current().anchors(Role.ISSUER, NOW)

    (entry,) = world.trust.add(Role.ISSUER, [certificate])
    assert [certificate] == [
        anchor.certificate for anchor in service.current().anchors(Role.ISSUER, NOW)
    ]
    assert () == service.current().anchors(Role.VERIFIER, NOW)

    world.trust.remove(fingerprint(entry)[:12].upper())
    assert () == service.current().anchors(Role.ISSUER, NOW)


def test_a_root_added_twice_stands_once_per_role(world: World) -> None:
    """
    The same root may be trusted for two roles; each is an entry of its own.
    """
    certificate = root()
    for role in (Role.ISSUER, Role.ISSUER, Role.STATUS):
        world.trust.add(role, [certificate])

    assert [Role.ISSUER, Role.STATUS] == [entry.role for entry in world.trust.current().entries]


def test_an_unchanged_file_is_read_once(world: World) -> None:
    """
    Every verification asks for the list; only a change costs a signature check.
    """
    assert world.trust.current() is world.trust.current()


def test_a_list_changed_by_another_hand_is_not_believed(world: World) -> None:
    """
    The list is signed: an edited file stops everything instead of widening trust.
    """
    path = world.home / FILE
    token = path.read_text("ascii")
    path.write_text(token[:-8] + ("A" * 8 if not token.endswith("A" * 8) else "B" * 8), "ascii")

    for use in (world.reader().current, world.reader().renew):
        with pytest.raises(CommandError) as caught:
            use()
        assert "trust list" == caught.value.problem.party

    path.write_text("nonsense", "ascii")
    with pytest.raises(CommandError):
        world.reader().renew()


def test_a_list_nobody_renewed_expires(world: World) -> None:
    """
    A month after its last signature a list is worth nothing; the running service signs it daily.
    """
    signed = (world.home / FILE).read_bytes()
    world.now = NOW + timedelta(hours=23)
    world.trust.renew()
    assert signed == (world.home / FILE).read_bytes()

    world.now = NOW + timedelta(hours=25)
    world.trust.renew()
    assert signed != (world.home / FILE).read_bytes()

    world.now += LIFETIME + timedelta(minutes=2)
    with pytest.raises(CommandError) as caught:
        world.reader().current()
    assert "expired" == caught.value.problem.error

    # A service that stood still for months signs its own list again when it starts.
    world.reader().renew()
    assert () == world.reader().current().entries


def test_a_missing_list_says_what_to_do(tmp_path: Path) -> None:
    """
    Before the first start there is no list.
    """
    with pytest.raises(CommandError) as caught:
        TrustFile(tmp_path, KeyStore(tmp_path / "keys"), lambda: NOW).current()

    assert "no_trust_list" == caught.value.problem.error


@pytest.mark.parametrize(
    ("prefix", "code"), [("abcdef0", "fingerprint_short"), ("0" * 64, "fingerprint_unknown")]
)
def test_a_fingerprint_must_name_a_root(world: World, prefix: str, code: str) -> None:
    """
    A few digits could mean several roots, and an unknown one is a mistake.
    """
    with pytest.raises(CommandError) as caught:
        world.trust.remove(prefix)

    assert code == caught.value.problem.error


def test_our_roots_are_exported_for_others(world: World, tmp_path: Path) -> None:
    """
    A file per role, that another wallet or verifier can load.
    """
    authorities = role_authorities(tmp_path, name="test", now=NOW)
    for role, authority in authorities.items():
        world.trust.add(role, [authority.anchor.certificate])

    files = world.trust.export(tmp_path / "out")

    assert [
        "issuer.pem",
        "verifier.pem",
        "status.pem",
        "wallet-provider.pem",
        "registrar.pem",
    ] == [path.name for path in files]
    for path, role in zip(files, Role, strict=True):
        assert (authorities[role].anchor.certificate,) == read_roots(path)


def test_roots_are_made_once(tmp_path: Path) -> None:
    """
    The second start finds the first start's roots, readable by their owner alone.
    """
    first = role_authorities(tmp_path, name="test", now=NOW)
    second = role_authorities(tmp_path, name="test", now=NOW)

    for role in Role:
        assert first[role].anchor == second[role].anchor
        assert 0o600 == (tmp_path / "authorities" / f"{role}.pem").stat().st_mode & 0o777


def test_the_https_authority_stays_while_certificates_are_renewed(tmp_path: Path) -> None:
    """
    Whoever trusts the local authority once goes on trusting after a restart.
    """
    server, trusted = tls_identity(tmp_path, ["localhost"], name="test", now=NOW)
    before = (server.read_bytes(), trusted.read_bytes())
    tls_identity(tmp_path, ["localhost"], name="test", now=NOW)

    assert trusted == tls_authority_file(tmp_path)
    assert before[1] == trusted.read_bytes()
    assert before[0] != server.read_bytes()


def test_what_is_no_root_is_not_taken(tmp_path: Path) -> None:
    """
    A file without a certificate, and a certificate that may not certify, are refused by name.
    """
    authority = CertificateAuthority.create("another", Role.ISSUER, NOW)
    leaf = authority.issue(SoftwareSigner.generate().public, "leaf", now=NOW)
    (tmp_path / "leaf.pem").write_bytes(to_pem(leaf))
    (tmp_path / "nothing.pem").write_text("nothing", "utf-8")

    for name, code in (
        ("leaf.pem", "certificate_not_a_root"),
        ("nothing.pem", "certificate_unreadable"),
        ("absent.pem", "certificate_unreadable"),
    ):
        with pytest.raises(CommandError) as caught:
            read_roots(tmp_path / name)
        assert code == caught.value.problem.error
