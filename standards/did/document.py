"""The keys an identifier leads to, and the one a token names (DID Core 1.0, sections 5.2, 5.3)."""

from collections.abc import Iterator
from typing import Final, assert_never

from keys import base64url
from keys.errors import KeysError
from keys.jwk import PublicJwk
from keys.multikey import read_multikey
from keys.strict_json import JsonObject, JsonValue, loads
from standards.did.errors import DidError
from standards.did.methods import Did, DidMethod
from standards.members import Members, members

# A host that publishes more keys than this is not asked which.
METHOD_LIMIT: Final = 64


def key_of(did: Did, kid: JsonValue, document: JsonObject | None) -> PublicJwk:
    """Return the key that ``kid``, a DID URL, names; ``document`` is that of a ``did:web``.

    Raises `DidError` when it names another identifier, no key, or more than one.
    """
    if not isinstance(kid, str):
        raise DidError("kid names the key that signed")
    name, hash_sign, fragment = kid.partition("#")
    if name not in {"", str(did)} or not hash_sign or not fragment:
        raise DidError("kid names a key of another identifier")
    try:
        return _key(did, fragment, document)
    except KeysError as error:
        raise DidError(f"its key: {error.detail}") from None


def _key(did: Did, fragment: str, document: JsonObject | None) -> PublicJwk:
    match did.method:
        case DidMethod.KEY:
            # The did:key method, section 3.1: the one key is named after itself.
            if fragment != did.value:
                raise DidError("kid names no key of this did:key")
            return read_multikey(did.value)
        case DidMethod.JWK:
            # The did:jwk method: the one key is called 0.
            if fragment != "0":
                raise DidError("kid names no key of this did:jwk")
            return PublicJwk.parse(loads(base64url.decode(did.value)))
        case DidMethod.WEB:
            return _published(did, fragment, members(document, "did.json", DidError))
        case _:
            assert_never(did.method)


def _published(did: Did, fragment: str, document: Members) -> PublicJwk:
    """Return the one key of that name; a document speaks for its own identifier alone."""
    if document.text("id") != str(did):
        raise DidError("the document is another identifier's")
    methods = document.objects("verificationMethod")
    if len(methods) > METHOD_LIMIT:
        raise DidError(f"at most {METHOD_LIMIT} keys are read")
    names = {f"#{fragment}", f"{did}#{fragment}"}
    found = list(_named(methods, names))
    if len(found) != 1:
        raise DidError("the document has not exactly one key of this name")
    return _verification_key(found[0])


def _named(methods: tuple[Members, ...], names: set[str]) -> Iterator[Members]:
    return (method for method in methods if method.value.get("id") in names)


def _verification_key(method: Members) -> PublicJwk:
    jwk: JsonValue = method.value.get("publicKeyJwk")
    if jwk is not None:
        return PublicJwk.parse(jwk)
    return read_multikey(method.text("publicKeyMultibase"))
