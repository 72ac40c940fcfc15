"""What a wallet has proven to the ledger: that its holder has the key of a certificate.

1. the answer is to this question (OpenID4VP 8.1 to 8.3); 2. a trusted issuer signed the
certificate (RFC 9901 7.1, SD-JWT VC 3.5); 3. its holder signed for us, now (RFC 9901 7.3);
4. no claim came along.

A certificate that has ended, or was revoked, still proves its key: what was shared with it while
it was valid stays its holder's to read. So its end is not looked at, and no status is asked for.
"""

from datetime import datetime, timedelta
from typing import Final

from consent.errors import ConsentError, ConsentFailure
from consent.opening.question import QUERY_ID, Question
from keys import base64url
from keys.errors import KeysError
from keys.jwt_time import numeric_date
from keys.role import Role
from keys.strict_json import loads_object
from keys.trust_list import TrustList
from keys.x5c import parse_x5c
from keys.x509 import validate_chain
from standards.openid4vp.errors import ResponseError
from standards.openid4vp.response import ErrorResponse, read_response
from standards.profiles import Profile
from standards.sd_jwt.errors import SdJwtError
from standards.sd_jwt.parse import UnverifiedSdJwt, parse_sd_jwt
from standards.sd_jwt_vc.credential import verify_vc, verify_vc_key_binding
from standards.sd_jwt_vc.errors import VcError

# As long as a question lives.
_AGE: Final = timedelta(minutes=5)


def prove_key(body: bytes, question: Question, *, trust: TrustList, now: datetime) -> bytes:
    """Return the thumbprint (RFC 7638, 32 octets) of the key that was proven.

    Raises `ConsentError` (opening_refused) for whatever is not that proof.
    """
    try:
        presented = _presentation(body, question)  # 1
        unverified = parse_sd_jwt(presented)
        then = _while_valid(unverified, now)
        chain = validate_chain(  # 2
            parse_x5c(unverified.header.get("x5c")),
            anchors=trust.anchors(Role.ISSUER, now),
            role=Role.ISSUER,
            now=then,
        )
        vc = verify_vc(unverified, chain.leaf_key, profile=Profile.HAIP, now=then)
        verify_vc_key_binding(  # 3
            vc,
            expected_audience=question.client_id,
            expected_nonce=question.nonce,
            now=now,
            max_age=_AGE,
        )
    except (KeysError, ResponseError, SdJwtError, VcError) as error:
        raise _refused(str(error.failure)) from None
    if vc.sd.disclosed:  # 4
        raise _refused("no claim was asked for")
    if vc.vct not in question.types or vc.holder is None:
        raise _refused("another type of certificate was asked for")
    return base64url.decode(vc.holder.thumbprint())


def _presentation(body: bytes, question: Question) -> str:
    answer = read_response(
        body,
        query=question.query,
        expected_state=question.state,
        decryption_key=question.key,
    )
    if isinstance(answer, ErrorResponse):
        raise _refused("the wallet shows no certificate")
    # A token that was read answers its one question with one certificate (OpenID4VP 8.1).
    [presented] = dict(answer.vp_token.by_query)[QUERY_ID]
    return presented


def _while_valid(unverified: UnverifiedSdJwt, now: datetime) -> datetime:
    """Return a moment at which the certificate had not ended: its key is asked for, not it."""
    claims = loads_object(unverified.issuer.payload)
    if "exp" not in claims:
        return now
    return min(now, numeric_date(claims["exp"]) - timedelta(seconds=1))


def _refused(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.OPENING_REFUSED, detail)
