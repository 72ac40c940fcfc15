from datetime import timedelta
from pathlib import Path

import pytest

from keys import master_key
from keys.authority import CertificateAuthority
from keys.errors import KeysFailure
from keys.jwk import Algorithm, PublicJwk
from keys.key_ring import KeyRing
from keys.key_store import KeyState, KeyStore
from keys.signer import SoftwareSigner
from keys.strict_json import JsonValue, dumps, loads
from keys.x509 import Role
from tests.keys.pki import NOW
from tests.keys.refusal import refused

AUTHORITY = CertificateAuthority.create("Root", Role.ISSUER, NOW)


def certify(public: PublicJwk) -> tuple[bytes, ...]:
    return AUTHORITY.issue(public, "Office", now=NOW)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def store(home: Path) -> KeyStore:
    return KeyStore(home)


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_key_is_there_after_a_restart(store: KeyStore, home: Path, algorithm: Algorithm) -> None:
    """
    A second process opens the same files and signs with the same key.
    """
    created = store.create("issuer", algorithm)
    assert (KeyState.ACTIVE, ()) == (created.state, created.chain)
    signer = KeyStore(home).signer("issuer")
    assert created.public == signer.public
    assert created.kid == signer.public.thumbprint()
    created.public.verification_key().verify(signer.sign(b"x"), b"x")
    assert ("issuer",) == store.names()


def test_a_rotation_has_no_moment_without_a_key_or_a_chain(store: KeyStore) -> None:
    """
    R19: the new key is certified before it is active; the old one is retiring since then.
    """
    first = store.create("issuer", certify=certify)
    second = store.rotate("issuer", NOW, certify=certify)
    assert second.public == store.signer("issuer").public
    assert second.chain == store.chain("issuer") != first.chain
    active, retiring = store.all("issuer")
    assert (second, KeyState.RETIRING) == (active, retiring.state)
    assert (first.kid, NOW) == (retiring.kid, retiring.retiring_since)


def test_a_rotation_that_fails_changes_nothing(store: KeyStore) -> None:
    """
    R19: when no certificate is to be had, the old key goes on signing.
    """

    def closed(_public: PublicJwk) -> tuple[bytes, ...]:
        raise RuntimeError("the authority is closed")

    first = store.create("issuer", certify=certify)
    with pytest.raises(RuntimeError):
        store.rotate("issuer", NOW, certify=closed)
    with refused(KeysFailure.KEY_MISMATCH):
        store.rotate("issuer", NOW, certify=lambda _public: first.chain)
    assert (first,) == store.all("issuer")


def test_a_rotation_in_another_process_is_seen(store: KeyStore, home: Path) -> None:
    """
    R19: a running service signs with the new key at its next call.
    """
    store.create("issuer", Algorithm.ED25519)
    rotated = KeyStore(home).rotate("issuer", NOW)
    assert rotated.public == store.signer("issuer").public
    assert Algorithm.ED25519 is rotated.public.algorithm


def test_a_retired_key_is_gone_and_remembered(store: KeyStore, home: Path) -> None:
    """
    The private half is destroyed; that there was such a key stays known.
    """
    first = store.create("issuer", certify=certify)
    store.rotate("issuer", NOW, certify=certify)
    for _twice in range(2):
        store.retire("issuer", first.kid)
    retired = KeyStore(home).all("issuer")[1]
    assert (first.kid, KeyState.RETIRED, None) == (retired.kid, retired.state, retired.private)
    assert first.chain == retired.chain


def test_the_active_key_is_not_retired(store: KeyStore) -> None:
    """
    Rotate first: a name is never without a key.
    """
    created = store.create("issuer")
    with refused(KeysFailure.KEY_REFUSED):
        store.retire("issuer", created.kid)
    with refused(KeysFailure.KEY_UNKNOWN):
        store.retire("issuer", "another")


def test_a_name_is_created_once(store: KeyStore) -> None:
    """
    Creating again would lose the key that signed everything so far.
    """
    created = store.create("issuer")
    with refused(KeysFailure.KEY_REFUSED):
        store.create("issuer")
    assert (created,) == store.all("issuer")


def test_an_unknown_name_is_unknown(store: KeyStore) -> None:
    """
    Nothing is made by asking for it.
    """
    for ask in (store.signer, store.chain, store.all):
        with refused(KeysFailure.KEY_UNKNOWN):
            ask("nobody")
    assert () == store.names()


@pytest.mark.parametrize("name", ["", "../issuer", "Issuer", "a/b", "a.b", "-a", "a" * 65, "한"])
def test_a_name_is_a_plain_word(store: KeyStore, name: str) -> None:
    """
    A name becomes a file name: anything else is a bug of the caller.
    """
    with pytest.raises(ValueError, match="lower-case word"):
        store.create(name)


def test_a_chain_belongs_to_the_active_key(store: KeyStore) -> None:
    """
    A chain of another key is refused; an empty one takes the chain away.
    """
    created = store.create("issuer")
    chain = certify(created.public)
    store.set_chain("issuer", chain)
    assert chain == store.chain("issuer")
    with refused(KeysFailure.KEY_MISMATCH):
        store.set_chain("issuer", certify(SoftwareSigner.generate().public))
    store.set_chain("issuer", ())
    assert () == store.chain("issuer")


