"""A certificate issued, shown with everything in it, and verified."""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from issuers.issuance.issuing import sign_copy, state
from issuers.status.signing_keys import CertifiedSigner
from keys.jwk import PublicJwk
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject
from standards.profiles import Profile
from standards.sd_jwt.key_binding import bind
from standards.sd_jwt.parse import parse_issued_sd_jwt, parse_sd_jwt
from standards.sd_jwt.present import present
from standards.sd_jwt_vc.credential import VerifiedVc, verify_vc, verify_vc_key_binding
from standards.status_list.reference import StatusReference
from tests.issuers.world import BASE, NOW


def issued_and_verified(kind: Any, record: object) -> tuple[JsonObject, VerifiedVc]:
    """What was stated, and what a verifier reads of a presentation of all of it."""
    issuer, holder = SoftwareSigner.generate(), SoftwareSigner.generate()
    statement = state(kind, record, None, base=BASE, now=NOW)
    place = StatusReference(f"{BASE}/status/0", 7)
    keys = CertifiedSigner(issuer, ())
    text = sign_copy(statement, holder.public, place, keys=keys, entropy=os.urandom)
    key = PublicJwk.parse(issuer.public.as_dict()).verification_key()
    held = verify_vc(parse_issued_sd_jwt(text), key, profile=Profile.HAIP, now=NOW)
    shown = present(held.sd, list(paths(statement.claims)))
    sent = bind(shown, signer=holder, audience="a", nonce="n", now=NOW)
    verified = verify_vc(parse_sd_jwt(sent), key, profile=Profile.HAIP, now=NOW)
    verify_vc_key_binding(
        verified,
        expected_audience="a",
        expected_nonce="n",
        now=NOW,
        max_age=timedelta(minutes=5),
    )
    return statement.claims, verified


def paths(value: Any, under: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where everything is, each array element by its number."""
    if isinstance(value, dict | list):
        for step, inside in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*under, step)
            yield from paths(inside, (*under, step))
