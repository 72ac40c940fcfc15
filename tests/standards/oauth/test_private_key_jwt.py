"""Clients with registered keys (RFC 7523): assertions as a server checks them."""

from collections.abc import Sequence
from datetime import timedelta

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import base64url, jws
from keys.jwk import Algorithm, PublicJwk
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue, dumps
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError
from standards.oauth.private_key_jwt import (
    ASSERTION_LIMIT,
    ASSERTION_TYPE,
    ClientAssertion,
    claimed_client_id,
    make_client_assertion,
    verify_client_assertion,
)
from tests.standards.oauth.attesting import NOW, SERVER, changed

CLIENT_ID = "https://client.example"
CLIENT = SoftwareSigner.generate()
ENDS = NOW + timedelta(minutes=5)
GOOD = ClientAssertion(CLIENT_ID, "jti-1", ENDS)
IAT = int(NOW.timestamp())


def assertion(head: JsonObject | None = None, /, **members: JsonValue) -> str:
    usual: JsonObject = {
        "iss": CLIENT_ID,
        "sub": CLIENT_ID,
        "aud": SERVER,
        "jti": "jti-1",
        "iat": IAT,
        "exp": IAT + 300,
    }
    header = changed({"typ": "JWT", "kid": CLIENT.public.kid}, head or {})
    return jws.sign(header, dumps(changed(usual, members)), CLIENT)


def verified(
    made: str,
    *,
    keys: Sequence[PublicJwk] = (CLIENT.public,),
    assertion_type: str | None = ASSERTION_TYPE,
) -> ClientAssertion:
    return verify_client_assertion(
        assertion_type, made, expected_audiences={SERVER}, keys=keys, now=NOW
    )


def refusal(
    made: str,
    *,
    keys: Sequence[PublicJwk] = (CLIENT.public,),
    assertion_type: str | None = ASSERTION_TYPE,
) -> OAuthErrorCode:
    with pytest.raises(OAuthRequestError) as caught:
        verified(made, keys=keys, assertion_type=assertion_type)
    return caught.value.code


def test_a_client_proves_itself_with_its_registered_key() -> None:
    """
    RFC 7523 section 3: what our own code makes names client, number and end.
    """
    made = make_client_assertion(GOOD, audience=SERVER, now=NOW, signer=CLIENT)
    assert verified(made) == GOOD
    assert CLIENT_ID == claimed_client_id(made)


def test_others_read_and_make_the_same() -> None:
    """
    Second opinion: PyJWT verifies ours for this audience, and what it signs holds here.
    """
    made = make_client_assertion(GOOD, audience=SERVER, now=NOW, signer=CLIENT)
    read = jwt.decode(
        made,
        jwt.PyJWK(CLIENT.public.as_dict()),
        algorithms=["ES256"],
        audience=SERVER,
        options={"verify_exp": False, "verify_iat": False},
    )
    theirs = jwt.encode(read, CLIENT.private_pem(), "ES256", {"kid": CLIENT.public.kid})
    assert verified(theirs) == GOOD


def test_one_registered_key_needs_no_name_and_several_do() -> None:
    """
    RFC 7515 section 4.1.4: a key is chosen by its name, never by trying.
    """
    other = SoftwareSigner.generate().public
    unnamed = assertion({"kid": "absent"})
    assert verified(unnamed) == GOOD
    assert verified(assertion(), keys=(other, CLIENT.public)) == GOOD
    invalid = OAuthErrorCode.INVALID_CLIENT
    assert invalid == refusal(unnamed, keys=(CLIENT.public, other))
    assert invalid == refusal(assertion(), keys=(other,))
    assert invalid == refusal(assertion({"kid": other.kid}), keys=(other, CLIENT.public))
    assert invalid == refusal(assertion(), keys=())


BAD_CLAIMS: dict[str, JsonObject] = {
    "no iss": {"iss": "absent"},
    "iss of another": {"iss": "https://other.example"},
    "no sub": {"sub": "absent"},
    "sub of another": {"sub": "https://other.example"},
    "no aud": {"aud": "absent"},
    "aud of another": {"aud": "https://other.example"},
    "aud of the endpoint": {"aud": f"{SERVER}/token"},
    "aud as array": {"aud": [SERVER]},
    "no jti": {"jti": "absent"},
    "empty jti": {"jti": ""},
    "no exp": {"exp": "absent"},
    "expired": {"exp": IAT - 61},
    "ends too late": {"exp": IAT + 601},
    "iat in the future": {"iat": IAT + 61},
    "nbf in the future": {"nbf": IAT + 61},
    "exp as text": {"exp": str(IAT)},
}


