"""An issuer's keys with their certificates, where it publishes them (draft-13 §5).

    GET https://a.example/.well-known/jwt-vc-issuer/issuers/x
    {"issuer": "https://a.example/issuers/x", "jwks": {"keys": [{"kty": "EC", …, "x5c": […]}]}}

Nobody's word is taken here: a chain read from it is validated like one from a credential.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from keys.errors import KeysError
from keys.jwk import PublicJwk
from keys.strict_json import JsonObject, loads_object
from standards.members import members
from standards.sd_jwt_vc.errors import VcError, VcFailure

WELL_KNOWN: Final = "jwt-vc-issuer"
# A key in use and some being rotated out, each with a few certificates.
MAX_DOCUMENT: Final = 64 * 1024


def issuer_keys(issuer: str, keys: Iterable[tuple[PublicJwk, Sequence[str]]]) -> JsonObject:
    """Return the document of ``issuer``; each key comes with its ``x5c``."""
    listed: list[JsonObject] = [{**key.as_dict(), "x5c": [*x5c]} for key, x5c in keys]
    return {"issuer": issuer, "jwks": {"keys": [*listed]}}


def read_chains(document: bytes, *, expected_issuer: str) -> tuple[tuple[str, ...], ...]:
    """Return the ``x5c`` of every published key that has one, or raise `VcError`.

    type_of_another when the document is another issuer's (§5.2), type_malformed for the rest.
    """
    try:
        read = members(loads_object(document, limit=MAX_DOCUMENT), "issuer metadata", _malformed)
    except KeysError as error:
        raise _malformed(error.detail) from error
    if read.text("issuer") != expected_issuer:
        raise VcError(VcFailure.TYPE_OF_ANOTHER, "the metadata is another issuer's")
    keys = read.object("jwks").objects("keys")
    return tuple(key.texts("x5c") for key in keys if key.has("x5c"))


def _malformed(detail: str) -> VcError:
    return VcError(VcFailure.TYPE_MALFORMED, detail)
