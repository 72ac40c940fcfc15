"""The deferred credential request (OpenID4VCI 1.0 section 9)."""

from typing import Any

import pytest

from keys.encryption_key import DecryptionKey
from keys.jwe import Enc
from standards.openid4vci.deferred import DeferredCredentialRequest, invalid_transaction_id
from standards.openid4vci.encryption import ResponseEncryption
from standards.openid4vci.error_response import CredentialErrorCode, CredentialRequestError

ENCRYPTION = ResponseEncryption(DecryptionKey.generate("w").public, Enc.A128GCM)


@pytest.mark.parametrize("encryption", [None, ENCRYPTION], ids=["plain", "encrypted"])
def test_a_deferred_request_is_read_as_it_was_written(
    encryption: ResponseEncryption | None,
) -> None:
    """
    VCI-52: it has encryption parameters of its own; unknown members are ignored (H75).
    """
    request = DeferredCredentialRequest("8xLOxBtZp8", encryption)

    assert request == DeferredCredentialRequest.parse(request.as_dict() | {"more": [1]})


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([], "invalid_credential_request"),
        ({}, "invalid_credential_request"),
        ({"transaction_id": ""}, "invalid_credential_request"),
        ({"transaction_id": 7}, "invalid_credential_request"),
        (
            {"transaction_id": "a", "credential_response_encryption": {}},
            "invalid_encryption_parameters",
        ),
        (
            {
                "transaction_id": "a",
                "credential_response_encryption": {**ENCRYPTION.as_dict(), "zip": "DEF"},
            },
            "invalid_encryption_parameters",
        ),
    ],
    ids=["array", "no id", "empty id", "a number", "no parameters", "zip"],
)
def test_a_broken_deferred_request_has_its_code(body: Any, code: str) -> None:
    """
    H74, H77: an id that is missing is another mistake than one that is unknown.
    """
    with pytest.raises(CredentialRequestError) as caught:
        DeferredCredentialRequest.parse(body)

    assert code == caught.value.code.value


def test_an_id_that_leads_nowhere_has_one_error() -> None:
    """
    Section 9.3: the code is the deferred endpoint's own.
    """
    assert CredentialErrorCode.INVALID_TRANSACTION_ID is invalid_transaction_id().code
