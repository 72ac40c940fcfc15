"""Fetch what a credential and its claims are called, and hold it against the type's rules.

A type that publishes nothing is shown by its paths: names are a courtesy. But what is published
is processed in full, and a credential that breaks its own type is refused (SD-JWT VC head 5.6).
"""

import asyncio
from typing import Final

from standards.formats.credential import ProvenCredential
from standards.sd_jwt_vc.errors import VcError
from standards.sd_jwt_vc.read_type import MAX_DOCUMENT
from standards.sd_jwt_vc.resolve_type import ResolvedType, resolve_type_async
from standards.sd_jwt_vc.type_rules import check_issued
from wallet.errors import WalletError, WalletFailure
from wallet.labels import ClaimName, Description, Name
from wallet.outside.correspondence import JSON, Correspondent, UnansweredError

_OK: Final = 200
# For a whole chain of types: a person is waiting, and names are not worth more.
_SECONDS: Final = 5.0


async def describe(proven: ProvenCredential, correspondent: Correspondent) -> Description:
    """Return the names of the credential's type and claims, none where none are published.

    Raises ``WalletError`` (type_metadata_invalid).
    """
    # Only an address can be asked; other names (``urn:…``) are just names.
    if not proven.type.startswith(("https://", "http://")):
        return Description(proven.type)
    try:
        async with asyncio.timeout(_SECONDS):
            resolved = await _resolve(proven, correspondent)
    except (UnansweredError, TimeoutError):
        return Description(proven.type)
    return description_of(resolved)


async def _resolve(proven: ProvenCredential, correspondent: Correspondent) -> ResolvedType:
    async def fetch(url: str) -> bytes:
        answer = await correspondent.get(url, accept=JSON, limit=MAX_DOCUMENT)
        if answer.status != _OK or answer.media_type != JSON:
            raise UnansweredError("no type metadata is published")
        return answer.body

    try:
        resolved = await resolve_type_async(
            proven.type, integrity=proven.type_integrity, fetch=fetch
        )
        check_issued(proven.content, resolved.claims)
    except VcError as error:
        raise WalletError(WalletFailure.TYPE_METADATA_INVALID, error.failure.value) from None
    return resolved


def description_of(resolved: ResolvedType) -> Description:
    """Return the names a type publishes for itself and for its claims."""
    return Description(
        vct=resolved.vct,
        type_names=tuple(Name(each.locale, each.name) for each in resolved.display),
        claims=tuple(
            ClaimName(claim.path, tuple(Name(each.locale, each.label) for each in claim.display))
            for claim in resolved.claims
            if claim.display
        ),
    )
