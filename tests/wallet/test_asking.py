"""Questions with proofs: nonces kept apart, one more try, challenges used once (RFC 9449)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pytest

from keys import jws
from keys.entropy import SYSTEM_ENTROPY
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, dumps, loads_object
from standards.oauth.client_attestation import ATTESTATION_HEADER, METHOD, POP_HEADER
from standards.oauth.dpop import HEADER, token_hash
from standards.oauth.metadata import AuthorizationServerMetadata
from tests.wallet.world import NOW, Authorities, provider_of
from wallet.errors import WalletError, WalletFailure
from wallet.outside.asking import Asker, Question, wants_nonce
from wallet.outside.authenticating import ServerSession
from wallet.outside.correspondence import JSON, Answer, UnansweredError
from wallet.outside.tokens import ClientKeys, Renewal, TokenInUse

AS = "https://issuer.example"
PAR, TOKEN, CHALLENGE = f"{AS}/par", f"{AS}/token", f"{AS}/challenge"
CREDENTIAL, NONCE = f"{AS}/credential", f"{AS}/nonce"
ELSEWHERE = "https://other.example/credential"
KEY = SoftwareSigner.generate()
BOUND = TokenInUse("token-1", KEY)


def answer(status: int = 200, body: JsonObject | None = None, **headers: str) -> Answer:
    named = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    return Answer(status, JSON, dumps(body or {}), named)


@dataclass
class Asked:
    """One question as it arrived."""

    url: str
    authorization: str | None
    headers: Mapping[str, str]
    content_type: str

    def claims(self, name: str = HEADER) -> JsonObject:
        return loads_object(jws.parse(self.headers[name]).payload)


@dataclass
class Scripted:
    """Answers by address, in order, the last one again and again; every question is kept."""

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    async def get(self, url: str, *, accept: str, limit: int) -> Answer:
        raise NotImplementedError

    async def post(
        self,
        url: str,
        *,
        content: bytes,
        content_type: str,
        accept: str,
        limit: int,
        authorization: str | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Answer:
        self.asked.append(Asked(url, authorization, headers, content_type))
        script = self.answers.get(url)
        if script is None:
            raise UnansweredError(url)
        return script.pop(0) if len(script) > 1 else script[0]


def asker(script: Scripted) -> Asker:
    return Asker(script, lambda: NOW, SYSTEM_ENTROPY)


def session(script: Scripted, **metadata: object) -> ServerSession:
    usual = {
        "issuer": AS,
        "token_endpoint": TOKEN,
        "token_endpoint_auth_methods_supported": [METHOD],
        "dpop_signing_alg_values_supported": ["ES256"],
    }
    document = loads_object(dumps(usual | metadata))  # type: ignore[arg-type]  # any JSON will do
    server = AuthorizationServerMetadata.parse(document, expected_issuer=AS)
    vouching = provider_of(Authorities())
    return ServerSession(server, ClientKeys.generate(), vouching, asker(script))


REFUSED = answer(
    401, {}, www_authenticate='DPoP error="use_dpop_nonce", algs="ES256"', dpop_nonce="n-2"
)


@pytest.mark.parametrize(
    ("challenge", "wanted"),
    [
        ('DPoP error="use_dpop_nonce", algs="ES256"', True),
        ('dpop algs="ES256", error="use_dpop_nonce"', True),
        ("DPOP error=use_dpop_nonce", True),
        ('Bearer error="invalid_token", DPoP ERROR="USE_DPOP_NONCE"', True),
        ('DPoP error="invalid_token"', False),
        ('Bearer error="use_dpop_nonce"', False),
        ("", False),
    ],
)
def test_a_wanted_nonce_is_read_in_any_letter_case(challenge: str, *, wanted: bool) -> None:
    """
    RFC 9449 section 9, RFC 9110 section 11.1: the letter case of a scheme means nothing.
    """
    told = answer(401, {}, www_authenticate=challenge, dpop_nonce="n")
    assert wanted is wants_nonce(told)


def test_a_wanted_nonce_is_one_that_came_along() -> None:
    """
    RFC 9449 section 8: an error in the body will do, and without a nonce another try is no use.
    """
    body: JsonObject = {"error": "use_dpop_nonce"}
    assert wants_nonce(answer(400, body, dpop_nonce="n"))
    assert not wants_nonce(answer(400, body))
    assert not wants_nonce(answer(200, body, dpop_nonce="n"))
    assert not wants_nonce(answer(400, {"error": "invalid_grant"}, dpop_nonce="n"))
    assert not wants_nonce(Answer(400, "text/html", b"<p>", {"dpop-nonce": "n"}))


async def test_a_resource_is_asked_with_a_bound_token() -> None:
    """
    RFC 9449 section 7.1, CRED: scheme, hash of the token, method and address; ``jti`` is new.
    """
    script = Scripted({CREDENTIAL: [answer()]})
    talk = asker(script)
    for _ in range(2):
        await talk.with_token(Question(CREDENTIAL), BOUND)
    first, second = script.asked
    assert "DPoP token-1" == first.authorization
    assert {"htm": "POST", "htu": CREDENTIAL, "ath": token_hash("token-1")}.items() <= (
        first.claims().items()
    )
    assert first.claims()["jti"] != second.claims()["jti"]
    assert "nonce" not in first.claims()


async def test_an_unbound_token_comes_without_proof() -> None:
    """
    RFC 6750: a bearer token, and nothing that would tell two questions belong together.
    """
    script = Scripted({CREDENTIAL: [REFUSED]})
    await asker(script).with_token(Question(CREDENTIAL), TokenInUse("token-1"))
    (asked,) = script.asked
    assert ("Bearer token-1", {}) == (asked.authorization, dict(asked.headers))


async def test_a_question_without_the_servers_nonce_is_put_once_more() -> None:
    """
    RFC 9449 section 9, H72: with the fresh nonce and a new number; and only once.
    """
    script = Scripted({CREDENTIAL: [REFUSED]})
    last = await asker(script).with_token(Question(CREDENTIAL), BOUND)
    assert (401, 2) == (last.status, len(script.asked))
    first, second = script.asked
    assert "nonce" not in first.claims()
    assert "n-2" == second.claims()["nonce"]
    assert first.claims()["jti"] != second.claims()["jti"]


async def test_a_nonce_is_for_the_server_that_gave_it() -> None:
    """
    RFC 9449 section 8.2: authorization server, resource server and other hosts are kept apart.
    """
    script = Scripted(
        {
            NONCE: [answer(dpop_nonce="resource-1")],
            TOKEN: [answer(dpop_nonce="server-1")],
            CREDENTIAL: [answer(dpop_nonce="resource-2"), answer()],
            ELSEWHERE: [answer()],
        }
    )
    talk = asker(script)
    await talk.plainly(Question(NONCE))
    await talk.with_key(Question(TOKEN), KEY)
    await talk.with_key(Question(TOKEN), KEY)
    await talk.with_token(Question(CREDENTIAL), BOUND)
    await talk.with_token(Question(CREDENTIAL), BOUND)
    await talk.with_token(Question(ELSEWHERE), BOUND)
    _, first, second, third, fourth, elsewhere = script.asked
    assert "nonce" not in first.claims()
    assert "server-1" == second.claims()["nonce"]
    assert "resource-1" == third.claims()["nonce"]
    assert "resource-2" == fourth.claims()["nonce"]
    assert "nonce" not in elsewhere.claims()


@pytest.mark.parametrize("nonce", ["", "a b", 'a"b', "a\\b", "x" * 1025, "é"])
async def test_a_nonce_that_is_none_is_not_sent_back(nonce: str) -> None:
    """
    RFC 9449 section 8.1: what may stand in a nonce; a stranger's text goes nowhere else.
    """
    script = Scripted({CREDENTIAL: [answer(dpop_nonce=nonce)]})
    talk = asker(script)
    await talk.with_token(Question(CREDENTIAL), BOUND)
    await talk.with_token(Question(CREDENTIAL), BOUND)
    assert "nonce" not in script.asked[1].claims()


async def test_a_wallet_says_who_it_is_with_its_providers_word() -> None:
    """
    ATT: attestation and proof by one key, its client the same in both, for this very server.
    """
    script = Scripted({TOKEN: [answer()]})
    talk = session(script)
    await talk.post(TOKEN, b"a=b")
    (asked,) = script.asked
    attestation, pop = asked.claims(ATTESTATION_HEADER), asked.claims(POP_HEADER)
    assert talk.client_id == attestation["sub"] == pop["iss"]
    assert AS == pop["aud"]
    assert "challenge" not in pop
    assert talk.keys.instance.public.thumbprint() != talk.keys.dpop.public.thumbprint()


async def test_a_challenge_is_fetched_and_put_into_the_proof() -> None:
    """
    Module client-attestation-challenge: a POST without body, and the value in the proof; the one
    in an answer's header is for the next proof.
    """
    script = Scripted(
        {
            CHALLENGE: [answer(200, {"attestation_challenge": "c-1"})],
            PAR: [answer(201, {}, oauth_client_attestation_challenge="c-2")],
            TOKEN: [answer()],
        }
    )
    talk = session(script, challenge_endpoint=CHALLENGE)
    await talk.post(PAR, b"")
    await talk.post(TOKEN, b"")
    await talk.post(TOKEN, b"")
    challenges = [each.claims(POP_HEADER)["challenge"] for each in script.asked if each.headers]
    assert ["c-1", "c-2", "c-1"] == challenges
    assert [CHALLENGE, PAR, TOKEN, CHALLENGE, TOKEN] == [each.url for each in script.asked]


async def test_a_stale_challenge_is_replaced_once() -> None:
    """
    Sheet 17, 21: the challenge in the refusal is used; without one the endpoint is asked again.
    """
    stale = answer(
        400, {"error": "use_attestation_challenge"}, oauth_client_attestation_challenge="c-9"
    )
    script = Scripted({TOKEN: [stale]})
    assert 400 == (await session(script).post(TOKEN, b"")).status
    first, second = script.asked
    assert "challenge" not in first.claims(POP_HEADER)
    assert "c-9" == second.claims(POP_HEADER)["challenge"]
    assert first.claims(POP_HEADER)["jti"] != second.claims(POP_HEADER)["jti"]


async def test_nonce_and_challenge_may_both_be_wanted() -> None:
    """
    One more try for each reason, every proof a new one.
    """
    no_nonce = answer(400, {"error": "use_dpop_nonce"}, dpop_nonce="n-1")
    no_challenge = answer(
        400, {"error": "use_attestation_challenge"}, oauth_client_attestation_challenge="c-1"
    )
    script = Scripted({TOKEN: [no_nonce, no_challenge, answer()]})
    assert 200 == (await session(script).post(TOKEN, b"")).status
    last = script.asked[2]
    assert ("n-1", "c-1") == (last.claims()["nonce"], last.claims(POP_HEADER)["challenge"])
    assert 3 == len({each.claims(POP_HEADER)["jti"] for each in script.asked})


async def test_an_old_attestation_is_made_anew() -> None:
    """
    Sheet 17: ``use_fresh_attestation`` is answered once.
    """
    script = Scripted({TOKEN: [answer(400, {"error": "use_fresh_attestation"}), answer()]})
    assert 200 == (await session(script).post(TOKEN, b"")).status


@pytest.mark.parametrize(
    "challenge",
    [
        answer(404),
        answer(200, {"c_nonce": "x"}),
        answer(200, {"attestation_challenge": 1}),
        Answer(200, "text/html", b"<p>", {}),
    ],
    ids=["not found", "another member", "a number", "a page"],
)
async def test_a_challenge_endpoint_that_gives_none_stops_it(challenge: Answer) -> None:
    """
    Section 8: who advertises challenges and gives none cannot be asked.
    """
    script = Scripted({CHALLENGE: [challenge], TOKEN: [answer()]})
    with pytest.raises(WalletError) as caught:
        await session(script, challenge_endpoint=CHALLENGE).post(TOKEN, b"")
    assert WalletFailure.ISSUER_ANSWER_INVALID is caught.value.failure


@pytest.mark.parametrize("missing", [CHALLENGE, TOKEN])
async def test_a_server_out_of_reach_is_told(missing: str) -> None:
    """
    H55: neither endpoint answers.
    """
    script = Scripted({CHALLENGE: [answer(200, {"attestation_challenge": "c"})]})
    script.answers.pop(missing, None)
    with pytest.raises(WalletError) as caught:
        await session(script, challenge_endpoint=CHALLENGE).post(TOKEN, b"")
    assert WalletFailure.ISSUER_UNREACHABLE is caught.value.failure


async def test_an_over_long_challenge_is_not_carried() -> None:
    """
    A stranger's header decides nothing about the size of ours.
    """
    script = Scripted({TOKEN: [answer(200, {}, oauth_client_attestation_challenge="x" * 2000)]})
    talk = session(script)
    await talk.post(TOKEN, b"")
    await talk.post(TOKEN, b"")
    assert "challenge" not in script.asked[1].claims(POP_HEADER)


async def test_a_server_that_knows_neither_is_asked_plainly() -> None:
    """
    Plain OpenID4VCI: no attestation, no proof, no name.
    """
    script = Scripted({TOKEN: [answer()]})
    talk = session(
        script,
        token_endpoint_auth_methods_supported=["none"],
        dpop_signing_alg_values_supported=["RS256"],
    )
    await talk.post(TOKEN, b"")
    assert talk.client_id is None
    assert not script.asked[0].headers


@pytest.mark.parametrize(
    ("methods", "anonymous", "welcome"),
    [
        ([METHOD], False, True),
        (["none"], False, True),
        (["private_key_jwt"], False, False),
        (["private_key_jwt"], True, True),
        (["tls_client_auth", "none"], False, True),
    ],
)
def test_a_server_that_cannot_know_us_is_not_asked(
    methods: list[str], *, anonymous: bool, welcome: bool
) -> None:
    """
    RFC 8414 section 2: without a way in common nothing is sent, but for a code that needs no name.
    """
    talk = session(
        Scripted(),
        token_endpoint_auth_methods_supported=methods,
        **{"pre-authorized_grant_anonymous_access_supported": anonymous},
    )
    if welcome:
        talk.check_welcome(anonymous=anonymous)
        return
    with pytest.raises(WalletError) as caught:
        talk.check_welcome(anonymous=anonymous)
    assert WalletFailure.OFFER_UNSUPPORTED is caught.value.failure


def test_keys_and_tokens_are_read_as_they_were_kept() -> None:
    """
    T29: what an issuance proves itself with survives its box, and prints nothing.
    """
    keys = ClientKeys.generate()
    renewal = Renewal(AS, "refresh-1", keys)
    again = Renewal.parse(renewal.as_dict())
    assert keys.dpop.public == again.keys.dpop.public
    assert keys.instance.public == again.keys.instance.public
    assert "DPoP token-1" == TokenInUse.parse(BOUND.as_dict()).authorization
    assert "Bearer token-0" == TokenInUse.parse({"access_token": "token-0"}).authorization
    for secret in ("refresh-1", "token-1"):
        assert secret not in f"{renewal!r} {BOUND!r}"
    for parse in (ClientKeys.parse, TokenInUse.parse, Renewal.parse):
        with pytest.raises(ValueError, match=r"not|is"):
            parse({"access": 1})
