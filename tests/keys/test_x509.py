from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA224, SHA384
from cryptography.x509.oid import NameOID, ObjectIdentifier

from keys.certificate_reader import read_certificate
from keys.errors import KeysFailure
from keys.jwk import Algorithm
from keys.role import OWN_USAGE
from keys.x509 import Anchor, Role, ValidatedChain, validate_chain
from tests.keys.pki import NOW, YEAR, Made, authority, leaf, new_key, root
from tests.keys.refusal import refused

SERVER_AUTH, ANY_USAGE = "1.3.6.1.5.5.7.3.1", "2.5.29.37.0"
ROOT = root()
MIDDLE = ROOT.make(authority())
LEAF = MIDDLE.make(leaf())


def trusted(*made: Made) -> tuple[Anchor, ...]:
    return tuple(Anchor(each.der, "a root") for each in made)


def validate(
    *chain: Made, anchors: tuple[Anchor, ...] = trusted(ROOT), role: Role = Role.ISSUER
) -> ValidatedChain:
    return validate_chain(tuple(c.der for c in chain), anchors=anchors, role=role, now=NOW)


def test_a_chain_tells_who_signed() -> None:
    """
    What a generic authority certifies, without any usage, is accepted and read in full.
    """
    organisation = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "서울특별시"),
            x509.NameAttribute(NameOID.COMMON_NAME, "signer 1"),
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, "NTRKR-1"),
        ]
    )
    names = (
        x509.DNSName("rp.example"),
        x509.UniformResourceIdentifier("https://rp.example/issuer"),
        x509.RFC822Name("desk@rp.example"),
    )
    signer = MIDDLE.make(leaf(subject=organisation, names=names))
    proven = validate(signer, MIDDLE)
    assert "서울특별시" == proven.subject_name
    assert "NTRKR-1" == proven.organization_id
    assert ("rp.example",) == proven.dns_names
    assert ("https://rp.example/issuer",) == proven.uris
    assert read_certificate(signer.der).sha256 == proven.leaf_sha256
    assert ROOT.der == proven.anchor.certificate


def test_the_key_identifiers_of_every_authority_are_given() -> None:
    """
    OpenID4VP section 6.1.1.1: aki of leaf and authority, and the anchor's own identifier.
    """
    expected = {
        x509.SubjectKeyIdentifier.from_public_key(made.key.public_key()).digest
        for made in (ROOT, MIDDLE)
    }
    assert expected == set(validate(LEAF, MIDDLE).authority_key_identifiers)


def test_a_chain_without_identifiers_or_names_is_accepted() -> None:
    """
    Extensions that are only hints may be missing, and a subject may be unnamed.
    """
    bare = root(identifiers=False)
    signer = bare.make(leaf(subject=x509.Name([]), identifiers=False, ca=None))
    proven = validate(signer, anchors=trusted(bare))
    assert ((), "", None) == (
        proven.authority_key_identifiers,
        proven.subject_name,
        proven.organization_id,
    )


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (ed25519.Ed25519PrivateKey.generate(), Algorithm.ED25519),
        (new_key(), Algorithm.ES256),
    ],
)
def test_the_leaf_key_signs_tokens(
    key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, algorithm: Algorithm
) -> None:
    """
    A leaf has a key on P-256 or Ed25519.
    """
    assert algorithm is validate(ROOT.make(leaf(), key)).leaf_key.algorithm


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP384R1()),
        rsa.generate_private_key(65537, 2048),
    ],
)
def test_another_leaf_key_is_refused(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
) -> None:
    """
    H3: a certified key that signs by another algorithm is still not one of ours.
    """
    with refused(KeysFailure.KEY_REFUSED):
        validate(ROOT.make(leaf(), key))


@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(65537, 2048),
        ec.generate_private_key(ec.SECP384R1()),
        ed25519.Ed25519PrivateKey.generate(),
    ],
    ids=["RSA", "P-384", "Ed25519"],
)
def test_authorities_may_have_other_keys(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey,
) -> None:
    """
    Roots of other makers are RSA or on larger curves, with larger hashes.
    """
    other = root(key=key, hash=SHA384())
    proven = validate(other.make(leaf(hash=SHA384())), anchors=trusted(other))
    assert other.der == proven.anchor.certificate


