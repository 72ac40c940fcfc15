"""What an issuer checks of its own metadata (OpenID4VCI 1.0 section 12.2.4)."""

from dataclasses import replace
from typing import Any

import pytest

from keys.encryption_key import DecryptionKey, EncryptionJwk
from standards.dcql.paths import ClaimsPathPointer
from standards.openid4vci.configuration import ClaimDescription, ProofTypeSupport
from standards.openid4vci.display import Display
from standards.openid4vci.encryption import RequestEncryptionSupport, ResponseEncryptionSupport
from standards.openid4vci.errors import VciError
from standards.openid4vci.publishing import check_publishable
from tests.standards.openid4vci.test_metadata import CONFIGURATION, FULL

KEY = DecryptionKey.generate("k1").public


def to(keys: tuple[EncryptionJwk, ...], encs: tuple[str, ...] = ("A128GCM",)) -> Any:
    return RequestEncryptionSupport(keys, encs, encryption_required=False)


def back(algs: tuple[str, ...], encs: tuple[str, ...] = ("A128GCM",)) -> Any:
    return ResponseEncryptionSupport(algs, encs, encryption_required=False)


TWO_IN_KOREAN = (Display(name="a", locale="ko"), Display(name="b", locale="ko"))


def test_good_metadata_may_be_published() -> None:
    """
    The full example keeps every rule; so does one without proofs, or for an mdoc.

    Two names in one language break it in each of them.
    """
    unbound = replace(
        CONFIGURATION, proof_types_supported=(), cryptographic_binding_methods_supported=()
    )
    mdoc = replace(CONFIGURATION, format="mso_mdoc", type="org.iso.18013.5.1.mDL")
    mdoc = replace(mdoc, credential_signing_alg_values_supported=(-7, "ES256"))
    others = replace(unbound, format="jwt_vc_json", scope=None)
    none: dict[str, Any] = {
        "credential_request_encryption": None,
        "credential_response_encryption": None,
    }
    good = [
        FULL,
        *(
            replace(FULL, credential_configurations_supported=(configuration,))
            for configuration in (unbound, mdoc, others)
        ),
        replace(FULL, **none),
        replace(FULL, **none | {"credential_request_encryption": to((KEY,))}),
    ]
    for metadata in good:
        check_publishable(metadata)
        with pytest.raises(VciError):
            check_publishable(replace(metadata, display=TWO_IN_KOREAN))


@pytest.mark.parametrize(
    "change",
    [
        {"nonce_endpoint": None},
        {"display": TWO_IN_KOREAN},
        {"display": (Display(name="a", locale="korean"),)},
        {
            "credential_request_encryption": None,
            "credential_response_encryption": ResponseEncryptionSupport(
                ("ECDH-ES",), ("A128GCM",), encryption_required=True
            ),
        },
        {"credential_request_encryption": None},
        {"credential_request_encryption": to(())},
        {"credential_request_encryption": to((KEY, KEY))},
        {"credential_request_encryption": to((replace(KEY, kid=None),))},
        {"credential_request_encryption": to((KEY,), encs=("A128CBC-HS256",))},
        {"credential_response_encryption": back(("RSA-OAEP-256",))},
        {"credential_response_encryption": back(("ECDH-ES",), encs=("A129GCM",))},
    ],
    ids=[
        "VCI-28 nonce",
        "VCI-65 twice",
        "VCI-65 locale",
        "VCI-35 encryption",
        "VCI-35 offered",
        "VCI-63 no key",
        "VCI-63 twice",
        "VCI-63 no name",
        "unreal request enc",
        "unreal response alg",
        "unreal response enc",
    ],
)
def test_sloppy_metadata_is_not_published(change: dict[str, Any]) -> None:
    """
    VCI-28, VCI-35, VCI-65: a nonce endpoint for proofs, keys for requests, one text per language.
    """
    with pytest.raises(VciError):
        check_publishable(replace(FULL, **change))


@pytest.mark.parametrize(
    "change",
    [
        {"scope": "openid credential"},
        {"type": None},
        {"format": "mso_mdoc", "type": None},
        {"format": "vc+sd-jwt"},
        {"proof_types_supported": ()},
        {"cryptographic_binding_methods_supported": ()},
        {"proof_types_supported": (ProofTypeSupport("jwt", ("HS256",)),)},
        {"proof_types_supported": (ProofTypeSupport("jwt", ("ES265",)),)},
        {"proof_types_supported": (ProofTypeSupport("cwt", ("ES256",)),)},
        {"credential_signing_alg_values_supported": ("ES265",)},
        {"credential_signing_alg_values_supported": ("HS256",)},
        {"credential_signing_alg_values_supported": (-7,)},
        {"display": TWO_IN_KOREAN},
        {"claims": (ClaimDescription(ClaimsPathPointer(("a",)), display=TWO_IN_KOREAN),)},
    ],
    ids=[
        "scope with a space",
        "no vct",
        "no doctype",
        "name of a draft",
        "binding without proofs",
        "proofs without binding",
        "symmetric proofs",
        "unreal algorithm",
        "unknown proof type",
        "unreal signature",
        "symmetric signature",
        "COSE number",
        "two texts in one language",
        "two claim texts in one language",
    ],
)
def test_a_sloppy_configuration_is_not_published(change: dict[str, Any]) -> None:
    """
    VCI-65, VCI-66, VCI-74, VCI-75, VCI-83: each kind of certificate says what wallets need.
    """
    configuration = replace(CONFIGURATION, **change)
    with pytest.raises(VciError):
        check_publishable(replace(FULL, credential_configurations_supported=(configuration,)))
