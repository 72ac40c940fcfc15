"""Links that start a presentation, client identifiers, the wallet's fetch (sections 5.9, 5.10)."""

import pytest

from standards.openid4vp.client_id import CertificatePrefix, ClientId, ClientIdPrefix
from standards.openid4vp.errors import AuthorizationErrorCode, RequestError, RequestFailure
from standards.openid4vp.known_by import ByCertificate
from standards.openid4vp.request import RequestUri, RequestUriMethod
from standards.openid4vp.signer import check_certificate, check_destination
from standards.openid4vp.wallet_post import NONCE_LIMIT, WalletPost
from tests.standards.openid4vp.asking import NOW, Bank

BANK = Bank()
CLIENT = "x509_san_dns%3Abank.example"
ADDRESS = "https%3A%2F%2Fbank.example%2Frequests%2F1"


def refusal(uri: str) -> RequestFailure:
    with pytest.raises(RequestError) as caught:
        RequestUri.parse(uri)
    return caught.value.failure


def destination(client_id: str, response_uri: str) -> str:
    """Return where answers go that may go there, for a client with the bank's certificate."""
    client = ClientId.parse(client_id)
    check_certificate(client, BANK.validated)
    check_destination(client, ByCertificate(BANK.validated), response_uri)
    return response_uri


@pytest.mark.parametrize("method", RequestUriMethod)
@pytest.mark.parametrize("prefix", CertificatePrefix)
def test_a_link_comes_back_as_it_went(method: RequestUriMethod, prefix: CertificatePrefix) -> None:
    """
    VP-9: client, address and method, in our scheme or in any other link.
    """
    link = RequestUri(BANK.client_id(prefix), "https://bank.example/requests/1?a=b", method)
    assert str(link).startswith("openid4vp://?client_id=x509_")
    assert link == RequestUri.parse(str(link))
    assert link == RequestUri.parse(str(link).replace("openid4vp://", "https://wallet.example/go"))
    assert link == RequestUri.parse(f"{link}&unknown=1&nonce=ignored&response_type=x")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", RequestFailure.UNSIGNED),
        (f"client_id={CLIENT}&response_type=vp_token&nonce=n", RequestFailure.UNSIGNED),
        (f"client_id={CLIENT}&request=eyJ.e.s", RequestFailure.UNSIGNED),
        (f"client_id={CLIENT}&request=e.y.J&request_uri={ADDRESS}", RequestFailure.MALFORMED),
        (f"client_id={CLIENT}&request_uri_method=post", RequestFailure.MALFORMED),
        (
            f"client_id={CLIENT}&request_uri={ADDRESS}&request_uri_method=PUT",
            RequestFailure.REQUEST_URI_METHOD,
        ),
        (
            f"client_id={CLIENT}&request_uri={ADDRESS}&request_uri_method=POST",
            RequestFailure.REQUEST_URI_METHOD,
        ),
        (f"client_id={CLIENT}&request_uri=file:///etc/passwd", RequestFailure.MALFORMED),
        (f"client_id={CLIENT}&request_uri=data:,x", RequestFailure.MALFORMED),
        (f"client_id={CLIENT}&request_uri=javascript:x", RequestFailure.MALFORMED),
        (f"client_id={CLIENT}&request_uri={ADDRESS}%23x", RequestFailure.MALFORMED),
        (
            f"client_id={CLIENT}&client_id={CLIENT}&request_uri={ADDRESS}",
            RequestFailure.MALFORMED,
        ),
        (f"request_uri={ADDRESS}", RequestFailure.CLIENT_ID_PREFIX),
        (f"client_id=origin:x&request_uri={ADDRESS}", RequestFailure.CLIENT_ID_PREFIX),
        (f"client_id={CLIENT}&x={'x' * 20_000}", RequestFailure.MALFORMED),
    ],
    ids=lambda value: str(value)[:140],
)
def test_a_link_that_breaks_a_rule_is_refused(query: str, expected: RequestFailure) -> None:
    """
    VP-9, H80, H81: signed requests by address only, and no address but the web's.
    """
    assert expected == refusal(f"openid4vp://?{query}")


def test_a_text_that_is_no_link_is_refused() -> None:
    """
    What cannot be split into the parts of a link is malformed.
    """
    assert RequestFailure.MALFORMED == refusal("https://[no address/?client_id=x")


