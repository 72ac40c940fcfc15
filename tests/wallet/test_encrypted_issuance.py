"""Issuance under encryption (OpenID4VCI sections 8.2 and 10), as strange issuers offer it."""

from collections.abc import Callable
from typing import Any

import pytest

from keys.jwe import DecryptionKey, Enc, EncryptionJwk, encrypt
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue, dumps
from tests.wallet.issuer_of_test import ISSUER, IssuerOfTest
from tests.wallet.world import HOLDER, World
from wallet.errands import moving_on
from wallet.errors import WalletError, WalletFailure
from web.outbound import Reply

CREDENTIAL = f"{ISSUER}/credential"
KEY = DecryptionKey.generate("issuer-key")
BOTH: tuple[str, ...] = ("A128GCM", "A256GCM")


def asks_for(keys: list[JsonValue], *, required: bool, encs: tuple[str, ...]) -> JsonObject:
    return {
        "jwks": {"keys": keys},
        "enc_values_supported": [*encs],
        "encryption_required": required,
    }


def answers_with(
    *, required: bool, encs: tuple[str, ...] = BOTH, alg: str = "ECDH-ES"
) -> JsonObject:
    return {
        "alg_values_supported": [alg],
        "enc_values_supported": [*encs],
        "encryption_required": required,
    }


def encrypting(
    issuer: IssuerOfTest,
    *,
    requests: bool | None = False,
    responses: bool | None = False,
    encs: tuple[str, ...] = BOTH,
    keys: list[JsonValue] | None = None,
) -> None:
    """Say what the issuer can do and, True, what it insists on; None: it cannot."""
    issuer.request_key = KEY
    named = [KEY.public.as_dict()] if keys is None else keys
    if requests is not None:
        issuer.metadata["credential_request_encryption"] = asks_for(
            [*named], required=requests, encs=encs
        )
    if responses is not None:
        issuer.metadata["credential_response_encryption"] = answers_with(
            required=responses, encs=encs
        )


async def accepted(world: World, issuer: IssuerOfTest) -> int:
    outcome = await world.wallets.accept(HOLDER, issuer.offer_uri())
    return len(outcome.credential_ids)


async def refusal(world: World, issuer: IssuerOfTest) -> WalletFailure:
    with pytest.raises(WalletError) as caught:
        await accepted(world, issuer)
    return caught.value.failure


def sent(world: World) -> tuple[str, bytes]:
    (asked,) = world.network.to(CREDENTIAL)
    return asked.content_type, asked.content


@pytest.mark.parametrize("required", [False, True])
async def test_answers_are_encrypted_wherever_they_can_be(
    world: World, issuer: IssuerOfTest, *, required: bool
) -> None:
    """
    VCI-35, VCI-37: the request is encrypted with it, the longer key is chosen, the wallet's key is
    new and says its ``alg`` and ``kid``.
    """
    encrypting(issuer, responses=required)
    assert 1 == await accepted(world, issuer)

    media_type, content = sent(world)
    assert "application/jwt" == media_type
    assert 4 == content.count(b".")
    (wanted,) = issuer.encryptions
    assert Enc.A256GCM is wanted.enc
    assert {"alg", "kid"} <= wanted.jwk.as_dict().keys()
    assert KEY.public != wanted.jwk


async def test_each_answer_has_a_key_of_its_own(world: World, issuer: IssuerOfTest) -> None:
    """
    T14: two answers are not encrypted to one key.
    """
    issuer.kinds = ("resident-register", "tax-payment")
    encrypting(issuer)
    assert 2 == await accepted(world, issuer)
    first, second = (wanted.jwk for wanted in issuer.encryptions)
    assert (first.x, first.kid) != (second.x, second.kid)


async def test_the_only_encryption_there_is_will_do(world: World, issuer: IssuerOfTest) -> None:
    """
    HAIP section 5: A128GCM where the issuer has no other.
    """
    encrypting(issuer, encs=("A128GCM",))
    assert 1 == await accepted(world, issuer)
    assert Enc.A128GCM is issuer.encryptions[0].enc


@pytest.mark.parametrize("required", [False, True])
async def test_a_request_alone_is_encrypted_when_it_must_be(
    world: World, issuer: IssuerOfTest, *, required: bool
) -> None:
    """
    VCI-34: an issuer that answers in clear gets an encrypted request only if it insists.
    """
    encrypting(issuer, requests=required, responses=None)
    assert 1 == await accepted(world, issuer)
    media_type, content = sent(world)
    assert ("application/jwt" if required else "application/json") == media_type
    assert (b"proofs" in content) is not required
    assert not issuer.encryptions


