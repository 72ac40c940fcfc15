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
from standards.profiles import Profile
from standards.sd_jwt.errors import SdJwtError
from standards.sd_jwt.key_binding import KeyBinding
from standards.sd_jwt.parse import parse_sd_jwt
from standards.sd_jwt_vc.audience import check_audience
from standards.sd_jwt_vc.credential import VerifiedVc, verify_vc, verify_vc_key_binding
from standards.sd_jwt_vc.errors import VcError
from verifiers.presented.checked import CheckedPresentation
from verifiers.presented.failures_of import of_credential, of_query
from verifiers.presented.issuer_trust import check_authority, trusted_issuer
from verifiers.transaction import Transaction

# As long as a transaction lives: a person reads, ticks and confirms before the wallet signs.
KEY_BINDING_AGE: Final = timedelta(minutes=5)


def check_presentation(
    asked: CredentialQuery, text: str, transaction: Transaction, *, trust: TrustList, now: datetime
) -> CheckedPresentation:
    """Return one presentation with everything proven that it can prove by itself.

    The steps are numbered as in `verifiers.verifying.verification`; raises `VerifierError`.
    """
    where = asked.id
    try:
        unverified = parse_sd_jwt(text)  # 2
        issuer = trusted_issuer(unverified.header, trust=trust, now=now, where=where)  # 3
        vc = verify_vc(  # 4 to 6
            unverified, issuer.leaf_key, profile=_profile(transaction), now=now
        )
        check_authority(vc, issuer, where=where)  # 3 again: the type is known to be signed now
        check_audience(vc.claims, expected_audience=transaction.client_id)  # 5
        is_bound = asked.require_cryptographic_holder_binding or vc.sd.kb_jwt is not None
        binding = _key_binding(vc, transaction, now) if is_bound else None  # 7
    except (SdJwtError, VcError) as error:
        raise of_credential(error, where=where) from error
    return CheckedPresentation(where, vc, issuer, binding)


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


def _key_binding(vc: VerifiedVc, transaction: Transaction, now: datetime) -> KeyBinding:
    return verify_vc_key_binding(
        vc,
        # The full client identifier, prefix included (OpenID4VP 14.8), or the page's origin (A.4).
        expected_audience=transaction.client_id,
        expected_nonce=transaction.nonce,
        now=now,
        max_age=KEY_BINDING_AGE,
    )


def _profile(transaction: Transaction) -> Profile:
    """Encrypted responses are asked for under HAIP; its rules then hold for what comes."""
    return Profile.HAIP if transaction.mode.is_encrypted else Profile.PLAIN
