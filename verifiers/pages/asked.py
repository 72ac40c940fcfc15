"""What a profile asks for, in the words of the certificates it asks about."""

from dataclasses import dataclass

from standards.dcql.credential_query import CredentialQuery
from standards.dcql.paths import ClaimsPathPointer, Step
from standards.dcql.query import DcqlQuery
from standards.positions import ClaimPath
from verifiers.registered.registration import RegisteredPurpose, asked_paths
from verifiers.services.profile import Profile
from verifiers.type_names import LocalNames, Names
from verifiers.verifier import Verifiers


@dataclass(frozen=True, slots=True)
class AskedCertificate:
    """One certificate a profile asks about: its name, and the claims always or freely shown.

    A claim is its labels from the outside in: "현주소" is a part of nothing, the name of a member
    is one of "세대원".
    """

    title: LocalNames
    required: tuple[tuple[LocalNames, ...], ...]
    optional: tuple[tuple[LocalNames, ...], ...]


async def asked_of(
    verifiers: Verifiers, query: DcqlQuery, purpose: RegisteredPurpose
) -> tuple[AskedCertificate, ...]:
    """Return what a query asks for a purpose, one entry for each type of certificate.

    A type is named by the first issuer the purpose takes it from, where it names any.
    """
    issuers = {vct: names[0] for vct, names in purpose.policy.issuers}
    by_type: dict[str, list[CredentialQuery]] = {}
    for entry in query.credentials:
        for vct in entry.types[:1]:
            by_type.setdefault(vct, []).append(entry)
    return tuple(
        [
            _asked(await verifiers.names_of(vct, issuers.get(vct, "")), entries)
            for vct, entries in by_type.items()
        ]
    )


def smallest_first(profiles: tuple[Profile, ...]) -> tuple[Profile, ...]:
    """Return profiles by how much they ask, so that the least is seen first."""
    return tuple(sorted(profiles, key=lambda profile: len(asked_paths(profile.query))))


def _asked(names: Names, entries: list[CredentialQuery]) -> AskedCertificate:
    """Alternatives on one type (``base``, ``base_and_…``) share what is required."""
    shown = [{claim.path.steps: claim.path for claim in entry.claims} for entry in entries]
    always = set(shown[0]).intersection(*shown)
    every = {steps: path for each in shown for steps, path in each.items()}
    ordered = sorted(every, key=lambda steps: names.place(_as_path(steps)))
    return AskedCertificate(
        names.title(),
        tuple(_labels(names, every[steps]) for steps in ordered if steps in always),
        tuple(_labels(names, every[steps]) for steps in ordered if steps not in always),
    )


def _labels(names: Names, pointer: ClaimsPathPointer) -> tuple[LocalNames, ...]:
    """Return the labels of a claim and of what it lies in, each word once.

    Beside a claim's own name, what it lies in and nobody named (an mdoc's namespace) says nothing.
    """
    path = _as_path(pointer.steps)
    frames = [path[:end] for end in range(1, len(path) + 1) if isinstance(path[end - 1], str)]
    *outer, own = frames
    if names.has(own):
        frames = [*filter(names.has, outer), own]
    labels = [names.label(frame) for frame in frames]
    return tuple(label for at, label in enumerate(labels) if label not in labels[:at])


def _as_path(steps: tuple[Step, ...]) -> ClaimPath:
    """Return a path of one element for a pointer to every element."""
    return tuple(0 if step is None else step for step in steps)
