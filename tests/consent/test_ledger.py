"""The running ledger: who may append, what comes back, and what retries and races do."""

import asyncio
import os
from dataclasses import replace
from datetime import timedelta
from itertools import chain

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from consent import sequencer
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import Author, EntryType, Leaf, party_label
from consent.forms.submission import SUBMISSION_TYP, NewEntry, PairSecret
from consent.ledger import Ledger
from consent.ports import LabelState
from consent.quota import Quota
from consent.store.deposits import Deposits
from consent.store.tables import entries
from keys import base64url, jws
from keys.authority import CertificateAuthority
from keys.role import Role
from keys.signer import SoftwareSigner
from keys.strict_json import dumps, loads_object
from keys.x5c import to_x5c
from tests.consent.world import NOW, ORIGIN, World, authorised, deposited, journal_of


def pair_of() -> PairSecret:
    return PairSecret(os.urandom(32), os.urandom(32))


def entry_of(
    pair: PairSecret,
    type_: EntryType = EntryType.CONSENT,
    key: str | None = None,
    *,
    consent: NewEntry | None = None,
) -> NewEntry:
    return deposited(pair.label, type_, key or os.urandom(8).hex(), consent=consent)


async def refused(ledger: Ledger, token: str) -> ConsentFailure:
    with pytest.raises(ConsentError) as caught:
        await ledger.submit(token)
    return caught.value.failure


async def test_an_answer_proves_its_entry_at_once_r4(ledger: Ledger, world: World) -> None:
    """
    R4: every acknowledgement carries index, leaf, proof and checkpoint, and verifies.
    """
    pair = pair_of()
    for number in range(5):
        entry = entry_of(pair, key=f"key-000{number}")

        verified = (await ledger.submit(world.by_holder(entry, pair))).verify(
            log_key=ledger.log_key
        )

        assert number == verified.index
        assert entry.commitment == verified.leaf.commitment
        assert number + 1 == verified.leaf.number


async def test_entries_of_a_label_form_a_chain(ledger: Ledger, world: World) -> None:
    """
    Holder and relying party write under one label; each entry names the one before.
    """
    pair, other = pair_of(), pair_of()
    consent = entry_of(pair)
    first = await ledger.submit(world.by_holder(consent, pair))
    await ledger.submit(world.by_holder(entry_of(other), other))
    use = entry_of(pair, EntryType.USED, consent=consent)
    second = await ledger.submit(world.by_party(use, pair))

    used = Leaf.parse(second.leaf)
    assert (2, Leaf.parse(first.leaf).hash()) == (used.number, used.previous)
    assert EntryType.USED == used.type


async def test_a_party_may_open_a_label_for_a_wallet_that_keeps_no_ledger(
    ledger: Ledger, world: World
) -> None:
    """
    Then no holder key belongs to the label, and none may write under it.
    """
    pair = pair_of()
    await ledger.submit(world.by_party(entry_of(pair, EntryType.USED), pair, opens=True))

    failure = await refused(ledger, world.by_holder(entry_of(pair), pair))

    assert ConsentFailure.KEY_NOT_OF_LABEL == failure


async def test_only_the_pair_writes_under_its_label(ledger: Ledger, world: World) -> None:
    """
    A stranger without the secret, another secret for an open label, another holder's key.
    """
    pair = pair_of()
    thief = replace(pair_of(), label=pair.label)
    unknown = await refused(ledger, world.by_party(entry_of(pair, EntryType.USED), pair))
    await ledger.submit(world.by_holder(entry_of(pair), pair))
    stranger = SoftwareSigner.generate()

    assert ConsentFailure.LABEL_UNKNOWN == unknown
    stolen = entry_of(thief, EntryType.USED)
    assert ConsentFailure.MAC_INVALID == await refused(ledger, world.by_party(stolen, thief))
    again = world.by_party(stolen, thief, opens=True)
    assert ConsentFailure.MAC_INVALID == await refused(ledger, again)
    other = world.by_holder(entry_of(pair, key="key-0002"), pair, signer=stranger)
    assert ConsentFailure.KEY_NOT_OF_LABEL == await refused(ledger, other)
    unopened = pair_of()
    honest = jws.parse(world.by_holder(entry_of(unopened), unopened))
    claims = {**loads_object(honest.payload), "mac": base64url.encode(bytes(32))}
    header = {name: value for name, value in honest.header.items() if name != "alg"}
    opening = jws.sign(header, dumps(claims), world.holder_signer)
    assert ConsentFailure.MAC_INVALID == await refused(ledger, opening)


