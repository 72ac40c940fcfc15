"""Accepting an offer: what is kept, and everything that is refused on receipt."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from keys import base64url, jws
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, loads_object
from keys.x509 import Role
from standards.openid4vci.credential import CredentialRequest
from standards.openid4vci.offer import PRE_AUTHORIZED_GRANT, CredentialOffer
from standards.openid4vci.offer_uri import offer_uri
from standards.sd_jwt.key_binding import bind
from standards.sd_jwt_vc.issue import NewVc
from tests.wallet.issuer_of_test import (
    HOST,
    ISSUER,
    KIND,
    STATUS_URI,
    VCT,
    IssuerOfTest,
    without_status,
)
from tests.wallet.refusal import refused
from tests.wallet.world import HOLDER, NOW, Asked, World, json_reply
from wallet.errors import WalletFailure
from wallet.receiving.accepting import AcceptedOffer
from wallet.receiving.offers import CREDENTIALS_LIMIT
from web.errors import Party
from web.outbound import Reply


async def accept(world: World, issuer: IssuerOfTest) -> None:
    await world.wallets.accept(HOLDER, issuer.offer_uri(), tx_code=issuer.tx_code)


CERTIFIED_HARDWARE: JsonObject = {"key_storage": ["iso_18045_high"]}


@pytest.mark.parametrize("by", ["value", "reference"])
async def test_an_offer_brings_a_credential(world: World, issuer: IssuerOfTest, by: str) -> None:
    """
    What was offered is kept, bound to a key made for it, and shown claim by claim.
    """
    accepted = await world.wallets.accept(HOLDER, issuer.offer_uri(by=by))

    assert (VCT, ISSUER) == (accepted.vct, accepted.issuer)
    (held,) = await world.wallets.credentials(HOLDER)
    assert accepted.credential_ids == (held.id,)
    assert issuer.keys[0].thumbprint() == held.key.signer().public.thumbprint()
    shown = (await world.wallets.credential(HOLDER, held.id)).shown()
    assert issuer.name == shown["issuer_name"]
    assert {
        "name",
        "birth_date",
        "address.region",
        "address.street",
        "members.0.name",
        "members.1.name",
        "age_over_19",
    } == {claim["path"] for claim in as_objects(shown["claims"])}


def as_objects(value: object) -> list[JsonObject]:
    assert isinstance(value, list)
    return value


async def test_every_credential_of_an_offer_gets_its_own_key(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    Two credentials of one offer are bound to two keys, so that showing both links nothing (P1).
    """
    issuer.kinds = (KIND, "tax-payment")

    accepted = await world.wallets.accept(HOLDER, issuer.offer_uri())

    assert 2 == len(accepted.credential_ids)
    assert 2 == len({key.thumbprint() for key in issuer.keys})


