"""The verifiers that were registered with this wallet, by their client_id."""

from collections.abc import Mapping
from typing import TypeAlias

from standards.openid4vp.registered_client import RegisteredClient

KnownClients: TypeAlias = Mapping[str, RegisteredClient]
