"""Proofs of possession (RFC 9449), as a server checks them and as a client makes them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as joserfc_jws
from joserfc.jwk import ECKey

from keys import base64url, jws
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue, dumps, loads_object
from standards.oauth.dpop import (
    PROOF_LIMIT,
    TYP,
    DpopClaims,
    ProvenDpop,
    make_dpop_proof,
    token_hash,
    use_dpop_nonce,
    verify_dpop_proof,
)
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
URL = "https://issuer.example/issuers/resident-registry/credential"
TOKEN = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
CLIENT = SoftwareSigner.generate()
GOOD = DpopClaims("POST", URL, NOW, "jti-1", TOKEN, "nonce-1")

# RFC 9449 figures 2 and 13: the same key at the token endpoint, and with a token at a resource.
RFC_KEY_THUMBPRINT = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
RFC_TOKEN_PROOF = (
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNo"
    "UklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERW"
    "clUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0"
    "dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-"
    "FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"
)
RFC_RESOURCE_PROOF = (
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNo"
    "UklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERW"
    "clUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1"
    "IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwi"
    "YXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey7"
    "1EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA"
)


class Nonces:
    """What a server gave out lately, and what it was asked about."""

    def __init__(self, *good: str | None) -> None:
        self.good = good or ("nonce-1",)
        self.asked: list[str | None] = []

    def __call__(self, nonce: str | None) -> None:
        self.asked.append(nonce)
        if nonce not in self.good:
            raise use_dpop_nonce()


def any_nonce(_nonce: str | None) -> None:
    """A server that gives out no nonces."""


def header(**members: JsonValue) -> JsonObject:
    usual: JsonObject = {"typ": TYP, "jwk": CLIENT.public.as_dict()}
    return {name: value for name, value in (usual | members).items() if value != "absent"}


def claims(**members: JsonValue) -> JsonObject:
    changed = GOOD.as_dict() | members
    return {name: value for name, value in changed.items() if value != "absent"}


def proof(head: Mapping[str, JsonValue] | None = None, /, **members: JsonValue) -> str:
    return jws.sign(header() if head is None else head, dumps(claims(**members)), CLIENT)


def proven(
    *headers: str,
    url: str = URL,
    method: str = "POST",
    now: datetime = NOW,
    check_nonce: Callable[[str | None], None] | None = None,
    access_token: str | None = TOKEN,
) -> ProvenDpop:
    return verify_dpop_proof(
        headers,
        method=method,
        url=url,
        now=now,
        check_nonce=check_nonce or Nonces(),
        access_token=access_token,
    )


def refusal(*headers: str, nonces: Nonces | None = None) -> OAuthErrorCode:
    with pytest.raises(OAuthRequestError) as caught:
        proven(*headers, check_nonce=nonces)
    return caught.value.code


def test_a_good_proof_gives_key_and_number() -> None:
    """
    RFC 9449 section 4.3, sheet 1 to 3: all that a server needs to bind, and to remember.
    """
    found = proven(make_dpop_proof(GOOD, CLIENT))

    assert CLIENT.public.thumbprint() == found.key.thumbprint()
    assert ("jti-1", NOW) == (found.jti, found.issued_at)


@pytest.mark.parametrize(
    ("published", "method", "url", "token"),
    [
        (RFC_TOKEN_PROOF, "POST", "https://server.example.com/token", None),
        (RFC_RESOURCE_PROOF, "GET", "https://resource.example.org/protectedresource", TOKEN),
    ],
    ids=["figure 2", "figure 13"],
)
def test_the_proofs_of_the_standard_hold(
    published: str, method: str, url: str, token: str | None
) -> None:
    """
    RFC 9449 figures 2 and 13, at their own time; the key is the one of section 6.1.
    """
    then = datetime.fromtimestamp(1562262618, UTC)
    found = proven(
        published, method=method, url=url, now=then, check_nonce=any_nonce, access_token=token
    )
    assert RFC_KEY_THUMBPRINT == found.key.thumbprint()


def test_others_make_what_we_take() -> None:
    """
    PyJWT and joserfc sign a proof of the same claims; both hold here, and ours holds there.
    """
    head, body = header(), claims()
    by_pyjwt = jwt.encode(body, CLIENT.private_pem(), algorithm="ES256", headers=head)
    key = ECKey.import_key(CLIENT.private_pem())
    by_joserfc = joserfc_jws.serialize_compact({"alg": "ES256", **head}, dumps(body), key)
    for made in (by_pyjwt, by_joserfc):
        assert CLIENT.public.thumbprint() == proven(made).key.thumbprint()

    ours = make_dpop_proof(GOOD, CLIENT)
    theirs = jwt.decode(ours, jwt.PyJWK(CLIENT.public.as_dict()), algorithms=["ES256"])
    assert claims() == theirs
    assert dumps(body) == joserfc_jws.deserialize_compact(ours, key).payload


def test_a_proof_names_no_key_but_in_its_public_parts() -> None:
    """
    Sheet 1: the header holds the type, the algorithm and four members of a public key.
    """
    made = jws.parse(make_dpop_proof(GOOD, CLIENT))
    assert {"typ", "alg", "jwk"} == made.header.keys()
    assert {"kty", "crv", "x", "y"} == CLIENT.public.as_dict().keys() - {"kid"}
    assert made.header["jwk"] == {
        name: value for name, value in CLIENT.public.as_dict().items() if name != "kid"
    }
    assert {"jti", "htm", "htu", "iat", "ath", "nonce"} == loads_object(made.payload).keys()


def test_a_proof_without_token_or_nonce_claims_neither() -> None:
    """
    Section 4.2: ``ath`` is there with a token alone, ``nonce`` when the server gave one.
    """
    plain = DpopClaims("POST", f"{URL}?a=b#c", NOW, "jti-1").as_dict()
    assert {"jti": "jti-1", "htm": "POST", "htu": URL, "iat": int(NOW.timestamp())} == plain


TOLERATED: dict[str, JsonObject] = {
    "htu with a query": {"htu": f"{URL}?a=b"},
    "htu with a fragment": {"htu": f"{URL}#part"},
    "htu with an upper-case scheme": {"htu": URL.replace("https", "HTTPS")},
    "htu with an upper-case host": {"htu": URL.replace("issuer.example", "ISSUER.Example")},
    "htu with the default port": {"htu": URL.replace(".example", ".example:443")},
    "htu percent-encoded": {"htu": URL.replace("resident-registry", "resident%2Dregistr%79")},
    "extra claims": {"custom": {"a": [1]}, "exp": 1, "aud": "elsewhere"},
    "iat a minute ago": {"iat": int(NOW.timestamp()) - 60},
    "iat ten seconds ahead": {"iat": int(NOW.timestamp()) + 10},
    "iat with a fraction": {"iat": NOW.timestamp() - 0.5},
}


@pytest.mark.parametrize("name", TOLERATED)
def test_what_means_the_same_is_taken(name: str) -> None:
    """
    H72, dpop-negative-tests: a query, a fragment, letter case and the default port change nothing.
    """
    assert "jti-1" == proven(proof(**TOLERATED[name])).jti


@pytest.mark.parametrize(
    ("url", "htu"),
    [
        ("https://a.example", "https://a.example/"),
        ("https://a.example:443/", "https://A.EXAMPLE"),
        ("http://127.0.0.1:8080/x", "HTTP://127.0.0.1:8080/x?y"),
        ("http://a.example:80/x", "http://a.example/x"),
        ("https://[::1]:8443/x", "https://[::1]:8443/x"),
        ("https://a.example/%ea%b0%80", "https://a.example/%EA%B0%80"),
    ],
)
def test_addresses_are_compared_in_their_normal_form(url: str, htu: str) -> None:
    """
    Section 4.3, RFC 3986 section 6.2: scheme, host, port and empty path in their usual form.
    """
    assert "jti-1" == proven(proof(htu=htu), url=url).jti


BAD_CLAIMS: dict[str, JsonObject] = {
    "no jti": {"jti": "absent"},
    "empty jti": {"jti": ""},
    "jti as number": {"jti": 1},
    "no htm": {"htm": "absent"},
    "htm GET": {"htm": "GET"},
    "htm in small letters": {"htm": "post"},
    "htm as array": {"htm": ["POST"]},
    "no htu": {"htu": "absent"},
    "htu of another path": {"htu": f"{URL}/"},
    "htu of another host": {"htu": URL.replace("issuer.", "evil.")},
    "htu of another port": {"htu": URL.replace(".example", ".example:8443")},
    "htu of another scheme": {"htu": URL.replace("https", "http")},
    "htu with a user": {"htu": URL.replace("issuer.", "user@issuer.")},
    "htu with a backslash": {"htu": URL.replace("/credential", "\\credential")},
    "htu with a port too large": {"htu": "https://issuer.example:99999/x"},
    "htu with an encoded slash": {"htu": URL.replace("/credential", "%2Fcredential")},
    "htu with upper-case path": {"htu": URL.replace("credential", "Credential")},
    "htu relative": {"htu": "/issuers/resident-registry/credential"},
    "htu as number": {"htu": 1},
    "no iat": {"iat": "absent"},
    "iat an hour ago": {"iat": int(NOW.timestamp()) - 3600},
    "iat an hour ahead": {"iat": int(NOW.timestamp()) + 3600},
    "iat 61 seconds ago": {"iat": int(NOW.timestamp()) - 61},
    "iat 11 seconds ahead": {"iat": int(NOW.timestamp()) + 11},
    "iat as text": {"iat": str(int(NOW.timestamp()))},
    "iat true": {"iat": True},
    "no ath": {"ath": "absent"},
    "ath of another token": {"ath": token_hash("another")},
    "ath padded": {"ath": token_hash(TOKEN) + "="},
    "ath as array": {"ath": [token_hash(TOKEN)]},
    "nonce as number": {"nonce": 1},
    "empty nonce": {"nonce": ""},
}


@pytest.mark.parametrize("name", BAD_CLAIMS)
def test_a_proof_for_something_else_is_refused(name: str) -> None:
    """
    H72, dpop-negative-tests, sheet 2, 3: one wrong claim is ``invalid_dpop_proof``, no nonce is
    given away.
    """
    nonces = Nonces()
    assert OAuthErrorCode.INVALID_DPOP_PROOF == refusal(proof(**BAD_CLAIMS[name]), nonces=nonces)
    assert not nonces.asked


BAD_HEADERS: dict[str, JsonObject] = {
    "no typ": {"typ": "absent"},
    "typ of a JWT": {"typ": "JWT"},
    "typ of a key proof": {"typ": "openid4vci-proof+jwt"},
    "typ in capitals": {"typ": "DPOP+JWT"},
    "no jwk": {"jwk": "absent"},
    "jwk as text": {"jwk": "x"},
    "private key": {"jwk": CLIENT.public.as_dict() | {"d": "A" * 43}},
    "symmetric key": {"jwk": {"kty": "oct", "k": "AAAA"}},
    "key for encryption": {"jwk": CLIENT.public.as_dict() | {"use": "enc"}},
    "key off the curve": {"jwk": CLIENT.public.as_dict() | {"y": "A" * 43}},
    "another key": {"jwk": SoftwareSigner.generate().public.as_dict()},
    "jku": {"jku": "https://evil.example/jwks"},
    "x5u": {"x5u": "https://evil.example/x5c"},
}


@pytest.mark.parametrize("name", BAD_HEADERS)
def test_a_proof_by_the_wrong_key_is_refused(name: str) -> None:
    """
    H5 to H8, H72, dpop-negative-tests, sheet 16: one public key, in the header, that signed.
    """
    bad = proof(header(**BAD_HEADERS[name]))
    assert OAuthErrorCode.INVALID_DPOP_PROOF == refusal(bad)


@pytest.mark.parametrize(
    "algorithm",
    ["none", "None", "HS256", "RS256", "PS256", "ES384", "", None, ["ES256"], "absent"],
    ids=repr,
)
def test_a_proof_of_another_algorithm_is_refused(algorithm: JsonValue) -> None:
    """
    H1, H2, H3, sheet 3, 16: not signed, signed with a shared secret, or by an algorithm that is
    not offered; and without any ``alg``.
    """
    head = header(alg=algorithm)
    encoded = [base64url.encode(dumps(part)) for part in (head, claims())]
    bad = ".".join([*encoded, "A" * 86])
    assert OAuthErrorCode.INVALID_DPOP_PROOF == refusal(bad)


def test_only_offered_algorithms_are_taken() -> None:
    """
    Section 5.1: Ed25519 is real, but a server takes what its metadata lists.
    """
    edwards = make_dpop_proof(GOOD, SoftwareSigner.generate(Algorithm.ED25519))
    assert OAuthErrorCode.INVALID_DPOP_PROOF == refusal(edwards)


def test_an_rsa_signature_is_refused() -> None:
    """
    dpop-negative-tests: RS256, with a real RSA key and a signature that is right.
    """
    private = rsa.generate_private_key(65537, 2048)
    public = jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    made = jwt.encode(claims(), private, algorithm="RS256", headers=header(jwk=public))
    assert OAuthErrorCode.INVALID_DPOP_PROOF == refusal(made)


def test_a_broken_signature_is_refused() -> None:
    """
    dpop-negative-tests: signed by somebody else, or altered afterwards.
    """
    stolen = jws.sign(header(), dumps(claims()), SoftwareSigner.generate())
    assert OAuthErrorCode.INVALID_DPOP_PROOF == refusal(stolen)
    head, _, signature = make_dpop_proof(GOOD, CLIENT).split(".")
    altered = f"{head}.{base64url.encode(dumps(claims(jti='jti-2')))}.{signature}"
    assert OAuthErrorCode.INVALID_DPOP_PROOF == refusal(altered)


def test_exactly_one_proof_is_needed() -> None:
    """
    H72, sheet 3: none, two, and two in one header are refused, even when both are good.
    """
    good = make_dpop_proof(GOOD, CLIENT)
    for headers in ((), (good, good), (f"{good}, {good}",), (f"{good},{good}",)):
        assert OAuthErrorCode.INVALID_DPOP_PROOF == refusal(*headers)


@pytest.mark.parametrize(
    "text", ["", "a.b", "a.b.c", "." * 1000, "x" * (PROOF_LIMIT + 1), "é.é.é."], ids=len
)
def test_what_is_no_token_is_refused(text: str) -> None:
    """
    H50, sheet 3: measured before it is decoded.
    """
    assert OAuthErrorCode.INVALID_DPOP_PROOF == refusal(text)


def test_claims_that_are_no_object_are_refused() -> None:
    """
    Sheet 3: a well-formed JWT, which is a JSON object.
    """
    assert OAuthErrorCode.INVALID_DPOP_PROOF == refusal(jws.sign(header(), b"[]", CLIENT))


@pytest.mark.parametrize("nonce", ["absent", "nonce-0"])
def test_a_missing_or_old_nonce_asks_for_another_proof(nonce: str) -> None:
    """
    H72, sheet 12: the one refusal a good client answers by trying again; the key must be proven
    before a nonce is looked at.
    """
    nonces = Nonces()
    assert OAuthErrorCode.USE_DPOP_NONCE == refusal(proof(nonce=nonce), nonces=nonces)
    assert [None if nonce == "absent" else nonce] == nonces.asked


def test_a_server_without_nonces_ignores_them() -> None:
    """
    Section 8: nonces are the server's choice.
    """
    assert "jti-1" == proven(proof(nonce="absent"), check_nonce=any_nonce).jti


def test_at_the_token_endpoint_no_hash_is_compared() -> None:
    """
    Section 4.2: ``ath`` belongs to a token; a proof that has one without need is a proof.
    """
    assert "jti-1" == proven(proof(ath="absent"), access_token=None).jti
    assert "jti-1" == proven(proof(ath="whatever"), access_token=None).jti


@given(offset=st.integers(-90, 40))
def test_the_window_is_a_minute_back_and_ten_seconds_ahead(offset: int) -> None:
    """
    FAPI 2.0 section 5.3.2.1: inside, both ends included, the proof holds; outside it does not.
    """
    made = proof(iat=int((NOW + timedelta(seconds=offset)).timestamp()))
    if -60 <= offset <= 10:
        assert "jti-1" == proven(made).jti
    else:
        assert OAuthErrorCode.INVALID_DPOP_PROOF == refusal(made)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children),
    max_leaves=5,
)


@given(name=st.sampled_from(["jti", "htm", "htu", "iat", "ath", "nonce"]), value=_JSON)
def test_any_value_of_a_claim_is_judged(name: str, value: JsonValue) -> None:
    """
    Fuzz: whatever JSON a claim holds, the answer is a proof or a refusal of ours.
    """
    made = proof(**{name: value})
    text = isinstance(value, str) and value != ""
    if value == GOOD.as_dict()[name] or (name in {"jti", "nonce"} and text):
        assert CLIENT.public.thumbprint() == proven(made, check_nonce=any_nonce).key.thumbprint()
    else:
        assert OAuthErrorCode.INVALID_DPOP_PROOF == refusal(made)
