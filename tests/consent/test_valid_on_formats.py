"""Was it valid on that day: asked of a receipt or of a certificate, whatever its format."""

import os
from datetime import timedelta

import pytest

from consent.auditing.valid_on import issuer_parts, reference_of, valid_on
from keys.errors import KeysError
from keys.strict_json import dumps
from keys.trust_list import verify_trust_list
from standards.formats.credential import NewCredential
from standards.formats.known import FORMATS, format_of
from standards.status_list.bits import Status
from tests.consent.kept_sharing import CLAIMS, STATUS_URI, TYPE, KeptSharing
from tests.consent.world import NOW

NAMES = sorted(FORMATS)


@pytest.mark.parametrize("name", NAMES)
def test_a_receipt_says_where_its_certificate_stood(name: str) -> None:
    """
    From the kept receipt and the list of then alone; another issuer's trust says nothing.
    """
    sharing = KeptSharing((name,), status=1)
    text = dumps(sharing.receipt().as_dict()).decode()
    trust = verify_trust_list(sharing.trust_list(), sharing.keeper.public.verification_key(), NOW)
    stranger = KeptSharing((name,))
    other = verify_trust_list(
        stranger.trust_list(), stranger.keeper.public.verification_key(), NOW
    )

    (part,) = issuer_parts(text)
    found = valid_on(part, sharing.status_token(), trust=trust, at=NOW + timedelta(hours=1))

    assert STATUS_URI == reference_of(part).uri
    assert (False, Status.INVALID) == (found.ok, found.status)
    with pytest.raises(KeysError):
        valid_on(part, sharing.status_token(), trust=other, at=NOW)


@pytest.mark.parametrize("name", NAMES)
def test_a_certificate_as_issued_or_as_shown_has_its_issuers_part(name: str) -> None:
    """
    Nobody has to say which format a file is in.
    """
    sharing = KeptSharing((name,))
    new = NewCredential(
        type=TYPE,
        issuer="https://issuer.example",
        claims=CLAIMS,
        holder=sharing.holder.public,
        issued_at=NOW,
        expires_at=NOW + timedelta(days=30),
    )
    text = format_of(name).issue(
        new, signer=sharing.issuer, x5c=sharing.issuer_x5c, entropy=os.urandom
    )
    held = format_of(name).read_issued(text).content(sharing.issuer.public.verification_key())
    unsigned = held.present(())
    octets = unsigned.to_sign(sharing.request, algorithm=sharing.holder.algorithm, now=NOW)
    shown = unsigned.signed(octets, sharing.holder.sign(octets))

    expected = format_of(name).read_issuer_part(held.issuer_part).chain
    for given in (text, shown, held.issuer_part, f"{text}\n"):
        (part,) = issuer_parts(given)
        assert expected == part.chain
