"""Which credential a request asks for: by configuration, or by an identifier of the token."""

import json
from typing import Any

import pytest

from tests.issuers.test_refusals import error
from tests.issuers.world import World

KIND = "resident-register"
DETAILS = json.dumps([{"type": "openid_credential", "credential_configuration_id": KIND}])


async def identified(world: World) -> tuple[str, str]:
    """Return an access token that was asked for by details, and its identifier."""
    answer = await world.redeem(await world.code(), authorization_details=DETAILS)
    assert 200 == answer.status_code, answer.text
    (detail,) = answer.json()["authorization_details"]
    (identifier,) = detail["credential_identifiers"]
    return str(answer.json()["access_token"]), str(identifier)


async def asked(world: World, access: str, **members: Any) -> tuple[int, str | None]:
    """Return the status of a request with a good proof, and the code of its error."""
    proofs: Any = {"jwt": [world.prove(await world.nonce())]}
    answer = await world.ask(access, {**members, "proofs": proofs})
    return answer.status_code, None if answer.status_code == 200 else error(answer)


async def test_what_is_identified_is_asked_for_by_its_identifier(world: World) -> None:
    """
    VCI-25, VCI-31: by the identifier of the token response, as often as the token allows.
    """
    access, identifier = await identified(world)

    for _ in range(2):
        assert (200, None) == await asked(world, access, credential_identifier=identifier)


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"credential_identifier": "unknown"}, "unknown_credential_identifier"),
        ({"credential_identifier": KIND}, "unknown_credential_identifier"),
        ({"credential_configuration_id": KIND}, "invalid_credential_request"),
        ({"credential_configuration_id": "x"}, "unknown_credential_configuration"),
        (
            {"credential_identifier": "unknown", "credential_configuration_id": KIND},
            "invalid_credential_request",
        ),
        ({}, "invalid_credential_request"),
        ({"credential_identifier": 7}, "invalid_credential_request"),
        ({"credential_identifier": ""}, "invalid_credential_request"),
    ],
    ids=[
        "unknown",
        "the configuration's name",
        "by configuration",
        "unknown configuration",
        "both",
        "neither",
        "a number",
        "empty",
    ],
)
async def test_everything_else_has_its_code(
    world: World, members: dict[str, Any], code: str
) -> None:
    """
    H74, suite modules fail-unknown-credential-identifier and -configuration, VCI-31.
    """
    access, _ = await identified(world)

    assert (400, code) == await asked(world, access, **members)


async def test_an_identifier_is_its_own_tokens(world: World) -> None:
    """
    H74: another order's identifier is unknown, and so is any where none was given out.
    """
    _, foreign = await identified(world)
    access, _ = await identified(world)
    by_scope = await world.access()

    for token in (access, by_scope):
        assert (400, "unknown_credential_identifier") == await asked(
            world, token, credential_identifier=foreign
        )
