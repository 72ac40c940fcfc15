"""The verifier's modules in the format `mdoc`: a mobile card of another maker, made by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from standards.formats.binding import Request
from standards.formats.mdoc_request import transcript_of
from standards.mdoc.transcript import SessionTranscript
from tests.conformance.asking import WAYS, Asking
from tests.conformance.bundles.presentation import posted
from tests.conformance.bundles.schemas import Schemas
from tests.conformance.exchanges import Exchange
from tests.conformance.mobile_presenter import DOCTYPE, QUERY, MobilePresenter
from tests.conformance.service import UnderTest
from tests.interop.foreign_authority import ForeignAuthority

Module = Callable[[MobilePresenter], None]
PutOff = Callable[[pytest.MonkeyPatch], None]
Meet = Callable[[str], MobilePresenter]


@pytest.fixture
def meet_verifier(
    service: UnderTest, presented_schemas: Schemas, foreign: ForeignAuthority
) -> Meet:
    """A holder of a mobile card, whom our verifier asks for it in one of the plan's ways."""
    return lambda way: MobilePresenter(
        foreign, Asking(service, presented_schemas, WAYS[way], QUERY)
    )


@pytest.fixture(params=["HAIP", "plain"])
def mobile(request: pytest.FixtureRequest, meet_verifier: Meet) -> MobilePresenter:
    """The same in the two modes."""
    return meet_verifier(request.param)


@pytest.mark.parametrize("way", WAYS)
def test_oid4vp_1final_verifier_happy_flow_mdoc(meet_verifier: Meet, way: str) -> None:
    """
    Section 2, module 1: one valid card, over the transcript of its request, in every mode.
    """
    holder = meet_verifier(way)

    holder.asking.check_accepted(holder.show())

    [shown] = holder.asking.result()["credentials"]
    assert {DOCTYPE: {"name": "Ada"}} == shown["claims"]
    # VP1FinalValidateVpFormatsSupportedInClientMetadata: the tested format is there
    assert "mso_mdoc" in holder.request["client_metadata"]["vp_formats_supported"]


def test_oid4vp_1final_verifier_invalid_session_transcript(mobile: MobilePresenter) -> None:
    """
    Section 2, module 5: the device signed over a transcript with another nonce.
    """
    check_refused(mobile, mobile.show(nonce="another"))


def test_oid4vp_1final_verifier_invalid_credential_signature_mdoc(
    mobile: MobilePresenter,
) -> None:
    """
    Section 4: the issuer's signature over the MSO is broken.
    """
    check_refused(mobile, mobile.show(breaks_signature=True))


def test_oid4vp_1final_verifier_digest_mismatch_mdoc(mobile: MobilePresenter) -> None:
    """
    Section 4: an element that the issuer did not sign.
    """
    check_refused(mobile, mobile.show(name="Grace"))


def test_oid4vp_1final_verifier_expired_mdoc(mobile: MobilePresenter) -> None:
    """
    Section 4: ``validUntil`` was an hour before now.
    """
    check_refused(mobile, mobile.show(lasts=timedelta(minutes=-9)))


def check_refused(mobile: MobilePresenter, answer: Exchange) -> None:
    """NEG, at once, and the person at the desk sees the failure too."""
    posted.check_refused(answer)
    assert "failed" == mobile.asking.result()["state"]


def any_nonce(patch: pytest.MonkeyPatch) -> None:
    """The nonce that was signed is taken for the request's."""

    def forgiving(request: Request) -> SessionTranscript:
        return transcript_of(replace(request, nonce="another"))

    patch.setattr("standards.formats.mdoc_content.transcript_of", forgiving)


def any_issuer_signature(patch: pytest.MonkeyPatch) -> None:
    """What an issuer seems to have signed is believed."""
    patch.setattr("standards.mdoc.credential.verify_sign1", lambda auth, _key: auth.payload)


def any_digest(patch: pytest.MonkeyPatch) -> None:
    """Digests are compared with nothing."""
    patch.setattr("standards.mdoc.credential._check_digest", lambda _item, _mso: None)


def any_time(patch: pytest.MonkeyPatch) -> None:
    """No card ever ends."""
    patch.setattr("standards.mdoc.credential._check_now", lambda *_: None)


TWINS: list[tuple[Module, PutOff]] = [
    (test_oid4vp_1final_verifier_invalid_session_transcript, any_nonce),
    (test_oid4vp_1final_verifier_invalid_credential_signature_mdoc, any_issuer_signature),
    (test_oid4vp_1final_verifier_digest_mismatch_mdoc, any_digest),
    (test_oid4vp_1final_verifier_expired_mdoc, any_time),
]


@pytest.mark.parametrize(
    ("module", "rule"), TWINS, ids=[each.__name__.removeprefix("test_") for each, _ in TWINS]
)
def test_a_module_fails_when_its_rule_is_put_off(
    mobile: MobilePresenter, monkeypatch: pytest.MonkeyPatch, module: Module, rule: PutOff
) -> None:
    """
    Each check of a refusal holds only because of the one rule it is about.
    """
    rule(monkeypatch)

    with pytest.raises(AssertionError):
        module(mobile)
