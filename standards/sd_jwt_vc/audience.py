"""For whom a credential is meant, where its issuer says so (RFC 7519 section 4.1.3).

RFC 9901 section 7.1, step 6: what decides validity is read in the processed payload. A credential
that names an audience is valid there alone; most name none, and are meant for whoever is shown
them. The holder is no audience of its own credential, so a wallet keeps one all the same.
"""

from keys.strict_json import JsonObject
from standards.sd_jwt_vc.errors import VcError, VcFailure


def audience_of(claims: JsonObject) -> frozenset[str] | None:
    """Return whom ``aud`` names, None where it is absent, or raise `VcError` (claim_malformed)."""
    if "aud" not in claims:
        return None
    value = claims["aud"]
    named = [value] if isinstance(value, str) else value
    if not isinstance(named, list) or not all(isinstance(each, str) for each in named):
        raise VcError(VcFailure.CLAIM_MALFORMED, "aud is a string, or a list of strings")
    return frozenset(map(str, named))
