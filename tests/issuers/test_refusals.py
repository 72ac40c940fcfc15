"""What the token and credential endpoints refuse, with the codes of OpenID4VCI 1.0."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from issuers.authorization.grants import REQUESTS_PER_TOKEN
from issuers.issuance.issuing import BATCH_SIZE
from keys import base64url, jws
from keys.jwk import Algorithm
from keys.jwt_time import seconds
from keys.signer import SoftwareSigner
from tests.issuers.world import GRANT, REGISTRY, TAXES, World, code_in


def error(answer: httpx2.Response) -> str:
    """Return the error code of a plain JSON error that caches may not keep."""
    assert "application/json" == answer.headers["content-type"]
    assert "no-store" == answer.headers["cache-control"]
    body = answer.json()
    assert {"error", "error_description"} >= set(body)
    description = str(body.get("error_description", ""))
    assert all(" " <= c <= "~" and c not in '"\\' for c in description)
    return str(body["error"])


def wrong(tx_code: object) -> str:
    """Return a transaction code that is not this one."""
    return "000000" if tx_code != "000000" else "111111"


# The token endpoint, section 6.3


async def test_a_code_is_used_once(world: World) -> None:
    """
    VCI-7: the second redemption is refused, and the first one's token is revoked (H57, T10).
    """
    code = await world.code()
    first = await world.redeem(code)
    second = await world.redeem(code)

    assert 200 == first.status_code
    assert (400, "invalid_grant") == (second.status_code, error(second))
    access = first.json()["access_token"]
    answer = await world.ask(access, await world.request(world.prove(await world.nonce())))
    assert (401, "invalid_token") == (answer.status_code, error(answer))


async def test_a_thief_without_the_transaction_code_revokes_nothing(world: World) -> None:
    """
    Reuse of a code revokes tokens only when its transaction code is known too.
    """
    offered = await world.order(tx_code=True)
    code, tx_code = code_in(offered), str(offered["tx_code"])
    access = (await world.redeem(code, tx_code=tx_code)).json()["access_token"]

    for more in ({}, {"tx_code": wrong(tx_code)}):
        assert "invalid_grant" == error(await world.redeem(code, **more))

    answer = await world.ask(access, await world.request(world.prove(await world.nonce())))
    assert 200 == answer.status_code


@pytest.mark.parametrize(("minutes", "status"), [(9.99, 200), (10, 400)])
async def test_a_code_ends_after_ten_minutes(world: World, minutes: float, status: int) -> None:
    """
    Pre-authorized codes are short-lived (section 4.1.1).
    """
    code = await world.code()
    world.clock.move(minutes=minutes)

    assert status == (await world.redeem(code)).status_code


async def test_unknown_and_foreign_codes_answer_alike(world: World) -> None:
    """
    H76: the code of one authority says nothing at another.
    """
    code = await world.code()
    unknown = await world.redeem("A" * 43)
    foreign = await world.redeem(code, issuer=TAXES)

    assert "invalid_grant" == error(unknown)
    assert (unknown.status_code, unknown.content) == (foreign.status_code, foreign.content)
    assert 200 == (await world.redeem(code)).status_code


async def test_five_wrong_transaction_codes_burn_the_offer(world: World) -> None:
    """
    T10: a guesser has five tries; then the right code comes too late.
    """
    offered = await world.order(tx_code=True)
    code, tx_code = code_in(offered), str(offered["tx_code"])

    for _ in range(5):
        assert "invalid_grant" == error(await world.redeem(code, tx_code=wrong(tx_code)))

    assert "invalid_grant" == error(await world.redeem(code, tx_code=tx_code))


async def test_after_four_wrong_tries_the_right_code_is_taken(world: World) -> None:
    """
    People mistype.
    """
    offered = await world.order(tx_code=True)
    code, tx_code = code_in(offered), str(offered["tx_code"])
    for _ in range(4):
        await world.redeem(code, tx_code=wrong(tx_code))

    assert 200 == (await world.redeem(code, tx_code=tx_code)).status_code


async def test_a_transaction_code_comes_exactly_when_asked_for(world: World) -> None:
    """
    VCI-27: missing or unexpected is invalid_request, and counts as no try.
    """
    guarded, plain = await world.order(tx_code=True), await world.order()

    for _ in range(6):
        assert "invalid_request" == error(await world.redeem(code_in(guarded)))
    assert "invalid_request" == error(await world.redeem(code_in(plain), tx_code="123456"))
    answer = await world.redeem(code_in(guarded), tx_code=str(guarded["tx_code"]))
    assert 200 == answer.status_code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "invalid_request"),
        (b"grant_type=client_credentials&code=x", "unsupported_grant_type"),
        (f"grant_type={GRANT}".encode(), "invalid_request"),
        (f"grant_type={GRANT}&pre-authorized_code=".encode(), "invalid_request"),
        (
            f"grant_type={GRANT}&pre-authorized_code=a&pre-authorized_code=b".encode(),
            "invalid_request",
        ),
        (b"\xff\xfe=1", "invalid_request"),
    ],
    ids=["empty", "other grant", "no code", "empty code", "two codes", "not text"],
)
async def test_malformed_token_requests_are_told_so(world: World, body: bytes, code: str) -> None:
    """
    RFC 6749 section 5.2.
    """
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await world.http.post(f"{REGISTRY}/token", content=body, headers=form)

    assert (400, code) == (answer.status_code, error(answer))


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"x" * (16 * 1024 + 1), {}, 413),
        (b"{}", {"Content-Type": "application/json"}, 415),
        (b"x", {"Content-Encoding": "gzip"}, 415),
    ],
    ids=["too large", "JSON", "compressed"],
)
async def test_token_requests_have_one_form(
    world: World, content: bytes, headers: dict[str, str], status: int
) -> None:
    """
    H48: bounded, a form, not compressed.
    """
    form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    answer = await world.http.post(f"{REGISTRY}/token", content=content, headers=form)

    assert (status, "invalid_request") == (answer.status_code, error(answer))


async def test_token_answers_are_bearer_tokens_of_full_strength(world: World) -> None:
    """
    256 random bits, five minutes, not to be cached.
    """
    answer = await world.redeem(await world.code())
    body = answer.json()

    assert "no-store" == answer.headers["cache-control"]
    assert {"access_token", "token_type", "expires_in", "scope"} == set(body)
    assert ("Bearer", 300) == (body["token_type"], body["expires_in"])
    assert 32 == len(base64url.decode(body["access_token"]))


# The credential endpoint, section 8.3.1


async def refused(world: World, *proofs: str, **members: Any) -> tuple[int, str]:
    """Return status and error code for a request with a good token."""
    body = {"credential_configuration_id": "resident-register"}
    if proofs:
        body |= {"proofs": {"jwt": [*proofs]}}  # type: ignore[dict-item]  # JSON
    body |= members
    answer = await world.ask(await world.access(), body)  # type: ignore[arg-type]  # the same
    return answer.status_code, error(answer)


async def test_a_missing_proof_is_an_invalid_proof(world: World) -> None:
    """
    Suite module fail-missing-proof.
    """
    assert (400, "invalid_proof") == await refused(world)


async def test_a_proof_needs_a_nonce_of_ours(world: World) -> None:
    """
    VCI-48, H73: without nonce invalid_proof; wrong, foreign or made up: invalid_nonce.
    """
    foreign = await world.nonce(TAXES)
    own = await world.nonce()
    bent = ("A" if own[0] != "A" else "B") + own[1:]

    assert (400, "invalid_proof") == await refused(world, world.prove(None))
    for nonce in (foreign, bent, "A" * 51, "AA", "not base64url!"):
        assert (400, "invalid_nonce") == await refused(world, world.prove(nonce))


async def test_a_nonce_is_taken_once(world: World) -> None:
    """
    Section 4 of the suite notes: replay of a used c_nonce, with whatever key.
    """
    nonce = await world.nonce()
    access = await world.access()
    first = await world.ask(access, await world.request(world.prove(nonce)))
    second = await world.ask(access, await world.request(world.prove(nonce)))

    assert 200 == first.status_code
    assert (400, "invalid_nonce") == (second.status_code, error(second))


@pytest.mark.parametrize(("seconds_later", "code"), [(299, 200), (300, 400)])
async def test_a_nonce_ends_after_five_minutes(
    world: World, seconds_later: int, code: int
) -> None:
    """
    H73: a nonce used after its life is no nonce.
    """
    nonce = await world.nonce()
    world.clock.move(seconds=seconds_later)
    answer = await world.ask(await world.access(), await world.request(world.prove(nonce)))

    assert code == answer.status_code
    assert 200 == code or "invalid_nonce" == error(answer)


async def test_a_proof_is_made_for_this_issuer_and_now(world: World) -> None:
    """
    H73: wrong audience, or more than five minutes off in either direction.
    """
    nonce = await world.nonce()
    late, early = timedelta(minutes=5, seconds=1), timedelta(minutes=-5, seconds=-1)

    assert (400, "invalid_proof") == await refused(world, world.prove(nonce, issuer=TAXES))
    assert (400, "invalid_proof") == await refused(
        world, world.prove(nonce, issuer=f"{REGISTRY}/")
    )
    for off in (late, early):
        proof = world.prove(nonce, at=world.clock.now + off)
        assert (400, "invalid_proof") == await refused(world, proof)


def forged(
    world: World, nonce: str, header: dict[str, Any], claims: dict[str, Any] | None = None
) -> str:
    """Return a proof with a header (and claims) of one's own choice, truly signed."""
    signer = SoftwareSigner.generate()
    jwk = signer.public.as_dict()
    wanted = {"typ": "openid4vci-proof+jwt", "alg": "ES256", "jwk": jwk}
    body = {"aud": REGISTRY, "iat": seconds(world.clock.now), "nonce": nonce}
    head = {name: value for name, value in (wanted | header).items() if value is not None}
    octets = b".".join(
        base64url.encode(json.dumps(part).encode()).encode()
        for part in (head, body | (claims or {}))
    )
    return jws.attach(octets, signer.sign(octets))


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "None"},
        {"alg": "HS256"},
        {"alg": "ES384"},
        {"alg": None},
        {"typ": "JWT"},
        {"typ": "kb+jwt"},
        {"typ": "dpop+jwt"},
        {"typ": None},
        {"kid": "a"},
        {"jwk": None, "kid": "did:example:1"},
        {"jwk": None},
        {"jwk": None, "x5c": ["AAAA"]},
        {"crit": ["exp"], "exp": 1},
        {"jku": "https://attacker.example/keys"},
    ],
    ids=str,
)
async def test_proofs_with_wrong_headers_are_refused(world: World, header: dict[str, Any]) -> None:
    """
    H1, H3, H5, H6, H8, H10: one algorithm, one type, one key, nothing that changes the rules.
    """
    proof = forged(world, await world.nonce(), header)

    assert (400, "invalid_proof") == await refused(world, proof)


