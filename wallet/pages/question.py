"""A question as the citizen's page puts it: what answers it, what is needed, what is free.

A tick is bound to a credential's id and a claim's path, never to a place in a list: the page may
be old, the wallet and the question may have changed since (irmamobile#158).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from keys.strict_json import JsonValue
from standards.dcql.paths import dotted
from standards.positions import ClaimPath
from wallet.kept.holdings import HeldCredential, value_at
from wallet.pages.type_names import claim_caption
from wallet.presenting.choosing import Choice
from web.language import Language, pick


@dataclass(frozen=True, slots=True)
class AskedClaim:
    """One thing asked for; ``key`` is what its tick says: credential and path.

    A claim asked of every row of a table (``members.*.name``) is one thing with several values.
    """

    key: str
    caption: str
    values: tuple[JsonValue, ...]

    @property
    def shown(self) -> JsonValue:
        """The value, or the list of them for the rows of a table."""
        return self.values[0] if len(self.values) == 1 else list(self.values)


@dataclass(frozen=True, slots=True)
class AskedCertificate:
    """What is asked of one certificate: ``needed`` cannot be dropped, ``free`` may be ticked."""

    name: str
    issuer_name: str
    needed: tuple[AskedClaim, ...]
    free: tuple[AskedClaim, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One set of certificates that answers, and the choices it leaves; ``key`` is their ids."""

    key: str
    choices: tuple[Choice, ...]

    @property
    def needed(self) -> frozenset[str]:
        """The keys of what every choice discloses."""
        return frozenset.intersection(*map(_keys, self.choices))

    def choice_of(self, ticked: Iterable[str]) -> Choice | None:
        """Return the choice that discloses what is needed and ticked, and nothing else."""
        wanted = self.needed | frozenset(ticked)
        return next((choice for choice in self.choices if _keys(choice) == wanted), None)

    def name(self, language: Language) -> str:
        """Return the names of its certificates."""
        names = [pick(each.credential.description.names(), language) for each in self.choices[0]]
        return " + ".join(dict.fromkeys(names))

    def certificates(self, language: Language) -> tuple[AskedCertificate, ...]:
        """Return what is asked of each certificate, needed and free."""
        return _certificates(self.choices, self.needed, language)


@dataclass(frozen=True, slots=True)
class Ways:
    """Every way to answer, the asking party's preferred first; none when nothing held fits."""

    all: tuple[Way, ...]

    @classmethod
    def of(cls, choices: Sequence[Choice]) -> Self:
        """Group choices by the certificates they use."""
        by_key: dict[str, list[Choice]] = {}
        for choice in choices:
            ids = dict.fromkeys(each.credential.id for each in choice)
            by_key.setdefault(" ".join(ids), []).append(choice)
        return cls(tuple(Way(key, tuple(found)) for key, found in by_key.items()))

    def named(self, key: str) -> Way | None:
        """Return the way of that key, the first for none or one that is gone."""
        return next((way for way in self.all if way.key == key), next(iter(self.all), None))


def what_goes_out(choice: Choice, language: Language) -> tuple[AskedCertificate, ...]:
    """Return a choice for the last summary: everything of it, and nothing else."""
    return _certificates((choice,), _keys(choice), language)


def _certificates(
    choices: Sequence[Choice], needed: frozenset[str], language: Language
) -> tuple[AskedCertificate, ...]:
    used = [each for choice in choices for each in choice]
    held = {each.credential.id: each.credential for each in used}
    paths = {
        name: [path for each in used if each.credential.id == name for path in each.paths]
        for name in held
    }
    return tuple(
        _certificate(credential, claims_of(credential, paths[name], language), needed, language)
        for name, credential in held.items()
    )


def _certificate(
    credential: HeldCredential,
    claims: Sequence[AskedClaim],
    needed: frozenset[str],
    language: Language,
) -> AskedCertificate:
    return AskedCertificate(
        pick(credential.description.names(), language),
        credential.provenance.name,
        needed=tuple(claim for claim in claims if claim.key in needed),
        free=tuple(claim for claim in claims if claim.key not in needed),
    )


def claims_of(
    credential: HeldCredential, paths: Iterable[ClaimPath], language: Language
) -> tuple[AskedClaim, ...]:
    """Return what is at these paths, one claim per pattern of path, in the form's order."""
    place = credential.description.place
    in_order = sorted(set(paths), key=lambda path: (place(path), _rows(path), dotted(path)))
    grouped: dict[str, list[ClaimPath]] = {}
    for path in in_order:
        grouped.setdefault(_key(credential.id, path), []).append(path)
    return tuple(
        AskedClaim(
            key,
            claim_caption(credential.description, same[0], language),
            tuple(value_at(credential.sd_jwt.claims, path) for path in same),
        )
        for key, same in grouped.items()
    )


def _keys(choice: Choice) -> frozenset[str]:
    return frozenset(_key(each.credential.id, path) for each in choice for path in each.paths)


def _key(credential_id: str, path: ClaimPath) -> str:
    steps = [None if isinstance(step, int) else step for step in path]
    return f"{credential_id} {dotted(steps)}"


def _rows(path: ClaimPath) -> tuple[int, ...]:
    return tuple(step for step in path if isinstance(step, int))