def test_a_data_key_is_made_once(store: KeyStore, home: Path) -> None:
    """
    What was sealed before a restart opens after it; each name has its own key.
    """
    sealed = store.data_key("wallet").seal(b"x", context=b"")
    again = KeyStore(home)
    assert b"x" == again.data_key("wallet").open(sealed, context=b"")
    with refused(KeysFailure.SEAL_BROKEN):
        again.data_key("ledger").open(sealed, context=b"")


def test_nothing_on_the_disk_shows_a_key(store: KeyStore, home: Path) -> None:
    """
    T1: no file holds a private key, in octets or in text, and no text form either.
    """
    created = store.create("issuer")
    private = created.private
    assert private is not None
    for file in home.iterdir():
        assert private not in file.read_bytes()
        assert private[-32:] not in file.read_bytes()
    assert private.hex()[:20] not in repr(created) + repr(store)
    assert "private" not in repr(created)


def test_files_do_not_open_in_each_others_place(store: KeyStore, home: Path) -> None:
    """
    T29: whoever can write the directory still cannot make one key pass for another.
    """
    store.create("issuer")
    store.create("verifier")
    (home / "issuer.ring").write_bytes((home / "verifier.ring").read_bytes())
    with refused(KeysFailure.STORE_CORRUPT):
        store.signer("issuer")


def test_a_copy_without_the_master_key_opens_nothing(store: KeyStore, home: Path) -> None:
    """
    T29: the key file taken away or replaced, the store stays shut and is not made anew.
    """
    store.create("issuer")
    (home / "master.key").unlink()
    with refused(KeysFailure.STORE_LOCKED):
        KeyStore(home)
    assert not (home / "master.key").exists()
    (home / "master.key").write_bytes(bytes(32))
    (home / "master.key").chmod(0o600)
    with refused(KeysFailure.STORE_LOCKED):
        KeyStore(home)
    (home / "master.key").write_bytes(bytes(31))
    with refused(KeysFailure.STORE_CORRUPT):
        KeyStore(home)


def test_a_master_key_others_may_read_is_refused(store: KeyStore, home: Path) -> None:
    """
    H100: the store does not start with a weak file mode.
    """
    (home / "master.key").chmod(0o644)
    with refused(KeysFailure.STORE_FILE_MODE):
        KeyStore(home)


def test_a_passphrase_opens_the_store(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The same passphrase opens, another does not, and neither does a key file in its place.
    """
    monkeypatch.setattr(master_key, "_SCRYPT_N", 2**10)
    created = KeyStore(home, passphrase="열려라 참깨").create("issuer")
    assert not (home / "master.key").exists()
    assert created.public == KeyStore(home, passphrase="열려라 참깨").signer("issuer").public
    for passphrase in ("열려라 참께", "", None):
        with refused(KeysFailure.STORE_LOCKED):
            KeyStore(home, passphrase=passphrase)


def test_a_guess_at_the_passphrase_costs_memory_and_time() -> None:
    """
    OWASP's figure for scrypt: 128 MiB for one guess.
    """
    assert 128 * 2**20 == 128 * master_key._SCRYPT_N * master_key._SCRYPT_R


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda _key: None, id="no key"),
        pytest.param(lambda key: key | {"state": "asleep"}, id="unknown state"),
        pytest.param(lambda key: key | {"private": None}, id="an active key without its half"),
        pytest.param(lambda key: key | {"public": {}}, id="no public key"),
        pytest.param(lambda key: {k: v for k, v in key.items() if k != "chain"}, id="no chain"),
    ],
)
def test_a_ring_that_was_written_by_something_else_is_corrupt(change: object) -> None:
    """
    R3: nothing half is ever used.
    """
    assert callable(change)
    ring = KeyRing.new(SoftwareSigner.generate(), ())
    (written,) = as_list(loads(ring.to_json()))
    with refused(KeysFailure.STORE_CORRUPT):
        KeyRing.from_json(dumps([change(written)]))


@pytest.mark.parametrize("octets", [b"", b"{}", b"[]", b"null"])
def test_what_is_no_ring_is_corrupt(octets: bytes) -> None:
    """
    R3: a ring has at least its active key.
    """
    with refused(KeysFailure.STORE_CORRUPT):
        KeyRing.from_json(octets)


def test_a_ring_survives_its_json() -> None:
    """
    Three generations of keys, one retired, with their times and chains.
    """
    ring = KeyRing.new(SoftwareSigner.generate(), (AUTHORITY.anchor.certificate,))
    first = ring.active.kid
    for days in (1, 2):
        ring = ring.rotated(SoftwareSigner.generate(), (), NOW + timedelta(days=days))
    ring = ring.retired(first)
    assert ring == KeyRing.from_json(ring.to_json())
    assert ["active", "retiring", "retired"] == [key.state.value for key in ring.keys]


def as_list(value: JsonValue) -> list[JsonValue]:
    assert isinstance(value, list)
    return value
