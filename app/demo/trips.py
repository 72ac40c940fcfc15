"""The five trips: issue, present, verify, record, audit."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from app.demo.telling import Teller
from app.errors import CommandError
from app.log_audit import read_copy
from app.log_copy import copy_log
from app.service_client import ServiceClient
from consent.auditing.audit import audit
from consent.errors import ConsentError
from consent.forms.receipt import Receipt, verify_receipt
from consent.tlog.signed_note import VerifierKey
from keys.strict_json import JsonObject, JsonValue
from standards.dcql.credential_query import MDOC, SD_JWT_VC
from web.errors import Party

HOLDER: Final = "demo"
KIND: Final = "resident-register"
LOG: Final = "/consent/log"


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown on the way: a kind of certificate, and the profile that asks for it."""

    kind: str
    profile: str


# By the name of the format on the wire, the usual one first.
SHOWN: Final[Mapping[str, Shown]] = MappingProxyType(
    {
        SD_JWT_VC: Shown(KIND, "address-check"),
        MDOC: Shown("driving-licence", "age-by-mobile-id"),
    }
)


@dataclass(frozen=True, slots=True)
class Journey:
    """Who calls, who tells, and where copies are put."""

    client: ServiceClient
    teller: Teller
    folder: Path
    shown: Shown = SHOWN[SD_JWT_VC]


async def issue(journey: Journey) -> str:
    """Offer a certificate and take it into the wallet; return its id there."""
    client, teller, kind = journey.client, journey.teller, journey.shown.kind
    teller.begin(f"Issue: the authority offers a {kind}, the wallet takes it")
    order: JsonObject = {"kind": kind, "to": HOLDER, "tx_code": False, "by": "value"}
    offer = await client.operator_post("/issuers/operator/offers", order)
    uri = text(offer, "credential_offer_uri")
    teller.fact("offer", f"{uri[:60]}…")
    taken = await client.holder_post(HOLDER, "/accept", {"credential_offer_uri": uri})
    teller.fact("issuer", taken["issuer"])
    teller.fact("type", taken["vct"])
    credential_id = text(taken, "credential_id")
    shown = await client.holder_get(HOLDER, f"/credentials/{credential_id}")
    claims = listed(shown, "claims")
    teller.fact("claims kept, each can be shown alone", len(claims))
    teller.end("verified and kept, encrypted", ok=bool(claims))
    return credential_id


async def present(journey: Journey) -> str:
    """Ask with a registered profile and let the wallet answer; return the transaction."""
    client, teller = journey.client, journey.teller
    teller.begin("Present: an institution asks, the holder sees who, what, why, and answers")
    profile: JsonObject = {"profile": journey.shown.profile}
    asked = await client.operator_post("/verifiers/operator/transactions", profile)
    uri = text(asked, "request_uri")
    seen = await client.holder_post(HOLDER, "/review", {"request_uri": uri})
    party, terms = member(seen, "party"), member(seen, "terms")
    teller.fact("who asks", f"{party.get('name')} (vouched for by {party.get('trusted_by')})")
    teller.fact("why", member(member(terms, "purpose"), "text").get("en"))
    teller.fact("how long it is kept", member(member(terms, "retention"), "text").get("en"))
    teller.fact("required", seen["required"])
    teller.fact("optional, unticked", seen["optional"])
    wanted: JsonObject = {"request_uri": uri, "with": [], "drop": []}
    answered = await client.holder_post(HOLDER, "/present", wanted)
    teller.fact("consent recorded before anything was sent, receipt", answered.get("receipt"))
    teller.end(f"{answered['state']}", ok=answered["state"] == "presented")
    return text(asked, "transaction_id")


async def verify(journey: Journey, transaction_id: str) -> None:
    """Read the institution's result: the verdict, then exactly the claims agreed to."""
    client, teller = journey.client, journey.teller
    teller.begin("Verify: the institution reads its result")
    result = await client.operator_get(f"/verifiers/operator/transactions/{transaction_id}")
    teller.fact("verdict", result["state"])
    for credential in listed(result, "credentials"):
        if isinstance(credential, dict):
            teller.fact("status", credential.get("status"))
            teller.fact("claims", credential.get("claims"))
    teller.end(
        "issuer, digests, holder's key, status and terms hold", ok=result["state"] == "verified"
    )


async def record(journey: Journey) -> str:
    """Verify the receipt against the log's key alone; return the checkpoint that is in it."""
    client, teller = journey.client, journey.teller
    teller.begin("Record: the holder's receipt is verified offline")
    events = listed(await client.holder_get(HOLDER, "/history"), "history")
    receipt_id = next(
        str(event["receipt"]) for event in events if isinstance(event, dict) and event["receipt"]
    )
    given = await client.holder_get(HOLDER, f"/receipts/{receipt_id}")
    log_key = VerifierKey.parse((await client.public(f"{LOG}/vkey")).decode())
    try:
        receipt = Receipt.parse(given)
        proven = verify_receipt(receipt, log_key=log_key)
    except ConsentError as error:
        teller.end(f"{error.failure.value}: {error.detail}", ok=False)
        return ""
    teller.fact("entry", f"{proven.entry.index} of {proven.entry.checkpoint.size}")
    teller.fact("what the log holds of it", "a salted commitment, no claim")
    teller.end("the log provably holds this consent", ok=True)
    return receipt.log.checkpoint


async def audit_log(journey: Journey, since: str) -> Path:
    """Copy the log, audit the copy against a checkpoint kept since; return the copy."""
    client, teller = journey.client, journey.teller
    teller.begin("Audit: anyone copies the log and verifies the copy offline")
    copy = journey.folder / "log"
    exported = await copy_log(client, LOG, copy)
    teller.fact("entries", exported.size)
    teller.fact("root", exported.root.hex())
    report = audit(read_copy(copy), since=since)
    teller.end(report.first_line(), ok=report.ok)
    return copy


def text(answer: JsonObject, name: str) -> str:
    """Return a text member of an answer, or raise ``CommandError``."""
    value = answer.get(name)
    if not isinstance(value, str):
        raise CommandError("unexpected_answer", Party.NETWORK, f"an answer has no {name}")
    return value


def member(answer: JsonObject, name: str) -> JsonObject:
    """Return an object member of an answer, empty when there is none."""
    value = answer.get(name)
    return value if isinstance(value, dict) else {}


def listed(answer: JsonObject, name: str) -> list[JsonValue]:
    """Return a list member of an answer, empty when there is none."""
    value = answer.get(name)
    return value if isinstance(value, list) else []
