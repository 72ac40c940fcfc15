r"""One certificate that a purpose of a definition asks for.

[[purposes.certificates]]
query = "licence"
format = "mso_mdoc"
type = "org.iso.18013.5.1.mDL"
claims = ['org\.iso\.18013\.5\.1.age_over_19']
instead_of = "adult"

``format`` left out is ``dc+sd-jwt``; claims of an mdoc are a namespace, its dots escaped, and an
element. ``instead_of`` names the query of a certificate that does as well: the person chooses.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from keys.json_value import JsonValue
from standards.dcql.credential_query import SD_JWT_VC
from standards.dcql.errors import DcqlError
from standards.dcql.paths import ClaimsPathPointer
from standards.formats.known import FORMATS
from verifiers.registered.registration import AllowedClaims
from verifiers.services.certificate_type import type_of
from verifiers.services.profile import MAX_ALTERNATIVES, credential
from verifiers.services.table import Table

_ANY: Final = "*"
_NEEDED: Final = ("type", "claims")
_OPTIONAL: Final = ("query", "optional", "format", "instead_of")


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate a purpose may ask for; ``optional`` by the short names in query ids.

    ``instead_of`` names the query of another one that does as well.
    """

    query_id: str
    vct: str | None
    required: tuple[ClaimsPathPointer, ...] | None
    optional: Mapping[str, ClaimsPathPointer]
    format: str = SD_JWT_VC
    instead_of: str | None = None

    @property
    def allowed(self) -> AllowedClaims:
        """The entry of the registration."""
        paths = None if self.required is None else (*self.required, *self.optional.values())
        return AllowedClaims(self.vct, paths)


def read_certificate(at: str, value: JsonValue, *, base: str) -> Certificate:
    """Return one of the certificates of a purpose, or raise DEFINITION_INVALID."""
    members = Table.of(at, value, _NEEDED, _OPTIONAL)
    vct = type_of(members, base)
    query_id = members.query_id("query") if members.has("query") else "certificate"
    if members.raw("claims") == [_ANY]:
        if vct is not None:
            members.fail("claims", 'claims by name; ["*"] stands with the type * alone')
        return Certificate(query_id, vct, None, {})
    required = members.paths("claims")
    if not required:
        members.fail("claims", "at least one claim")
    optional, named = _optional(members), _format(members)
    try:
        credential(query_id, vct or _ANY, (*required, *optional.values()), named)
    except DcqlError as error:
        members.fail("claims", error.detail)
    instead_of = members.query_id("instead_of") if members.has("instead_of") else None
    return Certificate(query_id, vct, required, optional, named, instead_of)


def check_instead(members: Table, certificates: tuple[Certificate, ...]) -> None:
    """Refuse a certificate in the place of one that is not there, or is itself a substitute."""
    own = {each.query_id for each in certificates if each.instead_of is None}
    if not own.issuperset(each.instead_of for each in certificates if each.instead_of):
        members.fail("certificates", "instead_of names the query of another certificate")


def _format(members: Table) -> str:
    """Return the name of a format that is verified here."""
    named = members.text("format", SD_JWT_VC)
    if named not in FORMATS:
        members.fail("format", f"one of {', '.join(FORMATS)}")
    return named


def _optional(members: Table) -> Mapping[str, ClaimsPathPointer]:
    """Return the claims a person may leave out, by the short names in the ids of queries."""
    if not members.has("optional"):
        return {}
    at, table = members.place("optional"), members.raw("optional")
    if not isinstance(table, dict) or not table or 2 ** len(table) > MAX_ALTERNATIVES:
        members.fail("optional", "one to three claims, each by a short name")
    inside = Table(at, table)
    return {
        Table("", {at: name}).query_id(at): inside.path_in(inside.place(name), table[name])
        for name in table
    }
