"""Sending the person to a strange issuer, and what is believed of what comes back."""

import asyncio
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from keys.strict_json import JsonObject
from standards.oauth.authorization_details import CredentialDetail
from standards.openid4vci.offer import (
    AuthorizationCodeGrant,
    CredentialOffer,
    PreAuthorizedCodeGrant,
)
from standards.openid4vci.offer_uri import OfferReference, offer_uri
from tests.wallet.authorization_server_of_test import (
    AUTHORIZE,
    BACK,
    CLIENT,
    PAR,
    SCOPE,
    AuthorizationServerOfTest,
)
from tests.wallet.issuer_of_test import HOST, ISSUER, KIND, IssuerOfTest
from tests.wallet.refusal import refused
from tests.wallet.world import HOLDER, World, json_reply
from wallet.errors import WalletFailure
from wallet.kept.keeping import BoxKind
from wallet.receiving.authorizing import AuthorizationNeeded
from wallet.receiving.pending import PendingAuthorization
from web.errors import Party

SERVER = f"{HOST}/as"


@pytest.fixture
def server(issuer: IssuerOfTest) -> AuthorizationServerOfTest:
    """The issuer as its own authorization server."""
    return AuthorizationServerOfTest(issuer)


async def begun(world: World, server: AuthorizationServerOfTest) -> AuthorizationNeeded:
    return await world.wallets.begin(HOLDER, server.offer())


def query_of(address: str) -> str:
    return urlsplit(address).query


async def test_signing_in_with_the_issuer_brings_the_certificate(
    world: World, server: AuthorizationServerOfTest
) -> None:
    """
    Module 1, happy-path: pushed, signed in, code and verifier redeemed, certificate kept.
    """
    needed = await begun(world, server)
    assert () == await world.wallets.credentials(HOLDER)
    accepted = await world.wallets.authorized(HOLDER, query_of(server.sign_in(needed.url)))

    assert ISSUER == accepted.issuer
    (held,) = await world.wallets.credentials(HOLDER)
    assert accepted.credential_ids == (held.id,)
    (asked,) = world.network.to(f"{ISSUER}/token")
    assert b"authorization_details" not in asked.content  # VCI-23: what was granted is asked for
    (entry,) = await world.wallets.history(HOLDER)
    assert "received" == entry["event"]
    assert () == tuple(await world.store.all(HOLDER, BoxKind.AUTHORIZATION))


async def test_what_is_pushed_is_all_that_fapi_asks_for(
    world: World, server: AuthorizationServerOfTest
) -> None:
    """
    AUTHZ: the registered address, S256, an unguessable state; the front channel has two words.
    """
    needed = await begun(world, server)
    again = await begun(world, server)

    first, second = server.requests
    assert (CLIENT, BACK) == (first.client_id, first.redirect_uri)
    assert first.state is not None
    assert 43 == len(first.state)
    assert first.state != second.state
    assert first.code_challenge != second.code_challenge
    assert needed.id != again.id
    assert needed.url.startswith(f"{AUTHORIZE}?client_id=")
    assert {"state", "authorization_url", "issuer", "expires_at"} == set(needed.answer())


async def test_the_issuers_state_is_sent_on(
    world: World, server: AuthorizationServerOfTest
) -> None:
    """
    VCI-5, VCIVerifyIssuerStateInAuthorizationRequest: the offer's own, and none where it has none.
    """
    await begun(world, server)
    server.issuer_state = "order-77"
    await begun(world, server)

    assert [None, "order-77"] == [request.issuer_state for request in server.requests]


async def test_a_kind_with_a_scope_is_asked_for_by_it(
    world: World, server: AuthorizationServerOfTest
) -> None:
    """
    HAIP section 4.3, module 3: the scope, and then the configuration's id at the issuer.
    """
    server.with_scope()
    needed = await begun(world, server)
    await world.wallets.authorized(HOLDER, query_of(server.sign_in(needed.url)))

    (request,) = server.requests
    assert ((SCOPE,), ()) == (request.scope, request.details)
    assert 1 == len(await world.wallets.credentials(HOLDER))


