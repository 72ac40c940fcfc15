"""The closed lists: every failure has a party and a next step, every standard's failure is one."""

import pytest

from standards.dcql.errors import DcqlFailure
from standards.formats.errors import CredentialFailure
from standards.openid4vp.errors import ResponseFailure
from tests.verifiers.world import World
from verifiers.errors import VerifierError
from verifiers.failure import Failure, failure_of
from verifiers.presented.failures_of import OF_CREDENTIAL, OF_DCQL, OF_RESPONSE
from verifiers.recording.recorder import RecordedUse
from verifiers.verifying.verification import VerifiedPresentation


@pytest.mark.parametrize("failure", list(Failure), ids=lambda failure: failure.code)
def test_every_failure_says_whose_turn_it_is(failure: Failure) -> None:
    """
    A code that is stored and found again, and a sentence that says what to do.
    """
    assert failure is failure_of(failure.code)
    assert failure.code == failure.name.lower()
    assert failure.next_step.endswith(".")
    assert VerifierError(failure, "adult").detail == f"{failure.next_step} (adult)"


def test_every_failure_of_a_standard_is_one_of_ours() -> None:
    """
    The tables are total: a new reason there cannot be forgotten here.
    """
    assert set(CredentialFailure) == set(OF_CREDENTIAL)
    assert set(DcqlFailure) == set(OF_DCQL)
    assert set(ResponseFailure) == set(OF_RESPONSE)


async def test_only_the_verifier_makes_a_verified_presentation(world: World) -> None:
    """
    Success is a type nobody else can make.
    """
    await world.answer(asked := await world.ask())
    transaction, _ = await world.store.find(asked.transaction_id)

    with pytest.raises(RuntimeError, match="verify_response"):
        VerifiedPresentation(transaction, (), RecordedUse(None), object())
