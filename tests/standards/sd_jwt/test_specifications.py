"""The test cases of sd-jwt-python: what a verifier sees of what a holder chose."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from keys import base64url, strict_json
from keys.entropy import SYSTEM_ENTROPY
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject
from standards.sd_jwt.errors import SdJwtFailure
from standards.sd_jwt.frame import only
from standards.sd_jwt.issue import SdJwt, issue
from standards.sd_jwt.present import present
from tests.standards.sd_jwt import specification
from tests.standards.sd_jwt.making import ISSUER, TYP, assert_refused, verified
from tests.standards.sd_jwt.specification import Node, Sd

CASES = [
    "array_data_types/specification.yml",
    "array_full_sd/specification.yml",
    "array_in_sd/specification.yml",
    "array_nested_in_plain/specification.yml",
    "array_none_disclosed/specification.yml",
    "array_of_objects/specification.yml",
    "array_of_scalars/specification.yml",
    "array_recursive_sd_some_disclosed/specification.yml",
    "examples/address_only_flat.yml",
    "examples/address_only_structured.yml",
    "examples/complex_eidas.yml",
    "examples/simple.yml",
    "examples/simple_structured.yml",
    "examples/w3c-vc.yml",
    "json_serialization_flattened/specification.yml",
    "key_binding/specification.yml",
    "no_sd/specification.yml",
]
WITH_ORACLE = [case for case in CASES if not case.startswith("examples/")]


def read(vectors: Path, case: str) -> dict[str, Node]:
    """Return one test case."""
    return specification.read((vectors / "sd-jwt-python" / case).read_text())


def issued(user_claims: Node) -> SdJwt:
    """Issue the claims with what is marked hidden, and decoys."""
    claims = specification.claims(user_claims)
    assert isinstance(claims, dict)
    return issue(
        claims,
        frame=only(specification.marked(user_claims)),
        header={"typ": TYP},
        signer=ISSUER,
        entropy=SYSTEM_ENTROPY,
        decoys=1,
    )


def test_every_file_is_a_case(vectors: Path) -> None:
    """No file of the folder is left out: the cases, and the settings they share."""
    files = (vectors / "sd-jwt-python").rglob("*.yml")

    names = {path.relative_to(vectors / "sd-jwt-python").as_posix() for path in files}

    assert {*CASES, "settings.yml"} == names


@pytest.mark.parametrize("case", WITH_ORACLE)
def test_the_verifier_sees_what_the_case_expects(vectors: Path, case: str) -> None:
    """`expect_verified_user_claims` is the oracle."""
    document = read(vectors, case)
    held = verified(issued(document["user_claims"]).serialize())

    text = present(held, specification.chosen(document["holder_disclosed_claims"]))

    expected = specification.claims(document["expect_verified_user_claims"])
    assert expected == verified(text).claims


@pytest.mark.parametrize("case", CASES)
def test_everything_and_nothing_of_a_case(vectors: Path, case: str) -> None:
    """All disclosures give the user's claims back; none leave what is not marked."""
    user_claims = read(vectors, case)["user_claims"]
    sd_jwt = issued(user_claims)

    assert specification.claims(user_claims) == verified(sd_jwt.serialize()).claims
    assert specification.unmarked(user_claims) == verified(f"{sd_jwt.jwt}~").claims
    assert len(specification.marked(user_claims)) == len(sd_jwt.disclosures)


def test_the_json_form_of_the_case_that_asks_for_it_is_refused(vectors: Path) -> None:
    """H34: `serialization_format: json` is not ours; its claims ran in compact form above."""
    document = read(vectors, "json_serialization_flattened/specification.yml")
    assert "json" == document["serialization_format"]
    sd_jwt = issued(document["user_claims"])
    protected, payload, signature = sd_jwt.jwt.split(".")
    form: JsonObject = {
        "protected": protected,
        "payload": payload,
        "signature": signature,
        "header": {"disclosures": [*sd_jwt.disclosures]},
    }

    assert_refused(strict_json.dumps(form).decode(), SdJwtFailure.JSON_SERIALIZATION)


def test_the_keys_of_the_settings_are_ours_to_use(vectors: Path) -> None:
    """The cases' private keys belong to the public keys beside them."""
    settings = read(vectors, "settings.yml")["key_settings"]
    assert isinstance(settings, dict)
    issuer_keys, holder_key = settings["issuer_keys"], settings["holder_key"]
    assert isinstance(issuer_keys, list)

    for key in (issuer_keys[0], holder_key):
        assert isinstance(key, dict)
        secret = int.from_bytes(base64url.decode(str(key["d"])), "big")
        signer = SoftwareSigner(ec.derive_private_key(secret, ec.SECP256R1()))
        assert key["x"] == signer.public.as_dict()["x"]
        assert key["y"] == signer.public.as_dict()["y"]


def test_the_reader_keeps_yaml_apart() -> None:
    """Marks on keys and on elements, words, numbers, comments, folded text, flow in block."""
    text = """
a:  # a comment
  !sd "13": True
  plain: +1-202
  folded: >-
    one
    two
list:
  - !sd
    k: 'v'
  - !sd foo: "#bar"
  - [!sd 1, [2.5, ], {"x": None}]
empty:
"""
    expected: Node = {
        "a": {Sd("13"): True, "plain": "+1-202", "folded": "one two"},
        "list": [Sd({"k": "v"}), {Sd("foo"): "#bar"}, [Sd(1), [2.5], {"x": "None"}]],
        "empty": None,
    }

    assert expected == specification.read(text)
