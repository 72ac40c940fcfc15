"""What must not work, tried for real; each attempt holds when it is refused, with its reason."""

import asyncio
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from app.demo.hostile_wallet import HOLDER, HostileWallet, Posted, with_forged_claim
from app.demo.hostile_wallet import unaltered as as_it_is
from app.demo.trips import HOLDER as CITIZEN
from app.demo.trips import KIND, Journey, listed, member, text
from app.errors import CommandError
from app.log_audit import read_copy
from consent.auditing.audit import audit
from keys import jws
from keys.strict_json import JsonObject, JsonValue, loads_object
from wallet.errors import WalletError
from wallet.outside.correspondence import FORM, JSON, SMALL_ANSWER
from wallet.presenting.possible import Wish

_TRANSACTIONS: Final = "/verifiers/operator/transactions"
_TAX: Final = "tax-payment"
# A verifier may rely on a status list it has for as long as the list says: 30 seconds.
STATUS_SECONDS: Final = 31.0


async def tampered_disclosure(journey: Journey, hostile: HostileWallet) -> None:
    """Show a certificate with one value replaced by another."""
    journey.teller.begin("A claim is altered on its way: its digest is not the one signed")
    await _take(journey, hostile)
    asked = await _ask(journey, KIND, "applicant")
    hostile.client.alter = with_forged_claim
    refused = await _present(hostile, asked)
    hostile.client.alter = as_it_is
    journey.teller.fact("the wallet was told", refused)
    await _expect_failure(journey, asked, "disclosure_invalid")


async def replay(journey: Journey, hostile: HostileWallet) -> None:
    """Send a presentation that was accepted once again, to the same and to another request."""
    teller = journey.teller
    teller.begin("A presentation is sent a second time: it proves something once")
    asked = await _ask(journey, KIND, "applicant")
    await _present(hostile, asked)
    teller.fact("first time", (await _result(journey, asked))["state"])
    posted = hostile.client.posted[-1]
    again = await _post(hostile, posted)
    teller.fact("second time", again)
    teller.end("refused: the request is closed", ok="error" in again)

    teller.begin("The same presentation answers another request: it was made for the first")
    other = await _ask(journey, KIND, "applicant")
    moved = await _moved(hostile, posted, other)
    teller.fact("the wallet was told", await _post(hostile, moved))
    await _expect_failure(journey, other, "nonce_wrong")


async def revoked_certificate(journey: Journey) -> None:
    """Revoke a certificate and show it all the same."""
    client, teller = journey.client, journey.teller
    teller.begin("The authority revokes a certificate; the citizen shows it all the same")
    order: JsonObject = {"kind": _TAX, "to": CITIZEN, "tx_code": False, "by": "value"}
    offer = await client.operator_post("/issuers/operator/offers", order)
    await client.holder_post(CITIZEN, "/accept", dict(offer))
    issued = await client.operator_get(f"/issuers/operator/credentials?to={CITIZEN}")
    number = next(
        str(one["id"])
        for one in listed(issued, "credentials")
        if isinstance(one, dict) and one["kind"] == _TAX
    )
    path = f"/issuers/operator/credentials/{number}/revoke"
    revoked = await client.operator_post(path, {"reason": "shown in the demonstration"})
    teller.fact("status at the authority", revoked["status"])
    asked = await _show_revoked(journey)
    await _expect_failure(journey, asked, "credential_revoked")


async def over_asking(journey: Journey) -> None:
    """Ask for more than is registered."""
    client, teller = journey.client, journey.teller
    teller.begin("An institution asks for more than it registered: the resident number")
    try:
        await _ask(journey, KIND, "members", None, "resident_number_back")
    except CommandError as refused:
        teller.fact("the institution was told", refused.problem.detail)
        noted = listed(await client.operator_get("/verifiers/operator/over-asking"), "refused")
        teller.fact("attempts on record", len(noted))
        ok = refused.problem.error == "over_asking" and bool(noted)
        teller.end(f"refused: {refused.problem.error}", ok=ok)
    else:
        teller.end("the question went out", ok=False)


