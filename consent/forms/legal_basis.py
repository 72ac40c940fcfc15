"""On what law a sharing rests: a closed list of codes, each one act and one article of it.

Terms carry the code, never the law's name in words: a code is compared letter for letter, counted
in statistics, and shown in the reader's language (`consent.forms.laws`). What is not on the list
is not refused by taste but because nobody has read it for this service yet.
"""

from enum import StrEnum
from typing import Final

from consent.errors import ConsentError, ConsentFailure


class LegalBasis(StrEnum):
    """Every legal basis terms may name: jurisdiction (ISO 3166), act, article."""

    # the person's own will
    CONSENT = "kr-pipa-15-1-1"
    CONSENT_TO_PROVISION = "kr-pipa-17-1-1"
    TRANSMISSION_REQUEST = "kr-pipa-35-2"
    OWN_INFORMATION_REQUEST = "kr-egov-43-2"
    OWN_INFORMATION_PETITION = "kr-petitions-10-2"
    JOINT_USE_CONSENT = "kr-egov-42"
    # what a law asks of the party
    JOINT_USE = "kr-egov-36"
    AGE_CHECK = "kr-youth-28-4"
    TAX_CLEARANCE = "kr-tax-collection-107"
    # what a law lets the party see, and no more (`consent.forms.statutory`)
    CREDITOR_VIEW = "kr-resident-29-2-6-creditor"
    FINANCIAL_COMPANY_VIEW = "kr-resident-29-2-6-financial-company"
    # parties under other laws
    GDPR_CONSENT = "eu-gdpr-6-1-a"
    APPI_CONSENT = "jp-appi-27-1"

    @property
    def jurisdiction(self) -> str:
        """The ISO 3166 code of whose law it is (``EU`` for the Union's)."""
        return self.value.partition("-")[0].upper()


# The bases that are the person's own will. What takes a law to ask for is not asked on them.
PERSONS_WILL: Final = frozenset(
    {
        LegalBasis.CONSENT,
        LegalBasis.CONSENT_TO_PROVISION,
        LegalBasis.TRANSMISSION_REQUEST,
        LegalBasis.OWN_INFORMATION_REQUEST,
        LegalBasis.OWN_INFORMATION_PETITION,
        LegalBasis.JOINT_USE_CONSENT,
        LegalBasis.GDPR_CONSENT,
        LegalBasis.APPI_CONSENT,
    }
)


def is_law(code: str) -> bool:
    """Tell whether a code names a law somebody has to follow; an unknown code names none."""
    return any(code == each.value for each in LegalBasis if each not in PERSONS_WILL)


def known_basis(code: str) -> LegalBasis:
    """Return the basis of a code, or raise `ConsentError` (terms_incomplete)."""
    try:
        return LegalBasis(code)
    except ValueError:
        raise ConsentError(
            ConsentFailure.TERMS_INCOMPLETE, "legal_basis is not on the closed list"
        ) from None
