"""Coming again with a refresh token: further copies of a certificate, or a new one in its place.

Further copies say what the first ones said, with its numbers and its dates. When the record says
something else by now, when the certificate grew old with a change of the register, has ended or
will soon, a new one is issued and the old one is superseded: to its verifiers it is outdated
(docs/decisions/0009-outdated.md).
"""

from datetime import datetime

from issuers.authorization.grants import Grant
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuance.book import CertificateState, KeptCertificate
from issuers.numbers.codes import IssuerSecret, equal
from keys.json_value import JsonObject
from keys.strict_json import canonical

# In the last third of its life a certificate is replaced instead of copied.
_LAST_PART = 3
_PURPOSE = "statement of a certificate"


def statement_mac(number: str, claims: JsonObject, secret: IssuerSecret) -> bytes:
    """Return what is kept of a certificate's claims: enough to see that they changed, no claim."""
    return secret.mac(_PURPOSE, number, canonical(claims).decode())


def check_renewable(kept: KeptCertificate, grant: Grant) -> None:
    """Return when ``grant`` can lead to more copies or to a new certificate.

    Raises `IssuerError`: certificate_revoked and certificate_suspended, as coming again must not
    undo what an officer did; access_spent for one that holds no longer where nothing but a token
    was shown: only who proves a key comes again without the citizen.
    """
    match kept.state:
        case CertificateState.REVOKED:
            detail = "the certificate was revoked: apply for a new one"
            raise IssuerError(IssuerFailure.CERTIFICATE_REVOKED, detail)
        case CertificateState.SUSPENDED:
            detail = "the certificate is suspended: come again when it is reinstated"
            raise IssuerError(IssuerFailure.CERTIFICATE_SUSPENDED, detail)
        case CertificateState.OUTDATED | CertificateState.EXPIRED if not grant.can_renew:
            raise _changed()
        case _:
            return


def is_renewed(kept: KeptCertificate, grant: Grant, *, now: datetime) -> bool:
    """Tell whether a new certificate takes the place of this one, whatever the record says."""
    certificate = kept.certificate
    life = certificate.expires_at - certificate.issued_at
    is_late = now >= certificate.expires_at - life / _LAST_PART
    return kept.state is not CertificateState.VALID or (is_late and grant.can_renew)


def says_the_same(kept: KeptCertificate, stated: bytes, grant: Grant) -> bool:
    """Tell whether the record still says what the certificate says; ``stated`` is its mac now.

    Earlier releases kept nothing of what was stated, so nothing is known to have changed. Raises
    `IssuerError` (access_spent) for a change where nothing but a token was shown.
    """
    known = kept.certificate.statement_mac
    if known is None or equal(known, stated):
        return True
    if not grant.can_renew:
        raise _changed()
    return False


def _changed() -> IssuerError:
    detail = "the certificate has changed meanwhile: ask the authority for a new one"
    return IssuerError(IssuerFailure.ACCESS_SPENT, detail)