@pytest.mark.parametrize("name", BAD_CLAIMS)
def test_an_assertion_that_says_the_wrong_thing_is_refused(name: str) -> None:
    """
    RFC 7523 section 3, FAPI 2.0 section 5.3.2.1: one client, one server, soon over.
    """
    assert OAuthErrorCode.INVALID_CLIENT == refusal(assertion({}, **BAD_CLAIMS[name]))


BAD_HEADERS: dict[str, JsonObject] = {
    "key in the header": {"jwk": CLIENT.public.as_dict()},
    "certificate in the header": {"x5c": ["AAAA"]},
    "kid as number": {"kid": 1},
    "typ of a proof": {"typ": "dpop+jwt"},
    "typ of an attestation": {"typ": "oauth-client-attestation+jwt"},
    "jku": {"jku": "https://evil.example/jwks"},
}


@pytest.mark.parametrize("name", BAD_HEADERS)
def test_an_assertion_brings_no_key_along(name: str) -> None:
    """
    H5, H6, H14: the registered key alone counts, and no token of another type.
    """
    assert OAuthErrorCode.INVALID_CLIENT == refusal(assertion(BAD_HEADERS[name]))


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS256", None], ids=repr)
def test_another_algorithm_is_refused(algorithm: JsonValue) -> None:
    """
    H1 to H3: unsigned, or signed with a shared secret.
    """
    claims: JsonObject = {"iss": CLIENT_ID, "sub": CLIENT_ID, "aud": SERVER}
    parts: tuple[JsonObject, JsonObject] = ({"alg": algorithm}, claims)
    bad = ".".join([*(base64url.encode(dumps(part)) for part in parts), "A" * 86])
    assert OAuthErrorCode.INVALID_CLIENT == refusal(bad)


def test_a_registered_key_of_another_kind_is_refused() -> None:
    """
    The algorithms offered are a server's choice; Ed25519 is not among ours.
    """
    edwards = SoftwareSigner.generate(Algorithm.ED25519)
    made = make_client_assertion(GOOD, audience=SERVER, now=NOW, signer=edwards)
    assert OAuthErrorCode.INVALID_CLIENT == refusal(made, keys=(edwards.public,))


def test_a_signature_by_another_key_is_refused() -> None:
    """
    T12: the name of the key is right, the signature is not its own.
    """
    kid = CLIENT.public.kid
    forger = SoftwareSigner.generate(kid=kid)
    made = make_client_assertion(GOOD, audience=SERVER, now=NOW, signer=forger)
    assert OAuthErrorCode.INVALID_CLIENT == refusal(made)


@pytest.mark.parametrize(
    "assertion_type", [None, "", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"]
)
def test_an_assertion_of_another_type_is_refused(assertion_type: str | None) -> None:
    """
    RFC 7521 section 4.2: the type is named beside the assertion.
    """
    code = refusal(assertion(), assertion_type=assertion_type)
    assert OAuthErrorCode.INVALID_CLIENT == code


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "x" * (ASSERTION_LIMIT + 1)], ids=len)
def test_what_is_no_token_is_refused(text: str) -> None:
    """
    H50: measured before it is decoded, also when only the client's name is wanted.
    """
    assert OAuthErrorCode.INVALID_CLIENT == refusal(text)
    with pytest.raises(OAuthRequestError):
        claimed_client_id(text)


@given(
    name=st.sampled_from(["iss", "sub", "aud", "exp"]),
    value=st.none() | st.booleans() | st.text(max_size=8) | st.lists(st.text(), max_size=2),
)
def test_any_value_is_judged(name: str, value: JsonValue) -> None:
    """
    Fuzz: no random value makes an assertion, nor an error that is not the protocol's.
    """
    assert OAuthErrorCode.INVALID_CLIENT == refusal(assertion({}, **{name: value}))
