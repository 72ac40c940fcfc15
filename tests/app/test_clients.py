"""``mydata issuers clients`` against a running service."""

from pathlib import Path

from keys.signer import SoftwareSigner
from keys.strict_json import dumps
from tests.app.conftest import Commands, Service

REDIRECT = "https://wallet.example/back"


def test_wallets_are_registered_listed_and_removed(
    service: Service, mydata: Commands, tmp_path: Path
) -> None:
    """
    Our own wallet stands there from the start; another is added with keys, and taken away.
    """
    own = {
        "client_id": f"{service.base}/wallet",
        "redirect_uris": [f"{service.base}/wallet/authorized"],
        "proves_by": "attestation",
    }
    assert [own] == mydata.json("issuers", "clients", "list")["clients"]
    keys = tmp_path / "keys.json"
    keys.write_bytes(dumps({"keys": [SoftwareSigner.generate().public.as_dict()]}))
    clients = ("issuers", "clients")

    added = mydata.json(*clients, "add", "w", "--redirect-uri", REDIRECT, "--jwks", str(keys))
    assert ("its keys", [REDIRECT]) == (added["proves_by"], added["redirect_uris"])
    assert 2 == len(mydata.json(*clients, "list")["clients"])
    assert {"client_id": "w", "removed": True} == mydata.json(*clients, "remove", "w")
    assert [own] == mydata.json(*clients, "list")["clients"]


def test_what_is_no_wallet_is_refused(mydata: Commands, tmp_path: Path) -> None:
    """
    Exit 1, told by code: an address that leads astray, a file that holds no keys, nobody's name.
    """
    clients = ("issuers", "clients")
    bad = mydata(*clients, "add", "w", "--redirect-uri", "javascript:alert(1)", "--json")
    good = ("--redirect-uri", REDIRECT, "--json")
    no_file = mydata(*clients, "add", "w", "--jwks", str(tmp_path / "none"), *good)
    nobody = mydata(*clients, "remove", "nobody", "--json")

    assert (1, "malformed") == (bad.code, bad.answer["error"])
    assert (1, "jwks_unreadable") == (no_file.code, no_file.answer["error"])
    assert (1, "unknown_client") == (nobody.code, nobody.answer["error"])


def test_an_offer_to_sign_in_for_holds_an_issuer_state(mydata: Commands) -> None:
    """
    ``--grant authorization_code``: what the wallet is handed opens nothing by itself.
    """
    offered = mydata.json("issuers", "offer", "tax-payment", "--grant", "authorization_code")

    assert "issuer_state" in str(offered["credential_offer_uri"])
    assert "pre-authorized_code" not in str(offered["credential_offer_uri"])
