"""A witness on the wire: status codes, what it keeps, and that it never contradicts itself."""

import asyncio
import hashlib
from datetime import datetime

import httpx2
import pytest

from consent.endpoints.witness import STATUS
from consent.store.witness import WitnessTable
from consent.tlog.cosignature import Cosigner, open_cosigned
from consent.witness.errors import Refusal, WitnessError
from consent.witness.judging import REQUEST_LIMIT, judge, open_request
from consent.witness.witness import Decide, Kept, Witness
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from tests.consent.witness.forest import ORIGIN, Clock, Tree, ed25519, request


async def add(client: httpx2.AsyncClient, octets: bytes) -> httpx2.Response:
    return await client.post("/add-checkpoint", content=octets)


async def test_a_log_is_followed_as_in_the_published_transcript(
    client: httpx2.AsyncClient, tree: Tree, witness: Witness
) -> None:
    """
    The steps of a witness in use (as torchwood's litewitness.txt has them), each with its status.
    """
    wrong_hash = (*tree.proof(1, 3)[:-1], bytes(32))
    stranger = Tree()
    steps = [
        ("the first checkpoint", tree.request(0, 1), 200),
        ("signed by another key", stranger.request(1, 3), 403),
        ("of another log", tree.request(1, 3).replace(ORIGIN.encode(), b"other.example"), 404),
        ("without its proof", request(1, (), tree.note(3)), 422),
        ("with another proof", request(1, wrong_hash, tree.note(3)), 422),
        ("growing from 1 to 3", tree.request(1, 3), 200),
        ("from where it no longer is", tree.request(1, 5), 409),
        ("growing from 3 to 5", tree.request(3, 5), 200),
        ("the same again", tree.request(5, 5), 200),
        ("back", tree.request(3, 4), 409),
        ("an old size beyond the new", request(9, (), tree.note(5)), 400),
    ]

    for name, octets, status in steps:
        answer = await add(client, octets)
        assert status == answer.status_code, name
        if status == 200:
            note = octets.decode().partition("\n\n")[2] + answer.text
            opened = open_cosigned(note, log_key=tree.signer.verifier_key, witnesses=witness.keys)
            assert 1 == len(opened.cosignatures), name
        elif status != 409:
            assert "\u2014" not in answer.text, name


async def test_a_stale_log_is_told_where_to_go_on(client: httpx2.AsyncClient, tree: Tree) -> None:
    """
    409 with the stored size, a newline, and exactly the media type of the document.
    """
    fresh = await add(client, tree.request(3, 5))
    await add(client, tree.request(0, 3))
    stale = await add(client, tree.request(0, 5))

    assert (409, "text/x.tlog.size", "0\n") == (
        *(fresh.status_code, fresh.headers["content-type"]),
        fresh.text,
    )
    assert (409, "text/x.tlog.size", "3\n") == (
        *(stale.status_code, stale.headers["content-type"]),
        stale.text,
    )


async def test_another_tree_of_the_same_size_is_no_question_of_size(
    client: httpx2.AsyncClient, tree: Tree
) -> None:
    """
    409 without a size: a client that went on from the size told would ask the same for ever.
    """
    await add(client, tree.request(0, 5))

    forked = await add(client, Tree(tree.signer, history=b"another").request(5, 5))

    assert 409 == forked.status_code
    assert forked.headers["content-type"].startswith("text/plain")


async def test_a_body_that_is_too_large_is_not_read(client: httpx2.AsyncClient) -> None:
    """
    H97: what no checkpoint can need is 413.
    """
    assert 413 == (await add(client, b"x" * (REQUEST_LIMIT + 1))).status_code


def test_every_refusal_has_its_status() -> None:
    """
    The table is total.
    """
    assert set(Refusal) == set(STATUS)


async def test_what_was_seen_is_shown(
    client: httpx2.AsyncClient, tree: Tree, witness: Witness
) -> None:
    """
    Key, logs and the last checkpoint of each: who compares copies needs no log operator.
    """
    await add(client, tree.request(0, 5))
    digest = hashlib.sha256(ORIGIN.encode()).hexdigest()

    assert f"{witness.keys[0].text()}\n" == (await client.get("/vkey")).text
    assert f"5 {ORIGIN}\n" == (await client.get("/logs")).text
    assert tree.note(5) == (await client.get(f"/{digest}/checkpoint")).text
    assert 404 == (await client.get(f"/{'0' * 64}/checkpoint")).status_code


async def test_the_time_of_a_cosignature_is_that_of_the_judgement(
    client: httpx2.AsyncClient, tree: Tree, witness: Witness, clock: Clock
) -> None:
    """
    Asked again without a new entry, the same checkpoint is cosigned with the present time.
    """
    note = tree.note(5)
    times = []
    for old in (0, 5):
        clock.on(60)
        lines = (await add(client, tree.request(old, 5))).text
        opened = open_cosigned(
            note + lines, log_key=tree.signer.verifier_key, witnesses=witness.keys
        )
        times.append(opened.cosignatures[0].at)
        assert clock.now == times[-1]
    assert times[0] < times[1]


async def test_ml_dsa_cosigns_beside_ed25519(
    table: WitnessTable, tree: Tree, clock: Clock
) -> None:
    """
    One line a key: who trusts only one of them finds it.
    """
    keys = [ed25519(), SoftwareSigner.generate(Algorithm.ML_DSA_44)]
    cosigners = [Cosigner("witness.example/w", key) for key in keys]
    key = tree.signer.verifier_key
    witness = Witness(table, cosigners, {key.name: (key,)}, clock)

    lines = await witness.add_checkpoint(tree.request(0, 5))

    opened = open_cosigned(tree.note(5) + lines, log_key=key, witnesses=witness.keys)
    assert {each.kind for each in witness.keys} == {each.key.kind for each in opened.cosignatures}
    assert 2 == len(opened.cosignatures)


