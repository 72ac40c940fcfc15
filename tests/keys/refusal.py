"""How the tests of this room say that something is refused, and why."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from keys.errors import ECHO_LIMIT, KeysError, KeysFailure


@contextmanager
def refused(failure: KeysFailure) -> Iterator[None]:
    """Expect a refusal for this very reason, in one printable line that echoes little."""
    with pytest.raises(KeysError) as caught:
        yield
    assert failure == caught.value.failure
    assert caught.value.detail.isprintable()
    assert len(caught.value.detail) <= 2 * ECHO_LIMIT
