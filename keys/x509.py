"""Certificate chains: from a token's ``x5c`` to a root we trust for the role (RFC 5280 section 6).

The library's verifier answers for web servers and with one sentence for every failure. Here a
chain has a role, and each way to be wrong has its own reason (H15), so that an error can say
whose certificate to renew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import pairwise

from cryptography import x509
from cryptography.x509.oid import NameOID

from keys.certificate import Certificate
from keys.certificate_reader import read_certificate
from keys.errors import KeysError, KeysFailure
from keys.name_constraints import check_names
from keys.role import Role, permits
from keys.verification_key import VerificationKey
from keys.x5c import CHAIN_LIMIT, parse_x5c, to_x5c

__all__ = ["Anchor", "Role", "ValidatedChain", "parse_x5c", "to_x5c", "validate_chain"]

# Chains proven lately; proving one costs as much as a presentation.
_PROVEN_CHAINS = 1024


@dataclass(frozen=True, slots=True)
class Anchor:
    """A certificate trusted by decision and not by signature.

    ``scope`` are the kinds of things it is trusted for within its role; empty means all.
    ``lists`` are the addresses of the public trust lists it was taken from.
    """

    certificate: bytes = field(repr=False)
    name: str
    scope: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ValidatedChain:
    """Who signed, as a trusted root vouches for it; only `validate_chain` makes one.

    ``authority_key_identifiers`` are those of every certificate in the chain and the subject key
    identifiers of those that certify, the anchor's too (OpenID4VP section 6.1.1.1).
    """

    leaf_key: VerificationKey
    subject_name: str
    organization_id: str | None
    dns_names: tuple[str, ...]
    uris: tuple[str, ...]
    authority_key_identifiers: tuple[bytes, ...]
    leaf_sha256: bytes
    anchor: Anchor


def validate_chain(
    chain: tuple[bytes, ...], *, anchors: Sequence[Anchor], role: Role, now: datetime
) -> ValidatedChain:
    """Return who ``chain`` (leaf first, anchor left out) belongs to, or raise `KeysError`.

    What does not change with time is proven once for each chain, set of anchors and role; the
    validity of every certificate is looked at each time. Revocation is the trust list's matter.
    """
    proven, certificates = _proven(chain, tuple(anchors), role)
    for certificate in certificates:
        if now > certificate.not_after:
            raise KeysError(KeysFailure.CHAIN_EXPIRED, f"until {certificate.not_after:%Y-%m-%d}")
        if now < certificate.not_before:
            raise KeysError(
                KeysFailure.CHAIN_NOT_YET_VALID, f"from {certificate.not_before:%Y-%m-%d}"
            )
    return proven


@lru_cache(maxsize=_PROVEN_CHAINS)
def _proven(
    chain: tuple[bytes, ...], anchors: tuple[Anchor, ...], role: Role
) -> tuple[ValidatedChain, tuple[Certificate, ...]]:
    """Prove all but the time, and return with it the whole path, anchor last."""
    if not 0 < len(chain) <= CHAIN_LIMIT:
        raise KeysError(KeysFailure.TOO_LARGE, f"a chain of 1 to {CHAIN_LIMIT} was expected")
    certificates = tuple(map(read_certificate, chain))
    # 1. what must not be in a chain, and the order of what must
    _check_self_signed(certificates, anchors)
    _check_order(certificates)
    # 2. to an anchor
    anchor = _anchor_of(certificates[-1], anchors)
    path = (*certificates, read_certificate(anchor.certificate))
    # 3. each certificate by itself
    _check_leaf(certificates[0])
    for depth, authority in enumerate(path[1:]):
        _check_authority(authority, path[1 : depth + 1])
    for certificate in path:
        _check_extensions(certificate, role)
    # 4. each signature, and the names below each authority
    for below, above in pairwise(path):
        below.check_issued_by(above)
    _check_name_constraints(path)
    return _validated(path, anchor), path


def _check_self_signed(chain: tuple[Certificate, ...], anchors: tuple[Anchor, ...]) -> None:
    """HAIP section 6.1.1: the leaf is signed by another, and the anchor is not sent."""
    known = {anchor.certificate for anchor in anchors}
    if chain[0].is_self_issued:
        raise KeysError(KeysFailure.CHAIN_SELF_SIGNED, "the leaf vouches for itself")
    if any(certificate.der in known for certificate in chain) or _is_self_signed(chain[-1]):
        raise KeysError(KeysFailure.CHAIN_ANCHOR_INCLUDED, "the anchor must not be in x5c")


def _is_self_signed(certificate: Certificate) -> bool:
    """Tell a root from a self-issued link between an authority's old key and its new one."""
    return certificate.is_self_issued and _signed(certificate, certificate)


