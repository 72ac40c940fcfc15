"""The registrar beside our relying parties: a key, a root, and what it signs."""

from datetime import timedelta
from pathlib import Path

from app.clock import utc_now
from app.installation import Installation, open_installation, prepare_keys
from app.keyring import registrar_id
from app.registrar import LIFETIME, RENEWAL, Registrar
from app.settings import Settings
from consent.forms.registration_certificate import (
    REGISTRATION_CERTIFICATE_FORMAT,
    RegistrationCertificate,
    read_registration,
)
from keys.role import Role
from verifiers.registered.published import registration_octets, registration_sha256
from verifiers.services.catalogue import Catalogue


def started(home: Path) -> tuple[Installation, Registrar]:
    installation = open_installation(Settings(home=home, demo=True))
    prepare_keys(installation)
    issuer = registrar_id(installation.settings.base)
    return installation, Registrar(issuer, installation.keyring.registrar)


def read(installation: Installation, token: str, party: str) -> RegistrationCertificate | None:
    now = utc_now()
    return read_registration(
        [{"format": REGISTRATION_CERTIFICATE_FORMAT, "data": token}],
        expected_party=party,
        anchors=installation.trust.current().anchors(Role.REGISTRAR, now),
        now=now,
    )


def test_every_registration_of_ours_is_signed_and_read(tmp_path: Path) -> None:
    """
    What wallets are shown is what is published, to the last octet.
    """
    installation, registrar = started(tmp_path)
    catalogue = Catalogue(installation.settings.base)
    seen = 0
    for party in catalogue.registrations.parties:
        for purpose in party.purposes:
            octets = registration_octets(party, purpose)
            token = registrar.certificate(party.id, octets, utc_now())
            certificate = read(installation, token, party.id)
            assert certificate is not None
            assert registration_sha256(party, purpose) == certificate.sha256
            assert (party.id, purpose.code) == (certificate.party, certificate.purpose)
            seen += 1
    assert seen > 5


def test_a_registration_is_signed_once_in_half_a_day(tmp_path: Path) -> None:
    """
    Requests come by the thousand; what they show changes seldom.
    """
    installation, registrar = started(tmp_path)
    [party, *_] = Catalogue(installation.settings.base).registrations.parties
    octets, now = registration_octets(party, party.purposes[0]), utc_now()

    first = registrar.certificate(party.id, octets, now)

    assert first == registrar.certificate(party.id, octets, now + RENEWAL / 2)
    assert first != registrar.certificate(party.id, octets, now + RENEWAL)
    assert timedelta(days=1) == LIFETIME