SOON, JUST_NOW = NOW + timedelta(seconds=1), NOW - timedelta(seconds=1)
WEAK_BITS = 1024
NULL_EXTENSION = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.32473.9"), b"\x05\x00")
GOVERNMENT_ONLY = x509.NameConstraints([x509.DNSName("go.kr.example")], None)

EXPIRED = ROOT.make(authority(ends=JUST_NOW))
NO_CA = ROOT.make(authority(ca=False))
MUTE = ROOT.make(authority(ca=None))
IDLE = ROOT.make(authority(signs=True))
LAST = ROOT.make(authority("A", path_length=0))
BELOW_LAST = LAST.make(authority("B"))
FOR_SERVERS = ROOT.make(authority(usages=(SERVER_AUTH,)))
NARROW = ROOT.make(authority(constraints=GOVERNMENT_ONLY))
WEAK = ROOT.make(authority(), rsa.generate_private_key(65537, WEAK_BITS))
STRANGER, NAMESAKE = root("Stranger"), root("Root")

CASES = {
    "expired leaf": ([MIDDLE.make(leaf(ends=JUST_NOW)), MIDDLE], KeysFailure.CHAIN_EXPIRED),
    "expired authority": ([EXPIRED.make(leaf()), EXPIRED], KeysFailure.CHAIN_EXPIRED),
    "not yet valid": ([ROOT.make(leaf(begins=SOON))], KeysFailure.CHAIN_NOT_YET_VALID),
    "wrong order": ([MIDDLE, LEAF], KeysFailure.CHAIN_WRONG_ORDER),
    "a stranger between": ([LEAF, ROOT.make(authority("X"))], KeysFailure.CHAIN_WRONG_ORDER),
    "self-signed leaf": ([root("Leaf", ca=False)], KeysFailure.CHAIN_SELF_SIGNED),
    "the anchor as leaf": ([ROOT], KeysFailure.CHAIN_SELF_SIGNED),
    "anchor included": ([LEAF, MIDDLE, ROOT], KeysFailure.CHAIN_ANCHOR_INCLUDED),
    "an unknown root included": (
        [STRANGER.make(leaf()), STRANGER],
        KeysFailure.CHAIN_ANCHOR_INCLUDED,
    ),
    "authority that is none": (
        [NO_CA.make(leaf()), NO_CA],
        KeysFailure.CHAIN_NOT_A_CA,
    ),
    "authority that does not say": ([MUTE.make(leaf()), MUTE], KeysFailure.CHAIN_NOT_A_CA),
    "authority as leaf": ([MIDDLE], KeysFailure.CHAIN_LEAF_IS_CA),
    "authority that may not certify": ([IDLE.make(leaf()), IDLE], KeysFailure.CHAIN_KEY_USAGE),
    "leaf that may not sign": ([ROOT.make(leaf(certifies=True))], KeysFailure.CHAIN_KEY_USAGE),
    "path length exceeded": (
        [BELOW_LAST.make(leaf()), BELOW_LAST, LAST],
        KeysFailure.CHAIN_PATH_LENGTH,
    ),
    "for web servers": ([ROOT.make(leaf(usages=(SERVER_AUTH,)))], KeysFailure.CHAIN_WRONG_ROLE),
    "for another role": (
        [ROOT.make(leaf(usages=(OWN_USAGE[Role.VERIFIER],)))],
        KeysFailure.CHAIN_WRONG_ROLE,
    ),
    "authority for web servers": (
        [FOR_SERVERS.make(leaf()), FOR_SERVERS],
        KeysFailure.CHAIN_WRONG_ROLE,
    ),
    "name constraint broken": (
        [NARROW.make(leaf(names=(x509.DNSName("com.example"),))), NARROW],
        KeysFailure.CHAIN_NAME_CONSTRAINT,
    ),
    "unknown critical extension": (
        [ROOT.make(leaf(more=((NULL_EXTENSION, True),)))],
        KeysFailure.CHAIN_CRITICAL_EXTENSION,
    ),
    "weak hash": ([ROOT.make(leaf(hash=SHA224()))], KeysFailure.CHAIN_WEAK_ALGORITHM),
    "weak key": ([WEAK.make(leaf()), WEAK], KeysFailure.CHAIN_WEAK_ALGORITHM),
    "signed by a namesake": (
        [root("Authority").make(leaf()), MIDDLE],
        KeysFailure.CHAIN_SIGNATURE_INVALID,
    ),
    "under a namesake of the root": ([NAMESAKE.make(leaf())], KeysFailure.CHAIN_UNTRUSTED),
    "under a stranger": ([STRANGER.make(leaf())], KeysFailure.CHAIN_UNTRUSTED),
    "too long": ([LEAF, *[MIDDLE] * 5], KeysFailure.TOO_LARGE),
    "nothing": ([], KeysFailure.TOO_LARGE),
}


