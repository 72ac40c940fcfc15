"""One presentation on its way through verification: what was proven of it so far."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from consent.forms import disclosure
from keys.x509 import ValidatedChain
from standards.dcql.candidates import CandidateCredential
from standards.formats.binding import HolderBinding
from standards.formats.content import Content
from standards.formats.credential import ProvenCredential
from verifiers.presented.verified import CredentialStatus, VerifiedCredential


@dataclass(frozen=True, slots=True)
class CheckedPresentation:
    """A certificate its issuer signed, shown by its holder, for this request.

    ``binding`` is None only where the query says that no holder binding is needed.
    """

    query_id: str
    credential: ProvenCredential
    issuer: ValidatedChain
    binding: HolderBinding | None

    @property
    def content(self) -> Content:
        """What its issuer signed, as far as it was shown."""
        return self.credential.content

    def candidate(self) -> CandidateCredential:
        """Return it as DCQL compares it with the query."""
        return CandidateCredential(
            id=self.query_id,
            format=self.content.format,
            vct=self.credential.type,
            claims=self.content.claims,
            holder_bound=self.binding is not None,
            authority_key_identifiers=self.issuer.authority_key_identifiers,
            trusted_lists=frozenset(self.issuer.anchor.lists),
            disclosed_paths=self.content.disclosed_paths,
            positions=self.content.positions,
        )

    def verified(self, status: CredentialStatus) -> VerifiedCredential:
        """Return the facts about the subject, now that the certificate is known to hold."""
        return VerifiedCredential(
            query_id=self.query_id,
            vct=self.credential.type,
            issuer=self._issuer,
            claims=self.content.about_subject,
            status=status,
            positions=self.content.positions,
            issued_at=self.credential.issued_at,
            holder_algorithm=self._holder_algorithm,
        )

    @property
    def _holder_algorithm(self) -> str | None:
        """Return what its holder signed with; a key that signed nothing proves nothing."""
        holder = self.credential.holder
        return None if self.binding is None or holder is None else holder.algorithm.value

    @property
    def _issuer(self) -> str:
        """Return the issuer where its certificate vouches for it, else the certificate's name.

        A credential that names none is of the one its certificate names.
        """
        named, vouched = self.credential.issuer, self.issuer.uris
        if named is None and len(vouched) == 1:
            return next(iter(vouched))
        return named if named and named in vouched else self.issuer.subject_name

    @property
    def signed_sha256(self) -> bytes:
        """SHA-256 of what the holder signed; without a binding, of what was presented."""
        signed = self.content.presented if self.binding is None else self.binding.signed
        return hashlib.sha256(signed).digest()


def shared_kb_sha256(presentations: Sequence[CheckedPresentation]) -> bytes:
    """Return the hash that stands for what the holder signed in one whole response.

    One presentation stands for itself; of several, the hash over their hashes in the order of the
    query, so that none can be left out.
    """
    return disclosure.shared_kb_sha256(each.signed_sha256 for each in presentations)


def shared_sd_hash(presentations: Sequence[CheckedPresentation]) -> str:
    """Return the digest that stands for one whole response, by the same rule."""
    return disclosure.shared_sd_hash(each.content.digest for each in presentations)


def digests(presentations: Sequence[CheckedPresentation]) -> list[str]:
    """Return the digests of everything a whole response disclosed."""
    return [digest for each in presentations for digest in each.content.digests]