async def test_a_proof_with_a_right_header_is_taken(world: World) -> None:
    """
    The forger of these tests can make a good proof: the refusals are for what they name.
    """
    body = await world.request(forged(world, await world.nonce(), {}))

    assert 200 == (await world.ask(await world.access(), body)).status_code


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": [REGISTRY]},
        {"iat": "now"},
        {"iat": True},
        {"iat": None},
        {"nonce": 7},
        {"nonce": ""},
    ],
    ids=str,
)
async def test_proofs_with_wrong_claims_are_refused(world: World, claims: dict[str, Any]) -> None:
    """
    H18, H20, H73: types are exact, the audience is one string.
    """
    proof = forged(world, await world.nonce(), {}, claims)

    assert (400, "invalid_proof") == await refused(world, proof)


async def test_private_keys_and_broken_signatures_prove_nothing(world: World) -> None:
    """
    H7, H9, suite module fail-invalid-jwt-proof-signature.
    """
    nonce = await world.nonce()
    private = SoftwareSigner.generate().public.as_dict() | {"d": "A" * 43}
    head, body, signature = world.prove(nonce).split(".")
    swapped = "A" if signature[0] != "A" else "B"

    for proof in (
        forged(world, nonce, {"jwk": private}),
        f"{head}.{body}.{swapped}{signature[1:]}",
        f"{head}.{body}.{'A' * 86}",
        f"{head}.{body}.",
        f"{head}.{body}",
        "",
        "x" * 40_000,
    ):
        assert (400, "invalid_proof") == await refused(world, proof)


