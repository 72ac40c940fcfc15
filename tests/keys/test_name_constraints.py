from ipaddress import ip_address, ip_network

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID, ObjectIdentifier

from keys.errors import KeysFailure
from keys.name_constraints import check_names
from keys.x509 import Anchor, Role, validate_chain
from tests.keys.pki import NOW, authority, leaf, named, root
from tests.keys.refusal import refused


def dns(name: str) -> x509.GeneralName:
    return x509.DNSName(name)


def uri(name: str) -> x509.GeneralName:
    return x509.UniformResourceIdentifier(name)


def address(text: str) -> x509.GeneralName:
    return x509.IPAddress(ip_network(text) if "/" in text else ip_address(text))


def directory(*parts: tuple[ObjectIdentifier, str]) -> x509.GeneralName:
    return x509.DirectoryName(x509.Name([x509.NameAttribute(*part) for part in parts]))


KOREA = (NameOID.COUNTRY_NAME, "KR")
SEOUL = (NameOID.ORGANIZATION_NAME, "Seoul  City")
seoul = (NameOID.ORGANIZATION_NAME, "seoul city")

WITHIN = [
    (dns("go.kr"), dns("go.kr")),
    (dns("go.kr"), dns("a.b.GO.KR")),
    (dns(".go.kr"), dns("a.go.kr")),
    (dns(""), dns("anything.example")),
    (uri("rp.example"), uri("https://RP.example:8443/path")),
    (uri(".example"), uri("https://rp.example")),
    (directory(KOREA), directory(KOREA, SEOUL)),
    (directory(KOREA, SEOUL), directory(KOREA, seoul)),
    (directory(), directory(SEOUL)),
    (address("10.0.0.0/8"), address("10.1.2.3")),
    (address("fd00::/8"), address("fd00::1")),
]
OUTSIDE = [
    (dns("go.kr"), dns("logo.kr")),
    (dns("go.kr"), dns("go.kr.example")),
    (dns("a.go.kr"), dns("go.kr")),
    (uri("rp.example"), uri("https://a.rp.example")),
    (uri(".example"), uri("https://example")),
    (uri("rp.example"), uri("urn:no:host")),
    (directory(KOREA, SEOUL), directory(KOREA)),
    (directory(SEOUL), directory(KOREA, SEOUL)),
    (address("10.0.0.0/8"), address("11.0.0.1")),
    (address("10.0.0.0/8"), address("fd00::1")),
]


@pytest.mark.parametrize(("subtree", "name"), WITHIN)
def test_names_within_a_subtree(subtree: x509.GeneralName, name: x509.GeneralName) -> None:
    """
    RFC 5280 section 4.2.1.10: permitted when permitted, refused when excluded.
    """
    check_names(x509.NameConstraints([subtree], None), (name,))
    with refused(KeysFailure.CHAIN_NAME_CONSTRAINT):
        check_names(x509.NameConstraints(None, [subtree]), (name,))


@pytest.mark.parametrize(("subtree", "name"), OUTSIDE)
def test_names_outside_a_subtree(subtree: x509.GeneralName, name: x509.GeneralName) -> None:
    """
    RFC 5280 section 4.2.1.10: refused when something else is permitted, untouched by exclusion.
    """
    check_names(x509.NameConstraints(None, [subtree]), (name,))
    with refused(KeysFailure.CHAIN_NAME_CONSTRAINT):
        check_names(x509.NameConstraints([subtree], None), (name,))


def test_other_kinds_of_name_are_not_touched() -> None:
    """
    A constraint on DNS names says nothing of addresses; one of several subtrees is enough.
    """
    constraints = x509.NameConstraints([dns("a.example"), dns("b.example")], [dns("x.b.example")])
    check_names(constraints, (address("10.0.0.1"), dns("b.example"), dns("a.example")))
    with refused(KeysFailure.CHAIN_NAME_CONSTRAINT):
        check_names(constraints, (address("10.0.0.1"), dns("x.b.example"), dns("a.example")))


def test_a_kind_that_is_not_understood_is_refused_where_it_appears() -> None:
    """
    Fail closed: e-mail constraints are not read, so an e-mail address under one is refused.
    """
    constraints = x509.NameConstraints([x509.RFC822Name("example")], None)
    check_names(constraints, (dns("b.example"),))
    with refused(KeysFailure.CHAIN_NAME_CONSTRAINT):
        check_names(constraints, (x509.RFC822Name("a@example"),))


def test_an_address_in_the_subject_counts() -> None:
    """
    RFC 5280 section 4.2.1.10: an e-mail address hidden in the subject is constrained too.
    """
    only = x509.NameConstraints(None, [x509.RFC822Name("example")])
    above = root()
    narrow = above.make(authority(constraints=only))
    subject = x509.Name([x509.NameAttribute(NameOID.EMAIL_ADDRESS, "a@example")])
    chain = (narrow.make(leaf(subject=subject)).der, narrow.der)
    with refused(KeysFailure.CHAIN_NAME_CONSTRAINT):
        validate_chain(chain, anchors=(Anchor(above.der, "r"),), role=Role.ISSUER, now=NOW)


def test_a_roots_constraints_reach_the_leaf_and_the_authorities() -> None:
    """
    H15: every certificate below is bound, by its subject also.
    """
    inside = x509.Name([x509.NameAttribute(*KOREA), x509.NameAttribute(*SEOUL)])
    above = root(constraints=x509.NameConstraints([directory(KOREA)], None))
    anchors = (Anchor(above.der, "r"),)
    good = above.make(authority(subject=inside))
    office = x509.Name([x509.NameAttribute(*KOREA)])
    chain = (good.make(leaf(subject=office)).der, good.der)
    proven = validate_chain(chain, anchors=anchors, role=Role.ISSUER, now=NOW)
    assert above.der == proven.anchor.certificate
    chain = (good.make(leaf(subject=inside)).der, good.der)
    # A subject and an issuer alike would be self-issued: the leaf has a name of its own.
    with refused(KeysFailure.CHAIN_SELF_SIGNED):
        validate_chain(chain, anchors=anchors, role=Role.ISSUER, now=NOW)
    bad = above.make(authority(subject=named("Elsewhere")))
    for chain in (
        (bad.make(leaf(subject=inside)).der, bad.der),
        (good.make(leaf()).der, good.der),
    ):
        with refused(KeysFailure.CHAIN_NAME_CONSTRAINT):
            validate_chain(chain, anchors=anchors, role=Role.ISSUER, now=NOW)