@pytest.mark.parametrize("column", ["holder", "mac_key"])
async def test_keys_changed_in_the_database_open_nothing(
    ledger: Ledger, world: World, sqlite: AsyncEngine, column: str
) -> None:
    """
    An insider who can write the tables cannot give a holder's label to another key.
    """
    pair, thief = pair_of(), SoftwareSigner.generate()
    await ledger.submit(world.by_holder(entry_of(pair), pair))
    values: dict[str, object] = {"holder": thief.public.thumbprint(), "mac_key": os.urandom(60)}
    async with sqlite.begin() as connection:
        await connection.execute(update(entries).values({column: values[column]}))

    forged = world.by_holder(entry_of(pair), pair, signer=thief)

    assert ConsentFailure.STORE_DAMAGED == await refused(ledger, forged)


async def test_a_name_is_no_registration_id(ledger: Ledger, world: World) -> None:
    """
    A party certified by name alone, and named like another's registration id, is another party:
    it writes no records in the other's name.
    """
    pair, other = pair_of(), pair_of()
    first, second = entry_of(pair, EntryType.USED), entry_of(other, EntryType.USED)
    impostor = SoftwareSigner.generate()
    chain_ = world.authority.issue(impostor.public, "kr-110111-0000001", now=NOW)
    x5c = [str(each) for each in to_x5c(chain_)]
    token = world.by_party(second, other, signer=impostor, x5c=x5c, opens=True)

    assert ConsentFailure.RECORD_MISMATCH == await refused(ledger, token)
    written = await ledger.submit(world.by_party(first, pair, opens=True))

    assert first.commitment == Leaf.parse(written.leaf).commitment


@pytest.mark.parametrize("type_", list(EntryType))
async def test_each_role_writes_its_own_types(
    ledger: Ledger, world: World, type_: EntryType
) -> None:
    """
    A holder does not say that a party used something, nor a party that a holder agreed; what the
    ledger says for itself nobody else says.
    """
    pair = pair_of()
    consent = entry_of(pair)
    await ledger.submit(world.by_holder(consent, pair))
    if type_ is EntryType.OVER_ASKED:
        pair = replace(pair, label=party_label("kr-110111-0000001", ORIGIN))
    entry = entry_of(pair, type_, consent=consent)
    tokens = {
        Author.HOLDER: world.by_holder(entry, pair),
        Author.PARTY: world.by_party(entry, pair),
    }
    allowed = tokens.pop(type_.author, None)

    for token in tokens.values():
        assert ConsentFailure.TYPE_NOT_ALLOWED == await refused(ledger, token)
    if allowed is not None:
        await ledger.submit(allowed)


@pytest.mark.parametrize("type_", [each for each in EntryType if each.author is not Author.LEDGER])
async def test_every_type_is_deposited(ledger: Ledger, world: World, type_: EntryType) -> None:
    """
    What nobody could open later is not written.
    """
    pair = pair_of()
    sign = world.by_holder if type_.author is Author.HOLDER else world.by_party

    failure = await refused(ledger, sign(entry_of(pair, type_), pair, deposit=None))

    assert ConsentFailure.DEPOSIT_MISSING == failure


async def test_a_party_must_be_registered(ledger: Ledger, world: World) -> None:
    """
    A certificate of a root that is not in the trust list, or one that has expired.
    """
    pair = pair_of()
    entry = entry_of(pair, EntryType.USED)
    stranger = CertificateAuthority.create("Nobody", Role.VERIFIER, NOW)
    token = world.by_party(entry, pair, opens=True, x5c=world.chain_of(stranger, "kr-1"))
    expired = CertificateAuthority.create("Old", Role.VERIFIER, NOW - timedelta(days=5000))

    assert ConsentFailure.NOT_REGISTERED == await refused(ledger, token)
    token = world.by_party(entry, pair, opens=True, x5c=world.chain_of(expired, "kr-1"))
    assert ConsentFailure.NOT_REGISTERED == await refused(ledger, token)


async def test_a_submission_that_is_not_one_is_refused(ledger: Ledger, world: World) -> None:
    """
    Another type of token, another log, a broken signature, no key, two keys, bad members.
    """
    pair = pair_of()
    entry = entry_of(pair, key="key-0001")
    token = world.by_holder(entry, pair)
    header = dict(jws.parse(token).header)
    del header["alg"]
    payload = jws.parse(token).payload

    def signed(payload: bytes = payload, **changes: object) -> str:
        changed = {k: v for k, v in (header | changes).items() if v is not None}
        return jws.sign(changed, payload, world.holder_signer)  # type: ignore[arg-type]  # hostile on purpose

    invalid = ["", "a.b.c", token[:-4] + "AAAA", signed(typ="JWT"), signed(jwk=None)]
    invalid += [signed(x5c=world.x5c), signed(payload=b"no json")]
    malformed = [
        signed(payload=payload.replace(b"key-0001", b"short")),
        signed(payload=payload.replace(b'"consent"', b'"stolen"')),
        signed(payload=payload.replace(b'"aud"', b'"audience"')),
    ]
    for each in invalid:
        assert ConsentFailure.SUBMISSION_INVALID == await refused(ledger, each)
    for each in malformed:
        assert ConsentFailure.MALFORMED == await refused(ledger, each)
    elsewhere = world.by_holder(entry, pair, audience="another.log")
    assert ConsentFailure.WRONG_AUDIENCE == await refused(ledger, elsewhere)
    assert SUBMISSION_TYP == header["typ"]