async def test_a_key_that_is_not_for_es256_is_refused(world: World) -> None:
    """
    The metadata names the algorithms; others may be good and are still not taken.
    """
    proof = world.prove(await world.nonce(), signer=SoftwareSigner.generate(Algorithm.ED25519))

    assert (400, "invalid_proof") == await refused(world, proof)


@pytest.mark.parametrize(
    ("proofs", "code"),
    [
        (lambda good: {"jwt": good(1)}, None),
        (lambda good: {"jwt": good(BATCH_SIZE)}, None),
        (lambda good: {"jwt": good(BATCH_SIZE + 1)}, "invalid_credential_request"),
        (lambda good: {"jwt": []}, "invalid_proof"),
        (lambda good: {"jwt": good(1), "attestation": good(1)}, "invalid_credential_request"),
        (lambda good: {"attestation": good(1)}, "invalid_proof"),
        (lambda good: {"di_vp": good(1)}, "invalid_proof"),
        (lambda good: {"jwt": good(1) * 2}, "invalid_proof"),
        (lambda good: {"jwt": [7]}, "invalid_proof"),
        (lambda good: {"jwt": good(1)[0]}, "invalid_proof"),
        (lambda good: {}, "invalid_credential_request"),
        (lambda good: [], "invalid_credential_request"),
    ],
    ids=[
        "one",
        "a full batch",
        "one too many",
        "empty",
        "two types",
        "attestation",
        "unknown type",
        "same proof twice",
        "a number",
        "no array",
        "no type",
        "no object",
    ],
)
async def test_the_proofs_array_is_taken_literally(
    world: World, proofs: Callable[[Any], Any], code: str | None
) -> None:
    """
    H52: one to a full batch, all of one type, each by another key.
    """
    nonce = await world.nonce()
    body = {
        "credential_configuration_id": "resident-register",
        "proofs": proofs(lambda count: [world.prove(nonce) for _ in range(count)]),
    }
    answer = await world.ask(await world.access(), body)

    assert (200 if code is None else 400) == answer.status_code
    assert code is None or code == error(answer)


