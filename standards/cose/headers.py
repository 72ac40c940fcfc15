"""Both headers of a COSE structure: one that is signed, one that is not (RFC 9052 section 3)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from keys.certificate_reader import CERTIFICATE_LIMIT
from keys.x5c import CHAIN_LIMIT
from standards.cbor.errors import CborError
from standards.cbor.read import Limits, loads
from standards.cbor.value import CborMap, CborValue, Encodable
from standards.cbor.write import dumps
from standards.cose.errors import CoseError, CoseFailure, malformed

ALG: Final = 1
CRIT: Final = 2
TYP: Final = 16
X5CHAIN: Final = 33

NO_HEADER: Final[Mapping[int, Encodable]] = MappingProxyType({})

# An algorithm, a type, and a chain that somebody put here.
_LIMITS: Final = Limits(octets=64 * 1024, items=256, depth=8)


class Headers(NamedTuple):
    """Both headers; ``octets`` are those of the protected one, as they were signed."""

    octets: bytes
    protected: CborMap
    unprotected: CborMap

    @property
    def alg(self) -> CborValue:
        """The algorithm's number, from the header that is signed."""
        return self.protected.get(ALG)

    @property
    def x5chain(self) -> tuple[bytes, ...]:
        """The DER certificates of who signed, leaf first, or raise chain_refused (RFC 9360)."""
        value = self.protected.get(X5CHAIN, self.unprotected.get(X5CHAIN))
        elements = value if isinstance(value, list) else [value]
        chain = tuple(one for one in elements if isinstance(one, bytes) and one)
        if not 0 < len(chain) == len(elements) <= CHAIN_LIMIT:
            raise CoseError(
                CoseFailure.CHAIN_REFUSED, f"an x5chain of 1 to {CHAIN_LIMIT} was expected"
            )
        if any(len(one) > CERTIFICATE_LIMIT for one in chain):
            raise CoseError(CoseFailure.CHAIN_REFUSED, "a certificate that is too large")
        return chain


def parse_headers(protected: CborValue, unprotected: CborValue) -> Headers:
    """Return the headers of a structure, or raise `CoseError` (malformed, header_refused)."""
    if not isinstance(protected, bytes) or not isinstance(unprotected, dict):
        raise malformed("a protected and an unprotected header were expected")
    try:
        read = loads(protected, limits=_LIMITS) if protected else {}
    except CborError as error:
        raise malformed(f"protected header: {error.detail}") from error
    if not isinstance(read, dict):
        raise malformed("the protected header is a map")
    if not read.keys().isdisjoint(unprotected):
        raise _refused("a label stands in both headers")
    if CRIT in read or CRIT in unprotected:
        raise _refused("no extension is understood, so none may be demanded")
    if ALG in unprotected:
        raise _refused("alg stands where nobody signed it")
    return Headers(protected, read, unprotected)


def protected_octets(alg: int, further: Mapping[int, Encodable] = NO_HEADER) -> bytes:
    """Return the octets of a protected header with ``alg`` and what else is to be signed."""
    return dumps({**further, ALG: alg})


def x5chain_header(chain: tuple[bytes, ...]) -> dict[int, Encodable]:
    """Return the unprotected header of a chain: one certificate alone, several in an array."""
    if not chain:
        return {}
    return {X5CHAIN: chain[0] if len(chain) == 1 else [*chain]}


def _refused(detail: str) -> CoseError:
    return CoseError(CoseFailure.HEADER_REFUSED, detail)
