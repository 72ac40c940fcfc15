"""What a registrar signs about the relying party of test, and how that party shows it."""

import hashlib
from datetime import timedelta
from typing import Any

from consent.forms.offer import SharingFlow, TermsOffer, verifier_info
from consent.forms.registration_certificate import (
    REGISTRATION_CERTIFICATE_FORMAT,
    sign_registration,
)
from keys.canonical_json import canonical
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue
from keys.x509 import Role, to_x5c
from tests.wallet.issuer_of_test import VCT
from tests.wallet.verifier_of_test import ORGANIZATION, VerifierOfTest


def registered(**changes: Any) -> JsonObject:
    """Return a registration for the terms of the verifier, perhaps changed."""
    usual: JsonObject = {
        "party": {"id": ORGANIZATION},
        "purpose": {"code": "address-check"},
        "legal_basis": "consent",
        "statute": None,
        "claims": [{"vct": VCT, "paths": ["name"]}],
        "ended": False,
    }
    return {**usual, **changes}


def show_registration(
    verifier: VerifierOfTest,
    registration: JsonObject,
    *,
    hashed: JsonObject | None = None,
    party: str = ORGANIZATION,
) -> None:
    """Have the verifier show what a registrar signed, beside its terms where it has any."""
    world, signer = verifier.world, SoftwareSigner.generate()
    chain = world.authorities.certify(Role.REGISTRAR, signer, "Registrar")
    token = sign_registration(
        registration,
        issuer="https://registrar.example",
        party=party,
        signer=signer,
        x5c=[str(each) for each in to_x5c(chain)],
        now=verifier.now,
        lifetime=timedelta(days=1),
    )
    info: list[JsonValue] = [{"format": REGISTRATION_CERTIFICATE_FORMAT, "data": token}]
    if verifier.terms is not None:
        sha256 = hashlib.sha256(canonical(hashed or registration)).digest()
        offer = TermsOffer(verifier.terms, verifier.random, SharingFlow.COUNTER, sha256)
        info = [*verifier_info(offer), *info]
    verifier.change_claims = lambda claims: {**claims, "verifier_info": info}
