"""What a credential and its claims are called, and that it keeps the rules of its type.

A type with an address is asked there; what is published is processed in full, and a credential
that breaks its own type is refused (SD-JWT VC head 5.6). A type that is a name and no address, as
a doctype, is called what its issuer's metadata say (OpenID4VCI section 12.2.4). Names are a
courtesy: without any it is shown by its paths.
"""

import asyncio
from collections.abc import Iterable
from typing import Final

from standards.formats.credential import ProvenCredential
from standards.openid4vci.configuration import CredentialConfiguration
from standards.openid4vci.display import Display
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


async def describe(
    proven: ProvenCredential, configured: Description, correspondent: Correspondent
) -> Description:
    """Return the names of the credential's type and claims, none where none are published.

    ``configured`` are those of its issuer's metadata, as `names_in` read them. Raises
    ``WalletError`` (type_metadata_invalid).
    """
    # Only an address can be asked; other names (``urn:…``) are just names.
    if not proven.type.startswith(("https://", "http://")):
        return configured
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


def names_in(configuration: CredentialConfiguration, vct: str) -> Description:
    """Return the names that an issuer's metadata give the type ``vct`` and its claims."""
    return Description(
        vct=vct,
        type_names=_names(configuration.display),
        claims=tuple(
            ClaimName(claim.path.steps, _names(claim.display))
            for claim in configuration.claims
            if claim.display
        ),
    )


def _names(displays: Iterable[Display]) -> tuple[Name, ...]:
    """Return the names that say of which language they are."""
    return tuple(Name(each.locale, each.name) for each in displays if each.locale and each.name)


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