def test_an_invalid_method_has_its_own_code() -> None:
    """
    VP-9: ``invalid_request_uri_method`` is for exactly this.
    """
    with pytest.raises(RequestError) as caught:
        RequestUri.parse(f"openid4vp://?request_uri={ADDRESS}&request_uri_method=x")
    assert AuthorizationErrorCode.INVALID_REQUEST_URI_METHOD == caught.value.code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x509_hash:",
        "verifier_attestation:",
        "decentralized_identifier:",
        "redirect_uri:",
        "origin:https://bank.example",
        "web-origin:https://bank.example",
        "openid_federation:https://bank.example",
        "b" * 2049,
        "bank\nexample",
    ],
)
def test_other_ways_to_be_known_are_refused(text: str) -> None:
    """
    VP-18, VP-23, H81: a known prefix with a value, and never ``origin:``.
    """
    with pytest.raises(RequestError) as caught:
        ClientId.parse(text)
    assert RequestFailure.CLIENT_ID_PREFIX == caught.value.failure
    assert AuthorizationErrorCode.INVALID_CLIENT == caught.value.code


@pytest.mark.parametrize(
    "text", ["bank.example", "X509_HASH:abc", "https://bank.example", "http:x509_hash:abc", "a:"]
)
def test_without_a_known_prefix_a_client_was_registered_before(text: str) -> None:
    """
    VP-18, VP-19: the whole of it is its name, letter for letter.
    """
    assert ClientId(None, text) == ClientId.parse(text)
    assert text == str(ClientId.parse(text))


def test_only_the_first_colon_ends_the_prefix() -> None:
    """
    VP-18: what follows may hold colons, and the full text names the client (VP-60).
    """
    parsed = ClientId.parse("x509_san_dns:a:b")
    assert (ClientIdPrefix.X509_SAN_DNS, "a:b") == (parsed.prefix, parsed.value)
    assert "x509_san_dns:a:b" == str(parsed)


@pytest.mark.parametrize(
    ("client_id", "response_uri"),
    [
        ("x509_san_dns:bank.example", "https://bank.example/r"),
        ("x509_san_dns:pay.bank.example", "https://pay.bank.example:8443/r"),
        ("x509_san_dns:BANK.example", "https://Bank.Example/r"),
    ],
)
def test_a_dns_name_of_the_certificate_is_accepted(client_id: str, response_uri: str) -> None:
    """
    VP-21: any DNS name of the leaf, when answers go to that host; names have no letter case.
    """
    assert response_uri == destination(client_id, response_uri)


@pytest.mark.parametrize(
    ("client_id", "response_uri"),
    [
        ("x509_san_dns:evil.example", "https://evil.example/r"),
        ("x509_san_dns:bank.example", "https://evil.example/r"),
        ("x509_san_dns:bank.example", "https://pay.bank.example/r"),
        ("x509_san_dns:bank.example", "https://bank.example.evil.example/r"),
        ("x509_san_dns:sub.bank.example", "https://sub.bank.example/r"),
        ("x509_hash:" + "A" * 43, "https://bank.example/r"),
    ],
)
def test_another_name_or_certificate_is_refused(client_id: str, response_uri: str) -> None:
    """
    VP-21, VP-22: the certificate's own names, the host of the answer, the hash of the leaf.
    """
    with pytest.raises(RequestError) as caught:
        destination(client_id, response_uri)
    assert RequestFailure.CLIENT_ID_MISMATCH == caught.value.failure


def test_the_hash_is_of_this_leaf() -> None:
    """
    VP-22, HAIP-17: with the hash, answers may go anywhere.
    """
    anywhere = "https://any.example/"
    assert anywhere == destination(BANK.client_id(), anywhere)
    assert BANK.client_id() != Bank().client_id()


def test_a_certificate_without_names_has_no_dns_client_id() -> None:
    """
    A verifier configured for DNS names with a certificate that has none is a mistake of ours.
    """
    nameless = Bank()
    nameless.chain = nameless.authority.issue(nameless.signer.public, "Bank", now=NOW)
    with pytest.raises(ValueError, match="DNS"):
        nameless.client_id(CertificatePrefix.X509_SAN_DNS)


def test_a_wallets_fetch_comes_back_as_it_went() -> None:
    """
    VP-25, VP-27: nonce and metadata in a form; unknown parameters are ignored.
    """
    post = WalletPost("qPmxiNFCR3QTm19POc8u", '{"vp_formats_supported":{}}')
    assert post == WalletPost.parse(post.encode())
    assert post == WalletPost.parse(post.encode() + b"&unknown=1")
    assert WalletPost() == WalletPost.parse(b"")


@pytest.mark.parametrize("length", [NONCE_LIMIT, NONCE_LIMIT + 1])
def test_an_endless_wallet_nonce_is_refused(length: int) -> None:
    """
    The nonce is signed as it came; it is bounded, the limit itself is accepted.
    """
    body = WalletPost("n" * length).encode()
    if length <= NONCE_LIMIT:
        assert WalletPost("n" * length) == WalletPost.parse(body)
    else:
        with pytest.raises(RequestError):
            WalletPost.parse(body)
