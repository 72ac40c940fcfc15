"""What a client asks for, in detail: credentials (RFC 9396; OpenID4VCI 1.0 section 5.1.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from keys.errors import KeysError
from keys.strict_json import JsonObject, JsonValue, dumps, loads
from standards.members import Members, present, written_all
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError

CREDENTIAL_DETAIL: Final = "openid_credential"
# Nobody asks for so many certificates in one go; each is a line on the page that asks for leave.
DETAILS_LIMIT: Final = 16
# An identifier, a web address and claims for each of them.
_TEXT_LIMIT: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class CredentialDetail:
    """One credential by its configuration, asked for or granted.

    Asked for, it has ``locations`` when the issuer lists authorization servers (VCI-15); granted,
    it has the ``credential_identifiers`` to ask for the credential by (VCI-25). ``claims`` of a
    request only express a wish and are not kept.
    """

    credential_configuration_id: str
    credential_identifiers: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()

    @classmethod
    def parse_granted(cls, reader: Members) -> Self | None:
        """Return one element of a token response; None for what is about something else.

        Raises the reader's refusal; members nobody knows are ignored (VCI-26).
        """
        if reader.text("type") != CREDENTIAL_DETAIL:
            return None
        return cls(
            reader.text("credential_configuration_id"),
            credential_identifiers=reader.texts("credential_identifiers"),
        )

    def as_dict(self) -> JsonObject:
        """Return one element of ``authorization_details``."""
        return present(
            {
                "type": CREDENTIAL_DETAIL,
                "locations": list(self.locations),
                "credential_configuration_id": self.credential_configuration_id,
                "credential_identifiers": list(self.credential_identifiers),
            }
        )


def parse_details(value: JsonValue) -> tuple[CredentialDetail, ...]:
    """Return what is asked for, each configuration once (VCI-14).

    Unlike a client, a server refuses details of other types (RFC 9396 section 5), and
    ``credential_identifiers``, which only it gives out (section 6.2). Raises `OAuthRequestError`
    (invalid_authorization_details).
    """
    where = "authorization_details"
    elements = Members({where: value}, "request", _invalid).objects(where)
    if len(elements) > DETAILS_LIMIT:
        raise _invalid(f"at most {DETAILS_LIMIT} credentials are asked for at once")
    details = tuple(_asked(element) for element in elements)
    if len({detail.credential_configuration_id for detail in details}) != len(details):
        raise _invalid("a credential_configuration_id comes twice")
    return details


def parse_details_text(text: str | None) -> tuple[CredentialDetail, ...]:
    """Return what the form parameter ``authorization_details`` asks for; none when it is absent.

    Raises `OAuthRequestError` (invalid_authorization_details).
    """
    if text is None:
        return ()
    try:
        return parse_details(loads(text, limit=_TEXT_LIMIT))
    except KeysError:
        raise _invalid("authorization_details is no JSON") from None


def written_details(details: Iterable[CredentialDetail]) -> str | None:
    """Return the form parameter `parse_details_text` reads; None leaves it out."""
    elements = written_all(details)
    return dumps(elements).decode() if elements else None


def _asked(element: Members) -> CredentialDetail:
    if element.text("type") != CREDENTIAL_DETAIL:
        raise _invalid("only details of type openid_credential are known")
    if element.has("credential_identifiers"):
        raise _invalid("credential_identifiers are given out by the server")
    return CredentialDetail(
        element.text("credential_configuration_id"),
        locations=element.optional_texts("locations"),
    )


def _invalid(detail: str) -> OAuthRequestError:
    return OAuthRequestError(OAuthErrorCode.INVALID_AUTHORIZATION_DETAILS, detail)
