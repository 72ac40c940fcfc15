"""Every way a presentation can be wrong, each with its own reason, and nothing fetched for it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from keys import base64url, jws
from keys.jwk import Algorithm
from keys.jws import attach
from keys.signer import SoftwareSigner
from keys.strict_json import JsonValue, dumps, loads
from keys.x509 import Role
from standards.openid4vp.request import AuthorizationRequest
from tests.verifiers.shown import restricted
from tests.verifiers.world import NOW, REGISTER_CLAIMS, Certified, Held, Issuer, World
from verifiers.errors import VerifierError
from verifiers.failure import Failure

Lie = Callable[[World, AuthorizationRequest], str]


def shown(world: World, request: AuthorizationRequest, held: Held, **binding: object) -> str:
    """Return an adult check that is honest but for what ``held`` and ``binding`` make wrong."""
    return world.wallet.bound(held.show("age_over_19"), request, held.key, **binding)


def tampered_disclosure(world: World, request: AuthorizationRequest) -> str:
    held = world.issuer.issue(claims=REGISTER_CLAIMS | {"age_over_19": False})
    jwt, disclosure, _ = held.show("age_over_19").split("~")
    parts = loads(base64url.decode(disclosure))
    assert isinstance(parts, list)
    changed = base64url.encode(dumps([*parts[:2], True]))
    return world.wallet.bound(f"{jwt}~{changed}~", request, held.key)


def disclosure_twice(world: World, request: AuthorizationRequest) -> str:
    held = world.issuer.issue()
    jwt, disclosure, _ = held.show("age_over_19").split("~")
    return world.wallet.bound(f"{jwt}~{disclosure}~{disclosure}~", request, held.key)


def not_base64_disclosure(world: World, request: AuthorizationRequest) -> str:
    held = world.issuer.issue()
    return world.wallet.bound(held.show("age_over_19") + "!!~", request, held.key)


def broken_issuer_signature(world: World, request: AuthorizationRequest) -> str:
    held = world.issuer.issue()
    jwt, rest = held.show("age_over_19").split("~", 1)
    signing_input, _, _ = jwt.rpartition(".")
    forged = attach(signing_input.encode(), SoftwareSigner.generate().sign(b"another"))
    return world.wallet.bound(f"{forged}~{rest}", request, held.key)


def another_issuers_key(world: World, request: AuthorizationRequest) -> str:
    other = Issuer(Certified(SoftwareSigner.generate(), world.issuer.certified.chain))
    return shown(world, request, other.issue())


def algorithm_none(world: World, request: AuthorizationRequest) -> str:
    held = world.issuer.issue()
    jwt, rest = held.show("age_over_19").split("~", 1)
    header = loads(base64url.decode(jwt.split(".")[0]))
    assert isinstance(header, dict)
    none = base64url.encode(dumps(header | {"alg": "none"}))
    return world.wallet.bound(f"{none}.{jwt.split('.', 1)[1]}~{rest}", request, held.key)


def wrong_typ(world: World, request: AuthorizationRequest) -> str:
    held = world.issuer.issue()
    unverified = jws.parse(held.text.split("~")[0])
    header = {k: v for k, v in unverified.header.items() if k != "alg"} | {"typ": "vc+sd-jwt"}
    jwt = jws.sign(header, unverified.payload, world.issuer.certified.signer)
    rest = held.show("age_over_19").split("~", 1)[1]
    return world.wallet.bound(f"{jwt}~{rest}", request, held.key)


def without_key_binding(world: World, request: AuthorizationRequest) -> str:
    return world.issuer.issue().show("age_over_19")


def wrong_sd_hash(world: World, request: AuthorizationRequest) -> str:
    held = world.issuer.issue()
    less = shown(world, request, held)
    more = held.show("age_over_19", "applicant")
    return more + less.rpartition("~")[2]


def one_disclosure_removed(world: World, request: AuthorizationRequest) -> str:
    held = world.issuer.issue()
    more = world.wallet.bound(held.show("age_over_14", "age_over_19"), request, held.key)
    return held.show("age_over_19") + more.rpartition("~")[2]


def kb_signed_by_another(world: World, request: AuthorizationRequest) -> str:
    held = world.issuer.issue()
    return world.wallet.bound(held.show("age_over_19"), request, SoftwareSigner.generate())


def kb_signed_by_the_issuer(world: World, request: AuthorizationRequest) -> str:
    held = world.issuer.issue()
    return world.wallet.bound(held.show("age_over_19"), request, held.issuer)


def kb_changed(world: World, request: AuthorizationRequest, **header: str) -> str:
    held = world.issuer.issue()
    honest = jws.parse(shown(world, request, held).rpartition("~")[2])
    token = jws.sign({"typ": "kb+jwt"} | header, honest.payload, held.key)
    return held.show("age_over_19") + token


def kb_wrong_typ(world: World, request: AuthorizationRequest) -> str:
    return kb_changed(world, request, typ="JWT")


def kb_audience_list(world: World, request: AuthorizationRequest) -> str:
    held = world.issuer.issue()
    honest = jws.parse(shown(world, request, held).rpartition("~")[2])
    claims = loads(honest.payload)
    assert isinstance(claims, dict)
    claims["aud"] = [request.client_id, "somebody"]
    token = jws.sign({"typ": "kb+jwt"}, dumps(claims), held.key)
    return held.show("age_over_19") + token


def meant_for(world: World, request: AuthorizationRequest, audience: JsonValue) -> str:
    return shown(world, request, restricted(world, audience))


LIES: dict[str, tuple[Lie, Failure]] = {
    "meant for another": (
        lambda world, request: meant_for(world, request, ["https://a.example"]),
        Failure.AUDIENCE_WRONG,
    ),
    "meant for nobody that can be read": (
        lambda world, request: meant_for(world, request, {"a": 1}),
        Failure.CREDENTIAL_MALFORMED,
    ),
    "H21 tampered disclosure": (tampered_disclosure, Failure.DISCLOSURE_INVALID),
    "H22 disclosure twice": (disclosure_twice, Failure.DISCLOSURE_INVALID),
    "H30 disclosure not base64url": (not_base64_disclosure, Failure.DISCLOSURE_INVALID),
    "not an SD-JWT": (lambda *_: "hello", Failure.PRESENTATION_MALFORMED),
    "H34 JSON serialization": (lambda *_: '{"payload":"x"}~', Failure.PRESENTATION_MALFORMED),
    "issuer signature broken": (broken_issuer_signature, Failure.ISSUER_SIGNATURE_INVALID),
    "signed by another key than certified": (
        another_issuers_key,
        Failure.ISSUER_SIGNATURE_INVALID,
    ),
    "H1 alg none": (algorithm_none, Failure.CREDENTIAL_MALFORMED),
    "H35 old typ under HAIP": (wrong_typ, Failure.CREDENTIAL_MALFORMED),
    "T3 issuer nobody trusts": (
        lambda world, request: shown(
            world,
            request,
            Issuer(Certified.by(world.roots.rogue[Role.ISSUER], "Rogue")).issue(),
        ),
        Failure.ISSUER_NOT_TRUSTED,
    ),
    "trusted for another role": (
        lambda world, request: shown(
            world,
            request,
            Issuer(Certified.by(world.roots.of[Role.STATUS], "Status")).issue(),
        ),
        Failure.ISSUER_NOT_TRUSTED,
    ),
    "H15 issuer's certificate expired": (
        lambda world, request: shown(
            world,
            request,
            Issuer(
                Certified.by(world.roots.of[Role.ISSUER], "Old", now=NOW - timedelta(days=380))
            ).issue(),
        ),
        Failure.ISSUER_CHAIN_INVALID,
    ),
    "issuer of another identifier": (
        lambda world, request: shown(
            world,
            request,
            Issuer(
                Certified.by(
                    world.roots.of[Role.ISSUER], "Other", uris=("https://other.example/issuer",)
                )
            ).issue(),
        ),
        Failure.ISSUER_OUT_OF_SCOPE,
    ),
    "H19 expired": (
        lambda world, request: shown(
            world, request, world.issuer.issue(expires_at=NOW - timedelta(seconds=61))
        ),
        Failure.CREDENTIAL_EXPIRED,
    ),
    "not yet valid": (
        lambda world, request: shown(
            world, request, world.issuer.issue(not_before=NOW + timedelta(seconds=61))
        ),
        Failure.CREDENTIAL_NOT_YET_VALID,
    ),
    "H33 bound to nobody": (
        lambda world, request: shown(world, request, world.issuer.issue(holder=None)),
        Failure.HOLDER_KEY_MISSING,
    ),
    "H32 no key binding": (without_key_binding, Failure.KEY_BINDING_MISSING),
    "H32 wrong nonce": (
        lambda world, request: shown(world, request, world.issuer.issue(), nonce="n" * 43),
        Failure.NONCE_WRONG,
    ),
    "H32 wrong audience": (
        lambda world, request: shown(
            world, request, world.issuer.issue(), audience="x509_hash:another"
        ),
        Failure.AUDIENCE_WRONG,
    ),
    "H20 audience without its prefix": (
        lambda world, request: shown(
            world,
            request,
            world.issuer.issue(),
            audience=request.client_id.removeprefix("x509_hash:"),
        ),
        Failure.AUDIENCE_WRONG,
    ),
    "H20 audience as a list": (kb_audience_list, Failure.KEY_BINDING_INVALID),
    "H32 signed a year ago": (
        lambda world, request: shown(
            world, request, world.issuer.issue(), now=NOW - timedelta(days=365)
        ),
        Failure.KEY_BINDING_TIME,
    ),
    "H32 signed a year ahead": (
        lambda world, request: shown(
            world, request, world.issuer.issue(), now=NOW + timedelta(days=365)
        ),
        Failure.KEY_BINDING_TIME,
    ),
    "H32 wrong sd_hash": (wrong_sd_hash, Failure.SD_HASH_WRONG),
    "H32 one disclosure removed after signing": (one_disclosure_removed, Failure.SD_HASH_WRONG),
    "H32 key binding by another key": (
        kb_signed_by_another,
        Failure.KEY_BINDING_SIGNATURE_INVALID,
    ),
    "H32 key binding by the issuer": (
        kb_signed_by_the_issuer,
        Failure.KEY_BINDING_SIGNATURE_INVALID,
    ),
    "H8 key binding of another type": (kb_wrong_typ, Failure.KEY_BINDING_INVALID),
    "H82 claim nobody asked for": (
        lambda world, request: world.wallet.bound(
            (held := world.issuer.issue()).show("age_over_19", "applicant"), request, held.key
        ),
        Failure.UNREQUESTED_CLAIM,
    ),
    "claim missing": (
        lambda world, request: world.wallet.bound(
            (held := world.issuer.issue()).show("age_over_14"), request, held.key
        ),
        Failure.QUERY_NOT_SATISFIED,
    ),
    "another type of certificate": (
        lambda world, request: shown(
            world, request, world.issuer.issue(vct="https://desk.example/types/other")
        ),
        Failure.QUERY_NOT_SATISFIED,
    ),
}


@pytest.mark.parametrize("name", LIES)
async def test_a_presentation_that_is_wrong_is_refused_for_its_own_reason(
    world: World, name: str
) -> None:
    """
    Refused at once with the reason, the desk sees the same, nothing was fetched or recorded for
    it, and the transaction cannot be tried again.
    """
    lie, expected = LIES[name]
    asked = await world.ask()
    request = (await world.wallet.open(asked)).request
    body = world.wallet.body(request, {"adult": [lie(world, request)]})

    with pytest.raises(VerifierError) as refused:
        await world.post(asked, body)

    assert expected is refused.value.failure
    state = await world.state(asked)
    assert ("failed", []) == (state["state"], state["credentials"])
    assert isinstance(state["failure"], dict)
    assert (expected.code, expected.party) == (state["failure"]["code"], state["failure"]["party"])
    assert [] == world.network.asked
    with pytest.raises(VerifierError) as again:
        await world.answer(asked)
    assert Failure.TRANSACTION_CLOSED is again.value.failure


async def test_a_certificate_meant_for_us_is_ours_to_take(world: World) -> None:
    """
    RFC 7519 4.1.3: whoever is named may take it; who is named is no fact about a person.
    """
    asked = await world.ask()
    request = (await world.wallet.open(asked)).request

    await world.answer(asked, restricted(world, [request.client_id, "https://a.example"]))

    assert "'aud'" not in str(await world.state(asked))
    assert "verified" == (await world.state(asked))["state"]


async def test_the_anchors_scope_limits_what_its_issuers_may_issue(world: World) -> None:
    """
    H87: an issuer trusted for one type issues another.
    """
    world.roots.scope = ("https://desk.example/types/other", f"{'https://tax.example'}/")
    asked = await world.ask()

    with pytest.raises(VerifierError) as refused:
        await world.answer(asked)

    assert Failure.ISSUER_OUT_OF_SCOPE is refused.value.failure


@pytest.mark.parametrize("entry", ["https://desk.example/", None])
async def test_an_anchor_in_scope_is_accepted(world: World, entry: str | None) -> None:
    """
    A scope that ends in a slash covers what begins with it; one without covers itself.
    """
    held = world.issuer.issue()
    world.roots.scope = (entry or str(held.verified().claims["vct"]),)
    asked = await world.ask()
    await world.answer(asked, held)

    assert "verified" == (await world.state(asked))["state"]


async def test_a_removed_anchor_ends_trust_at_once(world: World) -> None:
    """
    H87: the anchor is taken out while its chain is still cached.
    """
    held = world.issuer.issue()
    await world.answer(await world.ask(), held)
    world.roots.trusted.discard(Role.ISSUER)

    with pytest.raises(VerifierError) as refused:
        await world.answer(await world.ask(), held)

    assert Failure.ISSUER_NOT_TRUSTED is refused.value.failure


async def test_an_expired_trust_list_trusts_nobody(world: World) -> None:
    """
    Without a current list nothing can be said about any issuer.
    """
    asked = await world.ask()
    opened = await world.wallet.open(asked)
    held = world.issuer.issue()
    body = world.wallet.body(opened.request, {"adult": [shown(world, opened.request, held)]})
    world.roots.expires_at = NOW

    with pytest.raises(VerifierError) as refused:
        await world.post(asked, body)

    assert Failure.TRUST_LIST_UNUSABLE is refused.value.failure


async def test_clock_skew_of_a_minute_is_forgiven(world: World) -> None:
    """
    H19, T28: a credential that expired 60 seconds ago is still good, key binding at the edges too.
    """
    held = world.issuer.issue(expires_at=NOW - timedelta(seconds=60))
    for skew in (timedelta(seconds=60), timedelta(seconds=-360)):
        asked = await world.ask()
        request = (await world.wallet.open(asked)).request
        text = shown(world, request, held, now=NOW + skew)

        await world.post(asked, world.wallet.body(request, {"adult": [text]}))

        assert "verified" == (await world.state(asked))["state"]


async def test_ed25519_holders_and_a_minimal_jwk_are_accepted(world: World) -> None:
    """
    RFC 7800: `cnf.jwk` holds the required members only; both algorithms of the request work.
    """
    for algorithm in (Algorithm.ES256, Algorithm.ED25519):
        held = world.issuer.issue(key=SoftwareSigner.generate(algorithm))
        asked = await world.ask()
        await world.answer(asked, held)

        assert "verified" == (await world.state(asked))["state"]
