"""Attestation-based client authentication (draft 07): what a server believes of a wallet."""

from collections.abc import Sequence
from datetime import timedelta

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws as joserfc_jws
from joserfc.jwk import ECKey

from keys import base64url, jws
from keys.authority import CertificateAuthority
from keys.jwk import Algorithm
from keys.jwt_time import seconds
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue, dumps
from keys.x5c import to_base64
from keys.x509 import Anchor, Role
from standards.oauth.client_attestation import (
    ATTESTATION_LIMIT,
    ATTESTATION_TYP,
    MAX_ATTESTATION_AGE,
    POP_LIMIT,
    POP_TYP,
    AttestationPop,
    AttestedClient,
    ClientAttestation,
    make_attestation_pop,
    make_client_attestation,
    use_attestation_challenge,
    verify_client_attestation,
)
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError
from tests.standards.oauth.attesting import NOW, PROVIDER, ROOT, SERVER, WALLET, Instance, Provider

GOOD = Instance()
INVALID = OAuthErrorCode.INVALID_CLIENT_ATTESTATION
IAT = int(NOW.timestamp())


class Challenges:
    """What a server gave out, and what it was asked about."""

    def __init__(self, *good: str | None) -> None:
        self.good = good or ("challenge-1",)
        self.asked: list[str | None] = []

    def __call__(self, challenge: str | None) -> None:
        self.asked.append(challenge)
        if challenge not in self.good:
            raise use_attestation_challenge()


def proven(
    attestations: Sequence[str],
    pops: Sequence[str],
    *,
    anchors: Sequence[Anchor] = (ROOT.anchor,),
    challenges: Challenges | None = None,
) -> AttestedClient:
    return verify_client_attestation(
        attestations,
        pops,
        expected_audience=SERVER,
        anchors=anchors,
        check_challenge=challenges or Challenges(),
        now=NOW,
    )


def refusal(
    attestation: str,
    pop: str,
    *,
    anchors: Sequence[Anchor] = (ROOT.anchor,),
    challenges: Challenges | None = None,
) -> OAuthErrorCode:
    with pytest.raises(OAuthRequestError) as caught:
        proven([attestation], [pop], anchors=anchors, challenges=challenges)
    return caught.value.code


def test_a_wallet_is_believed_with_its_providers_word_and_its_own_key() -> None:
    """
    Sheet 1 to 15, 22 to 32: what our own wallet makes is what a server believes.
    """
    provider, instance = Provider(), SoftwareSigner.generate()
    attestation = ClientAttestation(
        PROVIDER, WALLET, instance.public, NOW, NOW + timedelta(hours=1)
    )
    made = make_client_attestation(attestation, provider.signer, provider.x5c)
    pop = make_attestation_pop(
        AttestationPop(WALLET, SERVER, "jti-1", NOW, "challenge-1"), instance
    )

    client = proven([made], [pop])
    assert (WALLET, PROVIDER, "jti-1") == (client.client_id, client.attester, client.jti)
    assert instance.public.thumbprint() == client.instance_key.thumbprint()


def test_an_attestation_tells_of_nobody_but_its_key() -> None:
    """
    HAIP section 4.4.1: no name of the instance beside its key, whose ``kid`` stays at home.
    """
    token = jws.parse(GOOD.attestation())
    assert {"typ", "x5c", "alg"} == token.header.keys()
    assert {"iss", "sub", "iat", "exp", "cnf"} == GOOD.claims().keys()
    public = GOOD.signer.public.as_dict()
    assert {"jwk": {n: public[n] for n in ("kty", "crv", "x", "y")}} == GOOD.claims()["cnf"]