async def test_a_transaction_code_is_sent_when_asked_for(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    The code the person typed goes to the token endpoint.
    """
    issuer.tx_code = "4093"

    accepted = await world.wallets.accept(HOLDER, issuer.offer_uri(), tx_code="4093")

    assert VCT == accepted.vct


async def test_a_missing_transaction_code_is_asked_for_before_anything_is_sent(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    The one-time code is not burned by an attempt that could not succeed.
    """
    issuer.tx_code = "4093"

    with refused(WalletFailure.TX_CODE_REQUIRED, Party.CALLER):
        await world.wallets.accept(HOLDER, issuer.offer_uri())

    assert [] == world.network.to(f"{ISSUER}/token")


async def test_a_code_nobody_asked_for_is_not_sent(world: World, issuer: IssuerOfTest) -> None:
    """
    A tx_code belongs only to an offer that asks for one (VCI-22).
    """
    await world.wallets.accept(HOLDER, issuer.offer_uri(), tx_code="4093")

    (asked,) = world.network.to(f"{ISSUER}/token")
    assert b"4093" not in asked.content


async def test_after_a_wrong_code_the_person_may_try_again(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    A refusal of the issuer frees the offer at once.
    """
    issuer.tx_code = "4093"
    with refused(WalletFailure.ISSUER_REFUSED, Party.ISSUER, "invalid_grant"):
        await world.wallets.accept(HOLDER, issuer.offer_uri(), tx_code="0000")

    accepted = await world.wallets.accept(HOLDER, issuer.offer_uri(), tx_code="4093")

    assert VCT == accepted.vct


async def test_identifiers_of_the_token_are_used(world: World, issuer: IssuerOfTest) -> None:
    """
    Where the token names credential identifiers, the request asks by them (VCI-25, VCI-31).
    """
    detail: JsonObject = {
        "type": "openid_credential",
        "credential_configuration_id": KIND,
        "credential_identifiers": ["certificate-of-min"],
    }
    issuer.token = {"authorization_details": [detail]}

    await accept(world, issuer)

    (asked,) = world.network.to(f"{ISSUER}/credential")
    assert b'"credential_identifier":"certificate-of-min"' in asked.content
    assert b"credential_configuration_id" not in asked.content


async def test_a_retry_after_success_returns_the_same(world: World, issuer: IssuerOfTest) -> None:
    """
    A client that lost our answer asks again and gets the same credential, not another (H56).
    """
    first = await world.wallets.accept(HOLDER, issuer.offer_uri())
    again = await world.wallets.accept(HOLDER, issuer.offer_uri())

    assert first == again
    assert 1 == issuer.issued


async def test_of_many_acceptances_at_once_one_goes_on(world: World, issuer: IssuerOfTest) -> None:
    """
    Twenty calls with one offer at the same time bring one credential and no other error (H57).
    """
    results = await asyncio.gather(
        *(world.wallets.accept(HOLDER, issuer.offer_uri()) for _ in range(20)),
        return_exceptions=True,
    )

    errors = [each for each in results if isinstance(each, Exception)]
    assert {"offer_in_progress"} >= {getattr(each, "failure", None) for each in errors}
    assert 1 == issuer.codes_used
    assert 1 == len(await world.wallets.credentials(HOLDER))


async def test_while_one_call_accepts_another_is_told_to_wait(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    In the middle of one acceptance the same offer is somebody's turn already (H57).
    """
    token = world.network.answering[f"{ISSUER}/token"]
    seen = []

    async def meanwhile(asked: Asked) -> Reply:
        with refused(WalletFailure.OFFER_IN_PROGRESS, Party.CALLER):
            await accept(world, issuer)
        seen.append(asked)
        reply = token(asked)
        assert isinstance(reply, Reply)
        return reply

    world.network.serve(f"{ISSUER}/token", meanwhile)

    await accept(world, issuer)

    assert 1 == len(seen)
    (entry,) = await world.wallets.history(HOLDER)
    assert "received" == entry["event"]


async def test_an_offer_of_very_many_is_refused_unread(world: World, issuer: IssuerOfTest) -> None:
    """
    H51: what an issuer hands out at once is held in memory, so its number is bounded.
    """
    issuer.kinds = tuple(f"kind-{number}" for number in range(CREDENTIALS_LIMIT + 1))

    with refused(WalletFailure.OFFER_UNSUPPORTED, Party.ISSUER):
        await accept(world, issuer)

    assert [] == world.network.to(f"{HOST}/.well-known/openid-credential-issuer/issuers/registry")


async def test_two_holders_share_nothing(world: World, issuer: IssuerOfTest) -> None:
    """
    Another holder's credential is as unknown as one that never was (H90).
    """
    accepted = await world.wallets.accept(HOLDER, issuer.offer_uri())

    assert () == await world.wallets.credentials("jun")
    with refused(WalletFailure.UNKNOWN_CREDENTIAL, Party.CALLER):
        await world.wallets.credential("jun", accepted.credential_ids[0])


# Each line bends one thing an issuer says, and names the refusal.

ChangeIssuer = Callable[[IssuerOfTest], Any]


def set_(**values: Any) -> ChangeIssuer:
    def change(issuer: IssuerOfTest) -> None:
        for name, value in values.items():
            setattr(issuer, name, value)

    return change


def tampered_disclosure(text: str) -> str:
    issuer_jwt, first, *rest = text.split("~")
    forged = base64url.encode(base64url.decode(first).replace(b"]", b" ]"))
    return "~".join((issuer_jwt, forged, *rest))


def with_key_binding(text: str) -> str:
    return bind(text, signer=SoftwareSigner.generate(), audience="a", nonce="n", now=NOW)


def other_key(new: NewVc) -> NewVc:
    return new._replace(holder=SoftwareSigner.generate().public)


@pytest.mark.parametrize(
    ("change", "failure", "party", "reason"),
    [
        pytest.param(
            set_(metadata={"credential_issuer": f"{ISSUER}/"}),
            WalletFailure.ISSUER_MISMATCH,
            Party.ISSUER,
            "",
            id="H79 metadata of another issuer",
        ),
        pytest.param(
            set_(server={"issuer": HOST}),
            WalletFailure.ISSUER_MISMATCH,
            Party.ISSUER,
            "",
            id="H79 authorization server of another name",
        ),
        pytest.param(
            set_(change_new=lambda new: new._replace(issuer=f"{HOST}/issuers/other")),
            WalletFailure.ISSUER_MISMATCH,
            Party.ISSUER,
            "",
            id="iss of another issuer",
        ),
        pytest.param(
            lambda issuer: issuer.world.authorities.trusted.discard(Role.ISSUER),
            WalletFailure.ISSUER_UNTRUSTED,
            Party.TRUST_LIST,
            "chain_untrusted",
            id="H15 root not trusted",
        ),
        pytest.param(
            lambda issuer: setattr(
                issuer,
                "chain",
                issuer.world.authorities.certify(Role.VERIFIER, issuer.signer, "Not an issuer"),
            ),
            WalletFailure.ISSUER_UNTRUSTED,
            Party.TRUST_LIST,
            "chain_untrusted",
            id="H15 certificate of a verifier",
        ),
        pytest.param(
            lambda issuer: setattr(issuer.world.authorities, "scope", ("urn:other",)),
            WalletFailure.ISSUER_UNTRUSTED,
            Party.TRUST_LIST,
            "type",
            id="H87 root not trusted for this type",
        ),
        pytest.param(
            lambda issuer: setattr(
                issuer,
                "chain",
                issuer.world.authorities.certify(
                    Role.ISSUER, issuer.signer, "Other", uris=[f"{HOST}/issuers/other"]
                ),
            ),
            WalletFailure.ISSUER_UNTRUSTED,
            Party.TRUST_LIST,
            "another issuer",
            id="H87 certificate names another issuer",
        ),
        pytest.param(
            set_(change_text=tampered_disclosure),
            WalletFailure.CREDENTIAL_INVALID,
            Party.ISSUER,
            "disclosure_unreferenced",
            id="H21 tampered disclosure",
        ),
        pytest.param(
            set_(signer=SoftwareSigner.generate()),
            WalletFailure.CREDENTIAL_INVALID,
            Party.ISSUER,
            "issuer_signature_invalid",
            id="signed by another key than certified",
        ),
        pytest.param(
            set_(change_text=lambda text: text[:-1]),
            WalletFailure.CREDENTIAL_INVALID,
            Party.ISSUER,
            "",
            id="H30 missing last tilde",
        ),
        pytest.param(
            set_(change_text=with_key_binding),
            WalletFailure.CREDENTIAL_INVALID,
            Party.ISSUER,
            "key_binding_unexpected",
            id="SDJ-36 a presentation offered as a credential",
        ),
        pytest.param(
            set_(change_new=other_key),
            WalletFailure.CREDENTIAL_NOT_OURS,
            Party.ISSUER,
            "",
            id="bound to another key",
        ),
        pytest.param(
            set_(change_new=lambda new: new._replace(holder=None)),
            WalletFailure.CREDENTIAL_NOT_OURS,
            Party.ISSUER,
            "",
            id="bound to nobody",
        ),
        pytest.param(
            set_(change_new=lambda new: new._replace(vct="urn:another:type")),
            WalletFailure.CREDENTIAL_WRONG_TYPE,
            Party.ISSUER,
            "",
            id="another type than its metadata names",
        ),
        pytest.param(
            set_(lifetime=timedelta(hours=-1)),
            WalletFailure.CREDENTIAL_EXPIRED,
            Party.CLOCK,
            "expired",
            id="H19 expired",
        ),
        pytest.param(
            set_(
                change_new=lambda new: new._replace(not_before=new.issued_at + timedelta(hours=1))
            ),
            WalletFailure.CREDENTIAL_EXPIRED,
            Party.CLOCK,
            "not_yet_valid",
            id="H19 not yet valid",
        ),
        pytest.param(
            set_(status=1), WalletFailure.CREDENTIAL_REVOKED, Party.STATUS, "", id="revoked"
        ),
        pytest.param(
            set_(status=2), WalletFailure.CREDENTIAL_SUSPENDED, Party.STATUS, "", id="suspended"
        ),
        pytest.param(
            set_(status=3), WalletFailure.CREDENTIAL_OUTDATED, Party.ISSUER, "", id="outdated"
        ),
        pytest.param(
            set_(status=4),
            WalletFailure.STATUS_UNAVAILABLE,
            Party.STATUS,
            "status_unknown",
            id="a status nobody defined",
        ),
        pytest.param(
            set_(status_exp=timedelta(hours=-1)),
            WalletFailure.STATUS_UNAVAILABLE,
            Party.STATUS,
            "expired",
            id="expired status list",
        ),
        pytest.param(
            lambda issuer: issuer.world.authorities.trusted.discard(Role.STATUS),
            WalletFailure.STATUS_UNAVAILABLE,
            Party.STATUS,
            "chain_untrusted",
            id="status list of a stranger",
        ),
        pytest.param(
            lambda issuer: issuer.world.network.serve(
                STATUS_URI, lambda _: Reply(200, "text/html", b"<h1>404</h1>")
            ),
            WalletFailure.STATUS_UNAVAILABLE,
            Party.STATUS,
            "answered 200",
            id="H55 404 text with status 200",
        ),
        pytest.param(
            lambda issuer: issuer.world.network.serve(
                STATUS_URI, lambda _: Reply(200, "application/statuslist+jwt", b"a.b.c")
            ),
            WalletFailure.STATUS_UNAVAILABLE,
            Party.STATUS,
            "",
            id="H55 no token",
        ),
        pytest.param(
            set_(token={"token_type": "DPoP"}),
            WalletFailure.ISSUER_ANSWER_INVALID,
            Party.ISSUER,
            "Bearer",
            id="a kind of token we do not use",
        ),
        pytest.param(
            set_(token={"access_token": 7}),
            WalletFailure.ISSUER_ANSWER_INVALID,
            Party.ISSUER,
            "",
            id="no access token",
        ),
        pytest.param(
            set_(change_response=lambda body: {"transaction_id": "t", "interval": 5}),
            WalletFailure.ISSUER_ANSWER_INVALID,
            Party.ISSUER,
            "deferred_credential_endpoint",
            id="deferred without an endpoint",
        ),
        pytest.param(
            set_(change_response=lambda body: {"transaction_id": "t"}),
            WalletFailure.ISSUER_ANSWER_INVALID,
            Party.ISSUER,
            "interval",
            id="deferred without interval",
        ),
        pytest.param(
            set_(change_response=lambda body: {"credentials": [*body["credentials"]] * 2}),
            WalletFailure.ISSUER_ANSWER_INVALID,
            Party.ISSUER,
            "",
            id="more credentials than proofs",
        ),
        pytest.param(
            set_(change_response=lambda body: Reply(200, "text/plain", b"{}")),
            WalletFailure.ISSUER_ANSWER_INVALID,
            Party.ISSUER,
            "application/json",
            id="wrong media type",
        ),
        pytest.param(
            set_(change_response=lambda body: Reply(200, "application/json", b'{"a":1,"a":2}')),
            WalletFailure.ISSUER_ANSWER_INVALID,
            Party.ISSUER,
            "JSON",
            id="H61 a name twice",
        ),
        pytest.param(
            set_(change_response=lambda body: json_reply({"error": "invalid_proof"}, 400)),
            WalletFailure.ISSUER_REFUSED,
            Party.ISSUER,
            "invalid_proof",
            id="refused with a code",
        ),
        pytest.param(
            set_(change_response=lambda body: Reply(500, "text/html", b"<h1>Oops</h1>")),
            WalletFailure.ISSUER_REFUSED,
            Party.ISSUER,
            "500",
            id="an error body that is not JSON",
        ),
        pytest.param(
            set_(change_response=lambda body: json_reply({"error": "e" * 5000}, 400)),
            WalletFailure.ISSUER_REFUSED,
            Party.ISSUER,
            "e" * 64 + ".",
            id="H66 an endless error code",
        ),
        pytest.param(
            set_(kinds=("unheard-of",)),
            WalletFailure.ISSUER_ANSWER_INVALID,
            Party.ISSUER,
            "",
            id="unknown configuration",
        ),
        pytest.param(
            set_(metadata={"credential_configurations_supported": {KIND: {"format": "mso_mdoc"}}}),
            WalletFailure.OFFER_UNSUPPORTED,
            Party.ISSUER,
            "",
            id="another format",
        ),
        pytest.param(
            set_(
                metadata={
                    "credential_configurations_supported": {
                        KIND: {"format": "dc+sd-jwt", "vct": VCT}
                    }
                }
            ),
            WalletFailure.OFFER_UNSUPPORTED,
            Party.ISSUER,
            "binds no key",
            id="a credential bound to nobody",
        ),
        pytest.param(
            set_(
                metadata={
                    "credential_configurations_supported": {
                        KIND: {
                            "format": "dc+sd-jwt",
                            "vct": VCT,
                            "proof_types_supported": {
                                "jwt": {
                                    "proof_signing_alg_values_supported": ["ES256"],
                                    "key_attestations_required": {
                                        "key_storage": ["iso_18045_high"]
                                    },
                                }
                            },
                        }
                    }
                }
            ),
            WalletFailure.DEVICE_UNFIT,
            Party.WALLET,
            "hardware",
            id="a level of protection we do not state is required",
        ),
        pytest.param(
            set_(metadata={"credential_endpoint": "ftp://issuer.example"}),
            WalletFailure.ISSUER_ANSWER_INVALID,
            Party.ISSUER,
            "",
            id="metadata that is wrong",
        ),
        pytest.param(
            set_(server={"token_endpoint": None}),
            WalletFailure.ISSUER_ANSWER_INVALID,
            Party.ISSUER,
            "",
            id="a server with a broken token endpoint",
        ),
        pytest.param(
            lambda issuer: issuer.world.network.serve(
                f"{HOST}/.well-known/oauth-authorization-server/issuers/registry",
                lambda _: json_reply({"issuer": ISSUER}),
            ),
            WalletFailure.ISSUER_ANSWER_INVALID,
            Party.ISSUER,
            "token endpoint",
            id="a server without token endpoint",
        ),
        pytest.param(
            lambda issuer: issuer.world.network.answering.pop(
                f"{HOST}/.well-known/openid-credential-issuer/issuers/registry"
            ),
            WalletFailure.ISSUER_ANSWER_INVALID,
            Party.ISSUER,
            "404",
            id="no metadata",
        ),
        pytest.param(
            lambda issuer: issuer.world.network.unreachable.add("issuer.example"),
            WalletFailure.ISSUER_UNREACHABLE,
            Party.NETWORK,
            "issuer.example",
            id="H55 issuer out of reach",
        ),
    ],
)
async def test_what_is_wrong_on_receipt_is_refused(
    world: World,
    issuer: IssuerOfTest,
    change: ChangeIssuer,
    failure: WalletFailure,
    party: Party,
    reason: str,
) -> None:
    """
    Nothing is kept of a credential that fails one check; the history has the failure.
    """
    change(issuer)

    with refused(failure, party, reason):
        await accept(world, issuer)

    assert () == await world.wallets.credentials(HOLDER)
    (entry,) = await world.wallets.history(HOLDER)
    assert ("failed", failure.value) == (entry["event"], entry["reason"])


async def test_status_is_asked_last(world: World, issuer: IssuerOfTest) -> None:
    """
    No status is fetched for a credential that already failed (Token Status List section 8.3).
    """
    issuer.change_new = other_key

    with refused(WalletFailure.CREDENTIAL_NOT_OURS):
        await accept(world, issuer)

    assert [] == world.network.to(STATUS_URI)


async def test_an_unreachable_status_list_fails_closed(world: World, issuer: IssuerOfTest) -> None:
    """
    What cannot be checked is not kept (H55).
    """

    def lose_host(text: str) -> str:
        world.network.unreachable.add("issuer.example")
        return text

    issuer.change_text = lose_host

    with refused(WalletFailure.STATUS_UNAVAILABLE, Party.STATUS, "issuer.example"):
        await accept(world, issuer)


async def test_a_credential_without_status_is_kept(world: World, issuer: IssuerOfTest) -> None:
    """
    An end date alone limits a credential well enough (HAIP-27).
    """
    issuer.change_new = without_status

    await accept(world, issuer)

    assert 1 == len(await world.wallets.credentials(HOLDER))


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "openid-credential-offer://",
        "openid-credential-offer://?credential_offer={}",
        "openid-credential-offer://?credential_offer=%7B%7D&credential_offer_uri=https://a.example",
        "openid-credential-offer://?credential_offer_uri=file:///etc/passwd",
        "openid-credential-offer://?credential_offer=" + "a" * 20_000,
    ],
)
async def test_a_link_that_is_no_offer_is_refused(world: World, uri: str) -> None:
    """
    A malformed, doubled, local or endless link is refused before anything is asked.
    """
    with refused(WalletFailure.OFFER_MALFORMED, Party.ISSUER):
        await world.wallets.accept(HOLDER, uri)

    assert [] == world.network.asked


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (Reply(404, "application/json", b"{}"), WalletFailure.ISSUER_REFUSED),
        (Reply(200, "text/html", b"{}"), WalletFailure.ISSUER_REFUSED),
        (Reply(200, "application/json", b"[]"), WalletFailure.OFFER_MALFORMED),
        (Reply(200, "application/json", b" " * 70_000), WalletFailure.ISSUER_UNREACHABLE),
    ],
)
async def test_an_offer_by_reference_must_be_one(
    world: World, issuer: IssuerOfTest, reply: Reply, failure: WalletFailure
) -> None:
    """
    What is found where the link points must be an offer, of JSON, and small.
    """
    world.network.serve(f"{ISSUER}/offers/1", lambda _: reply)

    with refused(failure):
        await world.wallets.accept(HOLDER, issuer.offer_uri(by="reference"))