async def test_one_key_proves_itself_once_in_a_batch(world: World) -> None:
    """
    H52: two proofs by one key would bind two copies to it, linkable for ever.
    """
    signer, nonce = SoftwareSigner.generate(), await world.nonce()
    proofs = [world.prove(nonce, signer=signer) for _ in range(2)]

    assert (400, "invalid_proof") == await refused(world, *proofs)


async def test_each_wrong_reference_has_its_own_code(world: World) -> None:
    """
    H74 and suite modules 19, 20: configuration, identifier, both, neither.
    """
    proof = world.prove(await world.nonce())
    by_both = {"credential_identifier": "x"}
    unknown = {"credential_configuration_id": "driving-licence"}
    another = {"credential_configuration_id": "tax-payment"}
    neither = {"credential_configuration_id": None}

    unknown_configuration = (400, "unknown_credential_configuration")
    assert unknown_configuration == await refused(world, proof, **unknown)
    assert unknown_configuration == await refused(world, proof, **another)
    assert (400, "invalid_credential_request") == await refused(world, proof, **by_both)
    assert (400, "invalid_credential_request") == await refused(world, proof, **neither)
    answer = await world.ask(await world.access(), {"credential_identifier": "x"})
    assert "unknown_credential_identifier" == error(answer)


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"[]", {}, 400),
        (b'{"a":1,"a":2}', {}, 400),
        (b"[" * 100_000, {}, 400),
        (b" " * (128 * 1024 + 1), {}, 413),
        (b"{}", {"Content-Type": "text/plain"}, 415),
        (b"{}", {"Content-Encoding": "gzip"}, 415),
    ],
    ids=["broken", "array", "duplicate", "deep", "too large", "text", "compressed"],
)
async def test_malformed_bodies_are_refused(
    world: World, content: bytes, headers: dict[str, str], status: int
) -> None:
    """
    H47, H48, H61: strict JSON, bounded, with the code of the endpoint.
    """
    access = await world.access()
    head = {"Authorization": f"Bearer {access}", "Content-Type": "application/json", **headers}
    answer = await world.http.post(f"{REGISTRY}/credential", content=content, headers=head)

    assert (status, "invalid_credential_request") == (answer.status_code, error(answer))