def test_others_read_and_make_the_same_tokens() -> None:
    """
    Second opinion: PyJWT and joserfc verify ours, and what the first signs holds here.
    """
    provider, signer = GOOD.provider, GOOD.signer
    ours = make_client_attestation(
        ClientAttestation(PROVIDER, WALLET, signer.public, NOW, NOW + timedelta(hours=1)),
        provider.signer,
        provider.x5c,
    )
    key = jwt.PyJWK(provider.signer.public.as_dict())
    read = jwt.decode(
        ours, key, algorithms=["ES256"], options={"verify_exp": False, "verify_iat": False}
    )
    assert GOOD.claims() == read
    pop_key = ECKey.import_key(signer.private_pem())
    assert POP_TYP == joserfc_jws.deserialize_compact(GOOD.pop(), pop_key).headers()["typ"]

    head: dict[str, object] = {"typ": ATTESTATION_TYP, "x5c": [*provider.x5c]}
    theirs = jwt.encode(GOOD.claims(), provider.signer.private_pem(), "ES256", head)
    pop = {"iss": WALLET, "aud": SERVER, "jti": "j", "iat": IAT, "challenge": "challenge-1"}
    signed = jwt.encode(pop, signer.private_pem(), "ES256", {"typ": POP_TYP})
    assert "j" == proven([theirs], [signed]).jti


TOLERATED_ATTESTATIONS: dict[str, JsonObject] = {
    "unknown claims": {"wallet_name": "Wallet", "wallet_link": "https://w.example", "status": {}},
    "no iat": {"iat": "absent"},
    "nbf now": {"nbf": IAT},
    "within a minute of its end": {"exp": IAT - 60},
    "as old as may be": {"iat": IAT - int(MAX_ATTESTATION_AGE.total_seconds())},
}


@pytest.mark.parametrize("name", TOLERATED_ATTESTATIONS)
def test_what_an_attestation_may_say(name: str) -> None:
    """
    Sheet 6, 7: ``iat`` and ``nbf`` are optional, and unknown claims ignored.
    """
    made = GOOD.attestation({}, **TOLERATED_ATTESTATIONS[name])
    assert WALLET == proven([made], [GOOD.pop()]).client_id


BAD_ATTESTATIONS: dict[str, JsonObject] = {
    "no iss": {"iss": "absent"},
    "iss of another": {"iss": "https://other.example"},
    "iss as array": {"iss": [PROVIDER]},
    "no sub": {"sub": "absent"},
    "empty sub": {"sub": ""},
    "sub of another client": {"sub": "https://other.example/wallet"},
    "no exp": {"exp": "absent"},
    "exp ten minutes ago": {"exp": IAT - 600},
    "exp 61 seconds ago": {"exp": IAT - 61},
    "exp as text": {"exp": str(IAT + 60)},
    "iat in the future": {"iat": IAT + 61},
    "nbf in the future": {"nbf": IAT + 61},
    "no cnf": {"cnf": "absent"},
    "cnf of another kind": {"cnf": {"jkt": GOOD.signer.public.thumbprint()}},
    "cnf of another key": {"cnf": {"jwk": SoftwareSigner.generate().public.as_dict()}},
    "cnf private": {"cnf": {"jwk": GOOD.signer.public.as_dict() | {"d": "A" * 43}}},
    "cnf symmetric": {"cnf": {"jwk": {"kty": "oct", "k": "AAAA"}}},
    "cnf on another curve": {
        "cnf": {"jwk": SoftwareSigner.generate(Algorithm.ED25519).public.as_dict()}
    },
}


@pytest.mark.parametrize("name", BAD_ATTESTATIONS)
def test_a_wrong_attestation_is_refused(name: str) -> None:
    """
    T12, sheet 2 to 6, 22 to 26; modules client-attestation-exp-in-past and -no-sub.
    """
    challenges = Challenges()
    made = GOOD.attestation({}, **BAD_ATTESTATIONS[name])
    assert INVALID == refusal(made, GOOD.pop(), challenges=challenges)
    assert not challenges.asked


def test_an_old_attestation_has_its_own_code() -> None:
    """
    Sheet 17, 30: ``use_fresh_attestation`` tells a wallet what to do about it.
    """
    old = seconds(NOW - MAX_ATTESTATION_AGE) - 1
    made = GOOD.attestation({}, iat=old)
    assert OAuthErrorCode.USE_FRESH_ATTESTATION == refusal(made, GOOD.pop())


BAD_POPS: dict[str, JsonObject] = {
    "no iss": {"iss": "absent"},
    "iss of another client": {"iss": "https://other.example/wallet"},
    "no aud": {"aud": "absent"},
    "aud of another server": {"aud": "https://other.example"},
    "aud of the endpoint": {"aud": f"{SERVER}/par"},
    "aud with a slash": {"aud": f"{SERVER}/"},
    "aud as array": {"aud": [SERVER]},
    "no jti": {"jti": "absent"},
    "empty jti": {"jti": ""},
    "no iat": {"iat": "absent"},
    "iat as text": {"iat": str(IAT)},
    "iat too old": {"iat": IAT - 301},
    "iat in the future": {"iat": IAT + 61},
    "expired": {"exp": IAT - 61},
    "challenge as number": {"challenge": 1},
}