async def test_fifty_at_once_are_one_chain(
    client: httpx2.AsyncClient, tree: Tree, table: WitnessTable
) -> None:
    """
    Races: of fifty requests from 5 on, one wins; what is kept is the largest ever cosigned.
    """
    await add(client, tree.request(0, 5))
    forked = Tree(tree.signer, history=b"another")
    asked = [
        (new, (tree if new % 2 else forked).request(5 if new % 2 else 0, new))
        for new in range(6, 56)
    ]

    answers = await asyncio.gather(*(add(client, octets) for _, octets in asked))

    won = [new for (new, _), reply in zip(asked, answers, strict=True) if reply.status_code == 200]
    assert 1 == len(won)
    assert {200, 409} == {reply.status_code for reply in answers}
    (kept,) = await table.kept()
    assert (won[0], tree.note(won[0])) == (kept.checkpoint.size, kept.note)


async def test_a_log_that_keeps_asking_gets_one_growing_history(
    client: httpx2.AsyncClient, tree: Tree, table: WitnessTable
) -> None:
    """
    Fifty processes of one log, each going on from what it is told: sizes only grow.
    """
    cosigned: list[int] = []

    async def follow(size: int) -> None:
        old = 0
        while old <= size:
            reply = await add(client, tree.request(old, size))
            if reply.status_code == 200:
                cosigned.append(size)
                return
            assert 409 == reply.status_code
            old = int(reply.text)

    await asyncio.gather(*(follow(size) for size in range(1, 51)))

    (kept,) = await table.kept()
    assert cosigned == sorted(cosigned)
    assert 50 == kept.checkpoint.size == cosigned[-1]


class ForgetfulTable:
    """A store that loses what it promised to keep: a disk that is full, or failing."""

    async def advance(self, origin: str, decide: Decide) -> Kept:
        decide(None)
        raise OSError(28, "No space left on device")

    async def kept(self) -> list[Kept]:
        return []


async def test_what_was_not_kept_is_not_cosigned(tree: Tree, clock: Clock) -> None:
    """
    TLOG-18: without a record there is no signature.
    """
    signed = []

    class Watched(SoftwareSigner):
        def sign(self, message: bytes) -> bytes:
            signed.append(message)
            return super().sign(message)

    cosigner = Cosigner("w", Watched.generate(Algorithm.ED25519))
    key = tree.signer.verifier_key
    witness = Witness(ForgetfulTable(), [cosigner], {key.name: (key,)}, clock)

    with pytest.raises(OSError, match="No space"):
        await witness.add_checkpoint(tree.request(0, 5))

    assert [] == signed


async def test_a_witness_that_dies_before_it_answers_has_kept(
    table: WitnessTable, tree: Tree, clock: Clock
) -> None:
    """
    TLOG-18: killed between keeping and signing, it promised nothing and forgot nothing.
    """

    class Dying(Cosigner):
        def line(self, checkpoint_text: str, at: datetime) -> str:
            raise RuntimeError("killed")

    key, signer = tree.signer.verifier_key, ed25519()
    known = {key.name: (key,)}
    dying = Witness(table, [Dying("w", signer)], known, clock)
    with pytest.raises(RuntimeError, match="killed"):
        await dying.add_checkpoint(tree.request(0, 5))

    again = Witness(table, [Cosigner("w", signer)], known, clock)
    with pytest.raises(WitnessError) as caught:
        await again.add_checkpoint(tree.request(0, 5))
    assert 5 == caught.value.stored
    with pytest.raises(WitnessError) as caught:
        await again.add_checkpoint(Tree(tree.signer, b"another").request(5, 5))
    assert Refusal.OTHER_ROOT is caught.value.refusal
    assert 1 == (await again.add_checkpoint(tree.request(5, 5))).count("\n")


async def test_what_is_refused_leaves_the_record_as_it_is(
    table: WitnessTable, tree: Tree, clock: Clock
) -> None:
    """
    The transaction of a refused request ends without a change.
    """
    key = tree.signer.verifier_key
    witness = Witness(table, [Cosigner("w", ed25519())], {key.name: (key,)}, clock)
    await witness.add_checkpoint(tree.request(0, 5))
    before = await table.kept()

    for octets in (tree.request(3, 9), Tree(tree.signer, b"another").request(5, 9)):
        with pytest.raises(WitnessError):
            await witness.add_checkpoint(octets)

    assert before == await table.kept()


async def test_a_request_is_judged_by_what_is_kept_then(table: WitnessTable, tree: Tree) -> None:
    """
    Two that were read at the same time are judged one after the other.
    """
    key = tree.signer.verifier_key
    small = open_request(tree.request(0, 3), known={key.name: (key,)})
    large = open_request(tree.request(0, 5), known={key.name: (key,)})

    def decide(kept: Kept | None) -> Kept:
        stored = kept.checkpoint if kept is not None else None
        return Kept(judge(large, stored=stored), large.note, Clock().now)

    def late(kept: Kept | None) -> Kept:
        assert kept is not None
        return Kept(judge(small, stored=kept.checkpoint), small.note, Clock().now)

    await table.advance(ORIGIN, decide)
    with pytest.raises(WitnessError) as caught:
        await table.advance(ORIGIN, late)
    assert 5 == caught.value.stored
