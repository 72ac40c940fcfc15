"""A credential format and its algorithms, as verifiers and wallets state them (appendix B)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from keys.strict_json import JsonObject
from keys.verification_key import Algorithm
from standards.cose.algorithm import HMAC_256_P256, fulfils, numbers_of
from standards.dcql.credential_query import MDOC, SD_JWT_VC
from standards.formats.known import FORMATS
from standards.members import Members, present


@dataclass(frozen=True, slots=True)
class VpFormat:
    """A credential format somebody can make or check; empty algorithm lists leave them open.

    The first two lists are those of ``dc+sd-jwt`` (B.3.4), names in JOSE; the others those of
    ``mso_mdoc`` (B.2.2), numbers in COSE. Of further formats only the name is kept.
    """

    format: str
    sd_jwt_alg_values: tuple[str, ...] = ()
    kb_jwt_alg_values: tuple[str, ...] = ()
    issuerauth_alg_values: tuple[int, ...] = ()
    deviceauth_alg_values: tuple[int, ...] = ()

    @classmethod
    def parse(cls, name: str, reader: Members) -> Self:
        """Return one member of ``vp_formats_supported``, refused with the reader's error."""
        if name == SD_JWT_VC:
            return cls(
                name,
                reader.optional_texts("sd-jwt_alg_values"),
                reader.optional_texts("kb-jwt_alg_values"),
            )
        if name == MDOC:
            return cls(
                name,
                issuerauth_alg_values=reader.optional_numbers("issuerauth_alg_values"),
                deviceauth_alg_values=reader.optional_numbers("deviceauth_alg_values"),
            )
        return cls(name)

    @classmethod
    def of(cls, name: str, algorithms: Sequence[Algorithm], *, takes_tags: bool = False) -> Self:
        """Return a format of ours as one who signs or checks with these algorithms states it.

        ``takes_tags``: instead of a signature a holder may send a tag (``deviceMac``), which takes
        a key of the reader's to agree upon.
        """
        if name == MDOC:
            numbers = tuple(number for each in algorithms for number in numbers_of(each))
            tags = (HMAC_256_P256,) if takes_tags else ()
            return cls(
                name, issuerauth_alg_values=numbers, deviceauth_alg_values=(*numbers, *tags)
            )
        names = tuple(each.value for each in algorithms)
        return cls(name, names, names)

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads."""
        return present(
            {
                "sd-jwt_alg_values": list(self.sd_jwt_alg_values),
                "kb-jwt_alg_values": list(self.kb_jwt_alg_values),
                "issuerauth_alg_values": list(self.issuerauth_alg_values),
                "deviceauth_alg_values": list(self.deviceauth_alg_values),
            }
        )

    def takes_mdoc(self, *, issuer_alg: int, device_alg: int) -> bool:
        """Tell whether an mdoc signed with these numbers is one that is asked for (B.2.2)."""
        pairs = (
            (issuer_alg, self.issuerauth_alg_values),
            (device_alg, self.deviceauth_alg_values),
        )
        return all(not accepted or fulfils(number, accepted) for number, accepted in pairs)

    def shares_algorithms(self, other: "VpFormat") -> bool:
        """Tell whether one that states this, and one that states ``other``, have each in common.

        What this one says nothing about is taken to be possible.
        """
        names = (
            (self.sd_jwt_alg_values, other.sd_jwt_alg_values),
            (self.kb_jwt_alg_values, other.kb_jwt_alg_values),
        )
        numbers = (
            (self.issuerauth_alg_values, other.issuerauth_alg_values),
            (self.deviceauth_alg_values, other.deviceauth_alg_values),
        )
        return all(not said or not set(said).isdisjoint(ours) for said, ours in names) and all(
            not said or any(fulfils(one, said) for one in ours) for said, ours in numbers
        )


# What certificates and their holders' keys are signed with; other algorithms sign the log's words.
ALGORITHMS: Final = (Algorithm.ES256, Algorithm.ED25519)


def our_formats(*, takes_tags: bool = False) -> tuple[VpFormat, ...]:
    """Return every format of `standards.formats`, as it stands in our metadata."""
    return tuple(VpFormat.of(name, ALGORITHMS, takes_tags=takes_tags) for name in FORMATS)
