"""Messages of the credential endpoints as JWE (OpenID4VCI 1.0 section 10), in both directions.

Only what is asked for and what is answered with success is encrypted; errors never are (VCI-47).
"""

from collections.abc import Collection, Iterable
from typing import Final

from keys import jwe
from keys.encryption_key import DecryptionKey
from keys.errors import KeysError, KeysFailure
from keys.jwe import Enc
from keys.strict_json import JsonObject, dumps
from standards.openid4vci.encryption import RequestEncryptionSupport, ResponseEncryption
from standards.openid4vci.error_response import CredentialErrorCode, CredentialRequestError
from standards.openid4vci.errors import VciError, malformed

MEDIA_TYPE: Final = "application/jwt"

# What the header says of keys and algorithms; everything else is a broken message.
_PARAMETERS: Final = frozenset(
    {
        KeysFailure.KEY_UNKNOWN,
        KeysFailure.KEY_REFUSED,
        KeysFailure.ALGORITHM_REFUSED,
        KeysFailure.COMPRESSION_REFUSED,
        KeysFailure.CRITICAL_REFUSED,
    }
)


def best_enc(offered: Collection[str]) -> Enc | None:
    """Return the content encryption to use: the longer key of those offered (HAIP section 5)."""
    return next((enc for enc in (Enc.A256GCM, Enc.A128GCM) if enc.value in offered), None)


def encrypt_request(request: JsonObject, to: RequestEncryptionSupport) -> str:
    """Return a wallet's request encrypted to a key of the issuer.

    Raises `VciError` (malformed) when the issuer names no key or content encryption known here.
    """
    key = next(iter(to.keys), None)
    enc = best_enc(to.enc_values_supported)
    if key is None or enc is None:
        raise malformed("the issuer names no key we could encrypt to")
    return jwe.encrypt(dumps(request), key, enc=enc)


def decrypt_request(token: str, keys: Iterable[DecryptionKey]) -> JsonObject:
    """Return the request encrypted to the one of ``keys`` that its ``kid`` names.

    Raises `CredentialRequestError`: invalid_encryption_parameters for what its header asks of
    keys and algorithms (``zip`` among it), invalid_credential_request for what cannot be read.
    """
    named = {key.public.kid: key for key in keys}

    def chosen(kid: str) -> DecryptionKey:
        if kid not in named:
            raise KeysError(KeysFailure.KEY_UNKNOWN, "kid names no key of the metadata")
        return named[kid]

    try:
        return jwe.decrypt(token, chosen).claims()
    except KeysError as error:
        raise CredentialRequestError(_code_of(error), error.detail) from None


def check_encryption(
    wanted: ResponseEncryption | None, *, was_encrypted: bool, required: bool
) -> None:
    """Return when a request is as encrypted as it has to be, and asks for what it may ask for.

    VCI-35: an encrypted response is asked for in an encrypted request, as whoever could change a
    plain one could put another key in. Where encryption is ``required``, both are needed (VCI-64).
    Raises `CredentialRequestError` (invalid_encryption_parameters).
    """
    if required and wanted is None:
        raise _invalid("responses are encrypted here: credential_response_encryption is needed")
    if wanted is not None and not was_encrypted:
        raise _invalid("ask for an encrypted response in an encrypted request")


def encrypt_response(response: JsonObject, wanted: ResponseEncryption) -> str:
    """Return an issuer's response encrypted as the request ``wanted`` it; ``kid`` is copied."""
    return jwe.encrypt(dumps(response), wanted.jwk, enc=wanted.enc)


def decrypt_response(token: str, key: DecryptionKey) -> JsonObject:
    """Return the response encrypted to the wallet's own key, or raise `VciError` (malformed)."""
    try:
        return jwe.decrypt(token, key).claims()
    except KeysError as error:
        raise _unreadable(error) from None


def _invalid(detail: str) -> CredentialRequestError:
    return CredentialRequestError(CredentialErrorCode.INVALID_ENCRYPTION_PARAMETERS, detail)


def _code_of(error: KeysError) -> CredentialErrorCode:
    if error.failure in _PARAMETERS:
        return CredentialErrorCode.INVALID_ENCRYPTION_PARAMETERS
    return CredentialErrorCode.INVALID_CREDENTIAL_REQUEST


def _unreadable(error: KeysError) -> VciError:
    return malformed(f"encrypted response: {error.detail}")