@pytest.mark.parametrize("case", CASES)
def test_each_way_to_be_wrong_has_its_own_reason(case: str) -> None:
    """
    H15: the reason tells whose certificate is to be renewed, reordered or trusted.
    """
    chain, failure = CASES[case]
    with refused(failure):
        validate(*chain)


def test_an_expired_root_is_refused() -> None:
    """
    H87: an anchor is good as long as its own certificate.
    """
    old = root("Old", ends=NOW - timedelta(days=1))
    with refused(KeysFailure.CHAIN_EXPIRED):
        validate(old.make(leaf()), anchors=trusted(old))


def test_an_anchor_that_is_an_authority_ends_the_chain() -> None:
    """
    A list may trust an authority in the middle; its own issuer is then not asked.
    """
    assert MIDDLE.der == validate(LEAF, anchors=trusted(MIDDLE)).anchor.certificate
    with refused(KeysFailure.CHAIN_ANCHOR_INCLUDED):
        validate(LEAF, MIDDLE, anchors=trusted(ROOT, MIDDLE))


def test_of_two_roots_with_one_name_the_signer_is_found() -> None:
    """
    R19: after a root changes its key both stand in the list.
    """
    proven = validate(LEAF, MIDDLE, anchors=trusted(root("Root"), ROOT))
    assert ROOT.der == proven.anchor.certificate


def test_a_link_from_an_old_root_key_to_the_new_one_does_not_count() -> None:
    """
    RFC 5280 section 4.2.1.9: a self-issued certificate does not use up the path length.
    """
    old = root("Shared", path_length=0)
    new = old.make(authority("Shared"))
    proven = validate(new.make(leaf()), new, anchors=trusted(old))
    assert old.der == proven.anchor.certificate


@pytest.mark.parametrize(
    ("usage", "role"),
    [
        *((OWN_USAGE[role], role) for role in Role),
        *((ANY_USAGE, role) for role in Role),
        ("1.0.18013.5.1.2", Role.ISSUER),
        ("1.0.18013.5.1.6", Role.VERIFIER),
    ],
)
def test_a_usage_names_the_role(usage: str, role: Role) -> None:
    """
    Our own usages, any usage, and those of mdoc issuers and readers; others beside do not hurt.
    """
    proven = validate(ROOT.make(leaf(usages=(SERVER_AUTH, usage))), role=role)
    assert ROOT.der == proven.anchor.certificate


def test_a_seal_is_a_signature() -> None:
    """
    ETSI EN 319 412-2: a key for content commitment alone may sign.
    """
    usage = x509.KeyUsage(*[index == 1 for index in range(9)])
    assert "Leaf" == validate(ROOT.make(leaf(more=((usage, True),)))).subject_name


def test_a_proven_chain_is_not_proven_again_but_its_time_is_looked_at() -> None:
    """
    The second answer is the same object, until a certificate expires.
    """
    chain, anchors = (LEAF.der, MIDDLE.der), trusted(ROOT)
    first = validate_chain(chain, anchors=anchors, role=Role.ISSUER, now=NOW)
    later = validate_chain(chain, anchors=list(anchors), role=Role.ISSUER, now=NOW + YEAR)
    assert first is later
    with refused(KeysFailure.CHAIN_EXPIRED):
        after = NOW + YEAR + timedelta(seconds=1)
        validate_chain(chain, anchors=anchors, role=Role.ISSUER, now=after)


def test_a_root_taken_off_the_list_is_no_longer_trusted() -> None:
    """
    H87: a chain proven under an anchor is not remembered for a list without it, or another role.
    """
    assert ROOT.der == validate(LEAF, MIDDLE).anchor.certificate
    with refused(KeysFailure.CHAIN_UNTRUSTED):
        validate(LEAF, MIDDLE, anchors=())
    with refused(KeysFailure.CHAIN_UNTRUSTED):
        validate(LEAF, MIDDLE, anchors=trusted(root("Root")), role=Role.VERIFIER)
