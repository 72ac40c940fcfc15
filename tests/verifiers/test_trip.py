"""The whole trip through this room: ask, answer, result."""

from keys.x509 import Role
from tests.verifiers.world import NAME, REGISTER_VCT, REGISTRY, Certified, Issuer, World


async def test_an_adult_check_by_another_makers_wallet_is_verified(world: World) -> None:
    """
    A conformant wallet that knows nothing of our consent gets an answer, and the desk one claim.
    """
    asked = await world.ask()

    acknowledgement = await world.answer(asked)

    assert acknowledgement.as_dict().keys() == {"redirect_uri"}
    result = await world.state(asked)
    receipt, steps = result.pop("receipt"), result.pop("steps")
    assert result == {
        "state": "verified",
        "credentials": [
            {
                "vct": REGISTER_VCT,
                "issuer": REGISTRY,
                "claims": {"age_over_19": True},
                "status": "valid",
            }
        ],
    }
    assert NAME not in str((receipt, steps))


async def test_an_issuer_is_called_what_its_certificate_says(world: World) -> None:
    """
    H87: an issuer whose certificate names no address may write any into ``iss``, another's too;
    the desk is told the name its root vouches for.
    """
    nameless = Issuer(Certified.by(world.roots.of[Role.ISSUER], "Somebody else"), name=REGISTRY)
    asked = await world.ask()

    await world.answer(asked, nameless.issue())

    result = await world.verifiers.result(asked.transaction_id)
    (credential,) = result.credentials
    assert isinstance(credential, dict)
    assert "Somebody else" == credential["issuer"]
