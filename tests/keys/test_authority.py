import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from keys.authority import CertificateAuthority
from keys.certificate_reader import pem_certificates, read_certificate
from keys.errors import KeysFailure
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from keys.x509 import Role, validate_chain
from tests.keys.pki import NOW
from tests.keys.refusal import refused

SIGNER = SoftwareSigner.generate()


@pytest.mark.parametrize("algorithm", [Algorithm.ES256, Algorithm.ED25519])
@pytest.mark.parametrize("role", Role)
def test_what_an_authority_issues_is_valid_for_its_role(role: Role, algorithm: Algorithm) -> None:
    """
    Every role and both kinds of key; names, addresses and the registered number come back.
    """
    signer = SoftwareSigner.generate(algorithm)
    authority = CertificateAuthority.create("Root", role, NOW)
    chain = authority.issue(
        signer.public,
        "국세청",
        now=NOW,
        organization_id="NTRKR-2",
        dns_names=["nts.example"],
        uris=["https://nts.example/issuers/nts"],
    )
    proven = validate_chain(chain, anchors=(authority.anchor,), role=role, now=NOW)
    assert ("국세청", "NTRKR-2") == (proven.subject_name, proven.organization_id)
    assert ("nts.example",) == proven.dns_names
    assert ("https://nts.example/issuers/nts",) == proven.uris
    assert signer.public.verification_key().coordinates() == proven.leaf_key.coordinates()
    assert 1 == len(proven.authority_key_identifiers)


def test_what_an_authority_issues_is_for_no_other_role() -> None:
    """
    H15: a verifier's certificate does not issue, even where its root stands in both lists.
    """
    authority = CertificateAuthority.create("Root", Role.VERIFIER, NOW)
    chain = authority.issue(SIGNER.public, "Bank", now=NOW)
    with refused(KeysFailure.CHAIN_WRONG_ROLE):
        validate_chain(chain, anchors=(authority.anchor,), role=Role.ISSUER, now=NOW)


def test_a_certificate_lives_as_long_as_asked() -> None:
    """
    From before the hour began, which is all that is said of when something was signed, and a
    minute for readers whose clock is behind; to the day given.
    """
    authority = CertificateAuthority.create("Root", Role.ISSUER, NOW)
    leaf = read_certificate(authority.issue(SIGNER.public, "A", now=NOW, days=30)[0])
    assert timedelta(hours=1, seconds=60) == NOW - leaf.not_before
    assert timedelta(days=30, seconds=-60) == leaf.not_after - NOW
    root = read_certificate(authority.anchor.certificate)
    assert timedelta(days=3650, seconds=-60) == root.not_after - NOW


@pytest.mark.parametrize("algorithm", [Algorithm.ES256, Algorithm.ED25519])
def test_an_authority_survives_its_file(algorithm: Algorithm) -> None:
    """
    Certificate and key as one PEM file; what it issues later hangs on the same root.
    """
    signer = SoftwareSigner.generate(algorithm)
    authority = CertificateAuthority.create("Root", Role.STATUS, NOW, signer=signer)
    again = CertificateAuthority.from_pem(authority.private_pem(), Role.STATUS)
    assert authority.anchor == again.anchor
    assert "Root" == again.anchor.name
    chain = again.issue(SIGNER.public, "Office", now=NOW)
    validate_chain(chain, anchors=(authority.anchor,), role=Role.STATUS, now=NOW)


def test_servers_and_signers_have_roots_of_their_own() -> None:
    """
    An authority with a role makes no server certificate, and one without makes nothing else.
    """
    with pytest.raises(ValueError, match="for TLS servers"):
        CertificateAuthority.create("R", None, NOW).issue(SIGNER.public, "A", now=NOW)
    with pytest.raises(ValueError, match="for the role issuer"):
        CertificateAuthority.create("R", Role.ISSUER, NOW).issue_tls(["localhost"], NOW)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "wallet.example"])
def test_a_server_certificate_serves_https(host: str, tmp_path: Path) -> None:
    """
    A real handshake, names and addresses checked by the client against the root alone.
    """
    now = datetime.now(UTC)
    authority = CertificateAuthority.create("Local", None, now)
    identity = authority.issue_tls(["localhost", "127.0.0.1", "::1", "wallet.example"], now)
    assert 1 == len(pem_certificates(identity.chain_pem))
    file = tmp_path / "server.pem"
    file.write_bytes(identity.chain_pem + identity.key_pem)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(file)
    client = ssl.create_default_context()
    client.load_verify_locations(cadata=authority.anchor.certificate)
    handshake(server, client, host)


def handshake(server: ssl.SSLContext, client: ssl.SSLContext, host: str) -> None:
    """Let client and server talk through memory until both are satisfied."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = [
        client.wrap_bio(to_client, to_server, server_hostname=host),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for _round in range(4):
        for side in list(sides):
            try:
                side.do_handshake()
                sides.remove(side)
            except ssl.SSLWantReadError:
                continue
    assert [] == sides
