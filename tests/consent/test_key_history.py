"""A log that changes its key: both sign, an entry names the new one, old readers follow it."""

from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.auditing.audit import audit
from consent.auditing.export import export_log
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import EntryType, log_label
from consent.forms.receipt import EntryProof
from consent.key_history import (
    KeyChange,
    commitment_of,
    follow,
    parse_changes,
    request_of,
)
from consent.ledger import Ledger, LedgerKeys
from consent.store import ConsentStore
from consent.tlog.checkpoint import open_checkpoint
from consent.tlog.signed_note import read_note
from consent.tlog.verifier_key import VerifierKey
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from keys.strict_json import loads
from tests.consent.world import ORIGIN, World, authorised, record_keys_beside


def ed25519() -> SoftwareSigner:
    return SoftwareSigner.generate(Algorithm.ED25519)


OLD, NEW, NEWEST = ed25519(), ed25519(), ed25519()


def vkey(signer: SoftwareSigner) -> VerifierKey:
    return VerifierKey.of(ORIGIN, signer.public)


def ledger_with(
    world: World, engine: AsyncEngine, *signers: SoftwareSigner, retired: int = 0
) -> Ledger:
    """A ledger whose key is the first; the last ``retired`` of the others sign no more."""
    signer, *others = signers
    beside = others[: len(others) - retired]
    keys = LedgerKeys(
        ORIGIN,
        signer,
        world.data_key,
        beside=tuple(beside),
        retired=tuple(map(vkey, others[len(beside) :])),
    )
    return Ledger(
        ConsentStore(engine),
        keys,
        record_keys=record_keys_beside(engine),
        trust=lambda: world.trust_list,
        clock=lambda: world.now,
    )


@pytest.fixture
async def before(world: World, sqlite: AsyncEngine) -> EntryProof:
    """The proof of an entry that the first key alone has signed."""
    ledger = ledger_with(world, sqlite, OLD)
    await ledger.start()
    proof = await ledger.append(authorised())
    await ledger.close()
    return proof


async def changes_of(ledger: Ledger) -> list[KeyChange]:
    return parse_changes(loads(await ledger.file("key-history")))


async def test_a_log_that_never_changed_its_key_has_no_history(
    world: World, sqlite: AsyncEngine
) -> None:
    """
    One line in ``vkey``, and an empty list.
    """
    ledger = ledger_with(world, sqlite, OLD)
    await ledger.start()

    assert [] == await changes_of(ledger)
    assert f"{vkey(OLD).text()}\n".encode() == await ledger.file("vkey")
    assert vkey(OLD) == follow([], known=vkey(OLD))
    await ledger.close()


async def test_both_keys_sign_and_either_verifies(
    world: World, sqlite: AsyncEngine, before: EntryProof
) -> None:
    """
    In the overlap old readers need nothing, and new ones read what the old key signed.
    """
    ledger = ledger_with(world, sqlite, NEW, OLD)
    await ledger.start()
    after = await ledger.append(authorised())

    note = (await ledger.file("checkpoint")).decode()
    assert 2 == len(read_note(note).lines)
    for key in (vkey(OLD), vkey(NEW), ledger.log_key):
        after.verify(log_key=key)
        assert open_checkpoint(note, log_key=key).size >= 2
    before.verify(log_key=ledger.log_key)
    with pytest.raises(ConsentError):
        before.verify(log_key=vkey(NEW))
    assert f"{vkey(NEW).text()}\n{vkey(OLD).text()}\n".encode() == await ledger.file("vkey")

    for known in (vkey(OLD), vkey(NEW), ledger.log_key, None):
        files: dict[str, bytes] = {}
        await export_log(ledger.file, files.__setitem__)
        assert audit(files.get, key=known).ok
    await ledger.close()


@pytest.mark.usefixtures("before")
async def test_who_knows_an_old_key_follows_it_to_the_newest(
    world: World, sqlite: AsyncEngine
) -> None:
    """
    Each change is one entry, written once, however often the service starts.
    """
    for _ in range(2):
        ledger = ledger_with(world, sqlite, NEW, OLD)
        await ledger.start()
        await ledger.close()
    ledger = ledger_with(world, sqlite, NEWEST, NEW, OLD)
    await ledger.start()
    changes = await changes_of(ledger)
    followed = follow(changes, known=vkey(OLD))
    again = follow(changes, known=followed)
    halfway = follow(changes, known=replace(vkey(NEW), former=(vkey(OLD),)))
    await ledger.close()

    assert [vkey(NEW), vkey(NEWEST)] == [change.key for change in changes]
    assert ledger.log_key.history == followed.history == again.history == halfway.history
    assert changes == parse_changes({"rotations": [change.as_dict() for change in changes]})


