"""The whole trip through this room: ask, answer, result."""

from tests.verifiers.world import NAME, REGISTER_VCT, REGISTRY, World


async def test_an_adult_check_by_another_makers_wallet_is_verified(world: World) -> None:
    """
    A conformant wallet that knows nothing of our consent gets an answer, and the desk one claim.
    """
    asked = await world.ask()

    acknowledgement = await world.answer(asked)

    assert acknowledgement.as_dict().keys() == {"redirect_uri"}
    result = await world.state(asked)
    receipt = result.pop("receipt")
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
    assert NAME not in str(receipt)
