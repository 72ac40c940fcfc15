"""TOKEN: how a wallet asks for a token (OpenID4VCI section 6.1, RFC 7636, RFC 9449 section 5)."""

from tests.conformance.bundles.offer import PRE_AUTHORIZED
from tests.conformance.bundles.wallet.reading import form, hashed
from tests.conformance.exchanges import Exchange


def check_pre_authorized(asked: Exchange, code: str, tx_code: str | None) -> None:
    """VCIValidatePreAuthorizationCode, VCIValidateTxCode."""
    sent = form(asked)
    assert "POST" == asked.method
    assert PRE_AUTHORIZED == sent["grant_type"]
    assert code == sent["pre-authorized_code"]
    assert tx_code == sent.get("tx_code")


def check_code(asked: Exchange, pushed: dict[str, str], code: str) -> None:
    """ValidateAuthorizationCode, CheckPkceCodeVerifier, CheckClientIdMatches…IfPresent."""
    sent = form(asked)
    assert "authorization_code" == sent["grant_type"]
    assert code == sent["code"]
    assert pushed["redirect_uri"] == sent["redirect_uri"]
    assert pushed["code_challenge"] == hashed(sent["code_verifier"])
    assert sent.get("client_id", pushed["client_id"]) == pushed["client_id"]
