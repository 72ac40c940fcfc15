"""What the citizen has not got for a question: why in words, and the next step for each.

All of it stays on this page: the asking party is not told (OpenID4VP 1.0 section 15.4.1).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from consent.forms.statutory import kind_of
from wallet.pages.type_names import KnownNames
from wallet.presenting.missing import Lack, Missing
from web.language import Language

# What one line holds; whoever accepts more than these has to be asked.
_SHOWN_VALUES: Final = 6


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: where, and the room's word for it, into which ``about`` goes."""

    href: str
    word: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class LackingCertificate:
    """One certificate that would be needed; ``why`` and ``hint`` name the room's words.

    ``claims`` are what the nearest one that is kept does not answer, each with what they want to
    hear of it where they say so; ``issuer`` is who issued that.
    """

    name: str
    why: str
    hint: str
    claims: tuple[tuple[str, str], ...]
    issuer: str
    steps: tuple[Step, ...]


def lacking_of(
    missing: Missing, names: KnownNames, base: str, language: Language
) -> LackingCertificate:
    """Return one missing certificate as the page tells it; ``base`` is our own address."""
    called = [names.type_name(vct, language) for vct in missing.types]
    why = f"lack_{missing.lack.value}"
    return LackingCertificate(
        name=" / ".join(dict.fromkeys(called)),
        why=why,
        hint=f"{why}_next",
        claims=tuple(_claims(missing, names, language)),
        issuer="" if missing.nearest is None else missing.nearest.provenance.name,
        steps=tuple(_steps(missing, names, base, language)),
    )


def _claims(missing: Missing, names: KnownNames, language: Language) -> Iterator[tuple[str, str]]:
    """Yield each claim that is lacking by its name, with the values that would do."""
    wanted = dict(missing.wanted)
    for path in missing.lacking:
        values = wanted.get(path, ())[:_SHOWN_VALUES]
        yield names.dotted_claim(path, language), " / ".join(map(str, values))


def _steps(missing: Missing, names: KnownNames, base: str, language: Language) -> Iterator[Step]:
    """Yield the ways to get it, the shortest first."""
    match missing.lack:
        case Lack.VALUE_DIFFERS | Lack.OTHER_FORMAT:
            # Another copy would say the same, and another form is not to be had here.
            return
        case Lack.EXPIRED:
            if missing.nearest is not None:
                yield Step(f"/wallet/certificates/{missing.nearest.id}", "renew")
        case Lack.NOT_HELD | Lack.OTHER_AUTHORITY | Lack.LACKS_CLAIMS | Lack.MADE_FOR_ANOTHER:
            pass
    for vct in missing.types:
        if vct.startswith(f"{base}/") and (kind := kind_of(vct)):
            word = "take_this" if len(missing.types) == 1 else "take_named"
            yield Step(f"/issuers/apply/{kind}", word, names.type_name(vct, language))
        elif (host := urlsplit(vct).hostname) and vct.startswith("https://"):
            yield Step("/wallet/request", "take_from", host)
