"""Randomness as an argument: rules ask for octets, the caller says where they come from."""

import os
from collections.abc import Callable
from typing import Final, TypeAlias

# Returns as many unpredictable octets as asked for.
Entropy: TypeAlias = Callable[[int], bytes]

SYSTEM_ENTROPY: Final[Entropy] = os.urandom
