"""Expect a refusal of the wallet: its code, its party, a part of its sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from wallet.errors import WalletError, WalletFailure
from web.errors import Party


@contextmanager
def refused(
    failure: WalletFailure, party: Party | None = None, reason: str = ""
) -> Iterator[None]:
    with pytest.raises(WalletError) as caught:
        yield
    assert failure is caught.value.failure, str(caught.value)
    assert party in {None, caught.value.party}
    assert reason in caught.value.detail
