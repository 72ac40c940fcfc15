"""The whole trip on the command line, against a service in a process of its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.app.conftest import Commands, Service


def accepted(mydata: Commands, kind: str = "resident-register") -> dict[str, Any]:
    offer = mydata.json("issuers", "offer", kind)
    return mydata.json("wallet", "accept", offer["credential_offer_uri"])


def asked(mydata: Commands, *arguments: str) -> dict[str, Any]:
    return mydata.json("verifiers", "request", *arguments)


def issued(mydata: Commands) -> set[str]:
    """The numbers in the issue book of all that the demo citizen was ever issued."""
    return {each["id"] for each in mydata.json("issuers", "list", "--to", "demo")["credentials"]}


def test_a_certificate_is_issued_shown_verified_recorded_and_audited(
    mydata: Commands, tmp_path: Path
) -> None:
    """
    Offer, accept, request, present, result, receipt, export, verify: each one JSON object.
    """
    offer = mydata.json("issuers", "offer", "resident-register", "--to", "demo")
    assert {"credential_offer_uri"} == set(offer)
    assert offer["credential_offer_uri"].startswith("openid-credential-offer://?")

    taken = mydata.json("wallet", "accept", offer["credential_offer_uri"], "--holder", "demo")
    assert {"credential_id", "vct", "issuer"} == set(taken)
    assert f"{taken['issuer']}/types/resident-register/1" == taken["vct"]

    request = asked(mydata, "address-check")
    assert {"transaction_id", "request_uri"} == set(request)
    assert request["request_uri"].startswith("openid4vp://?")
    pending = mydata.json("verifiers", "result", request["transaction_id"])
    assert ("pending", []) == (pending["state"], pending["credentials"])

    presented = mydata.json("wallet", "present", request["request_uri"])
    assert "presented" == presented["state"]

    result = mydata.json("verifiers", "result", request["transaction_id"])
    (credential,) = result["credentials"]
    assert ("verified", "valid", taken["vct"]) == (
        result["state"],
        credential["status"],
        credential["vct"],
    )
    assert {"applicant", "current_address"} == set(credential["claims"])
    assert {"address"} == set(credential["claims"]["current_address"])

    receipt = tmp_path / "receipt.json"
    mydata.json("consent", "receipt", presented["receipt"], "--out", str(receipt))
    proven = mydata.json("consent", "verify-receipt", str(receipt))
    assert ("consent_given", "parcel-service") == (proven["event"], proven["party"])
    # The street is inside the address: its digest stands in a disclosure that nobody keeps.
    unproved = [each["check"] for each in proven["checks"] if each["outcome"] != "proved"]
    assert ["disclosed digests"] == unproved

    exported = mydata.json("consent", "export", str(tmp_path / "log"))
    report = mydata.json("consent", "verify", str(tmp_path / "log"))
    assert (True, "consistent") == (report["ok"], report["proved"])
    assert (exported["size"], exported["root"]) == (report["size"], report["root"])


def test_the_verbs_can_be_piped(mydata: Commands) -> None:
    """
    Without an address on the command line it is read from standard input, alone or as JSON.
    """
    offer = mydata("issuers", "offer", "tax-payment", "--json")
    taken = mydata("wallet", "accept", "--json", stdin=offer.output)
    assert 0 == taken.code

    uri = mydata.json("issuers", "offer", "tax-payment")["credential_offer_uri"]
    assert 0 == mydata("wallet", "accept", "--json", stdin=f"{uri}\n").code


def test_optional_claims_are_sent_only_when_chosen(mydata: Commands) -> None:
    """
    The smallest answer is the default; --with adds, and --drop of something needed is refused.
    """
    accepted(mydata)
    request = asked(mydata, "address-check")
    path = "current_address.moved_in_on"
    mydata.json("wallet", "present", request["request_uri"], "--with", path)
    result = mydata.json("verifiers", "result", request["transaction_id"])
    assert "moved_in_on" in result["credentials"][0]["claims"]["current_address"]

    request = asked(mydata, "address-check")
    refused = mydata("wallet", "present", request["request_uri"], "--drop", "applicant", "--json")
    assert (1, "claim_required") == (refused.code, refused.answer["error"])
    assert "pending" == mydata.json("verifiers", "result", request["transaction_id"])["state"]


def test_a_transaction_code_travels_another_way(mydata: Commands) -> None:
    """
    Without the code the offer is not redeemed, with it it is.
    """
    offer = mydata.json("issuers", "offer", "tax-payment", "--tx-code")
    uri = offer["credential_offer_uri"]

    assert 1 == mydata("wallet", "accept", uri, "--json").code
    mydata.json("wallet", "accept", uri, "--tx-code", offer["tx_code"])


def test_an_offer_by_reference_is_fetched(mydata: Commands) -> None:
    """
    The link may hold the offer, or the address to read it at.
    """
    offer = mydata.json("issuers", "offer", "tax-payment", "--by", "reference")
    assert "credential_offer_uri=" in offer["credential_offer_uri"]
    mydata.json("wallet", "accept", offer["credential_offer_uri"])


def test_a_revoked_certificate_is_refused(inside: Service, tmp_path: Path) -> None:
    """
    Suspended then reinstated is valid again; revoked is not, and the result says why.
    """
    # A service whose verifiers have not seen this status list yet: they may keep it a while.
    mydata = Commands(inside)
    before = issued(mydata)
    accepted(mydata, "tax-payment")
    (number,) = issued(mydata) - before
    for verb, status in (
        ("suspend", "suspended"),
        ("reinstate", "valid"),
        ("revoke", "revoked"),
    ):
        assert status == mydata.json("issuers", verb, number)["status"]
    vct = next(
        kind["vct"]
        for kind in mydata.json("issuers", "kinds")["kinds"]
        if kind["kind"] == "tax-payment"
    )
    query = tmp_path / "query.json"
    query.write_text(
        '{"credentials":[{"id":"tax","format":"dc+sd-jwt","meta":{"vct_values":["'
        + vct
        + '"]},"claims":[{"path":["no_arrears"]}]}]}',
        "utf-8",
    )
    request = asked(mydata, "--dcql", str(query), "--mode", "direct_post", "--method", "post")

    assert 1 == mydata("wallet", "present", request["request_uri"], "--json").code
    result = mydata.json("verifiers", "result", request["transaction_id"])
    assert ("failed", "credential_revoked") == (result["state"], result["failure"]["code"])


def test_a_flipped_octet_is_named(mydata: Commands, tmp_path: Path) -> None:
    """
    The audit of a copy names the entry that was altered; a URL is audited like a copy.
    """
    accepted(mydata)
    for _ in range(3):
        mydata.json("wallet", "present", asked(mydata, "adult-check")["request_uri"])
    copy = tmp_path / "log"
    size = mydata.json("consent", "export", str(copy))["size"]
    since = tmp_path / "since"
    since.write_bytes((copy / "checkpoint").read_bytes())
    unchanged = mydata.json("consent", "verify", mydata.service.base, "--since", str(since))
    assert "unchanged since" == unchanged["proved"]

    (bundle,) = [path for path in (copy / "tile" / "entries").rglob("*") if path.is_file()]
    octets = bytearray(bundle.read_bytes())
    octets[-1] ^= 1
    bundle.write_bytes(octets)

    outcome = mydata("consent", "verify", str(copy), "--json")
    assert (1, False) == (outcome.code, outcome.answer["ok"])
    assert [size - 1] == [problem["index"] for problem in outcome.answer["problems"]]
    told = mydata("consent", "verify", str(copy), "--key", str(copy / "vkey"))
    assert told.output.startswith("nothing proved")


def test_a_root_counts_at_once_on_the_running_service(mydata: Commands, tmp_path: Path) -> None:
    """
    Without its root an issuer signs nothing, and our own verifier is not believed; once it is back
    both go on, without a restart.
    """
    accepted(mydata)
    mydata.json("trust", "export", str(tmp_path))
    (root,) = [
        entry for entry in mydata.json("trust", "list")["roots"] if entry["role"] == "issuer"
    ]
    offer = mydata.json("issuers", "offer", "tax-payment")
    mydata.json("trust", "remove", root["fingerprint"])
    request = asked(mydata, "adult-check")
    kept_back = mydata("issuers", "offer", "tax-payment", "--json")
    assert (1, "signer_untrusted") == (kept_back.code, kept_back.answer["error"])
    refused = mydata("wallet", "accept", offer["credential_offer_uri"], "--json")
    assert (1, "issuer_untrusted") == (refused.code, refused.answer["error"])

    mydata.json("trust", "add", "--role", "issuer", str(tmp_path / "issuer.pem"))
    mydata.json("wallet", "present", request["request_uri"])
    assert "verified" == mydata.json("verifiers", "result", request["transaction_id"])["state"]


def test_a_key_is_rotated_while_the_service_runs(mydata: Commands) -> None:
    """
    The new key signs at once, and what the old one signed still verifies.
    """
    accepted(mydata)
    open_request = asked(mydata, "address-check")
    for name in ("issuer-resident-registry", "verifier-parcel-service", "trust-list"):
        before = {key["kid"] for key in mydata.json("keys", "list")["keys"]}
        assert mydata.json("keys", "rotate", name)["kid"] not in before

    for request in (open_request, asked(mydata, "address-check")):
        mydata.json("wallet", "present", request["request_uri"])
        result = mydata.json("verifiers", "result", request["transaction_id"])
        assert "verified" == result["state"]
    states = {
        key["state"]
        for key in mydata.json("keys", "list")["keys"]
        if key["name"] == "issuer-resident-registry"
    }
    assert {"active", "retiring"} == states


@pytest.mark.parametrize(
    ("arguments", "code", "party"),
    [
        (["issuers", "offer", "dog-licence"], "unknown_kind", "caller"),
        (["issuers", "offer", "tax-payment", "--to", "nobody"], "unknown_citizen", None),
        (["issuers", "revoke", "../../x"], None, None),
        (["wallet", "accept", "openid-credential-offer://?nothing=1"], "offer_malformed", None),
        (["wallet", "show", "nothing"], "unknown_credential", None),
        (["wallet", "show", "-begins-with-a-hyphen"], "unknown_credential", None),
        (["verifiers", "result", "--so-does-this"], "transaction_unknown", None),
        (["wallet", "show", "x", "--holder", "../operator"], "holder_name", "caller"),
        (["wallet", "present", "https://example.com"], None, None),
        (["verifiers", "request", "everything"], "profile_unknown", None),
        (["verifiers", "request", "--dcql", "/nowhere"], "query_unreadable", "caller"),
        (["verifiers", "result", "nothing"], "transaction_unknown", None),
        (["consent", "verify", "/nowhere"], "no_copy", "caller"),
        (["consent", "verify-receipt", "/nowhere"], "unreadable", "caller"),
        (["consent", "receipt", "nothing", "--out", "/nowhere/x"], "unknown_receipt", None),
        (["keys", "rotate", "nothing"], "key_unknown", "caller"),
        (["trust", "remove", "abc"], "fingerprint_short", "caller"),
        (["trust", "add", "--role", "issuer", "/nowhere"], "certificate_unreadable", "caller"),
        (["wallet", "list", "--server", "http://localhost:9"], "unreachable", "network"),
    ],
    ids=lambda value: " ".join(value[:3]) if isinstance(value, list) else "",
)
def test_a_refusal_is_one_object_with_code_party_and_detail(
    mydata: Commands, arguments: list[str], code: str | None, party: str | None
) -> None:
    """
    Exit 1, and ``{"error", "party", "detail"}``; without --json the same on standard error.
    """
    refused = mydata(*arguments, "--json")
    told = mydata(*arguments)

    assert (1, 1) == (refused.code, told.code)
    assert {"error", "party", "detail"} == set(refused.answer)
    assert code in (None, refused.answer["error"])
    assert party in (None, refused.answer["party"])
    assert ("", True) == (told.output, refused.answer["error"] in told.errors)


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (["wallet", "accept"], ""),
        (["wallet", "present"], "{"),
        (["wallet", "present"], '{"other": 1}'),
        (["verifiers", "request"], ""),
        (["verifiers", "request", "adult-check", "--dcql", "x"], ""),
        (["verifiers", "request", "adult-check", "--mode", "carrier-pigeon"], ""),
        (["trust", "add", "x.pem"], ""),
        (["nothing"], ""),
        (["issuers", "nothing"], ""),
    ],
    ids=str,
)
def test_a_command_written_wrong_is_exit_code_two(
    mydata: Commands, arguments: list[str], stdin: str
) -> None:
    """
    Usage errors are told apart from refusals, and print no JSON.
    """
    outcome = mydata(*arguments, stdin=stdin)

    assert (2, "") == (outcome.code, outcome.output)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["issuers", "kinds"], "resident-register\thttp"),
        (["issuers", "list"], "valid"),
        (["wallet", "list"], "/types/resident-register/1"),
        (["verifiers", "profiles"], "lease-loan"),
        (["consent", "history"], "received"),
        (["keys", "list"], "trust-list\tactive"),
        (["trust", "list"], "MyData demo verifier root"),
        (["doctor"], "well  service: ready"),
    ],
    ids=str,
)
def test_without_json_the_verbs_speak_to_people(
    mydata: Commands, arguments: list[str], expected: str
) -> None:
    """
    One line for each thing.
    """
    accepted(mydata)
    outcome = mydata(*arguments)

    assert 0 == outcome.code
    assert expected in outcome.output


def test_a_credential_is_shown_claim_by_claim(mydata: Commands) -> None:
    """
    Every claim with its labels and its value.
    """
    shown = mydata.json("wallet", "show", accepted(mydata)["credential_id"])

    assert {"ko", "en", "ja"} <= set(shown["claims"][0]["labels"])


def test_the_doctor_masks_passwords_and_names_what_is_not_well(
    mydata: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """
    The settings in force are shown; a missing data directory is told and exit is 1.
    """
    report = mydata.json("doctor")
    assert (True, str(mydata.service.home)) == (report["ok"], report["settings"]["MYDATA_HOME"])

    monkeypatch.setenv("MYDATA_DATABASE_URL", "postgresql://u:secret@127.0.0.1:1/x")
    monkeypatch.setenv("MYDATA_ALLOW_ORIGINS", "b:1,a:1")
    shown = mydata("doctor", "--json").answer["settings"]
    assert "postgresql://u:***@127.0.0.1:1/x" == shown["MYDATA_DATABASE_URL"]
    assert "a:1,b:1" == shown["MYDATA_ALLOW_ORIGINS"]
    monkeypatch.setenv("MYDATA_DATABASE_URL", "nonsense")
    shown = mydata("doctor", "--json").answer["settings"]
    assert "not a database address" == shown["MYDATA_DATABASE_URL"]

    monkeypatch.setattr(Commands, "json", _expect_failure(tmp_path))
    broken = mydata.json("doctor")
    assert {"keys", "trust list"} <= {c["check"] for c in broken["checks"] if not c["ok"]}


def _expect_failure(home: Path) -> Callable[..., dict[str, Any]]:
    def run(self: Commands, *arguments: str) -> dict[str, Any]:
        elsewhere = type(self.service)(self.service.base, home, self.service.port)
        outcome = Commands(elsewhere)(*arguments, "--json")
        assert 1 == outcome.code
        return outcome.answer

    return run
