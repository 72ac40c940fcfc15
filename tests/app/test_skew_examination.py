"""The doctor on clocks: a wallet here and there is no sign, one direction again and again is."""

import pytest

from app.errors import CommandError
from app.metrics import Act, Metrics
from app.skew_examination import told
from verifiers.presented.skew import Direction, TimeCheck


async def metrics(verified: int, behind: int, ahead: int = 0) -> str:
    """The metrics of a service that verified so often, and needed the budget so often."""
    counted = Metrics()
    for _ in range(verified):
        counted.act(Act.VERIFIED, "done", 0.01)
    for direction, times in ((Direction.BEHIND, behind), (Direction.AHEAD, ahead)):
        for _ in range(times):
            counted.skew(TimeCheck.KEY_BINDING.value, direction.value)
    return (await counted.text()).decode()


@pytest.mark.parametrize(("verified", "behind"), [(0, 0), (9, 9), (1000, 50)])
async def test_a_difference_here_and_there_is_well(verified: int, behind: int) -> None:
    """
    None, too few to say, and one in twenty.
    """
    assert f"{behind} of {verified} " in told(await metrics(verified, behind))


async def test_a_clock_that_is_off_is_named_with_its_direction() -> None:
    """
    Every tenth verification needed it, and most say that our own clock is behind.
    """
    with pytest.raises(CommandError) as warned:
        told(await metrics(200, 18, 2))

    assert "20 of 200" in warned.value.problem.detail
    assert "behind" in warned.value.problem.detail
