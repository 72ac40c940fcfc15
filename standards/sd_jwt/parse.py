"""Take an SD-JWT apart without believing it (RFC 9901 §4, §7.1 step 1)."""

from typing import NamedTuple

from keys import jws
from keys.errors import KeysError
from keys.jws import UnverifiedJws
from keys.strict_json import JsonObject
from standards.sd_jwt.errors import SdJwtError, SdJwtFailure
from standards.sd_jwt.limits import MAX_DISCLOSURES, MAX_OCTETS


class UnverifiedSdJwt(NamedTuple):
    """An SD-JWT in its parts, nothing of it proven yet.

    ``presented`` is everything up to and including the last ``~``: what `sd_hash` covers
    (§4.3.1). ``kb_jwt`` is None for an SD-JWT without key binding.
    """

    issuer: UnverifiedJws
    disclosures: tuple[str, ...]
    kb_jwt: str | None
    presented: str

    @property
    def header(self) -> JsonObject:
        """The issuer's JWS header, for finding the key; not signed until `verify_sd_jwt`."""
        return self.issuer.header


def parse_sd_jwt(text: str) -> UnverifiedSdJwt:
    """Return the parts of an SD-JWT or SD-JWT+KB in compact form.

    Raises too_large before anything is decoded, json_serialization for the form of §8,
    issuer_jwt_refused when the first part is no JWS we read, malformed for the rest.
    """
    _check_octets(text)
    if text.lstrip().startswith("{"):
        raise SdJwtError(SdJwtFailure.JSON_SERIALIZATION, "the compact form was expected")
    issuer_jwt, tilde, rest = text.partition("~")
    if not tilde:
        raise _malformed("no ~ ends the issuer-signed JWT")
    *disclosures, last = _split(rest)
    if "" in disclosures:
        raise _malformed("an empty disclosure")
    return UnverifiedSdJwt(
        issuer=_read_jws(issuer_jwt),
        disclosures=tuple(disclosures),
        kb_jwt=last or None,
        presented=text[: len(text) - len(last)],
    )


def parse_issued_sd_jwt(text: str) -> UnverifiedSdJwt:
    """Return what an issuer handed out, or raise key_binding_unexpected (§7.2).

    A credential that already carries somebody's key binding is a presentation.
    """
    unverified = parse_sd_jwt(text)
    if unverified.kb_jwt is not None:
        raise SdJwtError(
            SdJwtFailure.KEY_BINDING_UNEXPECTED, "an issued credential carries no key binding"
        )
    return unverified


def _check_octets(text: str) -> None:
    if len(text) > MAX_OCTETS:
        raise SdJwtError(SdJwtFailure.TOO_LARGE, f"at most {MAX_OCTETS} octets were expected")


def _split(rest: str) -> list[str]:
    """Return the disclosures and what comes last; too many are not even separated."""
    parts = rest.split("~", MAX_DISCLOSURES + 1)
    if len(parts) > MAX_DISCLOSURES + 1:
        raise SdJwtError(
            SdJwtFailure.TOO_LARGE, f"at most {MAX_DISCLOSURES} disclosures were expected"
        )
    return parts


def _read_jws(token: str) -> UnverifiedJws:
    try:
        return jws.parse(token, limit=MAX_OCTETS)
    except KeysError as error:
        raise SdJwtError(SdJwtFailure.ISSUER_JWT_REFUSED, error.detail) from error


def _malformed(detail: str) -> SdJwtError:
    return SdJwtError(SdJwtFailure.MALFORMED, detail)
