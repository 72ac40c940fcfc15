"""One presentation: who issued it, what it says, and that its holder showed it to us."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from keys.trust_list import TrustList
from standards.dcql.answer import check_answer
from standards.dcql.candidates import Answer, CandidateCredential
from standards.dcql.credential_query import CredentialQuery
from standards.dcql.errors import DcqlError
from standards.dcql.query import DcqlQuery
from standards.formats.binding import HolderBinding
from standards.formats.credential import ProvenCredential
from standards.formats.errors import CredentialError
from standards.formats.known import format_of
from verifiers.presented.checked import CheckedPresentation
from verifiers.presented.expected import Expected
from verifiers.presented.failures_of import of_credential, of_query
from verifiers.presented.issuer_trust import check_authority, trusted_issuer

# As long as a transaction lives: a person reads, ticks and confirms before the wallet signs.
KEY_BINDING_AGE: Final = timedelta(minutes=5)


def check_presentation(
    asked: CredentialQuery, text: str, expected: Expected, *, trust: TrustList, now: datetime
) -> CheckedPresentation:
    """Return one presentation with everything proven that it can prove by itself.

    The steps are numbered as in `verifiers.verifying.verification`; raises `VerifierError`.
    """
    where = asked.id
    try:
        unverified = format_of(asked.format).read_presented(text)  # 2
        issuer = trusted_issuer(unverified, trust=trust, now=now, where=where)  # 3
        credential = unverified.verify(  # 4 to 6
            issuer.leaf_key, profile=expected.profile, now=now
        )
        check_authority(credential, issuer, where=where)  # 3 again: the type is signed, now
        credential.check_audience(expected.request.audience)  # 5
        binding = _binding(asked, credential, expected, now)  # 7
    except CredentialError as error:
        raise of_credential(error, where=where) from error
    return CheckedPresentation(where, credential, issuer, binding)


def check_query(
    query: DcqlQuery, presentations: Sequence[CheckedPresentation]
) -> tuple[Answer, ...]:
    """Return what each presentation answers; the whole set must satisfy the query (8.6)."""
    presented: dict[str, list[CandidateCredential]] = {}
    for presentation in presentations:
        presented.setdefault(presentation.query_id, []).append(presentation.candidate())
    try:
        return check_answer(query, presented)
    except DcqlError as error:
        raise of_query(error) from error


def _binding(
    asked: CredentialQuery, credential: ProvenCredential, expected: Expected, now: datetime
) -> HolderBinding | None:
    """Return what the holder signed for us; what came though nobody needs it has to hold too."""
    if not (asked.require_cryptographic_holder_binding or credential.content.is_bound):
        return None
    return credential.verify_binding(expected.request, now=now, max_age=KEY_BINDING_AGE)
