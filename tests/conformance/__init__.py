"""One test per module of the conformance suite; a bundle's failed condition says what it saw."""

import pytest

pytest.register_assert_rewrite("tests.conformance.bundles")