@pytest.mark.parametrize("name", BAD_POPS)
def test_a_wrong_proof_is_refused(name: str) -> None:
    """
    T12, sheet 10 to 14, 27 to 32; module client-attestation-pop-wrong-aud.
    """
    challenges = Challenges()
    pop = GOOD.pop({}, **BAD_POPS[name])
    assert INVALID == refusal(GOOD.attestation(), pop, challenges=challenges)
    assert not challenges.asked


@pytest.mark.parametrize("offset", [-300, 60])
def test_a_proof_is_good_for_five_minutes(offset: int) -> None:
    """
    Sheet 28: both ends of the window included.
    """
    assert "jti-1" == proven([GOOD.attestation()], [GOOD.pop({}, iat=IAT + offset)]).jti


@pytest.mark.parametrize("challenge", ["absent", "challenge-0"])
def test_a_missing_or_other_challenge_has_its_own_code(challenge: str) -> None:
    """
    Sheet 14, 17, 27: the server is asked about what came, None when nothing did.
    """
    challenges = Challenges()
    pop = GOOD.pop({}, challenge=challenge)
    code = refusal(GOOD.attestation(), pop, challenges=challenges)
    assert OAuthErrorCode.USE_ATTESTATION_CHALLENGE == code
    assert [None if challenge == "absent" else challenge] == challenges.asked


def test_a_server_without_challenges_takes_a_proof_without() -> None:
    """
    Section 8: challenges are the server's choice.
    """
    pop = GOOD.pop({}, challenge="absent")
    assert "jti-1" == proven([GOOD.attestation()], [pop], challenges=Challenges(None)).jti


def _headers(token: str) -> dict[str, list[str]]:
    return {"none": [], "two": [token, token], "two in one": [f"{token}, {token}"]}


@pytest.mark.parametrize("how", ["none", "two", "two in one"])
def test_exactly_one_header_of_each_name(how: str) -> None:
    """
    Sheet 16: a second one could be the one somebody else looks at.
    """
    good, pop = GOOD.attestation(), GOOD.pop()
    for attestations, pops in ((_headers(good)[how], [pop]), ([good], _headers(pop)[how])):
        with pytest.raises(OAuthRequestError) as caught:
            proven(attestations, pops)
        assert INVALID == caught.value.code


@pytest.mark.parametrize(
    "text", ["", "a.b", "a.b.c", "." * 1000, "x" * (ATTESTATION_LIMIT + 1)], ids=len
)
def test_what_is_no_token_is_refused(text: str) -> None:
    """
    H50, sheet 16: measured before it is decoded.
    """
    assert INVALID == refusal(text, GOOD.pop())
    assert INVALID == refusal(GOOD.attestation(), text[: POP_LIMIT + 1])


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS256", None], ids=repr)
def test_another_algorithm_is_refused(algorithm: JsonValue) -> None:
    """
    H1 to H3, sheet 23: both tokens are signed, asymmetrically, by an algorithm we offer.
    """

    def unsigned(head: JsonObject, claims: JsonObject) -> str:
        parts = (head | {"alg": algorithm}, claims)
        return ".".join([*(base64url.encode(dumps(part)) for part in parts), "A" * 86])

    attestation = unsigned({"typ": ATTESTATION_TYP, "x5c": [*GOOD.provider.x5c]}, GOOD.claims())
    pop = unsigned({"typ": POP_TYP}, {"iss": WALLET, "aud": SERVER, "jti": "j", "iat": IAT})
    assert INVALID == refusal(attestation, GOOD.pop())
    assert INVALID == refusal(GOOD.attestation(), pop)