async def test_an_offer_without_a_code_sends_the_person_to_the_issuer(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    VCI-3: without grants the server's metadata decide; nothing is asked for on the quiet.
    """
    offer = offer_uri(CredentialOffer(ISSUER, (KIND,)))

    with refused(WalletFailure.AUTHORIZATION_NEEDED, Party.CALLER):
        await world.wallets.accept(HOLDER, offer)
    issuer.server = {"grant_types_supported": [PRE_AUTHORIZED_GRANT]}
    with refused(WalletFailure.OFFER_UNSUPPORTED, Party.ISSUER):
        await world.wallets.accept(HOLDER, offer)


async def test_an_issuer_at_no_address_is_refused(world: World, issuer: IssuerOfTest) -> None:
    """
    An authorization server the metadata does not list is not asked (VCI-6).
    """
    offer = issuer.offer_uri().replace(
        "code-1%22", "code-1%22%2C%22authorization_server%22%3A%22x%22"
    )

    with refused(WalletFailure.ISSUER_ANSWER_INVALID, Party.ISSUER):
        await world.wallets.accept(HOLDER, offer)


async def test_an_issuer_without_nonces_gets_a_proof_without_one(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    A nonce belongs into the proof only where the issuer has a nonce endpoint (VCI-33).
    """
    issuer.metadata = {"nonce_endpoint": None}
    issuer.change_response = lambda body: json_reply({"error": "invalid_proof"}, 400)

    def credential(asked: Asked) -> Reply:
        proofs = CredentialRequest.parse(loads_object(asked.content)).proofs
        assert proofs is not None
        assert "nonce" not in loads_object(jws.parse(proofs.values[0]).payload)
        return json_reply({"error": "invalid_proof"}, 400)

    world.network.serve(f"{ISSUER}/credential", credential)

    with refused(WalletFailure.ISSUER_REFUSED):
        await accept(world, issuer)

    assert [] == world.network.to(f"{ISSUER}/nonce")


async def test_an_issuer_that_falls_silent_is_named(world: World, issuer: IssuerOfTest) -> None:
    """
    When the token comes and nothing after it, the person learns which host did not answer.
    """
    issuer.token = {}

    def silence(asked: Asked) -> Reply:
        world.network.unreachable.add("issuer.example")
        return json_reply({"access_token": "a", "token_type": "Bearer"})

    world.network.serve(f"{ISSUER}/token", silence)

    with refused(WalletFailure.ISSUER_UNREACHABLE, Party.NETWORK, "issuer.example"):
        await accept(world, issuer)


def test_the_outcome_of_something_else_is_a_bug() -> None:
    """
    We wrote what an offer came to; anything else is our own mistake.
    """
    with pytest.raises(ValueError, match="not the outcome"):
        AcceptedOffer.parse({})
