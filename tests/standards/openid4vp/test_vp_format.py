"""Formats and algorithms as verifiers and wallets state them (OpenID4VP B.2.2, B.3.4)."""

import pytest

from keys.strict_json import JsonObject, JsonValue
from standards.formats.known import FORMATS
from standards.members import members
from standards.openid4vp.vp_format import VpFormat, our_formats

BOTH: JsonObject = {"issuerauth_alg_values": [-7, -9], "deviceauth_alg_values": [-65537]}


def read(said: JsonObject, name: str = "mso_mdoc") -> VpFormat:
    return VpFormat.parse(name, members(said, "a format", ValueError))


def test_an_mdocs_algorithms_are_numbers() -> None:
    """
    VP-71: both lists of B.2.2, unchanged after reading and writing; each may be absent.
    """
    form = read(BOTH)

    assert VpFormat("mso_mdoc", (), (), (-7, -9), (-65537,)) == form
    assert BOTH == form.as_dict()
    assert VpFormat("mso_mdoc") == read({})


def test_what_is_said_of_a_format_is_said_in_its_own_words() -> None:
    """
    VP-71: names in JOSE, numbers in COSE; a tag is taken only where there is a key to agree upon.
    """
    sd_jwt, mdoc = our_formats()

    assert FORMATS.keys() == {sd_jwt.format, mdoc.format}
    assert ("ES256", "Ed25519") == sd_jwt.sd_jwt_alg_values == sd_jwt.kb_jwt_alg_values
    assert (-7, -9, -8, -19) == mdoc.issuerauth_alg_values == mdoc.deviceauth_alg_values
    (_, tagged) = our_formats(takes_tags=True)
    assert (*mdoc.deviceauth_alg_values, -65537) == tagged.deviceauth_alg_values


@pytest.mark.parametrize("value", [[], ["ES256"], [True], [-7.0], -7, None], ids=repr)
def test_numbers_that_are_none_are_refused(value: JsonValue) -> None:
    """
    VP-71: a non-empty array of whole numbers, or nothing.
    """
    with pytest.raises(ValueError, match="issuerauth_alg_values"):
        read({"issuerauth_alg_values": value})


@pytest.mark.parametrize(
    ("said", "issuer_alg", "device_alg"),
    [
        ({}, -7, 5),
        ({"issuerauth_alg_values": [-9]}, -7, -7),
        ({"deviceauth_alg_values": [-65537]}, -8, 5),
        (BOTH, -9, 5),
    ],
)
def test_an_mdoc_fulfils_what_is_said(said: JsonObject, issuer_alg: int, device_alg: int) -> None:
    """
    VP-71, B.2.2: by its number, or by a full one that means the same; what is open is open.
    """
    assert read(said).takes_mdoc(issuer_alg=issuer_alg, device_alg=device_alg)


@pytest.mark.parametrize(("issuer_alg", "device_alg"), [(-8, 5), (-7, -7)])
def test_an_mdoc_that_is_signed_otherwise_does_not(issuer_alg: int, device_alg: int) -> None:
    """
    VP-71: each of the two lists is a requirement of its own.
    """
    assert not read(BOTH).takes_mdoc(issuer_alg=issuer_alg, device_alg=device_alg)


@pytest.mark.parametrize("said", [{}, {"issuerauth_alg_values": [-9]}, BOTH])
def test_two_who_have_something_in_common_can_talk(said: JsonObject) -> None:
    """
    A wallet's words beside a verifier's.
    """
    assert read(said).shares_algorithms(VpFormat("mso_mdoc", (), (), (-7,), (5, -7)))


@pytest.mark.parametrize(
    "said", [{"issuerauth_alg_values": [-8]}, {"deviceauth_alg_values": [-8]}]
)
def test_two_who_have_nothing_in_common_cannot(said: JsonObject) -> None:
    """
    One list without a common number is enough.
    """
    assert not read(said).shares_algorithms(VpFormat("mso_mdoc", (), (), (-7,), (-7,)))
