"""Credential Issuer Metadata (OpenID4VCI 1.0 section 12.2): what an issuer makes, and where."""

from dataclasses import dataclass
from typing import Self

from keys.strict_json import JsonObject, JsonValue
from standards.members import Members, members, present, written, written_all
from standards.openid4vci.configuration import CredentialConfiguration
from standards.openid4vci.display import Display
from standards.openid4vci.encryption import RequestEncryptionSupport, ResponseEncryptionSupport
from standards.openid4vci.errors import VciError, VciFailure, malformed
from standards.web_address import check_identifier, check_web_address

# Put between host and path by `standards.oauth.metadata.well_known_url` (section 12.2.2).
WELL_KNOWN = "openid-credential-issuer"
# Section 12.2.4: a batch is of two at least; without the member there is none.
_SMALLEST_BATCH = 2


@dataclass(frozen=True, slots=True)
class CredentialIssuerMetadata:
    """What an issuer says of itself; members nobody here uses are ignored (VCI-69)."""

    credential_issuer: str
    credential_endpoint: str
    credential_configurations_supported: tuple[CredentialConfiguration, ...]
    authorization_servers: tuple[str, ...] = ()
    nonce_endpoint: str | None = None
    deferred_credential_endpoint: str | None = None
    notification_endpoint: str | None = None
    batch_size: int | None = None
    display: tuple[Display, ...] = ()
    credential_request_encryption: RequestEncryptionSupport | None = None
    credential_response_encryption: ResponseEncryptionSupport | None = None

    @classmethod
    def parse(cls, value: JsonValue, *, expected_issuer: str) -> Self:
        """Return the metadata of ``expected_issuer``, compared as plain text (VCI-61, H79).

        Raises `VciError`: malformed, or issuer_mismatch.
        """
        reader = members(value, "credential issuer metadata", malformed)
        issuer = reader.text("credential_issuer")
        if issuer != expected_issuer:
            raise VciError(VciFailure.ISSUER_MISMATCH, "metadata of another issuer")
        check_identifier(issuer, "credential_issuer", malformed)
        servers = reader.optional_texts("authorization_servers")
        for server in servers:
            check_identifier(server, "authorization_servers", malformed)
        return cls(
            credential_issuer=issuer,
            credential_endpoint=_address(reader, reader.text("credential_endpoint")),
            credential_configurations_supported=_configurations(reader),
            authorization_servers=servers,
            nonce_endpoint=_endpoint(reader, "nonce_endpoint"),
            deferred_credential_endpoint=_endpoint(reader, "deferred_credential_endpoint"),
            notification_endpoint=_endpoint(reader, "notification_endpoint"),
            batch_size=reader.part("batch_credential_issuance", _batch_size),
            display=reader.parts("display", Display.parse),
            credential_request_encryption=reader.part(
                "credential_request_encryption", RequestEncryptionSupport.parse
            ),
            credential_response_encryption=reader.part(
                "credential_response_encryption", ResponseEncryptionSupport.parse
            ),
        )

    def as_dict(self) -> JsonObject:
        """Return the metadata as published; absent members are left out."""
        batch: JsonObject = {} if self.batch_size is None else {"batch_size": self.batch_size}
        optional = present(
            {
                "authorization_servers": list(self.authorization_servers),
                "nonce_endpoint": self.nonce_endpoint,
                "deferred_credential_endpoint": self.deferred_credential_endpoint,
                "notification_endpoint": self.notification_endpoint,
                "batch_credential_issuance": batch,
                "display": written_all(self.display),
                "credential_request_encryption": written(self.credential_request_encryption),
                "credential_response_encryption": written(self.credential_response_encryption),
            }
        )
        return {
            "credential_issuer": self.credential_issuer,
            "credential_endpoint": self.credential_endpoint,
            **optional,
            "credential_configurations_supported": {
                entry.id: entry.as_dict() for entry in self.credential_configurations_supported
            },
        }

    def configuration(self, configuration_id: str) -> CredentialConfiguration:
        """Return one kind of credential, or raise `VciError` (unknown_configuration)."""
        for configuration in self.credential_configurations_supported:
            if configuration.id == configuration_id:
                return configuration
        raise VciError(VciFailure.UNKNOWN_CONFIGURATION, "the issuer does not make this")

    def authorization_server(self, named: str | None) -> str:
        """Return the server to ask for a token: the one a grant ``named``, or the first (VCI-6).

        Without ``authorization_servers`` the issuer is its own. Raises `VciError`
        (unknown_authorization_server) when the named one is not listed.
        """
        if named is None:
            return next(iter(self.authorization_servers), self.credential_issuer)
        if named not in self.authorization_servers:
            raise VciError(VciFailure.UNKNOWN_AUTHORIZATION_SERVER, "the issuer lists no such")
        return named

    def max_proofs(self) -> int:
        """Return how many key proofs one request may carry: one, unless batches are offered."""
        return self.batch_size or 1


def _configurations(reader: Members) -> tuple[CredentialConfiguration, ...]:
    return tuple(
        CredentialConfiguration.parse(name, entry)
        for name, entry in reader.entries("credential_configurations_supported")
    )


def _batch_size(batch: Members) -> int:
    size = batch.optional_count("batch_size")
    if size is None or size < _SMALLEST_BATCH:
        raise malformed("batch_size is at least 2")
    return size


def _endpoint(reader: Members, name: str) -> str | None:
    address = reader.optional_text(name)
    return None if address is None else _address(reader, address)


def _address(reader: Members, address: str) -> str:
    check_web_address(address, f"{reader.where}: an endpoint", reader.refuse)
    return address