def _check_order(chain: tuple[Certificate, ...]) -> None:
    for below, above in pairwise(chain):
        if below.issuer != above.subject:
            raise KeysError(KeysFailure.CHAIN_WRONG_ORDER, "each must certify the one before it")


def _anchor_of(top: Certificate, anchors: tuple[Anchor, ...]) -> Anchor:
    """Find the anchor that signed the top; after a key change two may bear one name."""
    for anchor in anchors:
        if _signed(top, read_certificate(anchor.certificate)):
            return anchor
    raise KeysError(KeysFailure.CHAIN_UNTRUSTED, "no trusted root of this role signed it")


def _signed(below: Certificate, above: Certificate) -> bool:
    try:
        below.check_issued_by(above)
    except KeysError:
        return False
    return True


def _check_leaf(leaf: Certificate) -> None:
    if leaf.is_ca:
        raise KeysError(KeysFailure.CHAIN_LEAF_IS_CA, "an authority does not sign tokens itself")
    if not leaf.may_sign:
        raise KeysError(KeysFailure.CHAIN_KEY_USAGE, "the leaf's key is not for signatures")


def _check_authority(authority: Certificate, below: tuple[Certificate, ...]) -> None:
    """``below`` are the authorities between this one and the leaf."""
    if not authority.is_ca:
        raise KeysError(KeysFailure.CHAIN_NOT_A_CA, "an authority was expected above the leaf")
    if not authority.may_certify:
        raise KeysError(KeysFailure.CHAIN_KEY_USAGE, "the authority may not sign certificates")
    # RFC 5280 section 4.2.1.9: self-issued ones (a key change) do not count.
    depth = sum(not certificate.is_self_issued for certificate in below)
    if authority.path_length is not None and depth > authority.path_length:
        raise KeysError(KeysFailure.CHAIN_PATH_LENGTH, f"at most {authority.path_length} below")


def _check_extensions(certificate: Certificate, role: Role) -> None:
    if certificate.unknown_critical:
        raise KeysError(
            KeysFailure.CHAIN_CRITICAL_EXTENSION, "a critical extension is not understood"
        )
    if not certificate.strong:
        raise KeysError(KeysFailure.CHAIN_WEAK_ALGORITHM, "a weak hash or key")
    if certificate.usages is not None and not permits(certificate.usages, role):
        raise KeysError(KeysFailure.CHAIN_WRONG_ROLE, f"certified for other uses than {role}")


def _check_name_constraints(path: tuple[Certificate, ...]) -> None:
    for depth, authority in enumerate(path[1:], start=1):
        if authority.constraints is not None:
            for certificate in path[:depth]:
                check_names(authority.constraints, certificate.names)


def _validated(path: tuple[Certificate, ...], anchor: Anchor) -> ValidatedChain:
    leaf = path[0]
    identifiers = [certificate.authority_key_identifier for certificate in path]
    identifiers += [certificate.subject_key_identifier for certificate in path[1:]]
    return ValidatedChain(
        leaf_key=leaf.verification_key(),
        subject_name=_subject_name(leaf),
        organization_id=leaf.subject_text(NameOID.ORGANIZATION_IDENTIFIER),
        dns_names=_values(leaf, x509.DNSName),
        uris=_values(leaf, x509.UniformResourceIdentifier),
        authority_key_identifiers=tuple(dict.fromkeys(filter(None, identifiers))),
        leaf_sha256=leaf.sha256,
        anchor=anchor,
    )


def _subject_name(leaf: Certificate) -> str:
    """Return the organisation's name, or the common name when there is none."""
    organization = leaf.subject_text(NameOID.ORGANIZATION_NAME)
    return organization or leaf.subject_text(NameOID.COMMON_NAME) or ""


def _values(
    leaf: Certificate, kind: type[x509.DNSName | x509.UniformResourceIdentifier]
) -> tuple[str, ...]:
    return tuple(name.value for name in leaf.names if isinstance(name, kind))