async def test_tokens_are_good_at_their_authority_only(world: World) -> None:
    """
    H76: another tenant's token, an unknown one, one past its end: 401 with the same words.
    """
    access = await world.access()
    body = await world.request(world.prove(await world.nonce()))
    foreign = await world.ask(access, body, issuer=TAXES)
    unknown = await world.ask("A" * 43, body)
    world.clock.move(minutes=5)
    late = await world.ask(access, body)

    for answer in (foreign, unknown, late):
        assert (401, "invalid_token") == (answer.status_code, error(answer))
        challenge = 'Bearer error="invalid_token", DPoP algs="ES256", error="invalid_token"'
        assert challenge == answer.headers["www-authenticate"]
    assert foreign.content == unknown.content == late.content


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ([], ""),
        ([], "?access_token={access}"),
        ([("Authorization", "Bearer {access}")], "?access_token={access}"),
        ([("Authorization", "{access}")], ""),
        ([("Authorization", "Bearer ")], ""),
        ([("Authorization", "Bearer {access}"), ("Authorization", "Bearer {access}")], ""),
    ],
    ids=["none", "query", "query too", "no scheme", "empty", "twice"],
)
async def test_a_token_travels_in_one_header_only(
    world: World, headers: list[tuple[str, str]], query: str
) -> None:
    """
    H76: not in the address, not under another scheme, not twice.
    """
    access = await world.access()
    body = await world.request(world.prove(await world.nonce()))
    answer = await world.http.post(
        f"{REGISTRY}/credential{query.format(access=access)}",
        json=body,
        headers=[(name, value.format(access=access)) for name, value in headers],
    )

    assert 401 == answer.status_code
    assert 'Bearer, DPoP algs="ES256"' == answer.headers["www-authenticate"]


async def test_a_token_is_not_for_emptying_a_status_list(world: World) -> None:
    """
    After ten certificates the citizen needs a new offer.
    """
    access = await world.access()
    for _ in range(REQUESTS_PER_TOKEN):
        body = await world.request(world.prove(await world.nonce()))
        assert 200 == (await world.ask(access, body)).status_code

    body = await world.request(world.prove(await world.nonce()))
    answer = await world.ask(access, body)
    assert (400, "credential_request_denied") == (answer.status_code, error(answer))


async def test_a_failed_request_leaves_nonce_and_token_as_they_were(world: World) -> None:
    """
    State is unchanged by what was refused: the same nonce proves the next, better request.
    """
    access, nonce = await world.access(), await world.nonce()
    proof = world.prove(nonce)
    wrong_kind = await world.request(proof, kind="tax-payment")

    assert 400 == (await world.ask(access, wrong_kind)).status_code
    assert 200 == (await world.ask(access, await world.request(proof))).status_code


async def test_unknown_authorities_are_not_found(world: World) -> None:
    """
    Every address below an authority that does not exist answers 404 with our problem.
    """
    nobody = "/issuers/nobody"
    form = {"grant_type": GRANT, "pre-authorized_code": "x"}
    bearer = {"Authorization": "Bearer x"}
    answers = [
        await world.http.post(f"{nobody}/token", data=form),
        await world.http.post(f"{nobody}/nonce"),
        await world.http.post(
            f"{nobody}/credential", json={"credential_identifier": "x"}, headers=bearer
        ),
        await world.http.get(f"{nobody}/status/0"),
        await world.http.get(f"{nobody}/types/resident-register/1"),
        await world.http.get("/.well-known/openid-credential-issuer/issuers/nobody"),
        await world.http.get("/.well-known/oauth-authorization-server/issuers/nobody"),
    ]

    for answer in answers:
        assert 404 == answer.status_code
        assert {"error", "party", "detail"} == set(answer.json())
