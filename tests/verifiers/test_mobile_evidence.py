"""What a relying party keeps of an mdoc it was shown: who signed for what, and no element."""

from hashlib import sha256
from typing import Any

from consent.forms.checks import CheckName, Outcome
from consent.forms.disclosure import disclosure_commitment, key_binding_commitment
from consent.forms.receipt import Receipt
from consent.forms.receipt_check import check_receipt
from keys import base64url
from keys.strict_json import dumps
from standards.formats.known import format_of
from standards.openid4vp.kept_request import bound_to, said_by
from standards.sd_jwt.parse import parse_sd_jwt
from standards.sd_jwt.verify import VerifiedSdJwt, verify_sd_jwt
from tests.verifiers.mobile import MDOC, PROFILE, QUERY, Licence
from tests.verifiers.test_mobile import answered
from tests.verifiers.world import NAME, World


async def test_the_evidence_of_a_licence_proves_its_holder_and_names_no_claim(
    world: World,
) -> None:
    """
    SECURITY P11: the device's signature, checked against the kept request alone.
    """
    licence = Licence(world)
    asked = await answered(world, licence.show)
    evidence: Any = await world.verifiers.evidence(asked.transaction_id)

    (signed,) = evidence["key_bindings"]
    (token,) = evidence["request_objects"]
    issued = (
        format_of(MDOC)
        .read_issuer_part(licence.proven().content.issuer_part)
        .verify(world.issuer.certified.signer.public.verification_key())
    )
    (request,) = bound_to(said_by(token))

    format_of(MDOC).read_holder_part(signed).verify(issued, request)
    text = dumps(evidence).decode()
    for value in (NAME, "12-34-567890-01", licence.proven().content.issuer_part):
        assert value not in text
        assert value.encode() not in base64url.decode(signed)


async def test_of_a_tag_nothing_is_kept(world: World) -> None:
    """
    ISO/IEC 18013-5 9.1.3.5: whoever verifies it could have made it, so it shows nothing.
    """
    licence = Licence(world)
    asked = await answered(world, lambda bound: licence.tag(bound, bound.encrypted_to))

    evidence: Any = await world.verifiers.evidence(asked.transaction_id)

    assert [None] == evidence["key_bindings"]


async def test_the_partys_receipt_of_a_licence_is_both_sides_word(world: World) -> None:
    """
    P13: the holder's body countersigned, with the device's signature and the request beside it.
    """
    licence, salt = Licence(world), bytes([3]) * 32
    asked = await world.ask(PROFILE)
    opened = await world.wallet.open(asked)
    bound = opened.request.bound(opened.audience)
    text = licence.show(bound)
    own = format_of(MDOC)
    shown = own.read_presented(text).content(
        world.issuer.certified.signer.public.verification_key()
    )
    signed = own.read_holder_part(shown.holder_part or "").signed(bound) or b""
    evidence = {
        "disclosure_commitment": disclosure_commitment(salt, shown.digest, shown.digests),
        "kb_sha256": key_binding_commitment(salt, sha256(signed).digest()),
    }
    consent = world.wallet.consent(opened, _any(world), salt=salt, evidence=evidence)
    await world.post(asked, world.wallet.body(opened.request, {QUERY: [text]}, consent=consent))

    kept: Any = (await world.verifiers.evidence(asked.transaction_id))["consent"]
    receipt = Receipt.parse(kept)
    found = check_receipt(receipt, log_key=world.ledger.signer.verifier_key)

    outcomes = {each.name: each.outcome for each in found}
    for name in (CheckName.HOLDER_SIGNATURE, CheckName.KEY_BINDING_HASH, CheckName.NONCE):
        assert Outcome.PROVED is outcomes[name]
    assert Outcome.NOT_SHOWN is outcomes[CheckName.ISSUER]
    assert Outcome.FAILED not in outcomes.values()
    assert [MDOC] == [each["format"] for each in kept["offline"]["presentations"]]
    text = dumps(kept).decode()
    assert not any(digest in text for digest in shown.digests)
    assert shown.issuer_part not in text


def _any(world: World) -> VerifiedSdJwt:
    """Some SD-JWT, for a wallet of test whose record says other hashes than its."""
    held = world.issuer.issue()
    unverified = parse_sd_jwt(held.show("age_over_19"))
    key = held.issuer.public.verification_key()
    return verify_sd_jwt(unverified, key, expected_typ=frozenset({"dc+sd-jwt"}))
