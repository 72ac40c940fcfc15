"""What the holder decided, in the words of the consent record; names of claims, never values."""

from dataclasses import replace
from typing import Final

from consent.errors import ConsentError
from consent.forms.disclosure import key_binding_commitment, transaction_commitment
from consent.forms.reason import Reason
from consent.forms.record import Asked, Confirmed, EventState, Evidence, TermsBinding
from wallet.errors import WalletError, WalletFailure
from wallet.labels import Language
from wallet.ledger.recording import Decision
from wallet.presenting.choosing import Choice, claim_names, required_claims
from wallet.presenting.possible import Possible
from wallet.presenting.presentation import PreparedAnswer
from wallet.presenting.requests import ValidRequest
from wallet.presenting.reviewing import requested_claims
from wallet.presenting.surplus import beyond_registration

# A record names each claim; more than any certificate has cannot be consented to with open eyes.
CLAIMS_LIMIT: Final = 200


def consent_given(
    valid: ValidRequest,
    choice: Choice,
    prepared: PreparedAnswer,
    *,
    possible: Possible,
    salt: bytes,
    language: Language,
) -> Decision:
    """Return the consent to send ``choice``; ``salt`` hides what was disclosed from the issuer."""
    required = required_claims(possible.like(choice))
    disclosed = claim_names(choice)
    return Decision(
        state=EventState.GIVEN,
        controller=valid.party,
        asked=Asked(
            requested=_requested(valid),
            optional_chosen=tuple(name for name in disclosed if name not in required),
            disclosed=disclosed,
            credential_types=tuple(dict.fromkeys(each.credential.vct for each in choice)),
            beyond_registration=beyond_registration(valid),
        ),
        evidence=replace(
            _shown(valid, language),
            disclosure_commitment=_commitment(prepared, salt),
            key=choice[0].credential.key_kind,
            kb_sha256=key_binding_commitment(salt, prepared.kb_sha256()),
            transactions=tuple(
                Confirmed(each.data.type, transaction_commitment(salt, each.data.encoded))
                for each in valid.transactions
            ),
        ),
        offer=valid.offer,
        disclosure_salt=salt,
        language=language,
    )


def consent_refused(valid: ValidRequest, *, language: Language) -> Decision:
    """Return the refusal of a request; nothing was disclosed."""
    return Decision(
        state=EventState.REFUSED,
        controller=valid.party,
        asked=Asked(requested=_requested(valid), beyond_registration=beyond_registration(valid)),
        evidence=_shown(valid, language),
        offer=valid.offer,
        disclosure_salt=None,
        language=language,
        reason=Reason.HOLDER_REFUSED,
    )


def _shown(valid: ValidRequest, language: Language) -> Evidence:
    """Return what names the request, and what was shown with it: registration, terms, notice."""
    offer, registration = valid.offer, valid.registration
    if offer is None:
        registered = None if registration is None else registration.sha256
        return Evidence(request_sha256=valid.sha256, registration_sha256=registered)
    return Evidence(
        request_sha256=valid.sha256,
        terms_sha256=offer.terms.sha256(),
        terms_binding=TermsBinding.SHOWN,
        random=offer.random,
        notice_sha256=offer.terms.notice.sha256.of(language),
        registration_sha256=offer.registration_sha256,
        flow=offer.flow,
    )


def _commitment(prepared: PreparedAnswer, salt: bytes) -> bytes:
    try:
        return prepared.disclosure_commitment(salt)
    except ConsentError:
        # Digests of two lengths: the party could not tell one commitment from another.
        raise WalletError(
            WalletFailure.REQUEST_UNSUPPORTED, "The credentials are hashed in two ways"
        ) from None


def _requested(valid: ValidRequest) -> tuple[str, ...]:
    claims = requested_claims(valid.request.dcql_query)
    if len(claims) > CLAIMS_LIMIT:
        raise WalletError(
            WalletFailure.REQUEST_UNSUPPORTED, f"It names more than {CLAIMS_LIMIT} claims"
        )
    return claims
