"""What is sent to a witness and how its answers are read, word by word."""

import pytest

from consent.witness.asking import (
    SIZE_TYPE,
    Trouble,
    TroubleError,
    WitnessReply,
    lines_of,
    request_of,
    size_of,
)
from consent.witness.client import WitnessClient
from consent.witness.judging import open_request
from tests.consent.witness.forest import Tree
from web.outbound import OutboundError, OutboundFailure, Reply

TREE = Tree()


def test_a_request_reads_back() -> None:
    """
    What a log sends is what a witness reads: sizes, proof and note.
    """
    key = TREE.signer.verifier_key
    proof = TREE.proof(3, 5)

    read = open_request(request_of(3, proof, TREE.note(5)), known={key.name: (key,)})

    assert (3, proof, TREE.note(5)) == (read.old_size, read.proof, read.note)


@pytest.mark.parametrize(
    ("content_type", "body", "size"),
    [
        pytest.param(SIZE_TYPE, b"0\n", 0, id="nothing"),
        pytest.param(SIZE_TYPE, b"50\n", 50, id="fifty"),
        pytest.param(SIZE_TYPE, b"", Trouble.MALFORMED, id="no size"),
        pytest.param(SIZE_TYPE, b"50", Trouble.MALFORMED, id="no newline"),
        pytest.param(SIZE_TYPE, b"050\n", Trouble.MALFORMED, id="leading zero"),
        pytest.param(
            SIZE_TYPE, b"9223372036854775808\n", Trouble.MALFORMED, id="beyond all trees"
        ),
        pytest.param("text/plain", b"10\n", Trouble.OTHER_HISTORY, id="another media type"),
    ],
)
def test_a_conflict_tells_a_size_or_another_history(
    content_type: str, body: bytes, size: int | Trouble
) -> None:
    """
    409: with the document's media type it is where to go on, without it is another tree.
    """
    reply = WitnessReply(409, content_type, body)
    if isinstance(size, int):
        assert size == size_of(reply)
        return
    with pytest.raises(TroubleError) as caught:
        size_of(reply)
    assert size is caught.value.trouble


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (400, Trouble.REFUSED),
        (403, Trouble.REFUSED),
        (404, Trouble.REFUSED),
        (422, Trouble.OTHER_HISTORY),
        (429, Trouble.REFUSED),
        (500, Trouble.REFUSED),
        (299, Trouble.REFUSED),
    ],
)
def test_every_other_refusal_has_its_meaning(status: int, trouble: Trouble) -> None:
    """
    422 answers a proof that we checked against our own root: it holds another tree.
    """
    reply = WitnessReply(status, "text/plain", b"no")

    assert lines_of(reply) is None
    with pytest.raises(TroubleError) as caught:
        size_of(reply)
    assert trouble is caught.value.trouble


class Reached:
    """An outbound client that a test speaks for."""

    def __init__(self, answer: Reply | OutboundError) -> None:
        self.answer = answer
        self.asked: list[str] = []

    async def post(self, url: str, **_: object) -> Reply:
        self.asked.append(url)
        if isinstance(self.answer, OutboundError):
            raise self.answer
        return self.answer


async def test_a_witness_is_asked_at_its_submission_prefix() -> None:
    """
    Whatever the network does wrong is one trouble: nothing came.
    """
    reached = Reached(Reply(200, "text/plain", b"lines"))
    network = WitnessClient(reached)  # type: ignore[arg-type]  # it posts, and nothing else
    away = Reached(OutboundError(OutboundFailure.TIMED_OUT, "w.example:443"))

    reply = await network.add_checkpoint("https://w.example/w", b"old 0")
    with pytest.raises(TroubleError) as caught:
        await WitnessClient(away).add_checkpoint("https://w.example", b"")  # type: ignore[arg-type]  # the same

    assert WitnessReply(200, "text/plain", b"lines") == reply
    assert ["https://w.example/w/add-checkpoint"] == reached.asked
    assert Trouble.UNREACHABLE is caught.value.trouble


def test_lines_that_are_no_text_are_malformed() -> None:
    """
    An answer of 200 is text.
    """
    assert "text" == lines_of(WitnessReply(200, "", b"text"))
    with pytest.raises(TroubleError) as caught:
        lines_of(WitnessReply(200, "", b"\xff"))
    assert Trouble.MALFORMED is caught.value.trouble
