"""The list of a label's entries and its proof: honest answers, and every way to hide something."""

import os
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from operator import methodcaller

import httpx2
import pytest
from fastapi import FastAPI

from consent.complete.prefix_map import Step
from consent.complete.proof import CompletenessProof
from consent.endpoints import routes
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import EntryType, Leaf
from consent.ledger import Ledger
from keys import base64url
from keys.json_value import JsonObject
from keys.strict_json import loads
from tests.consent.world import authorised, journal_of

LABEL = bytes(range(32))
# Parted from it by the first bit: a way down to one is never a way to the other.
FAR = b"\xff" * 32


async def write(ledger: Ledger, *labels: bytes, seal: bool = False) -> None:
    """Write one entry a label, in this order, then a seal when it is wanted."""
    journal = journal_of(ledger)
    for label in labels:
        opens = not await ledger.files._reader.read(methodcaller("of_label", label))
        batch = [authorised(label, opens=opens)]
        await ledger._sequencer.run(journal.append, batch)
    if seal:
        await ledger._sequencer.run(journal.append, [], seal=True)


@pytest.fixture
async def answer(ledger: Ledger) -> CompletenessProof:
    """Four entries sealed among others, and two that came later."""
    others = [FAR, *(os.urandom(32) for _ in range(4))]
    await write(ledger, LABEL, others[0], LABEL, others[1], LABEL, LABEL, *others[2:], seal=True)
    await write(ledger, LABEL, os.urandom(32), LABEL)
    return await ledger.complete(LABEL)


def refusal(proof: CompletenessProof, ledger: Ledger) -> ConsentError:
    with pytest.raises(ConsentError) as caught:
        proof.verify(log_key=ledger.log_key, expected_label=LABEL)
    return caught.value


async def test_all_entries_as_of_the_last_seal_are_proven(
    ledger: Ledger, answer: CompletenessProof
) -> None:
    """
    Complete for me: these are all 4 as of entry 9; the 2 after it are shown apart, not claimed.
    """
    found = answer.verify(log_key=ledger.log_key, expected_label=LABEL)

    assert [1, 2, 3, 4] == [leaf.number for _, leaf in found.entries]
    assert [0, 2, 4, 5] == [index for index, _ in found.entries]
    assert [(10, 5), (12, 6)] == [(index, leaf.number) for index, leaf in found.newer]
    assert 9 == found.as_of_index
    assert 13 == found.checkpoint.size
    assert answer == CompletenessProof.parse(answer.as_dict())


async def test_the_next_seal_claims_what_was_newer(
    ledger: Ledger, answer: CompletenessProof
) -> None:
    """
    A second later the same question has all of it proven.
    """
    await write(ledger, seal=True)
    found = (await ledger.complete(LABEL)).verify(log_key=ledger.log_key, expected_label=LABEL)

    assert 6 == len(found.entries)
    assert () == found.newer
    assert answer.sealed.index < found.as_of_index


async def test_a_label_that_nobody_used_is_proven_absent(
    ledger: Ledger, answer: CompletenessProof
) -> None:
    """
    An answer and not an error: no entries, and the map as of the last seal has no such label.
    """
    for label in (os.urandom(32), bytes([*LABEL[:31], 99])):
        proof = await ledger.complete(label)
        found = proof.verify(log_key=ledger.log_key, expected_label=label)
        assert () == found.entries == found.newer


async def test_a_label_of_after_the_seal_is_only_newer(
    ledger: Ledger, answer: CompletenessProof
) -> None:
    """
    An entry of this second: proven absent as of the seal, shown apart.
    """
    label = os.urandom(32)
    await write(ledger, label)
    found = (await ledger.complete(label)).verify(log_key=ledger.log_key, expected_label=label)

    assert () == found.entries
    assert 1 == len(found.newer)


async def test_before_the_first_seal_nothing_is_claimed(ledger: Ledger) -> None:
    """
    not_found, for a second at most.
    """
    await write(ledger, LABEL)
    with pytest.raises(ConsentError) as caught:
        await ledger.complete(LABEL)

    assert ConsentFailure.NOT_FOUND == caught.value.failure


Change = Callable[[CompletenessProof], CompletenessProof]


def without(*places: int) -> Change:
    """Hide entries."""
    return lambda proof: replace(
        proof,
        entries=tuple(each for at, each in enumerate(proof.entries) if at not in places),
    )


def with_leaf(place: int, change: Callable[[Leaf], Leaf]) -> Change:
    """Rewrite an entry."""

    def changed(proof: CompletenessProof) -> CompletenessProof:
        entries = list(proof.entries)
        index, octets = entries[place]
        entries[place] = index, change(Leaf.parse(octets)).octets()
        return replace(proof, entries=tuple(entries))

    return changed


def at_index(place: int, index: int) -> Change:
    """Say that an entry stands somewhere else."""

    def changed(proof: CompletenessProof) -> CompletenessProof:
        entries = list(proof.entries)
        entries[place] = index, entries[place][1]
        return replace(proof, entries=tuple(entries))

    return changed


def swapped(proof: CompletenessProof) -> CompletenessProof:
    """Change the order of two entries."""
    first, second, *rest = proof.entries
    return replace(proof, entries=(second, first, *rest))


def rewritten(leaf: Leaf) -> Leaf:
    return replace(leaf, commitment=bytes(32))


