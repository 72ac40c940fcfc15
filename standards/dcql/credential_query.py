"""One credential asked for (OpenID4VP 1.0 section 6.1, appendices B.2.3 and B.3.5)."""

from dataclasses import dataclass, replace
from typing import Self

from keys.strict_json import JsonObject
from standards.dcql.claim_query import ClaimQuery, TrustedAuthority
from standards.dcql.errors import malformed
from standards.dcql.limits import (
    MAX_AUTHORITIES,
    MAX_CLAIM_SETS,
    MAX_CLAIMS,
    MAX_TYPES,
    at_most,
    check_id,
    check_unique,
)
from standards.members import Members, present, written_all

SD_JWT_VC = "dc+sd-jwt"
MDOC = "mso_mdoc"

_BINDING = "require_cryptographic_holder_binding"


@dataclass(frozen=True, slots=True)
class CredentialQuery:
    """One credential asked for.

    ``types`` are the ``vct_values`` of ``dc+sd-jwt`` or the one ``doctype_value`` of ``mso_mdoc``;
    empty puts no limit on the type. ``claims`` empty asks for no selectively disclosable claim.
    """

    id: str
    format: str
    types: tuple[str, ...] = ()
    claims: tuple[ClaimQuery, ...] = ()
    claim_sets: tuple[tuple[str, ...], ...] = ()
    trusted_authorities: tuple[TrustedAuthority, ...] = ()
    multiple: bool = False
    require_cryptographic_holder_binding: bool = True

    @classmethod
    def parse(cls, reader: Members) -> Self:
        """Return the credential query in one element of ``credentials``, or raise `DcqlError`."""
        credential_format = reader.text("format")
        claims = _claims(reader, credential_format)
        return cls(
            id=check_id(reader.text("id")),
            format=credential_format,
            types=_types(reader.object("meta"), credential_format),
            claims=claims,
            claim_sets=_claim_sets(reader, claims),
            trusted_authorities=_authorities(reader),
            multiple=reader.flag("multiple", default=False),
            require_cryptographic_holder_binding=reader.flag(_BINDING, default=True),
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads; defaults are left out, ``meta`` never is."""
        required: JsonObject = {"id": self.id, "format": self.format, "meta": self._meta()}
        return required | present(
            {
                "multiple": self.multiple or None,
                _BINDING: None if self.require_cryptographic_holder_binding else False,
                "trusted_authorities": written_all(self.trusted_authorities),
                "claims": written_all(self.claims),
                "claim_sets": [list(ids) for ids in self.claim_sets],
            }
        )

    def retaining(self, *, kept: bool) -> Self:
        """Return the query saying of each claim whether it is kept, where its format says so."""
        if self.format != MDOC:
            return self
        claims = tuple(replace(claim, intent_to_retain=kept) for claim in self.claims)
        return replace(self, claims=claims)

    def alternatives(self) -> tuple[tuple[int, ...], ...]:
        """Return the combinations of claims that will do, most wanted first (section 6.4.1).

        A combination is positions in ``claims``; without ``claim_sets`` it is all of them.
        """
        if not self.claim_sets:
            return (tuple(range(len(self.claims))),)
        position = {claim.id: index for index, claim in enumerate(self.claims)}
        return tuple(tuple(position[name] for name in ids) for ids in self.claim_sets)

    def _meta(self) -> JsonObject:
        if not self.types:
            return {}
        if self.format == MDOC:
            return {"doctype_value": self.types[0]}
        return {"vct_values": list(self.types)}


def _types(meta: Members, credential_format: str) -> tuple[str, ...]:
    # Section 6.1: an empty ``meta`` puts no constraint; other formats' members are not ours.
    if credential_format == SD_JWT_VC:
        return at_most(MAX_TYPES, meta.optional_texts("vct_values"), "types")
    if credential_format == MDOC and meta.has("doctype_value"):
        return (meta.text("doctype_value"),)
    return ()


def _claims(reader: Members, credential_format: str) -> tuple[ClaimQuery, ...]:
    elements = reader.array("claims") if reader.has("claims") else []
    at_most(MAX_CLAIMS, elements, "claims")
    parse = ClaimQuery.parse_mdoc if credential_format == MDOC else ClaimQuery.parse
    claims = reader.parts("claims", parse)
    check_unique([claim.id for claim in claims if claim.id is not None], "claims")
    return claims


def _claim_sets(reader: Members, claims: tuple[ClaimQuery, ...]) -> tuple[tuple[str, ...], ...]:
    if not reader.has("claim_sets"):
        return ()
    known = {claim.id for claim in claims}
    if not claims or None in known:
        raise malformed("claim_sets needs claims, each with an id")
    sets = at_most(MAX_CLAIM_SETS, reader.text_arrays("claim_sets"), "claim_sets")
    if not known.issuperset(name for names in sets for name in names):
        raise malformed("claim_sets names a claim that is not there")
    return sets


def _authorities(reader: Members) -> tuple[TrustedAuthority, ...]:
    authorities = reader.parts("trusted_authorities", TrustedAuthority.parse)
    return at_most(MAX_AUTHORITIES, authorities, "trusted_authorities")
