"""One kind of credential an issuer makes (OpenID4VCI 1.0 section 12.2.4, appendices A and B)."""

from dataclasses import dataclass
from typing import Final, Self

from keys.strict_json import JsonObject, JsonValue
from standards.dcql.errors import DcqlError
from standards.dcql.paths import ClaimsPathPointer
from standards.members import Members, present, written_all
from standards.openid4vci.display import Display
from standards.openid4vci.errors import malformed


@dataclass(frozen=True, slots=True)
class ClaimDescription:
    """A claim the credential may hold; ``mandatory`` ones are always there (appendix B)."""

    path: ClaimsPathPointer
    mandatory: bool = False
    display: tuple[Display, ...] = ()

    @classmethod
    def parse(cls, reader: Members) -> Self:
        """Return one element of ``claims``, or raise `VciError`."""
        try:
            path = ClaimsPathPointer.parse(reader.array("path"))
        except DcqlError as error:
            raise malformed(f"{reader.where}: {error.detail}") from None
        mandatory = reader.flag("mandatory", default=False)
        return cls(path, mandatory, reader.parts("display", Display.parse))

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads."""
        return present(
            {
                "path": self.path.as_list(),
                "mandatory": self.mandatory or None,
                "display": written_all(self.display),
            }
        )


@dataclass(frozen=True, slots=True)
class KeyAttestationsRequired:
    """Keys must be attested; empty tuples put no condition on how well (appendix D.2)."""

    key_storage: tuple[str, ...] = ()
    user_authentication: tuple[str, ...] = ()

    @classmethod
    def parse(cls, reader: Members) -> Self:
        """Return the conditions, or raise `VciError`."""
        storage = reader.optional_texts("key_storage")
        return cls(storage, reader.optional_texts("user_authentication"))

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads; an empty one says something too."""
        return present(
            {
                "key_storage": list(self.key_storage),
                "user_authentication": list(self.user_authentication),
            }
        )


# By which member each format names the type of a credential (appendices A.2.2 and A.3.2).
TYPE_MEMBERS: Final = {"dc+sd-jwt": "vct", "mso_mdoc": "doctype"}


@dataclass(frozen=True, slots=True)
class ProofTypeSupport:
    """A kind of key proof the issuer takes, by the name it has in ``proofs``."""

    proof_type: str
    proof_signing_alg_values_supported: tuple[str, ...]
    key_attestations_required: KeyAttestationsRequired | None = None

    @classmethod
    def parse(cls, proof_type: str, reader: Members) -> Self:
        """Return one member of ``proof_types_supported``, or raise `VciError`."""
        return cls(
            proof_type,
            reader.texts("proof_signing_alg_values_supported"),
            reader.part("key_attestations_required", KeyAttestationsRequired.parse),
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON object of the metadata."""
        support: JsonObject = {
            "proof_signing_alg_values_supported": list(self.proof_signing_alg_values_supported)
        }
        if self.key_attestations_required is not None:
            support["key_attestations_required"] = self.key_attestations_required.as_dict()
        return support


@dataclass(frozen=True, slots=True)
class CredentialConfiguration:
    """One kind of credential, under the ``id`` it is asked for by.

    ``type`` is the ``vct`` of ``dc+sd-jwt``, the ``doctype`` of ``mso_mdoc`` (appendix A), and
    None in other formats, of which nothing besides is kept; algorithms are JOSE names or COSE
    numbers.
    """

    id: str
    format: str
    scope: str | None = None
    type: str | None = None
    cryptographic_binding_methods_supported: tuple[str, ...] = ()
    credential_signing_alg_values_supported: tuple[str | int, ...] = ()
    proof_types_supported: tuple[ProofTypeSupport, ...] = ()
    display: tuple[Display, ...] = ()
    claims: tuple[ClaimDescription, ...] = ()

    @classmethod
    def parse(cls, configuration_id: str, reader: Members) -> Self:
        """Return one member of ``credential_configurations_supported``, or raise `VciError`."""
        shown = "credential_metadata"
        empty = Members({}, reader.where, reader.refuse)
        metadata = reader.object(shown) if reader.has(shown) else empty
        proof_types = "proof_types_supported"
        credential_format = reader.text("format")
        return cls(
            id=configuration_id,
            format=credential_format,
            scope=reader.optional_text("scope"),
            type=_type(reader, credential_format),
            cryptographic_binding_methods_supported=reader.optional_texts(
                "cryptographic_binding_methods_supported"
            ),
            credential_signing_alg_values_supported=_algorithms(reader),
            proof_types_supported=tuple(
                ProofTypeSupport.parse(name, support)
                for name, support in (
                    reader.entries(proof_types) if reader.has(proof_types) else ()
                )
            ),
            display=metadata.parts("display", Display.parse),
            claims=metadata.parts("claims", ClaimDescription.parse),
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads, without the id."""
        metadata = present(
            {
                "display": written_all(self.display),
                "claims": written_all(self.claims),
            }
        )
        return present(
            {
                "format": self.format,
                "scope": self.scope,
                TYPE_MEMBERS.get(self.format, "type"): self.type,
                "cryptographic_binding_methods_supported": list(
                    self.cryptographic_binding_methods_supported
                ),
                "credential_signing_alg_values_supported": list(
                    self.credential_signing_alg_values_supported
                ),
                "proof_types_supported": {
                    support.proof_type: support.as_dict() for support in self.proof_types_supported
                },
                "credential_metadata": metadata,
            }
        )

    def proof_type(self, name: str) -> ProofTypeSupport | None:
        """Return what is said of one kind of key proof; None when it is not taken."""
        return next((s for s in self.proof_types_supported if s.proof_type == name), None)


def _type(reader: Members, credential_format: str) -> str | None:
    member = TYPE_MEMBERS.get(credential_format)
    return None if member is None else reader.optional_text(member)


def _algorithms(reader: Members) -> tuple[str | int, ...]:
    name = "credential_signing_alg_values_supported"
    return tuple(_algorithm(value) for value in (reader.array(name) if reader.has(name) else []))


def _algorithm(value: JsonValue) -> str | int:
    if isinstance(value, str | int) and not isinstance(value, bool):
        return value
    raise malformed("an algorithm is a JOSE name or a COSE number")