async def altered_ledger(journey: Journey, copy: Path) -> None:
    """Change one octet of an entry in a copy of the log."""
    teller = journey.teller
    teller.begin("One octet of the ledger is altered: the audit names the entry")
    bundle = next(iter(sorted((copy / "tile" / "entries").rglob("*.p/*"))), None)
    if bundle is None:
        bundle = next(path for path in (copy / "tile" / "entries").rglob("*") if path.is_file())
    octets = bytearray(bundle.read_bytes())
    octets[-1] ^= 1
    bundle.write_bytes(octets)
    report = audit(read_copy(copy))
    teller.fact("verdict", report.first_line())
    for problem in report.problems[:3]:
        teller.fact("problem", problem.as_dict())
    named = any(problem.index is not None for problem in report.problems)
    teller.end("found, and named", ok=not report.ok and named)


async def _take(journey: Journey, hostile: HostileWallet) -> None:
    order: JsonObject = {"kind": KIND, "to": CITIZEN, "tx_code": False, "by": "value"}
    offer = await journey.client.operator_post("/issuers/operator/offers", order)
    await hostile.wallets.accept(HOLDER, text(offer, "credential_offer_uri"))


async def _ask(journey: Journey, kind: str, *path: str | None) -> JsonObject:
    """Begin a transaction of the test desk about one claim, its answer not encrypted."""
    kinds = listed(await journey.client.operator_get("/issuers/operator/kinds"), "kinds")
    vct = next(one["vct"] for one in kinds if isinstance(one, dict) and one["kind"] == kind)
    query: JsonObject = {
        "id": "shown",
        "format": "dc+sd-jwt",
        "meta": {"vct_values": [vct]},
        "claims": [{"path": list[JsonValue](path)}],
    }
    body: JsonObject = {"dcql": {"credentials": [query]}, "mode": "direct_post"}
    return await journey.client.operator_post(_TRANSACTIONS, body)


async def _present(hostile: HostileWallet, asked: JsonObject) -> str:
    """Present with the hostile wallet; return what it was told."""
    try:
        outcome = await hostile.wallets.present(HOLDER, text(asked, "request_uri"), Wish())
    except WalletError as error:
        return f"{error.failure.value}: {error.detail}"
    return str(outcome.as_dict()["state"])


async def _post(hostile: HostileWallet, posted: Posted) -> JsonObject:
    answer = await hostile.client.post(
        posted.url, content=posted.content, content_type=FORM, accept=JSON, limit=SMALL_ANSWER
    )
    return loads_object(answer.body)


async def _moved(hostile: HostileWallet, posted: Posted, asked: JsonObject) -> Posted:
    """Return a posted answer addressed to another request, with that request's state."""
    link = parse_qs(urlsplit(text(asked, "request_uri")).query)
    fetched = await hostile.client.get(link["request_uri"][0], accept="*/*", limit=SMALL_ANSWER)
    request = loads_object(jws.parse(fetched.body.decode("ascii")).payload)
    form = dict(parse_qsl(posted.content.decode("ascii")))
    form["state"] = text(request, "state")
    return Posted(text(request, "response_uri"), urlencode(form).encode("ascii"))


async def _show_revoked(journey: Journey) -> JsonObject:
    """Present the revoked certificate; wait once when the verifier may still know the old list."""
    asked = await _shown(journey)
    if (await _result(journey, asked))["state"] == "verified":
        journey.teller.fact("the verifier knows the list from before, waiting", STATUS_SECONDS)
        await asyncio.sleep(STATUS_SECONDS)
        asked = await _shown(journey)
    return asked


async def _shown(journey: Journey) -> JsonObject:
    asked = await _ask(journey, _TAX, "no_arrears")
    wanted: JsonObject = {"request_uri": asked["request_uri"], "with": [], "drop": []}
    try:
        await journey.client.holder_post(CITIZEN, "/present", wanted)
    except CommandError as refused:
        journey.teller.fact("the wallet was told", refused.problem.detail)
    return asked


async def _result(journey: Journey, asked: JsonObject) -> JsonObject:
    return await journey.client.operator_get(f"{_TRANSACTIONS}/{text(asked, 'transaction_id')}")


async def _expect_failure(journey: Journey, asked: JsonObject, expected: str) -> None:
    result = await _result(journey, asked)
    failure = member(result, "failure")
    journey.teller.fact("the institution sees", result["state"])
    journey.teller.fact("claims released", len(listed(result, "credentials")))
    ok = result["state"] == "failed" and failure.get("code") == expected
    journey.teller.end(f"refused: {failure.get('code')} ({failure.get('detail')})", ok=ok)
