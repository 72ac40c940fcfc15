"""Which form of an answer a request would rather have (RFC 9110 section 12.5.1)."""

import re
from typing import Final

_QUALITY: Final = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)


def prefers(accept: str, wanted: str, usual: str) -> bool:
    """Tell whether a request asks for ``wanted`` by name, and for ``usual`` less or not at all.

    Wildcards ask for nothing in particular, so they get the usual form.
    """
    asked = _asked(accept)
    return asked.get(wanted, 0.0) > asked.get(usual, 0.0)


def _asked(accept: str) -> dict[str, float]:
    """Return the quality of each media type named; a quality that cannot be read is none."""
    found: dict[str, float] = {}
    for element in accept.split(","):
        media_type, *parameters = (part.strip() for part in element.split(";"))
        weights = [part for part in parameters if part.lower().startswith("q=")]
        found[media_type.lower()] = _weight(weights[-1]) if weights else 1.0
    return found


def _weight(parameter: str) -> float:
    read = _QUALITY.fullmatch(parameter)
    return 0.0 if read is None else float(read[1])
