"""A question as the citizen's page puts it: what answers it, what is needed, what is free.

A tick is bound to a credential's id and a claim's path, never to a place in a list: the page may
be old, the wallet and the question may have changed since (irmamobile#158).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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

    id: str
    name: str
    issuer_name: str
    needed: tuple[AskedClaim, ...]
    free: tuple[AskedClaim, ...]


def what_goes_out(choice: Choice, language: Language) -> tuple[AskedCertificate, ...]:
    """Return a choice for the last summary: everything of it, and nothing else."""
    return asked_certificates((choice,), claim_keys(choice), language)


def asked_certificates(
    choices: Sequence[Choice], needed: frozenset[str], language: Language
) -> tuple[AskedCertificate, ...]:
    """Return what these choices ask of each certificate; what is not ``needed`` is free."""
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
        credential.id,
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
            tuple(value_at(credential.content.claims, path) for path in same),
        )
        for key, same in grouped.items()
    )


def claim_keys(choice: Choice) -> frozenset[str]:
    """Return the key of each claim of a choice: credential and path."""
    return frozenset(_key(each.credential.id, path) for each in choice for path in each.paths)


def _key(credential_id: str, path: ClaimPath) -> str:
    steps = [None if isinstance(step, int) else step for step in path]
    return f"{credential_id} {dotted(steps)}"


def _rows(path: ClaimPath) -> tuple[int, ...]:
    return tuple(step for step in path if isinstance(step, int))