@pytest.mark.parametrize("typ", ["absent", "JWT", POP_TYP.upper(), "dpop+jwt"])
def test_a_token_of_another_type_is_refused(typ: str) -> None:
    """
    H14, sheet 1, 9: neither token can be put in the other's place, nor any third.
    """
    assert INVALID == refusal(GOOD.attestation({"typ": typ}), GOOD.pop())
    assert INVALID == refusal(GOOD.attestation(), GOOD.pop({"typ": typ}))
    assert INVALID == refusal(GOOD.attestation(), GOOD.attestation())


def test_signatures_are_checked() -> None:
    """
    Modules fail-invalid-client-attestation-signature, -pop-signature, -mismatched-pop-key.
    """
    stranger = Instance(GOOD.provider)
    assert INVALID == refusal(GOOD.attestation(), stranger.pop())
    for token in (GOOD.attestation(), GOOD.pop()):
        head, payload, signature = token.split(".")
        flipped = ("B" if signature[0] == "A" else "A") + signature[1:]
        broken = f"{head}.{payload}.{flipped}"
        sent = (
            (broken, GOOD.pop()) if token == GOOD.attestation() else (GOOD.attestation(), broken)
        )
        assert INVALID == refusal(*sent)


def test_only_trusted_providers_count() -> None:
    """
    T12, H15, sheet 24: a chain to a root of this role, the root itself left out.
    """
    stranger = CertificateAuthority.create("Another", Role.WALLET_PROVIDER, NOW)
    issuer = CertificateAuthority.create("Issuers", Role.ISSUER, NOW)
    for root in (stranger, issuer):
        attested = Instance(Provider(root))
        assert INVALID == refusal(attested.attestation(), attested.pop())
    of_issuer = Instance(Provider(issuer))
    code = refusal(of_issuer.attestation(), of_issuer.pop(), anchors=(issuer.anchor,))
    assert INVALID == code
    with_root = [*GOOD.provider.x5c, to_base64(ROOT.anchor.certificate)]
    for x5c in ([], ["AAAA"], "absent", with_root, [to_base64(ROOT.anchor.certificate)]):
        head: JsonObject = {"x5c": x5c if isinstance(x5c, str) else [*x5c]}
        assert INVALID == refusal(GOOD.attestation(head), GOOD.pop())


def test_a_provider_vouches_for_its_own_clients() -> None:
    """
    A root trusted for one client cannot vouch for another; without a scope for all.
    """
    here = Anchor(ROOT.anchor.certificate, "here", (WALLET,))
    elsewhere = Anchor(ROOT.anchor.certificate, "elsewhere", ("https://other.example",))
    assert WALLET == proven([GOOD.attestation()], [GOOD.pop()], anchors=[here]).client_id
    assert INVALID == refusal(GOOD.attestation(), GOOD.pop(), anchors=[elsewhere])


def test_a_certificate_without_addresses_lets_the_provider_name_itself() -> None:
    """
    Sheet 2: certificates of other makers do not all say the ``iss`` of their owner.
    """
    other = Instance(Provider(uris=()))
    made = other.attestation({}, iss="https://anybody.example")
    assert "https://anybody.example" == proven([made], [other.pop()]).attester


def test_a_provider_with_a_key_of_another_kind_is_refused() -> None:
    """
    Sheet 23: a real Ed25519 signature by a trusted provider, and by an attested instance.
    """
    edwards = SoftwareSigner.generate(Algorithm.ED25519)
    other = Instance(Provider(signer=edwards))
    assert INVALID == refusal(other.attestation(), other.pop())


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children),
    max_leaves=5,
).filter(lambda value: isinstance(value, bool) or not isinstance(value, int))


@given(name=st.sampled_from(["iss", "sub", "exp", "iat", "nbf", "cnf"]), value=_JSON)
def test_any_value_in_an_attestation_is_judged(name: str, value: JsonValue) -> None:
    """
    Fuzz: of random values none makes a believed attestation, nor an error that is not ours.
    """
    code = refusal(GOOD.attestation({}, **{name: value}), GOOD.pop())
    assert code in {INVALID, OAuthErrorCode.USE_FRESH_ATTESTATION}


@given(name=st.sampled_from(["iss", "aud", "iat"]), value=_JSON)
def test_any_value_in_a_proof_is_judged(name: str, value: JsonValue) -> None:
    """
    Fuzz: the same for the proof of the instance key.
    """
    assert INVALID == refusal(GOOD.attestation(), GOOD.pop({}, **{name: value}))
