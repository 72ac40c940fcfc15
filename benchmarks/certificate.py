"""A large certificate: ten household members and thirty past addresses, every field a disclosure.

ISSUE states and signs it for one holder, SHOW presents all of it, VERIFY checks that presentation.
What is counted is disclosures: the limit does what the small credential of `credential` may cost
for its twelve, so the ratios here and there are one scale, and a cost that grows faster than the
number of disclosures shows at once.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from benchmarks.measure import Clock, Item, Race
from benchmarks.world import AUDIENCE, NONCE, NOW, bare_double_verifies, bare_signs
from issuers.certificate.kind import Application, Purpose
from issuers.issuance.issuing import sign_copy, state
from issuers.population.census import population
from issuers.population.known import LARGE_HOUSEHOLD, LARGE_HOUSEHOLD_HEAD
from issuers.resident_register.copy import RegisterCopy
from issuers.resident_register.kind import KIND
from issuers.status.signing_keys import CertifiedSigner
from keys.json_value import JsonValue
from keys.jwk import PublicJwk
from keys.signer import SoftwareSigner
from standards.profiles import Profile
from standards.sd_jwt.key_binding import bind
from standards.sd_jwt.parse import parse_issued_sd_jwt, parse_sd_jwt
from standards.sd_jwt.present import present
from standards.sd_jwt_vc.credential import VerifiedVc, verify_vc, verify_vc_key_binding
from standards.status_list.reference import StatusReference

BASE = "https://registry.example"
AS_OF = date(2026, 11, 22)
# The disclosures of the small credential, for which the limits stand.
SMALL = 12


def items() -> list[Item]:
    """Return the three items, counted in disclosures, with the goals of the small credential."""
    cpu = Clock.THREAD_CPU
    sign, verifies = "one ECDSA P-256 sign", "two ECDSA P-256 verifies"
    return [
        Item("household_issue", cpu, _issue, f"{sign} for {SMALL} disclosures", goal=0.42),
        Item("household_show", cpu, _show, f"{sign} for {SMALL} disclosures", goal=0.50),
        Item("household_verify", cpu, _verify, f"{verifies} for {SMALL} disclosures", goal=0.65),
    ]


@dataclass
class _Certificate:
    """The copy for household `LARGE_HOUSEHOLD`, its parties, and what they do with it."""

    issuer: SoftwareSigner
    holder: SoftwareSigner
    copy: RegisterCopy

    def __post_init__(self) -> None:
        self.key = PublicJwk.parse(self.issuer.public.as_dict()).verification_key()
        text = self.issue()
        self.size = text.count("~") - 1
        issued = parse_issued_sd_jwt(text)
        self.held = verify_vc(issued, self.key, profile=Profile.HAIP, now=NOW)
        self.everything = list(_paths(KIND.claims(self.copy)))
        self.presentation = self.show()
        assert self.presentation.count("~") == self.size + 1

    def issue(self) -> str:
        """State what the register says and sign it, with all salts and decoys of its own."""
        statement = state(KIND, self.copy, None, base=BASE, now=NOW)
        place = StatusReference(f"{BASE}/status/0", 7)
        keys = CertifiedSigner(self.issuer, ())
        return sign_copy(statement, self.holder.public, place, keys=keys, entropy=os.urandom)

    def show(self) -> str:
        """Present all of it."""
        shown = present(self.held.sd, self.everything)
        return bind(shown, signer=self.holder, audience=AUDIENCE, nonce=NONCE, now=NOW)

    def verify(self) -> VerifiedVc:
        """Verify what was presented: every check but the issuer's chain and the status."""
        vc = verify_vc(parse_sd_jwt(self.presentation), self.key, profile=Profile.HAIP, now=NOW)
        verify_vc_key_binding(
            vc,
            expected_audience=AUDIENCE,
            expected_nonce=NONCE,
            now=NOW,
            max_age=timedelta(minutes=5),
        )
        return vc


def _certificate() -> _Certificate:
    home = next(population(first=LARGE_HOUSEHOLD, households=None, as_of=AS_OF)).household
    application = Application(LARGE_HOUSEHOLD_HEAD, Purpose("제출용"), AS_OF, "1", "2")
    copy = RegisterCopy(application, home.head, home)
    assert (len(home.members), len(home.past)) == (10, 30)
    return _Certificate(SoftwareSigner.generate(), SoftwareSigner.generate(), copy)


def _paths(value: JsonValue, under: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict | list):
        for step, inside in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*under, step)
            yield from _paths(inside, (*under, step))


@contextmanager
def _issue() -> Iterator[Race]:
    certificate = _certificate()

    def issue() -> int:
        certificate.issue()
        return certificate.size

    yield Race(issue, lambda: bare_signs() * SMALL)


@contextmanager
def _show() -> Iterator[Race]:
    certificate = _certificate()

    def show() -> int:
        certificate.show()
        return certificate.size

    yield Race(show, lambda: bare_signs() * SMALL)


@contextmanager
def _verify() -> Iterator[Race]:
    certificate = _certificate()
    assert len(certificate.verify().claims["members"]) == 10  # type: ignore[arg-type]  # a list

    def verify() -> int:
        certificate.verify()
        return certificate.size

    yield Race(verify, lambda: bare_double_verifies() * SMALL)
