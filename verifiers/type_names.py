"""What certificates, their claims and their issuers are called, as the issuers publish it.

Names make a result readable and nothing else: no verdict waits for them, and what has no name is
shown by its path or address. They are a stranger's text, shown as text (SD-JWT VC draft-13
sections 6 to 9, OpenID4VCI section 12.2.4).
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Generic, Protocol, TypeVar

from keys.errors import KeysError
from keys.strict_json import loads
from standards.openid4vci.configuration import CredentialConfiguration
from standards.openid4vci.errors import VciError
from standards.openid4vci.metadata import CredentialIssuerMetadata
from standards.positions import ClaimPath
from standards.sd_jwt_vc.errors import VcError
from standards.sd_jwt_vc.read_type import parse_type_metadata
from standards.sd_jwt_vc.type_metadata import (
    ClaimDisplay,
    ClaimMetadata,
    TypeDisplay,
    TypeMetadata,
    TypePath,
)

# A person looks at the desk's screen: after that, paths are the better answer.
FETCH_SECONDS: Final = 2.0
# Names change with a release of the issuer's.
FRESH: Final = timedelta(hours=1)
# How long an address that did not answer is left alone.
NEGATIVE: Final = timedelta(seconds=30)
MAX_TYPES: Final = 64

_FALLBACK_LANGUAGE: Final = "en"
_ADDRESSES: Final = ("https://", "http://")

LocalNames = dict[str, str]
"""One text by its language (``ko``, ``en``, ``ja``)."""


class TypeDocuments(Protocol):
    """Where type metadata comes from."""

    async def type_document(self, vct: str) -> bytes | None:
        """Return the document at this very address, None when there is none to be had."""
        ...

    async def issuer_document(self, issuer: str) -> bytes | None:
        """Return the metadata of a Credential Issuer, None when there is none to be had."""
        ...


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one type; ``metadata`` is None while the issuer does not tell them."""

    vct: str
    metadata: TypeMetadata | None = None

    def title(self) -> LocalNames:
        """Return what the type is called."""
        shown = () if self.metadata is None else self.metadata.display
        return _by_language(((each.locale, each.name) for each in shown), self.vct)

    def label(self, path: ClaimPath) -> LocalNames:
        """Return what the claim at ``path`` is called."""
        for claim in () if self.metadata is None else self.metadata.claims:
            if _selects(claim.path, path):
                labels = ((each.locale, each.label) for each in claim.display)
                return _by_language(labels, _plain(path))
        return _by_language((), _plain(path))

    def has(self, path: ClaimPath) -> bool:
        """Tell whether the issuer names the claim at ``path``."""
        claims = () if self.metadata is None else self.metadata.claims
        return any(claim.display and _selects(claim.path, path) for claim in claims)

    def place(self, path: ClaimPath) -> int:
        """Return where the form has the claim: a certificate itself does not keep that order."""
        claims = () if self.metadata is None else self.metadata.claims
        places = (place for place, claim in enumerate(claims) if _selects(claim.path, path))
        return next(places, len(claims))


class TypeNames:
    """The types and issuers seen lately."""

    def __init__(self, documents: TypeDocuments) -> None:
        self._documents = documents
        self._types: _Kept[TypeMetadata] = _Kept(self._read_type)
        self._issuers: _Kept[LocalNames] = _Kept(self._read_issuer)
        self._issued: _Kept[TypeMetadata] = _Kept(self._read_issued)

    async def of(self, vct: str, *, now: datetime, issuer: str = "") -> Names:
        """Return the names of a type; at the worst none, never an error.

        A type that is no address, such as a doctype, is asked of its ``issuer``.
        """
        if vct.startswith(_ADDRESSES):
            return Names(vct, await self._types.get(vct, now))
        return Names(vct, await self._issued.get(f"{vct} {issuer}", now) if issuer else None)

    async def issuer(self, issuer: str, *, now: datetime) -> LocalNames:
        """Return what an issuer calls itself; its identifier while it does not tell."""
        return await self._issuers.get(issuer, now) or {_FALLBACK_LANGUAGE: issuer}

    async def _read_type(self, vct: str) -> TypeMetadata | None:
        document = await self._documents.type_document(vct)
        metadata = None if document is None else parse_type_metadata(document)
        # A document about another type names nothing here (draft-13 section 6.3.1).
        return metadata if metadata is not None and metadata.vct == vct else None

    async def _read_issued(self, named: str) -> TypeMetadata | None:
        vct, _, issuer = named.partition(" ")
        document = await self._documents.issuer_document(issuer)
        if document is None:
            return None
        metadata = CredentialIssuerMetadata.parse(loads(document), expected_issuer=issuer)
        for configuration in metadata.credential_configurations_supported:
            if configuration.type == vct:
                return _as_type(vct, configuration)
        return None

    async def _read_issuer(self, issuer: str) -> LocalNames | None:
        document = await self._documents.issuer_document(issuer)
        if document is None:
            return None
        metadata = CredentialIssuerMetadata.parse(loads(document), expected_issuer=issuer)
        named = ((each.locale or "", each.name) for each in metadata.display if each.name)
        return _by_language(named, issuer)


_Read = TypeVar("_Read")


class _Kept(Generic[_Read]):
    """What was read at an address, or that nothing could be, for a while."""

    def __init__(self, read: Callable[[str], Awaitable[_Read | None]]) -> None:
        self._read = read
        self._kept: OrderedDict[str, tuple[_Read | None, datetime]] = OrderedDict()

    async def get(self, address: str, now: datetime) -> _Read | None:
        kept = self._kept.get(address)
        if kept is not None and now < kept[1]:
            return kept[0]
        found = await self._found(address)
        self._kept[address] = found, now + (NEGATIVE if found is None else FRESH)
        self._kept.move_to_end(address)
        while len(self._kept) > MAX_TYPES:
            self._kept.popitem(last=False)
        return found

    async def _found(self, address: str) -> _Read | None:
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                return await self._read(address)
        except (TimeoutError, VcError, VciError, KeysError):
            return None


def _as_type(vct: str, configuration: CredentialConfiguration) -> TypeMetadata:
    """Return what an issuer says of what it makes (OpenID4VCI B.2), as a type says it."""
    return TypeMetadata(
        vct,
        display=tuple(
            TypeDisplay(each.locale or "", each.name)
            for each in configuration.display
            if each.name
        ),
        claims=tuple(
            ClaimMetadata(
                claim.path.steps,
                tuple(
                    ClaimDisplay(each.locale or "", each.name)
                    for each in claim.display
                    if each.name
                ),
            )
            for claim in configuration.claims
        ),
    )


def _selects(pattern: TypePath, path: ClaimPath) -> bool:
    """Compare with a claims path; None stands for every element of an array (section 9.1)."""
    return len(pattern) == len(path) and all(
        isinstance(step, int) if wanted is None else wanted == step
        for wanted, step in zip(pattern, path, strict=True)
    )


def _plain(path: ClaimPath) -> str:
    named = [step for step in path if isinstance(step, str)]
    return named[-1] if named else ""


def _by_language(texts: Iterable[tuple[str, str]], otherwise: str) -> LocalNames:
    """Return the first text of each language; English stands for those that are missing."""
    found: LocalNames = {}
    for locale, text in texts:
        found.setdefault(locale.partition("-")[0].lower(), text)
    found.setdefault(_FALLBACK_LANGUAGE, next(iter(found.values()), otherwise))
    return found