async def test_an_answer_in_clear_is_asked_for_when_the_question_cannot_be_hidden(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    VCI-35, CRED: a plaintext request never carries ``credential_response_encryption``.
    """
    encrypting(issuer, requests=None)
    assert 1 == await accepted(world, issuer)
    assert b"credential_response_encryption" not in sent(world)[1]


def decoys() -> list[JsonValue]:
    signing = SoftwareSigner.generate().public.as_dict() | {"kid": "issuer-key", "alg": "ES256"}
    rsa: JsonObject = {
        "kty": "RSA",
        "n": "AQAB",
        "e": "AQAB",
        "kid": "issuer-key",
        "alg": "RSA-OAEP",
    }
    wrapped = KEY.public.as_dict() | {"alg": "ECDH-ES+A256KW", "kid": "issuer-key"}
    return [signing, rsa, wrapped, KEY.public.as_dict()]


async def test_a_key_is_chosen_by_what_it_is_and_not_by_its_name_alone(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    AugmentRealJwksWithDecoys: keys of the same ``kid`` with another ``kty`` or ``alg`` are passed
    over.
    """
    encrypting(issuer, keys=decoys())
    assert 1 == await accepted(world, issuer)


NOT_POSSIBLE: dict[str, Callable[[IssuerOfTest], None]] = {
    "no key of ours to ask with": lambda issuer: encrypting(
        issuer, responses=True, keys=decoys()[:3]
    ),
    "an encryption we do not have": lambda issuer: encrypting(
        issuer, responses=True, encs=("A128CBC-HS256",)
    ),
    "no keys at all": lambda issuer: encrypting(issuer, requests=None, responses=True),
    "two keys of one name": lambda issuer: encrypting(
        issuer,
        responses=True,
        keys=[KEY.public.as_dict(), DecryptionKey.generate("issuer-key").public.as_dict()],
    ),
    "requests with an encryption we do not have": lambda issuer: encrypting(
        issuer, requests=True, responses=None, encs=("A192GCM",)
    ),
}


@pytest.mark.parametrize("name", NOT_POSSIBLE)
async def test_an_encryption_that_is_required_and_not_possible_is_told(
    world: World, issuer: IssuerOfTest, name: str
) -> None:
    """
    VCI-64: no credential is asked for in clear where the issuer insists on hiding it.
    """
    NOT_POSSIBLE[name](issuer)
    assert WalletFailure.ISSUER_ANSWER_INVALID is await refusal(world, issuer)
    assert not world.network.to(CREDENTIAL)


def to_another_key(body: JsonObject) -> Reply:
    other = DecryptionKey.generate("another").public
    token = encrypt(dumps(body), EncryptionJwk(other.x, other.y), enc=Enc.A256GCM)
    return Reply(200, "application/jwt", token.encode())


BAD_ANSWERS: dict[str, Callable[[JsonObject], Any]] = {
    "in clear": lambda body: Reply(200, "application/json", dumps(body)),
    "to another key": to_another_key,
    "broken": lambda body: Reply(200, "application/jwt", b"a.b.c.d.e"),
    "not text": lambda body: Reply(200, "application/jwt", b"\xff\xfe"),
}


@pytest.mark.parametrize("name", BAD_ANSWERS)
async def test_an_answer_that_is_not_encrypted_to_us_is_refused(
    world: World, issuer: IssuerOfTest, name: str
) -> None:
    """
    T14, beyond the suite: in clear although asked otherwise, or under a wrong key.
    """
    encrypting(issuer)
    issuer.change_response = BAD_ANSWERS[name]
    assert WalletFailure.ISSUER_ANSWER_INVALID is await refusal(world, issuer)
    assert not await world.wallets.credentials(HOLDER)


async def test_the_reason_names_what_was_missing(world: World, issuer: IssuerOfTest) -> None:
    """
    T14: whoever reads the history learns that the issuer answered in clear.
    """
    encrypting(issuer)
    issuer.change_response = BAD_ANSWERS["in clear"]
    with pytest.raises(WalletError, match="not encrypted"):
        await accepted(world, issuer)


async def test_an_error_is_read_in_clear(world: World, issuer: IssuerOfTest) -> None:
    """
    VCI-47: errors are never encrypted; its code is told.
    """
    encrypting(issuer)
    issuer.change_response = lambda body: Reply(
        400, "application/json", dumps({"error": "credential_request_denied"})
    )
    with pytest.raises(WalletError, match="credential_request_denied"):
        await accepted(world, issuer)


async def test_what_comes_later_is_encrypted_by_its_own_rules(
    world: World, issuer: IssuerOfTest
) -> None:
    """
    VCI-54: the deferred request names its own key; the first one's is forgotten.
    """
    encrypting(issuer, responses=True)
    issuer.metadata["deferred_credential_endpoint"] = f"{ISSUER}/deferred"
    issuer.deferrals = 1
    assert 0 == await accepted(world, issuer)
    await moving_on.run_due(ports=world.ports, now=world.clock.now)
    world.clock.now = world.clock.now.replace(minute=world.clock.now.minute + 1)
    await moving_on.run_due(ports=world.ports, now=world.clock.now)
    assert 1 == len(await world.wallets.credentials(HOLDER))
    first, second = issuer.encryptions
    assert first.jwk.x != second.jwk.x
    (asked,) = world.network.to(f"{ISSUER}/deferred")
    assert "application/jwt" == asked.content_type
