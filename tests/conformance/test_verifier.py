"""The verifier's modules: wallets of another maker, and hand-made answers, to our verifier."""

from collections.abc import Callable

import pytest

from tests.conformance import put_off
from tests.conformance.asking import KEYS, WAYS, Asking, query_for
from tests.conformance.bundles.presentation import encryption, posted
from tests.conformance.bundles.schemas import Schemas
from tests.conformance.exchanges import Exchange
from tests.conformance.presenter import Presenter
from tests.conformance.service import UnderTest
from tests.conformance.signing import broken, now
from tests.interop.stranger import Stranger

Module = Callable[[Presenter], None]


def test_oid4vp_1final_verifier_happy_flow(
    asking: Asking, peer: Stranger, shown_card: str
) -> None:
    """
    Section 2, module 1: one valid certificate for a query of one.
    """
    asking.let(peer, shown_card)

    [shown] = asking.result()["credentials"]
    assert {"no_arrears": True} == shown["claims"]
    # VP1FinalCheckEncryptionKeyNotReused, over all modules so far
    encryption.check_fresh(KEYS)


def test_oid4vp_1final_verifier_minimal_cnf_jwk(presenter: Presenter) -> None:
    """
    Section 2, module 2: the holder's key is named by its four members and nothing else.
    """
    assert {"kty", "crv", "x", "y"} == set(presenter.key.jwk)

    presenter.asking.check_accepted(presenter.show())


@pytest.mark.parametrize("way", WAYS)
def test_oid4vp_1final_verifier_request_uri_method_post(
    service: UnderTest, presented_schemas: Schemas, peer: Stranger, shown_card: str, way: str
) -> None:
    """
    Section 2, module 3: a wallet that posts its nonce finds it in what is signed.
    """
    posting = WAYS[way].by("post")
    asking = Asking(service, presented_schemas, posting, query_for(service))

    asking.let(peer, shown_card)

    assert "wallet_nonce=" in asking.exchanges[0].content


def test_oid4vp_1final_verifier_request_uri_fetched_twice(
    asking: Asking, peer: Stranger, shown_card: str
) -> None:
    """
    Section 2, module 4: a request may be read again before it is answered.
    """
    asking.let(peer, shown_card, fetches=2)

    assert [200, 200, 200] == [each.status for each in asking.exchanges]


def test_oid4vp_1final_verifier_invalid_kb_jwt_signature(presenter: Presenter) -> None:
    """
    Section 2, module 6: the holder's signature is broken.
    """
    shown = presenter.shown()

    check_refused(presenter, presenter.post(shown + broken(presenter.binding(shown))))


def test_oid4vp_1final_verifier_invalid_credential_signature(presenter: Presenter) -> None:
    """
    Section 2, module 7: the issuer's signature is broken.
    """
    shown = presenter.shown(broken(presenter.card()))

    check_refused(presenter, presenter.post(shown + presenter.binding(shown)))


def test_oid4vp_1final_verifier_invalid_sd_hash(presenter: Presenter) -> None:
    """
    Section 2, module 8: the holder signed for other disclosures.
    """
    check_refused(presenter, presenter.show(sd_hash="A" * 43))


def test_oid4vp_1final_verifier_invalid_kb_jwt_nonce(presenter: Presenter) -> None:
    """
    Section 2, module 9: the holder signed for another request.
    """
    check_refused(presenter, presenter.show(nonce="another"))


def test_oid4vp_1final_verifier_invalid_kb_jwt_aud(presenter: Presenter) -> None:
    """
    Section 2, module 10: the holder signed for somebody else.
    """
    check_refused(presenter, presenter.show(aud="x509_san_dns:bank.example"))


def test_oid4vp_1final_verifier_kb_jwt_iat_in_past(presenter: Presenter) -> None:
    """
    Section 2, module 11: the holder signed a year ago.
    """
    check_refused(presenter, presenter.show(iat=now(days=-365)))


def test_oid4vp_1final_verifier_kb_jwt_iat_in_future(presenter: Presenter) -> None:
    """
    Section 2, module 12: the holder signed a year ahead.
    """
    check_refused(presenter, presenter.show(iat=now(days=365)))


def check_refused(presenter: Presenter, answer: Exchange) -> None:
    """NEG, at once, and the person at the desk sees the failure too."""
    posted.check_refused(answer)
    assert "failed" == presenter.asking.result()["state"]


def honest(name: str) -> put_off.PutOff:
    """One claim of key bindings is taken for what an honest holder would have signed."""
    return put_off.claims_of("kb+jwt", lambda who: {name: who.signed[name]})


TWINS: list[tuple[Module, put_off.PutOff]] = [
    (test_oid4vp_1final_verifier_invalid_kb_jwt_signature, put_off.signature_of("kb+jwt")),
    (test_oid4vp_1final_verifier_invalid_credential_signature, put_off.signature_of("dc+sd-jwt")),
    (test_oid4vp_1final_verifier_invalid_sd_hash, honest("sd_hash")),
    (test_oid4vp_1final_verifier_invalid_kb_jwt_nonce, honest("nonce")),
    (test_oid4vp_1final_verifier_invalid_kb_jwt_aud, honest("aud")),
    (test_oid4vp_1final_verifier_kb_jwt_iat_in_past, honest("iat")),
    (test_oid4vp_1final_verifier_kb_jwt_iat_in_future, honest("iat")),
]


@pytest.mark.parametrize(
    ("module", "rule"), TWINS, ids=[each.__name__.removeprefix("test_") for each, _ in TWINS]
)
def test_a_module_fails_when_its_rule_is_put_off(
    presenter: Presenter, monkeypatch: pytest.MonkeyPatch, module: Module, rule: put_off.PutOff
) -> None:
    """
    Each negative module watches the rule it is about, and nothing else keeps it green.
    """
    rule(monkeypatch, presenter)

    with pytest.raises(AssertionError):
        module(presenter)

    assert presenter.last is not None
    assert 200 == presenter.last.status, "it was refused for another reason, or broke"
