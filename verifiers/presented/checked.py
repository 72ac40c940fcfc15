"""One presentation on its way through verification: what was proven of it so far."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from consent.forms import disclosure
from keys.x509 import ValidatedChain
from standards.dcql.candidates import CandidateCredential
from standards.dcql.credential_query import SD_JWT_VC
from standards.sd_jwt.disclosure import digest_of
from standards.sd_jwt.key_binding import KeyBinding
from standards.sd_jwt_vc.credential import SET_BY_FORMAT, VerifiedVc
from verifiers.presented.verified import CredentialStatus, VerifiedCredential

_NOT_ABOUT_SUBJECT: Final = SET_BY_FORMAT | {"aud"}


@dataclass(frozen=True, slots=True)
class CheckedPresentation:
    """A certificate its issuer signed, shown by its holder, for this request.

    ``binding`` is None only where the query says that no holder binding is needed.
    """

    query_id: str
    vc: VerifiedVc
    issuer: ValidatedChain
    binding: KeyBinding | None

    def candidate(self) -> CandidateCredential:
        """Return it as DCQL compares it with the query."""
        return CandidateCredential(
            id=self.query_id,
            format=SD_JWT_VC,
            vct=self.vc.vct,
            claims=self.vc.claims,
            holder_bound=self.binding is not None,
            authority_key_identifiers=self.issuer.authority_key_identifiers,
            trusted_lists=frozenset(self.issuer.anchor.lists),
            disclosed_paths=self.vc.sd.disclosed_paths,
            positions=self.vc.sd.positions,
        )

    def verified(self, status: CredentialStatus) -> VerifiedCredential:
        """Return the facts about the subject, now that the certificate is known to hold."""
        about_subject = {
            name: value for name, value in self.vc.claims.items() if name not in _NOT_ABOUT_SUBJECT
        }
        return VerifiedCredential(
            query_id=self.query_id,
            vct=self.vc.vct,
            issuer=self._issuer,
            claims=about_subject,
            status=status,
            positions=self.vc.sd.positions,
            issued_at=self.vc.issued_at,
            holder_algorithm=self._holder_algorithm,
        )

    @property
    def _holder_algorithm(self) -> str | None:
        """Return what its holder signed with; a key that signed nothing proves nothing."""
        holder = self.vc.holder
        return None if self.binding is None or holder is None else holder.algorithm.value

    @property
    def _issuer(self) -> str:
        """Return ``iss`` where the certificate vouches for it, else the certificate's own name."""
        named = self.vc.issuer
        return named if named and named in self.issuer.uris else self.issuer.subject_name

    @property
    def sd_hash(self) -> str:
        """The digest of what was presented (RFC 9901 4.3.1), signed where there is a binding."""
        return digest_of(self.vc.sd.presented, self.vc.sd.sd_alg)

    @property
    def signed_sha256(self) -> bytes:
        """SHA-256 of what the holder signed; without a binding, of what was presented."""
        signed = self.vc.sd.presented.encode() if self.binding is None else self.binding.signed
        return hashlib.sha256(signed).digest()


def shared_kb_sha256(presentations: Sequence[CheckedPresentation]) -> bytes:
    """Return the hash that stands for what the holder signed in one whole response.

    One presentation stands for itself; of several, the hash over their hashes in the order of the
    query, so that none can be left out.
    """
    return disclosure.shared_kb_sha256(each.signed_sha256 for each in presentations)


def shared_sd_hash(presentations: Sequence[CheckedPresentation]) -> str:
    """Return the ``sd_hash`` that stands for one whole response, by the same rule."""
    return disclosure.shared_sd_hash(each.sd_hash for each in presentations)


def digests(presentations: Sequence[CheckedPresentation]) -> list[str]:
    """Return the digests of everything a whole response disclosed."""
    return [
        found.disclosure.digest
        for presentation in presentations
        for found in presentation.vc.sd.disclosed
    ]