INCOMPLETE: dict[str, tuple[Change, str]] = {
    "first hidden": (without(0), "number 1 is missing"),
    "middle hidden": (without(2), "number 3 is missing"),
    "last hidden": (without(3, 4, 5), "number 4 is missing"),
    "two hidden": (without(2, 3, 4, 5), "number 3 is missing"),
    "all hidden": (without(*range(6)), "number 1 is missing"),
    "hidden, newer shown": (without(3), "number 4 is missing"),
    "newer hidden in the middle": (without(4), "number 5 is missing"),
    "first rewritten": (with_leaf(0, rewritten), "number 1 is not the one that number 2 names"),
    "middle rewritten": (with_leaf(2, rewritten), "number 3 is not the one that number 4 names"),
    "last rewritten, newer hidden": (
        lambda proof: without(4, 5)(with_leaf(3, rewritten)(proof)),
        "number 4 is not the one that was sealed",
    ),
    "reordered": (swapped, "number 1 is missing"),
    "shown twice": (
        lambda proof: replace(proof, entries=(proof.entries[0], *proof.entries)),
        "number 1 is not in its place",
    ),
    "another label's": (
        with_leaf(1, lambda leaf: replace(leaf, label=bytes(32))),
        "number 2 is of another label",
    ),
    "sealed, said to be newer": (at_index(3, 11), "number 4 stands at another place"),
    "newer, said to be sealed": (at_index(4, 8), "number 5 stands at another place"),
    "out of the log's order": (at_index(1, 0), "number 1 stands at another place"),
}


@pytest.mark.parametrize("way", INCOMPLETE)
async def test_whatever_is_hidden_or_changed_is_named(
    ledger: Ledger, answer: CompletenessProof, way: str
) -> None:
    """
    R5: an answer that leaves out, rewrites or moves an entry raises incomplete with its number.
    """
    change, detail = INCOMPLETE[way]

    error = refusal(change(answer), ledger)

    assert ConsentFailure.INCOMPLETE == error.failure
    assert detail in error.detail


async def test_no_other_proof_will_do(ledger: Ledger, answer: CompletenessProof) -> None:
    """
    Another label's answer, another entry as the seal, another path, another count: proof_invalid.
    """
    other = await ledger.complete(FAR)
    end = answer.lookup.end
    assert end is not None
    hostile = [
        other,
        replace(other, label=LABEL),
        replace(answer, lookup=other.lookup),
        replace(answer, lookup=replace(answer.lookup, end=None)),
        replace(answer, lookup=replace(answer.lookup, end=replace(end, count=3))),
        replace(answer, lookup=replace(answer.lookup, path=(Step(0, bytes(32)),))),
        replace(answer, sealed=await ledger.prove(0)),
        replace(answer, sealed=replace(answer.sealed, index=8)),
    ]
    for proof in hostile:
        assert ConsentFailure.PROOF_INVALID == refusal(proof, ledger).failure


async def test_a_map_entry_under_another_label_is_no_seal(
    ledger: Ledger, answer: CompletenessProof
) -> None:
    """
    The log's own label alone makes a seal, should another writer ever get a map entry in.
    """
    end = answer.lookup.end
    assert end is not None
    forged = await ledger.append(authorised(type_=EntryType.MAP, commitment=end.hash()))
    lookup = replace(answer.lookup, path=())

    error = refusal(replace(answer, lookup=lookup, sealed=forged), ledger)

    assert ConsentFailure.PROOF_INVALID == error.failure
    assert "no map of this log" in error.detail


@pytest.fixture
async def client(ledger: Ledger) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    app.include_router(routes(ledger))
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://ledger") as client:
        yield client


async def test_the_list_is_served(
    ledger: Ledger, answer: CompletenessProof, client: httpx2.AsyncClient
) -> None:
    """
    200 for every label, used or not; 400 for what is none; 404 before the first seal.
    """
    for label, count in ((LABEL, 4), (os.urandom(32), 0)):
        reply = await client.get(f"/consent/labels/{base64url.encode(label)}")
        proof = CompletenessProof.parse(loads(reply.content))
        found = proof.verify(log_key=ledger.log_key, expected_label=label)
        assert (200, count) == (reply.status_code, len(found.entries))
    for text in ("x", "A" * 42, "A" * 44, "!" * 43):
        reply = await client.get(f"/consent/labels/{text}")
        assert (400, "malformed") == (reply.status_code, reply.json()["error"])


def parts(value: JsonObject, *names: str) -> JsonObject:
    """Return an object inside an object."""
    for name in names:
        inner = value[name]
        assert isinstance(inner, dict)
        value = inner
    return value


MALFORMED: dict[str, Callable[[JsonObject], object]] = {
    "label short": lambda it: it.update(label="AA"),
    "entries no list": lambda it: it.update(entries={}),
    "too many entries": lambda it: it.update(entries=[0] * 100_001),
    "entry without index": lambda it: it.update(entries=[{"leaf": "AA"}]),
    "leaf too long": lambda it: it.update(entries=[{"index": 1, "leaf": "A" * 404}]),
    "path too long": lambda it: parts(it, "lookup").update(
        path=[{"depth": 0, "sibling": "A" * 43}] * 257
    ),
    "path no list": lambda it: parts(it, "lookup").update(path=None),
    "depth no number": lambda it: parts(it, "lookup").update(
        path=[{"depth": "0", "sibling": "A" * 43}]
    ),
    "count zero": lambda it: parts(it, "lookup", "end").update(count=0),
    "count missing": lambda it: parts(it, "lookup", "end").pop("count"),
    "member more": lambda it: it.update(more=1),
    "sealed null": lambda it: it.update(sealed=None),
}


@pytest.mark.parametrize("way", MALFORMED)
async def test_a_malformed_answer_is_refused(answer: CompletenessProof, way: str) -> None:
    """
    Exactly the members of the form, each within its limits.
    """
    value = answer.as_dict()
    MALFORMED[way](value)

    with pytest.raises(ConsentError) as caught:
        CompletenessProof.parse(value)

    assert ConsentFailure.MALFORMED == caught.value.failure
