"""Keys of notes on their line: all three kinds, read and written."""

import pytest

from consent.errors import ConsentError, ConsentFailure
from consent.tlog.verifier_key import KeyKind, VerifierKey
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from tests.consent.tlog.worlds import PUBLISHED


@pytest.mark.parametrize("name", ["ml-dsa-log", "mirror", "witness", "remora"])
def test_published_keys_write_the_line_they_were_read_from(name: str) -> None:
    """
    Key ids of other implementations are ours too, for both kinds of cosigner.
    """
    line = (PUBLISHED / f"{name}.vkey").read_text()

    key = VerifierKey.parse(line)

    assert line == key.text() + "\n"
    assert (KeyKind.ML_DSA_44 if name == "ml-dsa-log" else KeyKind.COSIGNATURE) is key.kind


@pytest.mark.parametrize("kind", KeyKind)
def test_a_key_of_each_kind_reads_back(kind: KeyKind) -> None:
    """
    What is written is read as the same key.
    """
    public = SoftwareSigner.generate(kind.algorithm).public

    key = VerifierKey.of("example.com/w", public, kind)

    assert key == VerifierKey.parse(key.text())


def test_one_public_key_of_two_kinds_is_two_keys() -> None:
    """
    The kind is in the key id, so that a log's signature never counts as a cosignature.
    """
    public = SoftwareSigner.generate(Algorithm.ED25519).public

    log = VerifierKey.of("example.com/w", public)
    cosigner = VerifierKey.of("example.com/w", public, KeyKind.COSIGNATURE)

    assert log.key_id != cosigner.key_id
    assert log.public == cosigner.public


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("rekor.example+12345678+AwEB", id="kind 3"),
        pytest.param("rekor.example+12345678+", id="no key"),
        pytest.param("bananas.example+12344556", id="two parts"),
        pytest.param("rekor.example+12345678+THIS_IS_NOT_BASE64!", id="not base64"),
        pytest.param("example.com/w+00000000+Bg==", id="an empty ML-DSA-44 key"),
        pytest.param(
            "remora.n621.de+da77ade8+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
            id="another key id",
        ),
        pytest.param(
            "remora.n621.de+da77ade7+AevN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
            id="another kind",
        ),
        pytest.param(f"example.com/w+00000000+AQ{'A' * 42}", id="a point of small order"),
    ],
)
def test_what_is_no_key_is_refused_h97(line: str) -> None:
    """
    H97: negative lines of transparency-dev/formats, and our own.
    """
    with pytest.raises(ConsentError) as caught:
        VerifierKey.parse(line)

    assert ConsentFailure.MALFORMED == caught.value.failure


def test_a_name_that_ml_dsa_44_cannot_sign_is_refused() -> None:
    """
    tlog-cosignature: the cosigner's name is signed after its length in one octet.
    """
    public = SoftwareSigner.generate(Algorithm.ML_DSA_44).public

    VerifierKey.of("w" * 255, public, KeyKind.ML_DSA_44)
    with pytest.raises(ConsentError, match="255"):
        VerifierKey.of("w" * 256, public, KeyKind.ML_DSA_44)


def test_a_key_of_another_algorithm_is_the_callers_bug() -> None:
    """
    A kind has one algorithm.
    """
    public = SoftwareSigner.generate(Algorithm.ED25519).public

    with pytest.raises(ValueError, match="ML-DSA-44"):
        VerifierKey.of("example.com/w", public, KeyKind.ML_DSA_44)