async def test_a_retry_gives_the_same_entry_r3(ledger: Ledger, world: World) -> None:
    """
    R3: the same idempotency key, again and again, in a later tree: one entry, proven each time.
    """
    pair = pair_of()
    entry = entry_of(pair)
    first = await ledger.submit(world.by_holder(entry, pair))
    for _ in range(5):
        await ledger.append(authorised())

    for _ in range(3):
        again = await ledger.submit(world.by_holder(entry, pair))
        assert (first.index, first.leaf) == (again.index, again.leaf)
        assert 6 == again.verify(log_key=ledger.log_key).checkpoint.size


async def test_a_key_used_for_something_else_is_a_conflict(ledger: Ledger, world: World) -> None:
    """
    Another commitment under the same key is refused, the first entry stands.
    """
    pair = pair_of()
    await ledger.submit(world.by_holder(entry_of(pair, key="key-0001"), pair))

    failure = await refused(ledger, world.by_holder(entry_of(pair, key="key-0001"), pair))

    assert ConsentFailure.IDEMPOTENCY_CONFLICT == failure


async def test_parallel_retries_make_one_entry_r15(ledger: Ledger, world: World) -> None:
    """
    R15: fifty at once with one key: one entry; fifty at once with fifty contents: one winner.
    """
    pair, contested = pair_of(), pair_of()
    token = world.by_holder(entry_of(pair), pair)

    same = await asyncio.gather(*(ledger.submit(token) for _ in range(50)))
    different = await asyncio.gather(
        *(
            ledger.submit(world.by_holder(entry_of(contested, key="key-0001"), contested))
            for _ in range(50)
        ),
        return_exceptions=True,
    )

    assert 1 == len({proof.index for proof in same})
    failures = [each.failure for each in different if isinstance(each, ConsentError)]
    assert [ConsentFailure.IDEMPOTENCY_CONFLICT] * 49 == failures


async def test_one_request_twice_in_one_group_is_one_entry_r3(ledger: Ledger) -> None:
    """
    R3: the same request in the same group, and another content under its key beside it.
    """
    first = authorised()
    await ledger.append(first)
    again = authorised(first.entry.label, opens=False)
    other = authorised(first.entry.label, opens=False, request=again.request)

    one, two, three = await asyncio.gather(
        *(ledger.append(each) for each in (again, again, other)), return_exceptions=True
    )

    assert one == two
    assert not isinstance(one, BaseException)
    assert 1 == one.index
    assert isinstance(three, ConsentError)
    assert ConsentFailure.IDEMPOTENCY_CONFLICT == three.failure


async def test_sixty_four_producers_at_once(ledger: Ledger) -> None:
    """
    640 entries of 64 producers: every index once, every proof good, far fewer commits.
    """

    async def produce() -> list[int]:
        first = authorised()
        proofs = [await ledger.append(first)]
        while len(proofs) < 10:
            proofs += [await ledger.append(authorised(first.entry.label, opens=False))]
        for number, proof in enumerate(proofs, 1):
            assert number == proof.verify(log_key=ledger.log_key).leaf.number
        sizes.update(proof.size for proof in proofs)
        return [proof.index for proof in proofs]

    sizes: set[int] = set()
    indexes = await asyncio.gather(*(produce() for _ in range(64)))

    assert list(range(640)) == sorted(chain.from_iterable(indexes))
    assert len(sizes) <= 100


async def test_a_label_opened_under_our_hands_is_looked_at_again(
    ledger: Ledger, world: World
) -> None:
    """
    Two first entries at once: the second is authorised by the keys of the first.
    """
    pair = pair_of()
    tokens = [world.by_holder(entry_of(pair, key=f"key-000{n}"), pair) for n in range(2)]
    thief = replace(pair_of(), label=pair.label)
    tokens.append(world.by_holder(entry_of(thief), thief, signer=SoftwareSigner.generate()))

    one, two, three = await asyncio.gather(
        *(ledger.submit(token) for token in tokens), return_exceptions=True
    )

    assert not isinstance(one, BaseException)
    assert not isinstance(two, BaseException)
    assert {1, 2} == {Leaf.parse(one.leaf).number, Leaf.parse(two.leaf).number}
    assert isinstance(three, ConsentError)
    assert ConsentFailure.MAC_INVALID == three.failure
    with pytest.raises(ConsentError) as caught:
        await ledger.append(authorised(pair.label))
    assert ConsentFailure.KEY_NOT_OF_LABEL == caught.value.failure


