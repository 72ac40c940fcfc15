"""Issuer metadata as a signed token (OpenID4VCI section 12.2.3): read where it is offered."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from keys import jws
from keys.authority import CertificateAuthority
from keys.role import Role
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, loads_object
from keys.x5c import to_base64
from standards.openid4vci.metadata import CredentialIssuerMetadata
from standards.openid4vci.signed_metadata import MEDIA_TYPE, sign_metadata
from tests.wallet.issuer_of_test import HOST, ISSUER, IssuerOfTest
from tests.wallet.world import HOLDER, Asked, World
from wallet.errors import WalletError, WalletFailure
from web.outbound import Reply

METADATA = f"{HOST}/.well-known/openid-credential-issuer/issuers/registry"


def serve_signed(
    world: World,
    issuer: IssuerOfTest,
    *,
    root: CertificateAuthority | None = None,
    uris: tuple[str, ...] = (ISSUER,),
    change: Callable[[str], str] = lambda token: token,
    lifetime: timedelta = timedelta(hours=1),
    **changes: str,
) -> None:
    """Let the issuer sign what it publishes, when it is asked for that."""
    signer = SoftwareSigner.generate()
    root = root or world.authorities.of[Role.ISSUER]
    chain = root.issue(signer.public, "Issuer", now=world.clock.now, uris=uris)
    plain = world.network.answering[METADATA]

    def answer(asked: Asked) -> Reply:
        reply = plain(asked)
        assert isinstance(reply, Reply)
        if MEDIA_TYPE not in asked.accept:
            return reply
        document: JsonObject = loads_object(reply.body) | {**changes}
        expected = str(document["credential_issuer"])
        token = sign_metadata(
            CredentialIssuerMetadata.parse(document, expected_issuer=expected),
            signer=signer,
            x5c=[to_base64(each) for each in chain],
            now=world.clock.now,
            lifetime=lifetime,
        )
        return Reply(200, MEDIA_TYPE, change(token).encode())

    world.network.serve(METADATA, answer)


async def refusal(world: World, issuer: IssuerOfTest) -> WalletFailure:
    with pytest.raises(WalletError) as caught:
        await world.wallets.accept(HOLDER, issuer.offer_uri())
    assert [] == [asked for asked in world.network.asked if asked.method == "POST"]
    return caught.value.failure


async def test_signed_metadata_is_used(world: World, issuer: IssuerOfTest) -> None:
    """
    VCI-59, WK: asked for with ``Accept: application/jwt``, verified, and good for an issuance.
    """
    serve_signed(world, issuer)
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    assert 1 == len(await world.wallets.credentials(HOLDER))


async def test_an_issuer_that_does_not_sign_is_read_plainly(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    VCI-57: plain JSON is what every issuer has; both are asked for in one question.
    """
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    (asked,) = world.network.to(METADATA)
    assert "application/jwt, application/json;q=0.9" == asked.accept


def payload_of_another(token: str) -> str:
    head, _, signature = token.split(".")
    return f"{head}.{jws.parse(token).signing_input.decode().split('.')[1][:-4]}AAAA.{signature}"


LIES: dict[str, tuple[Callable[[World, IssuerOfTest], None], WalletFailure]] = {
    "by a root nobody trusts": (
        lambda world, issuer: serve_signed(
            world,
            issuer,
            root=CertificateAuthority.create("Another", Role.ISSUER, world.clock.now),
        ),
        WalletFailure.ISSUER_UNTRUSTED,
    ),
    "by another issuer": (
        lambda world, issuer: serve_signed(world, issuer, uris=("https://other.example",)),
        WalletFailure.ISSUER_MISMATCH,
    ),
    "about another issuer": (
        lambda world, issuer: serve_signed(
            world, issuer, credential_issuer="https://other.example"
        ),
        WalletFailure.ISSUER_MISMATCH,
    ),
    "by a verifier": (
        lambda world, issuer: serve_signed(
            world, issuer, root=world.authorities.of[Role.VERIFIER]
        ),
        WalletFailure.ISSUER_UNTRUSTED,
    ),
    "altered": (
        lambda world, issuer: serve_signed(world, issuer, change=payload_of_another),
        WalletFailure.ISSUER_ANSWER_INVALID,
    ),
    "expired": (
        lambda world, issuer: serve_signed(world, issuer, lifetime=timedelta(minutes=-5)),
        WalletFailure.ISSUER_ANSWER_INVALID,
    ),
    "no token": (
        lambda world, issuer: serve_signed(world, issuer, change=lambda token: "x.y.z"),
        WalletFailure.ISSUER_ANSWER_INVALID,
    ),
}


@pytest.mark.parametrize("name", LIES)
async def test_a_signature_that_does_not_hold_is_never_overlooked(
    world: World, issuer: IssuerOfTest, name: str
) -> None:
    """
    H79, HAIP section 4.1: by another key, about another issuer, or too old; nothing is sent.
    """
    lie, expected = LIES[name]
    lie(world, issuer)
    assert expected is await refusal(world, issuer)