async def test_a_kind_without_a_scope_is_asked_for_in_detail(
    world: World, server: AuthorizationServerOfTest
) -> None:
    """
    VCI-14: type and configuration; no location where the issuer is its own server.
    """
    server.issuer.kinds = (KIND, "tax-payment")
    await begun(world, server)

    (request,) = server.requests
    assert () == request.scope
    assert (CredentialDetail(KIND), CredentialDetail("tax-payment")) == request.details


async def test_a_server_beside_the_issuer_hears_for_whom_it_is(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    VCI-6, VCI-15: the named one of several is asked, and ``locations`` is the issuer.
    """
    issuer.metadata = {"authorization_servers": ["https://other.example", SERVER]}
    server = AuthorizationServerOfTest(issuer, identifier=SERVER)
    needed = await world.wallets.begin(HOLDER, server.offer(authorization_server=SERVER))
    accepted = await world.wallets.authorized(HOLDER, query_of(server.sign_in(needed.url)))

    assert ISSUER == accepted.issuer
    (request,) = server.requests
    assert (CredentialDetail(KIND, locations=(ISSUER,)),) == request.details
    assert [] == [each for each in world.network.asked if "other.example" in each.url]


async def test_the_servers_are_asked_in_turn_for_one_that_signs_people_in(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    VCI-3: without grants the metadata of each server say whether it takes a code.
    """
    issuer.metadata = {"authorization_servers": [ISSUER, SERVER]}
    issuer.server = {"grant_types_supported": ["client_credentials"]}
    server = AuthorizationServerOfTest(issuer, identifier=SERVER)
    server.server = {"grant_types_supported": ["authorization_code"]}
    await world.wallets.begin(HOLDER, offer_uri(CredentialOffer(ISSUER, (KIND,))))

    assert 1 == len(server.requests)
    server.server = {"grant_types_supported": ["client_credentials"]}
    with refused(WalletFailure.OFFER_UNSUPPORTED, Party.ISSUER, "No server"):
        await world.wallets.begin(HOLDER, offer_uri(CredentialOffer(ISSUER, (KIND,))))


async def test_an_offer_may_be_anything_that_leads_to_a_code(
    world: World, server: AuthorizationServerOfTest
) -> None:
    """
    VCI-3, offers of every form: with no grants, with an empty one, and by reference.
    """
    bare = CredentialOffer(ISSUER, (KIND,))
    empty = CredentialOffer(ISSUER, (KIND,), authorization_code=AuthorizationCodeGrant())
    world.network.serve(f"{ISSUER}/offers/2", lambda _: json_reply(empty.as_dict()))
    for link in (bare, empty, OfferReference(f"{ISSUER}/offers/2")):
        await world.wallets.begin(HOLDER, offer_uri(link))

    assert 3 == len(server.requests)


async def test_a_code_at_hand_is_preferred(world: World, issuer: IssuerOfTest) -> None:
    """
    Section 4.1.1: with both grants the person is spared the way; signing in is not begun for it.
    """
    both = CredentialOffer(
        ISSUER,
        (KIND,),
        pre_authorized_code=PreAuthorizedCodeGrant(issuer.code),
        authorization_code=AuthorizationCodeGrant("order-77"),
    )
    await world.wallets.accept(HOLDER, offer_uri(both))
    assert 1 == len(await world.wallets.credentials(HOLDER))
    server = AuthorizationServerOfTest(issuer)
    server.server = {"grant_types_supported": None}
    with refused(WalletFailure.OFFER_UNSUPPORTED, Party.ISSUER, "its own code"):
        await world.wallets.begin(HOLDER, offer_uri(both))


async def test_a_holder_may_ask_of_their_own_accord(
    world: World, server: AuthorizationServerOfTest
) -> None:
    """
    Wallet-initiated: an issuer's address and a kind, the same checks and the same way.
    """
    needed = await world.wallets.request(HOLDER, ISSUER, KIND)
    accepted = await world.wallets.authorized(HOLDER, query_of(server.sign_in(needed.url)))

    assert ISSUER == accepted.issuer
    with refused(WalletFailure.OFFER_MALFORMED):
        await world.wallets.request(HOLDER, "registry", KIND)
    with refused(WalletFailure.ISSUER_ANSWER_INVALID, Party.ISSUER):
        await world.wallets.request(HOLDER, ISSUER, "unheard-of")


async def test_discovery_of_another_server_stops_everything(
    world: World, server: AuthorizationServerOfTest
) -> None:
    """
    discovery-issuer-mismatch, RFC 8414 section 3.3: nothing is asked after the wrong answer.
    """
    server.server = {"issuer": f"{ISSUER}/"}
    with refused(WalletFailure.ISSUER_MISMATCH, Party.ISSUER):
        await begun(world, server)

    assert (
        "/.well-known/oauth-authorization-server/issuers/registry" in world.network.asked[-1].url
    )
    assert [] == world.network.to(PAR)


async def test_only_the_inserted_address_is_asked(
    world: World, server: AuthorizationServerOfTest
) -> None:
    """
    WK: never openid-configuration, never a well-known part behind the path.
    """
    await begun(world, server)

    known = [asked.url for asked in world.network.asked if ".well-known" in asked.url]
    assert known == [
        f"{HOST}/.well-known/openid-credential-issuer/issuers/registry",
        f"{HOST}/.well-known/oauth-authorization-server/issuers/registry",
    ]


UNUSABLE: dict[str, JsonObject] = {
    "no PAR": {"pushed_authorization_request_endpoint": None},
    "no page": {"authorization_endpoint": None},
    "page without TLS": {"authorization_endpoint": AUTHORIZE.replace("https:", "http:")},
    "plain only": {"code_challenge_methods_supported": ["plain"]},
    "no code grant": {"grant_types_supported": ["client_credentials"]},
}


@pytest.mark.parametrize("name", UNUSABLE)
async def test_a_server_that_falls_short_is_not_used(
    world: World, server: AuthorizationServerOfTest, name: str
) -> None:
    """
    FAPI 2.0 section 5.3.2: no pushed requests, no S256, no code: refused before anything is sent.
    """
    server.server = UNUSABLE[name]
    with refused(WalletFailure.OFFER_UNSUPPORTED, Party.ISSUER):
        await begun(world, server)
    assert [] == world.network.to(PAR)


@pytest.mark.parametrize(
    ("answer", "failure", "reason"),
    [
        (json_reply({"error": "invalid_client"}, 401), "REFUSED", "invalid_client"),
        (json_reply({"message": "no"}, 500), "REFUSED", "500"),
        (json_reply({"error": "e" * 5000}, 400), "REFUSED", "e" * 64),
        (json_reply({"request_uri": "urn:x"}, 201), "INVALID", "expires_in"),
        (json_reply(["urn:x"], 201), "INVALID", ""),
    ],
    ids=["refused", "no error body", "endless code", "no life", "no object"],
)
async def test_a_push_that_fails_is_told(
    world: World, server: AuthorizationServerOfTest, answer: object, failure: str, reason: str
) -> None:
    """
    PAR-4, PAR-5: what the server says, cut short, and nothing is kept but the note of it.
    """
    server.change_pushed = lambda _: answer  # type: ignore[assignment,return-value]  # a Reply
    expected = {
        "REFUSED": WalletFailure.AUTHORIZATION_REFUSED,
        "INVALID": WalletFailure.ISSUER_ANSWER_INVALID,
    }
    with refused(expected[failure], Party.ISSUER, reason):
        await begun(world, server)

    assert () == tuple(await world.store.all(HOLDER, BoxKind.AUTHORIZATION))
    (entry,) = await world.wallets.history(HOLDER)
    assert "failed" == entry["event"]


async def test_a_server_out_of_reach_is_told(
    world: World, server: AuthorizationServerOfTest
) -> None:
    """
    The server answers its metadata and then no more.
    """
    server.server = {"pushed_authorization_request_endpoint": "https://gone.example/par"}
    world.network.unreachable.add("gone.example")
    with refused(WalletFailure.ISSUER_UNREACHABLE, Party.NETWORK, "gone.example"):
        await begun(world, server)


WRONG = {
    "invalid iss": ("iss=", "iss=https%3A%2F%2Fevil.example&x=", "AUTHORIZATION_MISMATCH"),
    "no iss": ("&iss=", "&no=", "AUTHORIZATION_MISMATCH"),
    "invalid state": ("state=", "state=x", "AUTHORIZATION_UNKNOWN"),
    "no state": ("&state=", "&no=", "AUTHORIZATION_UNKNOWN"),
    "two codes": ("code=", "code=x&code=", "AUTHORIZATION_UNKNOWN"),
    "no code": ("code=", "no=", "AUTHORIZATION_MISMATCH"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_an_answer_that_is_not_the_servers_is_refused(
    world: World, server: AuthorizationServerOfTest, name: str
) -> None:
    """
    H60, invalid-/remove-authorization-response-iss, -with-invalid-(missing-)state-fails: no token
    is asked for.
    """
    needed = await begun(world, server)
    old, new, failure = WRONG[name]
    query = query_of(server.sign_in(needed.url)).replace(old, new, 1)
    with refused(WalletFailure[failure]):
        await world.wallets.authorized(HOLDER, query)

    assert 0 == server.tokens
    assert [] == world.network.to(f"{ISSUER}/token")


async def test_a_code_of_another_server_goes_to_nobody(
    world: World, server: AuthorizationServerOfTest
) -> None:
    """
    H60, mix-up: the right state with another server's iss uses the wait up, and nothing is sent.
    """
    needed = await begun(world, server)
    honest = query_of(server.sign_in(needed.url))
    mixed = honest.replace("iss=https%3A%2F%2Fissuer", "iss=https%3A%2F%2Fevil")
    with refused(WalletFailure.AUTHORIZATION_MISMATCH, Party.ISSUER):
        await world.wallets.authorized(HOLDER, mixed)
    with refused(WalletFailure.AUTHORIZATION_UNKNOWN, Party.CALLER):
        await world.wallets.authorized(HOLDER, honest)
    assert 0 == server.tokens


async def test_a_server_that_changed_meanwhile_gets_no_code(
    world: World, server: AuthorizationServerOfTest
) -> None:
    """
    H60: the metadata name another server now; the code is for the one that was asked.
    """
    needed = await begun(world, server)
    query = query_of(server.sign_in(needed.url))
    server.issuer.metadata = {"authorization_servers": [SERVER]}
    other = AuthorizationServerOfTest(server.issuer, identifier=SERVER)
    with refused(WalletFailure.AUTHORIZATION_MISMATCH, Party.ISSUER):
        await world.wallets.authorized(HOLDER, query)
    assert 0 == server.tokens == other.tokens


async def test_an_answer_counts_for_the_holder_who_began(
    world: World, server: AuthorizationServerOfTest
) -> None:
    """
    Login forgery: an address with somebody else's code and state brings nothing to this holder.
    """
    needed = await begun(world, server)
    query = query_of(server.sign_in(needed.url))
    with refused(WalletFailure.AUTHORIZATION_UNKNOWN, Party.CALLER):
        await world.wallets.authorized("jun", query)
    with refused(WalletFailure.AUTHORIZATION_UNKNOWN, Party.CALLER):
        await world.wallets.signing_in("jun", needed.id)

    await world.wallets.authorized(HOLDER, query)
    assert 1 == len(await world.wallets.credentials(HOLDER))


async def test_an_answer_counts_once(world: World, server: AuthorizationServerOfTest) -> None:
    """
    A reload after success shows the same; after a refusal there is nothing to come back to.
    """
    needed = await begun(world, server)
    query = query_of(server.sign_in(needed.url))
    first = await world.wallets.authorized(HOLDER, query)
    assert first == await world.wallets.authorized(HOLDER, query)
    assert 1 == server.tokens

    declined = query_of(server.decline((await begun(world, server)).url))
    with refused(WalletFailure.AUTHORIZATION_DECLINED, Party.CALLER):
        await world.wallets.authorized(HOLDER, declined)
    with refused(WalletFailure.AUTHORIZATION_UNKNOWN, Party.CALLER):
        await world.wallets.authorized(HOLDER, declined)


async def test_of_many_returns_at_once_one_redeems(
    world: World, server: AuthorizationServerOfTest
) -> None:
    """
    H57: two tabs, a double reload: one token, one certificate.
    """
    needed = await begun(world, server)
    query = query_of(server.sign_in(needed.url))
    outcomes = await asyncio.gather(
        *(world.wallets.authorized(HOLDER, query) for _ in range(5)), return_exceptions=True
    )

    assert 1 <= len([each for each in outcomes if not isinstance(each, BaseException)])
    assert 1 == server.tokens
    assert 1 == len(await world.wallets.credentials(HOLDER))


async def test_after_ten_minutes_it_is_over(
    world: World, server: AuthorizationServerOfTest
) -> None:
    """
    H60, old state: told as what it is, and forgotten with the next beginning at the latest.
    """
    needed = await begun(world, server)
    forgotten = await begun(world, server)
    query = query_of(server.sign_in(needed.url))
    assert (await world.wallets.signing_in(HOLDER, needed.id)).url == needed.url
    world.clock.now += timedelta(minutes=10)
    with refused(WalletFailure.AUTHORIZATION_EXPIRED, Party.CALLER):
        await world.wallets.signing_in(HOLDER, needed.id)
    with refused(WalletFailure.AUTHORIZATION_EXPIRED, Party.CALLER):
        await world.wallets.authorized(HOLDER, query)
    await begun(world, server)

    assert 0 == server.tokens
    with refused(WalletFailure.AUTHORIZATION_UNKNOWN):
        await world.wallets.signing_in(HOLDER, forgotten.id)


@pytest.mark.parametrize("error", ["server_error", "temporarily_unavailable", "e" * 500])
async def test_an_issuers_refusal_is_told_with_its_code(
    world: World, server: AuthorizationServerOfTest, error: str
) -> None:
    """
    VCI-20: whatever the server gives as a reason, cut short; nothing was issued.
    """
    query = query_of(server.decline((await begun(world, server)).url, error))
    with refused(WalletFailure.AUTHORIZATION_REFUSED, Party.ISSUER, error[:64]):
        await world.wallets.authorized(HOLDER, query)
    (entry,) = await world.wallets.history(HOLDER)
    assert ("failed", "authorization_refused") == (entry["event"], entry["reason"])


async def test_a_code_that_the_server_does_not_take_is_told(
    world: World, server: AuthorizationServerOfTest
) -> None:
    """
    A code that ended after a minute: told with the server's word for it, nothing is kept.
    """
    query = query_of(server.sign_in((await begun(world, server)).url))
    server.codes.clear()
    with refused(WalletFailure.AUTHORIZATION_REFUSED, Party.ISSUER, "invalid_grant"):
        await world.wallets.authorized(HOLDER, query)

    assert () == await world.wallets.credentials(HOLDER)


async def test_an_issuer_out_of_reach_leaves_the_answer_good(
    world: World, server: AuthorizationServerOfTest
) -> None:
    """
    The code is not used up by a network that is away for a moment: a reload redeems it.
    """
    query = query_of(server.sign_in((await begun(world, server)).url))
    world.network.unreachable.add("issuer.example")
    with refused(WalletFailure.ISSUER_UNREACHABLE, Party.NETWORK):
        await world.wallets.authorized(HOLDER, query)
    world.network.unreachable.clear()

    await world.wallets.authorized(HOLDER, query)
    assert 1 == len(await world.wallets.credentials(HOLDER))


@pytest.mark.parametrize(
    "token", [{"token_type": "bEaReR"}, {"expires_in": None}], ids=["odd case", "no expires_in"]
)
async def test_a_token_may_be_written_oddly(
    world: World, server: AuthorizationServerOfTest, token: dict[str, str | None]
) -> None:
    """
    token-type-case-insensitivity, token-endpoint-response-without-expires_in.
    """
    server.change_token = lambda answer: {
        name: value for name, value in (answer | token).items() if value is not None
    }
    await world.wallets.authorized(
        HOLDER, query_of(server.sign_in((await begun(world, server)).url))
    )
    assert 1 == len(await world.wallets.credentials(HOLDER))


async def test_secrets_of_a_pending_sign_in_are_not_in_its_words(
    world: World, server: AuthorizationServerOfTest
) -> None:
    """
    Neither state nor verifier nor address reaches a log by way of a representation, nor the disk.
    """
    needed = await begun(world, server)
    waiting = await world.wallets.signing_in(HOLDER, needed.id)
    (box,) = await world.store.all(HOLDER, BoxKind.AUTHORIZATION)

    for secret in (waiting.state, waiting.verifier, waiting.url):
        assert secret not in repr(waiting) + repr(needed)
        assert secret.encode() not in box.sealed
    with pytest.raises(ValueError, match="not a pending"):
        PendingAuthorization.parse({})