async def test_a_label_that_never_settles_ends_in_busy(
    ledger: Ledger, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A store that keeps saying a label is unopened while it is open must not loop for ever.
    """
    pair = pair_of()
    await ledger.submit(world.by_holder(entry_of(pair), pair))

    async def never(_deposits: Deposits, _label: bytes, _request: bytes) -> LabelState:
        return LabelState(0, None, None)

    monkeypatch.setattr(Deposits, "label_state", never)
    failure = await refused(ledger, world.by_holder(entry_of(pair, key="key-0002"), pair))

    assert ConsentFailure.LEDGER_BUSY == failure


async def test_a_quota_holds_for_a_minute(sqlite: AsyncEngine) -> None:
    """
    The third of two allowed is refused; in the next minute there are two again.
    """
    world = World()
    ledger = world.ledger(sqlite, quota=Quota(2))
    await ledger.start()
    pair = pair_of()
    tokens = [world.by_holder(entry_of(pair, key=f"key-000{n}"), pair) for n in range(3)]
    for token in tokens[:2]:
        await ledger.submit(token)

    assert ConsentFailure.QUOTA_EXCEEDED == await refused(ledger, tokens[2])
    world.now += timedelta(minutes=1)
    await ledger.submit(tokens[2])
    await ledger.close()


async def test_a_full_queue_refuses_at_once(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    R11: beyond the limit nobody is made to wait for an answer that cannot come soon.
    """
    monkeypatch.setattr(sequencer, "QUEUE_LIMIT", 3)

    answers = await asyncio.gather(
        *(ledger.append(authorised()) for _ in range(5)), return_exceptions=True
    )

    failures = [each.failure for each in answers if isinstance(each, ConsentError)]
    assert [ConsentFailure.LEDGER_BUSY] * 2 == failures


async def test_whoever_goes_away_is_still_recorded(ledger: Ledger) -> None:
    """
    A caller that hangs up does not disturb the others of its group.
    """
    tasks = [asyncio.create_task(ledger.append(authorised())) for _ in range(3)]
    await asyncio.sleep(0)
    tasks[1].cancel()

    answers = await asyncio.gather(*tasks, return_exceptions=True)

    assert isinstance(answers[1], asyncio.CancelledError)
    assert [0, 2] == [each.index for each in answers if not isinstance(each, BaseException)]


async def test_closing_writes_what_is_queued_and_refuses_the_rest(
    world: World, sqlite: AsyncEngine
) -> None:
    """
    Nothing that was accepted is dropped; nothing is accepted before start or after close.
    """
    ledger = world.ledger(sqlite)
    for _ in range(2):
        with pytest.raises(ConsentError) as caught:
            await ledger.append(authorised())
        assert ConsentFailure.LEDGER_STOPPED == caught.value.failure
    await ledger.start()
    tasks = [asyncio.create_task(ledger.append(authorised())) for _ in range(20)]
    await asyncio.sleep(0)
    await ledger.close()

    assert list(range(20)) == [(await task).index for task in tasks]
    with pytest.raises(ConsentError) as caught:
        await ledger.append(authorised())
    assert ConsentFailure.LEDGER_STOPPED == caught.value.failure


async def test_a_fault_of_ours_leaves_nobody_waiting(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    If the sequencer itself breaks, everyone in the queue is told, nobody is let in after, and the
    service says that it is not ready.
    """
    await ledger.check_ready()

    def broken(_batch: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(journal_of(ledger), "append", broken)
    answers = await asyncio.gather(
        *(ledger.append(authorised()) for _ in range(3)), return_exceptions=True
    )

    failures = {each.failure for each in answers if isinstance(each, ConsentError)}
    assert {ConsentFailure.LEDGER_STOPPED} == failures
    for refuse in (lambda: ledger.append(authorised()), ledger.check_ready):
        with pytest.raises(ConsentError):
            await refuse()
    # So that closing finds no broken task.
    ledger._sequencer._task = asyncio.create_task(asyncio.sleep(0))


async def test_the_origin_is_the_name_of_the_key(ledger: Ledger) -> None:
    """
    The vkey that is served is the one that receipts verify with.
    """
    assert ORIGIN == ledger.log_key.name
    assert f"{ledger.log_key.text()}\n".encode() == await ledger.file("vkey")
