"""The doctor on uses without the ledger: what waits is told, what is overdue is not well."""

import pytest

from app.errors import CommandError
from app.late_examination import told
from app.metrics import Metrics


async def metrics(**values: float) -> str:
    """The metrics of a service whose gauges say this."""
    counted = Metrics()
    for name, value in values.items():
        getattr(counted, name).set(value)
    return (await counted.text()).decode()


async def test_what_waits_and_what_was_used_twice_is_told() -> None:
    """
    Waiting is normal; a code at two institutions is somebody else's matter, and said.
    """
    seen = told(await metrics(late_uses_waiting=3, codes_reused=1))

    assert "3 late uses wait" in seen
    assert "1 codes were used at two" in seen
    assert "0 late uses wait" in told("")


@pytest.mark.parametrize("name", ["late_uses_overdue", "late_uses_refused"])
async def test_what_does_not_reach_the_ledger_is_not_well(name: str) -> None:
    """
    Overdue or refused: somebody has to look, and is told where.
    """
    with pytest.raises(CommandError) as warned:
        told(await metrics(late_uses_waiting=3, **{name: 2}))

    assert "/verifiers/unsettled" in warned.value.problem.detail
