"""What types and claims are called when no certificate of the type is held (any more).

A held certificate brings its names along. For the others only our own authorities are asked: an
address a stranger wrote into a question must not learn that somebody opened it.
"""

from collections.abc import Iterable
from typing import Final

from standards.dcql.paths import ClaimsPathPointer
from standards.positions import ClaimPath
from standards.sd_jwt_vc.errors import VcError
from standards.sd_jwt_vc.read_type import MAX_DOCUMENT
from standards.sd_jwt_vc.resolve_type import resolve_type_async
from wallet.kept.holdings import HeldCredential
from wallet.labels import Description
from wallet.outside.correspondence import JSON, Correspondent, UnansweredError
from wallet.outside.describing import description_of
from web.language import Language, pick

_OK: Final = 200
# Far more than our authorities have; what is published at an address of ours does not change.
_KEPT: Final = 64


class TypeNames:
    """Names by type, the published ones fetched once and kept for this process."""

    def __init__(self, correspondent: Correspondent, base: str) -> None:
        self._correspondent = correspondent
        self._own = f"{base}/"
        self._kept: dict[str, Description] = {}

    async def of(self, vcts: Iterable[str], held: Iterable[HeldCredential]) -> "KnownNames":
        """Return the names of these types: as held, else as our own authorities publish them."""
        known = {each.vct: each.description for each in reversed(tuple(held))}
        for vct in vcts:
            if vct not in known:
                known[vct] = await self._published(vct)
        return KnownNames(known)

    async def _published(self, vct: str) -> Description:
        if vct in self._kept:
            return self._kept[vct]
        try:
            resolved = await resolve_type_async(vct, integrity=None, fetch=self._fetch)
        except (UnansweredError, VcError):
            return Description(vct)
        if len(self._kept) >= _KEPT:
            self._kept.clear()
        return self._kept.setdefault(vct, description_of(resolved))

    async def _fetch(self, url: str) -> bytes:
        if not url.startswith(self._own):
            raise UnansweredError("only our own types are asked for")
        answer = await self._correspondent.get(url, accept=JSON, limit=MAX_DOCUMENT)
        if answer.status != _OK or answer.media_type != JSON:
            raise UnansweredError("no type metadata is published")
        return answer.body


class KnownNames:
    """The names that are known, by type."""

    def __init__(self, known: dict[str, Description]) -> None:
        self._known = known

    def type_name(self, vct: str, language: Language) -> str:
        """Return what a type is called; its own address when nobody says."""
        found = self._known.get(vct)
        return pick(found.names(), language) if found else vct

    def claim(self, path: ClaimPath, language: Language) -> str:
        """Return what a claim is called by the first type that names it, else its own name."""
        for description in self._known.values():
            if any(each.is_of(path) for each in description.claims):
                return claim_caption(description, path, language)
        return next((step for step in reversed(path) if isinstance(step, str)), "")

    def dotted_claim(self, text: str, language: Language) -> str:
        """Return what a claim written as dotted text is called; ``*`` stands for any row."""
        steps = ClaimsPathPointer.parse_dotted(text).steps
        return self.claim(tuple(0 if step is None else step for step in steps), language)

    def dotted_claims(self, texts: Iterable[str], language: Language) -> tuple[str, ...]:
        """Return the names of several claims, each once: rows of a table share theirs."""
        return tuple(dict.fromkeys(self.dotted_claim(text, language) for text in texts))


def claim_caption(description: Description, path: ClaimPath, language: Language) -> str:
    """Return a claim's name; one in a table has the table's name before it."""
    own = pick(description.labels(path), language)
    tables = [at for at, step in enumerate(path) if isinstance(step, int) and at]
    if not tables or tables[0] == len(path) - 1 or isinstance(path[-1], int):
        return own
    return f"{pick(description.labels(path[: tables[0]]), language)} · {own}"
