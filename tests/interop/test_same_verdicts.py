"""R23: presentations drawn by the thousand, and two verifiers who must say the same of each.

CI draws some hundreds; `make verdicts` draws 10,000, and docs/operating.md stores what it found.
"""

import json
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from datetime import timedelta

from jwcrypto.common import JWException

from keys.errors import KeysError
from keys.jwk import PublicJwk
from keys.strict_json import JsonObject
from standards.sd_jwt.errors import SdJwtError
from standards.sd_jwt.key_binding import verify_key_binding
from tests.interop import generated
from tests.interop.generated import KINDS, Bend, drawn
from tests.interop.package import AUDIENCE, NONCE, NOW, ours, theirs

COUNT = int(os.environ.get("MYDATA_VERDICTS", "320"))
REFUSED = "refused"

# Where we refuse and they accept, and the rule we hold and the package does not.
STRICTER: dict[Bend, str] = {
    generated.a_stray_disclosure: "RFC 9901 7.1 step 5: a disclosure nothing refers to",
    generated.another_type: "RFC 9901 10.13: explicit typing; the package reads no `typ`",
    generated.an_old_binding: "RFC 9901 7.3: `iat` within a window; the package reads no time",
    generated.a_binding_of_tomorrow: "RFC 9901 7.3: the same, for a time to come",
}


def our_verdict(text: str) -> str:
    """The claims as canonical JSON, or that it is refused."""
    try:
        shown = ours(text)
        verify_key_binding(
            shown,
            PublicJwk.parse(shown.claims["cnf"]["jwk"]),  # type: ignore[call-overload, index]
            expected_audience=AUDIENCE,
            expected_nonce=NONCE,
            now=NOW + timedelta(seconds=1),
            max_age=timedelta(minutes=5),
        )
    except (SdJwtError, KeysError):
        return REFUSED
    return written({name: each for name, each in shown.claims.items() if name != "cnf"})


def their_verdict(text: str) -> str:
    """The same by the package, which raises whatever comes on what it does not expect."""
    try:
        return written(theirs(text, bound=True))
    except (JWException, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return REFUSED


def explained(kind: Bend, text: str) -> str:
    """The rule by which we refuse what they accept; without one the two disagree."""
    if kind is generated.a_flipped_bit and not all(map(is_canonical, re.split(r"[.~]", text))):
        return "RFC 4648 3.5: bits of base64url that mean nothing are zero"
    assert kind in STRICTER, (kind.__name__, text)
    return STRICTER[kind]


def is_canonical(part: str) -> bool:
    """Tell whether base64url decodes to octets that are written in just this way."""
    octets = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    return part == urlsafe_b64encode(octets).decode().rstrip("=")


def written(claims: JsonObject) -> str:
    return json.dumps(claims, sort_keys=True)


def test_two_verifiers_say_the_same_of_every_presentation() -> None:
    """
    Same verdict, same claims; where we are stricter, by a rule that has a name.
    """
    found: Counter[tuple[str, str]] = Counter()
    for seed in range(COUNT):
        kind = KINDS[seed % len(KINDS)]
        text = kind(drawn(seed))
        our, their = our_verdict(text), their_verdict(text)
        if our == their:
            found[kind.__name__, "same"] += 1
            continue
        assert REFUSED == our, (seed, kind.__name__, our, their, text)
        found[kind.__name__, explained(kind, text)] += 1

    assert COUNT == found.total()
    assert found["honest", "same"] >= 3 * (COUNT // len(KINDS))


def test_honest_presentations_are_accepted_and_bent_ones_refused() -> None:
    """
    Otherwise two verifiers who refuse everything would agree.
    """
    for seed, kind in enumerate(KINDS):
        verdict = our_verdict(kind(drawn(seed + 1)))
        is_honest = kind in {generated.honest, generated.in_another_order}
        # where nothing is disclosed there is nothing to come twice
        is_empty = kind is generated.a_disclosure_twice and not drawn(seed + 1).disclosures
        assert (is_honest or is_empty) == (verdict != REFUSED), kind.__name__
