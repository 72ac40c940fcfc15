"""What a relying party keeps of an mdoc it was shown: who signed for what, and no element."""

from typing import Any

from keys import base64url
from keys.strict_json import dumps
from standards.formats.known import format_of
from standards.openid4vp.kept_request import bound_to, said_by
from tests.verifiers.mobile import MDOC, Licence
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
