"""What CBOR is written for, and what it is not."""

from typing import Any

import pytest

from standards.cbor.write import dumps


@pytest.mark.parametrize("value", [object(), {1, 2}.__iter__(), lambda: None])
def test_what_has_no_form_is_a_bug(value: Any) -> None:
    """
    Said to whoever wrote the call, by the name of the type alone.
    """
    with pytest.raises(TypeError, match=type(value).__name__):
        dumps(value)