@pytest.mark.usefixtures("before")
async def test_a_retired_key_signs_no_more_and_what_it_signed_counts(
    world: World, sqlite: AsyncEngine
) -> None:
    """
    After the overlap the old key alone is not enough for what is new.
    """
    overlap = ledger_with(world, sqlite, NEW, OLD)
    await overlap.start()
    during = await overlap.append(authorised())
    await overlap.close()
    ledger = ledger_with(world, sqlite, NEW, OLD, retired=1)
    await ledger.start()
    after = await ledger.append(authorised())
    await ledger.close()

    for proof in (during, after):
        proof.verify(log_key=ledger.log_key)
    during.verify(log_key=vkey(OLD))
    with pytest.raises(ConsentError) as caught:
        after.verify(log_key=vkey(OLD))
    assert ConsentFailure.NOTE_UNSIGNED is caught.value.failure


@pytest.mark.usefixtures("before")
async def test_a_key_that_the_log_did_not_name_is_not_followed(
    world: World, sqlite: AsyncEngine
) -> None:
    """
    Another key under the entry of the real one, another entry, another log: refused.
    """
    ledger = ledger_with(world, sqlite, NEW, OLD)
    await ledger.start()
    (change,) = await changes_of(ledger)
    other = await ledger.append(authorised(commitment=commitment_of(vkey(NEWEST))))
    elsewhere = VerifierKey.of("other.example/log", NEWEST.public)
    renamed = await ledger.write_own(
        EntryType.ROTATED,
        log_label(ORIGIN),
        commitment=commitment_of(elsewhere),
        request=request_of(elsewhere),
    )
    await ledger.close()

    for forged in (
        replace(change, key=vkey(NEWEST)),
        replace(change, key=elsewhere),
        KeyChange(vkey(NEWEST), other),
        KeyChange(elsewhere, renamed),
    ):
        with pytest.raises(ConsentError) as caught:
            follow([forged], known=vkey(OLD))
        assert ConsentFailure.RECORD_MISMATCH is caught.value.failure
    with pytest.raises(ConsentError) as caught:
        follow([change], known=vkey(NEWEST))
    assert ConsentFailure.NOTE_UNSIGNED is caught.value.failure
    leaf = change.entry.verify(log_key=vkey(OLD)).leaf
    assert (EntryType.ROTATED, log_label(ORIGIN)) == (leaf.type, leaf.label)


@pytest.mark.usefixtures("before")
async def test_a_key_without_its_entry_is_not_told(world: World, sqlite: AsyncEngine) -> None:
    """
    While the entry is being written there is nothing to prove the change by.
    """
    ledger = ledger_with(world, sqlite, NEW, OLD)

    assert [] == await changes_of(ledger)
    await ledger.files.close()


@pytest.mark.parametrize(
    "text",
    [b"{}", b'{"rotations": 1}', b'{"rotations": [{}]}', b"[]"],
    ids=["nothing", "a number", "no change", "a list"],
)
def test_what_is_no_key_history_is_malformed(text: bytes) -> None:
    """
    H97: whatever comes is refused in our own words.
    """
    with pytest.raises(ConsentError) as caught:
        parse_changes(loads(text))
    assert ConsentFailure.MALFORMED is caught.value.failure


@pytest.mark.parametrize(
    "lines",
    [
        [vkey(NEW), VerifierKey.of("other.example/log", OLD.public)],
        [vkey(NEW)] * 34,
    ],
    ids=["two names", "too many"],
)
def test_a_vkey_file_holds_the_keys_of_one_log(lines: list[VerifierKey]) -> None:
    """
    Further lines are former keys of the same name; the youngest is first.
    """
    with pytest.raises(ConsentError):
        VerifierKey.parse("".join(f"{key.text()}\n" for key in lines))
    both = VerifierKey.parse(f"{vkey(NEW).text()}\n{vkey(OLD).text()}\n")
    assert (vkey(NEW), (vkey(NEW), vkey(OLD))) == (both, both.history)
