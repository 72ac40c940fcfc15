"""Confirming a transaction with an answer: read first, signed once, recorded without values."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from consent.forms.disclosure import transaction_commitment
from consent.forms.receipt import Receipt
from consent.transactions.types import load_types
from keys import base64url
from keys.jws import parse
from keys.strict_json import JsonObject, JsonValue, dumps, loads_object
from tests.wallet.issuer_of_test import VCT
from tests.wallet.refusal import refused
from tests.wallet.verifier_of_test import RESPONSE_URI, VerifierOfTest
from tests.wallet.world import HOLDER, World
from wallet.errors import WalletFailure
from wallet.presenting.agreeing import Agreed
from wallet.presenting.possible import Wish
from wallet.presenting.said import Said
from wallet.wallet import Wallets
from web.errors import Party

TYPES = load_types(Path("nowhere"))
PAYEE = "모퉁이-CANARY-PAYEE"


def entry(**members: JsonValue) -> str:
    usual: JsonObject = {
        "type": "urn:mydata:transaction:payment:1",
        "credential_ids": ["base"],
        "payee": PAYEE,
        "amount": "12000",
        "currency": "KRW",
    }
    return base64url.encode(dumps(usual | members))


def asking(verifier: VerifierOfTest, *entries: str) -> Wallets:
    """Let the verifier ask for these transactions; return wallets that know our types."""
    verifier.change_claims = lambda claims: {**claims, "transaction_data": [*entries]}
    return Wallets(replace(verifier.world.ports, transaction_types=TYPES))


def key_bindings(verifier: VerifierOfTest) -> list[JsonObject]:
    bindings = [vc.sd.kb_jwt for vc in verifier.verified]
    return [loads_object(parse(token).payload) for token in bindings if token is not None]


async def test_what_is_confirmed_is_told_before_anything_is_sent(verifier: VerifierOfTest) -> None:
    """
    VP-51: the review has the sentence and every member; without a word of the holder nothing goes.
    """
    wallets = asking(verifier, entry())

    review = await wallets.review(HOLDER, verifier.link)
    with refused(WalletFailure.CONFIRMATION_NEEDED, Party.CALLER):
        await wallets.present(HOLDER, verifier.link, Wish())

    (shown,) = review.valid.transactions
    assert f"You pay 12,000 KRW to {PAYEE}." == shown.shown.sentence.en
    (told,) = cast("list[dict[str, Any]]", review.as_dict()["transactions"])
    assert (shown.data.type, shown.shown.as_dict()["facts"]) == (told["type"], told["facts"])
    assert [] == verifier.world.network.to(RESPONSE_URI)
    assert [] == verifier.world.ledger.entries


@pytest.mark.parametrize(
    ("listed", "used"), [(None, "sha256"), (["sha-512"], "sha512"), (["x", "sha-384"], "sha384")]
)
async def test_the_key_binding_carries_the_hash(
    verifier: VerifierOfTest, listed: list[JsonValue] | None, used: str
) -> None:
    """
    VP-77: hash and algorithm of the request's list stand in the key binding, sha-256 without one.
    """
    added: JsonObject = {} if listed is None else {"transaction_data_hashes_alg": listed}
    text = entry(**added)
    wallets = asking(verifier, text)

    await wallets.present(HOLDER, verifier.link, Wish(), said=Said(confirms=True))

    (claims,) = key_bindings(verifier)
    digest = base64url.encode(hashlib.new(used, text.encode()).digest())
    assert [digest] == claims["transaction_data_hashes"]
    assert used.replace("sha", "sha-") == claims["transaction_data_hashes_alg"]


async def test_one_credential_alone_confirms_each(verifier: VerifierOfTest) -> None:
    """
    VP-10: of the credentials an entry names, the first shown signs it and no other does.
    """
    both: JsonObject = {"format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}}
    claims: list[JsonValue] = [{"path": ["name"]}]
    verifier.dcql = {
        "credentials": [
            {**both, "id": "base", "claims": claims},
            {**both, "id": "other", "claims": claims},
        ]
    }
    first, second = entry(credential_ids=["other", "base"]), entry(credential_ids=["other"])
    wallets = asking(verifier, first, second)

    await wallets.present(HOLDER, verifier.link, Wish(), said=Said(confirms=True))

    hashes = [claims["transaction_data_hashes"] for claims in key_bindings(verifier)]
    digests = [
        base64url.encode(hashlib.sha256(text.encode()).digest()) for text in (first, second)
    ]
    assert [[digests[0]], [digests[1]]] == hashes


async def test_without_transactions_the_key_binding_says_nothing_of_them(
    verifier: VerifierOfTest,
) -> None:
    """
    A request as before is answered as before.
    """
    await verifier.world.wallets.present(HOLDER, verifier.link, Wish())

    (claims,) = key_bindings(verifier)
    assert {"iat", "aud", "nonce", "sd_hash"} == claims.keys()


REFUSED: dict[str, str] = {
    "unknown type": entry(type="urn:example:unknown"),
    "member unknown": entry(tip="1000"),
    "member missing": entry(currency=None),
    "hidden text": entry(payee="a\u202eb"),
    "malformed": "e30",
    "credential nobody asks for": entry(credential_ids=["other"]),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_cannot_be_shown_is_refused(verifier: VerifierOfTest, name: str) -> None:
    """
    VP-4, VP-10, negative-test-unknown-transaction-data-type: nothing is sent nor recorded.
    """
    wallets = asking(verifier, REFUSED[name])

    with refused(WalletFailure.INVALID_TRANSACTION_DATA, Party.VERIFIER):
        await wallets.present(HOLDER, verifier.link, Wish(), said=Said(confirms=True))

    assert [] == verifier.world.network.to(RESPONSE_URI)
    assert [] == verifier.world.ledger.entries


async def test_the_twin_that_knows_no_type_refuses_all(verifier: VerifierOfTest) -> None:
    """
    VP-4: the very request another wallet confirms is refused by one without definitions.
    """
    asking(verifier, entry())
    with refused(WalletFailure.INVALID_TRANSACTION_DATA, Party.VERIFIER):
        await verifier.world.wallets.present(
            HOLDER, verifier.link, Wish(), said=Said(confirms=True)
        )


async def test_the_record_keeps_type_and_hash_and_no_value(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Who has the salt can tell what was confirmed; the record alone names no payee and no sum.
    """
    text = entry()
    wallets = asking(verifier, text)

    outcome = await wallets.present(HOLDER, verifier.link, Wish(), said=Said(confirms=True))

    kept = await wallets.receipt(HOLDER, str(outcome.receipt))
    receipt = Receipt.parse(kept)
    (confirmed,) = receipt.record.evidence.transactions
    assert "urn:mydata:transaction:payment:1" == confirmed.type
    assert receipt.disclosure_salt is not None
    assert transaction_commitment(receipt.disclosure_salt, text) == confirmed.commitment
    written = dumps(receipt.record.as_dict()).decode()
    assert PAYEE not in written
    assert "12000" not in written
    assert str(receipt.record.as_dict()["schema_version"]).endswith("/3")


async def test_another_transaction_than_the_one_shown_is_not_signed(
    verifier: VerifierOfTest,
) -> None:
    """
    Between the last page and the sending the party changes the sum: nothing goes out.
    """
    wallets = asking(verifier, entry())
    review = await wallets.review(HOLDER, verifier.link)
    agreed = Agreed.of(review.valid, review.possible, review.choices[0])
    asking(verifier, entry(amount="9000000"))

    with refused(WalletFailure.REQUEST_MISMATCH, Party.VERIFIER):
        await wallets.present(HOLDER, verifier.link, agreed)

    assert [] == verifier.world.network.to(RESPONSE_URI)
