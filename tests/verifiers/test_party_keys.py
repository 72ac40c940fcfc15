"""The relying parties' keys in the key store: certified, rotated, retired."""

from pathlib import Path

import pytest

from keys.jwk import PublicJwk
from keys.key_store import KeyStore
from keys.x509 import Role
from tests.verifiers.world import NOW, Roots
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.party_keys import StoredPartyKeys, key_name

PARTY = "corner-store"
ROOTS = Roots()


def certify(public: PublicJwk) -> tuple[bytes, ...]:
    """Return the chain of a relying party's key."""
    return ROOTS.of[Role.VERIFIER].issue(public, "Corner Store", now=NOW, organization_id=PARTY)


@pytest.fixture
def key_store(tmp_path: Path) -> KeyStore:
    """Return an empty key store."""
    return KeyStore(tmp_path / "keys")


def test_the_active_key_signs_and_the_former_one_finishes(key_store: KeyStore) -> None:
    """
    R19: after a rotation both are there, each under its own certificate.
    """
    key_store.create(key_name(PARTY), certify=certify)
    keys = StoredPartyKeys(key_store)
    former = keys.current(PARTY)

    key_store.rotate(key_name(PARTY), NOW, certify=certify)

    assert former.leaf_sha256 != keys.current(PARTY).leaf_sha256
    found = keys.by_leaf(PARTY, former.leaf_sha256)
    assert former.chain == found.chain
    found.signer.public.verification_key().verify(found.signer.sign(b"x"), b"x")
    assert found is keys.by_leaf(PARTY, former.leaf_sha256)


def test_a_retired_key_signs_no_more(key_store: KeyStore) -> None:
    """
    Its private half is gone: a transaction that began under it cannot end.
    """
    first = key_store.create(key_name(PARTY), certify=certify)
    former = StoredPartyKeys(key_store).current(PARTY)
    key_store.rotate(key_name(PARTY), NOW, certify=certify)
    key_store.retire(key_name(PARTY), first.kid)

    with pytest.raises(VerifierError) as refused:
        StoredPartyKeys(key_store).by_leaf(PARTY, former.leaf_sha256)

    assert Failure.KEY_NOT_READY is refused.value.failure


@pytest.mark.parametrize("made", [False, True])
def test_a_party_without_key_or_certificate_is_not_ready(key_store: KeyStore, made: bool) -> None:  # noqa: FBT001  # a parameter
    """
    Told to the operator, not to a wallet.
    """
    if made:
        key_store.create(key_name(PARTY))

    with pytest.raises(VerifierError) as refused:
        StoredPartyKeys(key_store).current(PARTY)

    assert Failure.KEY_NOT_READY is refused.value.failure
