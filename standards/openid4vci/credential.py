"""The credential endpoint (OpenID4VCI 1.0 section 8): asking for credentials, and getting them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from keys.strict_json import JsonObject, JsonValue
from standards.members import Members, members, present, written
from standards.openid4vci.encryption import ResponseEncryption
from standards.openid4vci.error_response import CredentialErrorCode, CredentialRequestError
from standards.openid4vci.errors import malformed

# More than any metadata of ours advertises; what `proofs` may hold at all before it is looked at.
MAX_PROOFS = 100


class ProofType(StrEnum):
    """The kinds of key proof (appendix F) that are text; ``di_vp`` is not read here."""

    JWT = "jwt"
    ATTESTATION = "attestation"


@dataclass(frozen=True, slots=True)
class Proofs:
    """Key proofs, all of one type: each asks for one credential bound to its key."""

    proof_type: ProofType
    values: tuple[str, ...]

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Return ``proofs`` of a request, or raise `CredentialRequestError`.

        Not exactly one type: invalid_credential_request. A type or a value that is no proof, or
        no proof at all: invalid_proof.
        """
        reader = members(value, "proofs", invalid_request)
        if len(reader.value) != 1:
            raise invalid_request("proofs holds exactly one proof type")
        name = next(iter(reader.value))
        if name not in set(ProofType):
            raise invalid_proof("this proof type is not supported")
        values = Members(reader.value, "proofs", invalid_proof).texts(name)
        if len(values) > MAX_PROOFS:
            raise invalid_request("too many proofs")
        return cls(ProofType(name), values)

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads."""
        return {self.proof_type.value: list(self.values)}


@dataclass(frozen=True, slots=True)
class CredentialRequest:
    """What a wallet asks for: exactly one of the two ids is there (VCI-31).

    ``mydata_inbox`` is our wallet's own, and strangers ignore it (VCI-44).
    """

    credential_configuration_id: str | None = None
    credential_identifier: str | None = None
    proofs: Proofs | None = None
    credential_response_encryption: ResponseEncryption | None = None
    mydata_inbox: str | None = None

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Return the request, or raise `CredentialRequestError`; unknown members are ignored."""
        reader = members(value, "credential request", invalid_request)
        configuration = reader.optional_text("credential_configuration_id")
        identifier = reader.optional_text("credential_identifier")
        if (configuration is None) == (identifier is None):
            raise invalid_request(
                "exactly one of credential_configuration_id and credential_identifier is needed"
            )
        proofs, encryption = "proofs", "credential_response_encryption"
        return cls(
            configuration,
            identifier,
            Proofs.parse(reader.value[proofs]) if reader.has(proofs) else None,
            ResponseEncryption.parse(reader.value[encryption]) if reader.has(encryption) else None,
            reader.optional_text("mydata_inbox"),
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads."""
        return present(
            {
                "credential_configuration_id": self.credential_configuration_id,
                "credential_identifier": self.credential_identifier,
                "proofs": written(self.proofs),
                "credential_response_encryption": written(self.credential_response_encryption),
                "mydata_inbox": self.mydata_inbox,
            }
        )


@dataclass(frozen=True, slots=True)
class CredentialResponse:
    """Credentials, ready: at most one for each key proved, in no promised order (VCI-42).

    ``mydata_household`` is our issuer's own, and passed on unread.
    """

    credentials: tuple[str, ...]
    notification_id: str | None = None
    mydata_household: JsonValue = None

    def as_dict(self) -> JsonObject:
        """Return the body of a 200 answer."""
        credentials: list[JsonValue] = [{"credential": text} for text in self.credentials]
        return present(
            {
                "credentials": credentials,
                "notification_id": self.notification_id,
                "mydata_household": self.mydata_household,
            }
        )


@dataclass(frozen=True, slots=True)
class DeferredResponse:
    """Credentials, later: ask again after ``interval`` seconds with the id (section 9)."""

    transaction_id: str
    interval: int

    def as_dict(self) -> JsonObject:
        """Return the body of a 202 answer."""
        return {"transaction_id": self.transaction_id, "interval": self.interval}


def parse_credential_response(value: JsonValue) -> CredentialResponse | DeferredResponse:
    """Return what a wallet got, or raise `VciError`.

    Credentials or a transaction id, never both (VCI-38); ``interval`` comes with the one,
    ``notification_id`` with the other (VCI-39); unknown members are ignored (VCI-44).
    """
    reader = members(value, "credential response", malformed)
    if reader.has("credentials") == reader.has("transaction_id"):
        raise malformed("exactly one of credentials and transaction_id is needed")
    wrong = "interval" if reader.has("credentials") else "notification_id"
    if reader.has(wrong):
        raise malformed(f"{wrong} does not belong to this response")
    if reader.has("credentials"):
        credentials = tuple(entry.text("credential") for entry in reader.objects("credentials"))
        notification_id = reader.optional_text("notification_id")
        return CredentialResponse(
            credentials, notification_id, reader.value.get("mydata_household")
        )
    interval = reader.optional_count("interval")
    if not interval:
        raise malformed("interval is a number of seconds from 1")
    return DeferredResponse(reader.text("transaction_id"), interval)


def invalid_proof(detail: str) -> CredentialRequestError:
    """Return the error for a key proof that is missing or proves nothing (VCI-48)."""
    return CredentialRequestError(CredentialErrorCode.INVALID_PROOF, detail)


def invalid_request(detail: str) -> CredentialRequestError:
    """Return the error for a request that breaks a rule of sections 8.2 and 9.1."""
    return CredentialRequestError(CredentialErrorCode.INVALID_CREDENTIAL_REQUEST, detail)
