"""What a wallet has proven to the ledger: that its holder has the key of a certificate.

1. the answer is to this question (OpenID4VP 8.1 to 8.3); 2. a trusted issuer signed the
certificate, whatever its format; 3. its holder signed for us, now; 4. no claim came along.

A certificate that has ended, or was revoked, still proves its key: what was shared with it while
it was valid stays its holder's to read. So its end is not looked at, and no status is asked for.
"""

from datetime import datetime, timedelta
from typing import Final

from consent.errors import ConsentError, ConsentFailure
from consent.opening.question import Question
from keys import base64url
from keys.errors import KeysError
from keys.role import Role
from keys.trust_list import TrustList
from keys.x509 import validate_chain
from standards.formats.credential import UnverifiedCredential
from standards.formats.errors import CredentialError
from standards.formats.known import format_of
from standards.openid4vp.errors import ResponseError
from standards.openid4vp.response import ErrorResponse, read_response
from standards.profiles import Profile

# As long as a question lives.
_AGE: Final = timedelta(minutes=5)


def prove_key(body: bytes, question: Question, *, trust: TrustList, now: datetime) -> bytes:
    """Return the thumbprint (RFC 7638, 32 octets) of the key that was proven.

    Raises `ConsentError` (opening_refused) for whatever is not that proof.
    """
    try:
        unverified = _presentation(body, question)  # 1
        then = _while_valid(unverified, now)
        chain = validate_chain(  # 2
            unverified.chain,
            anchors=trust.anchors(Role.ISSUER, now),
            role=Role.ISSUER,
            now=then,
        )
        proven = unverified.verify(chain.leaf_key, profile=Profile.HAIP, now=then)
        proven.verify_binding(question.bound, now=now, max_age=_AGE)  # 3
    except (CredentialError, KeysError, ResponseError) as error:
        raise _refused(str(error.failure)) from None
    if proven.content.disclosed_paths:  # 4
        raise _refused("no claim was asked for")
    if proven.type not in question.types or proven.holder is None:
        raise _refused("another type of certificate was asked for")
    return base64url.decode(proven.holder.thumbprint())


def _presentation(body: bytes, question: Question) -> UnverifiedCredential:
    answer = read_response(
        body,
        query=question.query,
        expected_state=question.state,
        decryption_key=question.key,
    )
    if isinstance(answer, ErrorResponse):
        raise _refused("the wallet shows no certificate")
    # A token that was read has one certificate for each question it answers (OpenID4VP 8.1).
    if len(answer.vp_token.by_query) != 1:
        raise _refused("one certificate was asked for")
    [(query_id, [presented])] = answer.vp_token.by_query
    asked = {each.id: each.format for each in question.query.credentials}
    return format_of(asked[query_id]).read_presented(presented)


def _while_valid(unverified: UnverifiedCredential, now: datetime) -> datetime:
    """Return a moment at which the certificate had not ended: its key is asked for, not it."""
    ends = unverified.expires_at
    return now if ends is None else min(now, ends - timedelta(seconds=1))


def _refused(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.OPENING_REFUSED, detail)
