"""Presentations drawn at random from a seed: honest ones, and ones with one thing wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from keys import base64url, jws
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue, dumps
from standards.sd_jwt.key_binding import bind
from standards.sd_jwt.present import present
from tests.interop.package import (
    AUDIENCE,
    HOLDER,
    ISSUER,
    NONCE,
    NOW,
    TYP,
    issued_by_us,
    ours,
)

_LETTERS = "가나다abc_- 1é"
# What is made of the parts: the presentation as it is posted.
Bend = Callable[["Drawn"], str]


@dataclass(frozen=True)
class Drawn:
    """What a presentation is made of; ``shown`` ends in a tilde, ``claims`` are all there are."""

    random: Random
    claims: JsonObject
    issued: str
    shown: str

    def bound(self, shown: str | None = None, **changed: Any) -> str:
        """What is shown with its key binding; ``changed`` replaces what is signed."""
        signed: dict[str, Any] = {"signer": HOLDER, "audience": AUDIENCE, "nonce": NONCE}
        return bind(shown or self.shown, **{**signed, "now": NOW, **changed})

    @property
    def disclosures(self) -> list[str]:
        """The disclosures shown."""
        return self.shown.split("~")[1:-1]

    def with_disclosures(self, disclosures: list[str]) -> str:
        """The same issuer's token before other disclosures, bound to them."""
        return self.bound("~".join([self.shown.partition("~")[0], *disclosures, ""]))


def drawn(seed: int) -> Drawn:
    """Return claims, a certificate with all of them hidden, and some of them shown."""
    random = Random(seed)
    claims = {_text(random): _value(random, 3) for _ in range(random.randrange(6))}
    claims = {name: value for name, value in claims.items() if name not in {"", "cnf", "iss"}}
    issued = issued_by_us(claims)
    paths = ours(issued).disclosed_paths
    chosen = random.sample(paths, random.randrange(len(paths) + 1))
    return Drawn(random, claims, issued, present(ours(issued), chosen))


def _value(random: Random, depth: int) -> JsonValue:
    match random.randrange(8 if depth else 5):
        case 0:
            return None
        case 1:
            return random.random() < 0.5
        case 2:
            return random.randrange(-(2**53), 2**53)
        case 3 | 4:
            return _text(random)
        case 5:
            return [_value(random, depth - 1) for _ in range(random.randrange(4))]
        case _:
            names = (_text(random) for _ in range(random.randrange(4)))
            return {name: _value(random, depth - 1) for name in names}


def _text(random: Random) -> str:
    return "".join(random.choices(_LETTERS, k=random.randrange(7)))


def honest(one: Drawn) -> str:
    return one.bound()


def another_nonce(one: Drawn) -> str:
    return one.bound(nonce="nonce-2")


def another_audience(one: Drawn) -> str:
    return one.bound(audience="https://another.example")


def another_holder(one: Drawn) -> str:
    return one.bound(signer=SoftwareSigner.generate())


def fewer_disclosures(one: Drawn) -> str:
    """The holder signed for one disclosure more than comes; without any, for another nonce."""
    if not one.disclosures:
        return another_nonce(one)
    head, *disclosures, binding = one.bound().split("~")
    disclosures.pop(one.random.randrange(len(disclosures)))
    return "~".join([head, *disclosures, binding])


def a_flipped_bit(one: Drawn) -> str:
    octets = bytearray(one.bound().encode())
    octets[one.random.randrange(len(octets))] ^= 1 << one.random.randrange(7)
    return octets.decode("latin-1")


def a_disclosure_twice(one: Drawn) -> str:
    return one.with_disclosures([*one.disclosures, *one.disclosures[:1]])


def a_stray_disclosure(one: Drawn) -> str:
    stray = base64url.encode(dumps(["salt", _text(one.random), 1]))
    return one.with_disclosures([*one.disclosures, stray])


def in_another_order(one: Drawn) -> str:
    return one.with_disclosures(one.random.sample(one.disclosures, len(one.disclosures)))


def another_issuer(one: Drawn) -> str:
    return _signed_anew(one, SoftwareSigner.generate())


def another_type(one: Drawn) -> str:
    return _signed_anew(one, ISSUER, "another+sd-jwt")


def an_old_binding(one: Drawn) -> str:
    return one.bound(now=NOW - timedelta(days=365))


def a_binding_of_tomorrow(one: Drawn) -> str:
    return one.bound(now=NOW + timedelta(days=1))


def _signed_anew(one: Drawn, signer: SoftwareSigner, typ: str = TYP) -> str:
    token, _, rest = one.shown.partition("~")
    again = jws.sign({"typ": typ}, jws.parse(token).payload, signer)
    return one.bound(f"{again}~{rest}")


KINDS: tuple[Bend, ...] = (
    *(honest, honest, honest, in_another_order, another_nonce, another_audience),
    *(another_holder, fewer_disclosures, a_flipped_bit, a_flipped_bit, another_issuer),
    *(a_disclosure_twice, a_stray_disclosure, another_type, an_old_binding),
    a_binding_of_tomorrow,
)
