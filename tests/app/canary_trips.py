"""Every flow of the ledger with canaries in it, each with its ways to fail, over real HTTP."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2

from app.authorisation import operator_token_file
from app.clock import utc_now
from app.demo.hostile_wallet import HOLDER, HostileWallet, hostile_wallet, unaltered
from app.log_key import own_log
from app.service_client import ServiceClient
from consent.log_files import LogFiles
from consent.months import Months
from consent.records import Records
from consent.store import ConsentStore, RecordKeyStore
from issuers.population.census import population
from keys import jws
from keys.key_store import KeyStore
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, dumps
from standards.openid4vp.response import AuthorizationResponse, encode_response
from standards.openid4vp.vp_token import VpToken
from standards.sd_jwt.key_binding import bind
from tests.app.canaries import CLAIM, IN_ADDRESS, TYPED, TYPED_WORD, PageReader, Recorder
from tests.app.conftest import Commands, Service
from tests.app.ledger_gate import LedgerGate
from tests.app.opened_stores import engine_of, opened_deposits
from tests.consent.opening.world import request_in
from wallet.errors import WalletError
from wallet.kept.holdings import HeldCredential
from wallet.presenting.possible import Wish

# The workers take turns every few seconds; a slow machine is given ten times that.
PATIENCE = 60.0
JWT = "application/jwt"


@dataclass(frozen=True)
class Stage:
    """A running service whose ledger can be shut off, and a folder for what is saved."""

    service: Service
    gate: LedgerGate
    recorder: Recorder
    folder: Path

    @property
    def mydata(self) -> Commands:
        return Commands(self.service)

    def saved(self, name: str) -> str:
        """A place for a file that somebody is given: no value may be in it either."""
        return str(self.folder / "saved" / name)


def drive_consents(stage: Stage) -> None:
    """Share, use, take back, prove, look up, open, count: as people do, and as it fails."""
    (stage.folder / "saved").mkdir()
    # First what is tried again for a while, then the rest of it.
    drive_an_absent_ledger(stage)
    drive_household(stage)
    taken_back = drive_withdrawals(stage)
    drive_standing(stage)
    drive_what_was_not_registered(stage)
    asyncio.run(drive_a_foreign_wallet(stage))
    drive_a_case(stage, taken_back)
    drive_refused_submissions(stage)


def await_the_end(stage: Stage) -> None:
    """Wait until the workers have written what they owe, then close the month."""
    await_types(stage, "acknowledged", "erased", "used_late", "over_asked")
    save_statistics(stage)


def accepted(mydata: Commands, kind: str, citizen: str = "demo") -> dict[str, Any]:
    offer = mydata.json("issuers", "offer", kind, "--to", citizen)
    return mydata.json("wallet", "accept", offer["credential_offer_uri"], "--holder", citizen)


def shared(mydata: Commands, profile: str) -> str:
    """Present to a registered question; return the receipt's id."""
    asked = mydata.json("verifiers", "request", profile)
    receipt = mydata.json("wallet", "present", asked["request_uri"])["receipt"]
    assert "receipt" in mydata.json("verifiers", "result", asked["transaction_id"])
    return str(receipt)


def drive_household(stage: Stage) -> None:
    """Show the spouse's name: it is filed under the spouse's label, and the spouse reads it."""
    mydata = stage.mydata
    spouse = next(iter(population(households=1, as_of=utc_now().date()))).household.members[1]
    citizen = spouse.person.citizen
    accepted(mydata, "resident-register", citizen)
    vct = accepted(mydata, "resident-register")["vct"]
    accepted(mydata, "resident-register", citizen)
    query = query_file(stage, vct, ["members", 1, "name"])
    asked = mydata.json("verifiers", "request", "--dcql", query)
    mydata.json("wallet", "present", asked["request_uri"])
    told = mydata.json("consent", "household", "--holder", citizen)["household"]
    assert ["members.1.name"] in [each["claims"] for each in told]
    assert mydata.json("consent", "history", "--prove", "--holder", citizen)["complete"]


def query_file(stage: Stage, vct: str, *paths: Sequence[str | int | None], **more: Any) -> str:
    claims = [{"path": path, **more} for path in paths]
    wanted = {"id": "copy", "format": "dc+sd-jwt", "meta": {"vct_values": [vct]}, "claims": claims}
    file = stage.folder / "query.json"
    file.write_text(json.dumps({"credentials": [wanted]}))
    return str(file)


def drive_withdrawals(stage: Stage) -> str:
    """Take one consent back, ask of another that it be erased, and fail at both."""
    mydata = stage.mydata
    withdrawn, kept = shared(mydata, "address-check"), shared(mydata, "address-check")
    done = mydata.json("consent", "withdraw", withdrawn)
    assert "withdrawn" == done["state"]
    mydata.json("consent", "withdraw", kept, "--delete-only")
    for wrong in ("unknown", done["receipt"], IN_ADDRESS):
        assert 1 == mydata("consent", "withdraw", wrong, "--json").code
        assert 1 == mydata("consent", "evidence", wrong, "--out", stage.saved("no")).code
    mydata.json("consent", "evidence", withdrawn, "--out", stage.saved("evidence.json"))
    mydata.json("consent", "receipt", kept, "--out", stage.saved("receipt.json"))
    for form in ("json", "csv", "jsonld"):
        mydata.json(
            "consent", "history", "--export", form, "--out", stage.saved(f"history.{form}")
        )
    assert mydata.json("consent", "history", "--prove")["complete"]
    return withdrawn


def drive_standing(stage: Stage) -> None:
    """Agree to several uses; asked too early and asked after its end, nothing is answered."""
    mydata = stage.mydata
    stands, ended = shared(mydata, "loan-review"), shared(mydata, "loan-review")
    again = ("verifiers", "request", "loan-review", "--consent")
    assert 1 == mydata(*again, stands, "--json").code
    mydata.json("consent", "withdraw", ended)
    assert 1 == mydata(*again, ended, "--json").code
    assert 1 == mydata(*again, TYPED_WORD, "--json").code


def drive_what_was_not_registered(stage: Stage) -> None:
    """Ask for the resident number of a person whose name is in the question."""
    mydata = stage.mydata
    vct = accepted(mydata, "resident-register")["vct"]
    path = ["members", None, "resident_number_back"]
    query = query_file(stage, vct, path, values=[f"{CLAIM} 900101", TYPED])
    refused = mydata("verifiers", "request", "--dcql", query, "--json")
    assert "over_asking" == refused.answer["error"], refused
    mydata("verifiers", "request", "--dcql", query_file(stage, TYPED, [TYPED]), "--json")


def drive_an_absent_ledger(stage: Stage) -> None:
    """Whatever needs the ledger fails or waits; a shown code is used, and recorded late."""
    mydata = stage.mydata
    taken = accepted(mydata, "resident-register")["credential_id"]
    receipt = shared(mydata, "address-check")
    asked = mydata.json("verifiers", "request", "address-check")
    picture = stage.saved("late.png")
    shows = ("--show", "age_over_19", "--out", picture)
    mydata.json("wallet", "qr", taken, *shows)
    with stage.gate.shut():
        late = mydata("verifiers", "scan", picture, "--profile", "adult-check", "--json")
        assert 0 == late.code, late
        assert 1 == mydata("wallet", "present", asked["request_uri"], "--json").code
        assert 1 == mydata("wallet", "qr", taken, *shows, "--json").code
        mydata("consent", "withdraw", receipt, "--json")
        mydata("consent", "history", "--prove", "--json")
    mydata("consent", "withdraw", receipt, "--json")


async def drive_a_foreign_wallet(stage: Stage) -> None:
    """A wallet that knows nothing of consent presents, and its holder opens what was filed."""
    async with (
        ServiceClient(stage.service.base, stage.service.home) as client,
        hostile_wallet(client, stage.folder) as foreign,
    ):
        offer = await asyncio.to_thread(stage.mydata.json, "issuers", "offer", "resident-register")
        await foreign.wallets.accept(HOLDER, offer["credential_offer_uri"])
        (held,) = await foreign.wallets.credentials(HOLDER)
        query = query_file(stage, held.vct, ["applicant"])
        asked = await asyncio.to_thread(
            stage.mydata.json, "verifiers", "request", "--dcql", query, "--mode", "direct_post"
        )
        await present_silently(foreign, asked["request_uri"])
    await asyncio.to_thread(open_receipts, stage, held)


async def present_silently(foreign: HostileWallet, request_uri: str) -> None:
    """Send the presentation alone, as any wallet of another maker does."""
    foreign.client.alter = without_consent
    try:
        await foreign.wallets.present(HOLDER, request_uri, Wish())
    except WalletError:
        assert foreign.client.posted, "it was sent; that no receipt of ours came back is right"
    foreign.client.alter = unaltered


def without_consent(content: bytes) -> bytes:
    form = dict(parse_qsl(content.decode("ascii"), strict_parsing=True))
    form.pop("mydata_consent", None)
    return urlencode(form).encode("ascii")


def open_receipts(stage: Stage, held: HeldCredential) -> None:
    """Prove the certificate's key to the ledger, after having tried with too much."""
    base = stage.service.base
    own = {"origin": base, "sec-fetch-site": "same-origin"}
    with stage.recorder.client(base) as browser:
        (form,) = [
            each
            for each in PageReader(browser.get("/consent/receipts").text).forms
            if each.action == "/consent/receipts"
        ]
        plain = {**form.fields, "type": held.vct}
        browser.post(form.action, data={**plain, "other": TYPED}, headers=own)
        page = browser.post(form.action, data=plain, headers=own).text
        link = next(each for each in PageReader(page).links if each.startswith("openid4vp:"))
        address = dict(parse_qsl(urlsplit(link).query))["request_uri"]
        asked = browser.get(address).text
        place = {"content-type": "application/x-www-form-urlencoded"}
        response_uri = request_in(asked).response_uri

        def answer(content: bytes) -> httpx2.Response:
            return browser.post(response_uri, content=content, headers=place)

        assert 400 <= answer(f"vp_token={CLAIM}&state={TYPED_WORD}".encode()).status_code
        assert 400 <= answer(proof_of(held, asked, shows=2)).status_code
        back = answer(proof_of(held, asked)).json()["redirect_uri"]
        assert 400 <= answer(proof_of(held, asked)).status_code
        assert 404 == browser.get(back.partition("?")[0]).status_code
        assert 404 == browser.get(f"/consent/receipts/{IN_ADDRESS}").status_code
        assert 200 == browser.get(back).status_code
        whole = browser.get(back.replace("?", "/records.json?")).json()
    assert [each for each in whole["records"] if each["record"]], "the foreign use was filed"
    Path(stage.saved("opened-receipts.json")).write_text(json.dumps(whole))


def proof_of(held: HeldCredential, asked: str, *, shows: int = 0) -> bytes:
    """An answer to the ledger's request: the certificate with so many of its claims."""
    request = request_in(asked)
    presentation = bind(
        "~".join([*held.text.split("~")[: 1 + shows], ""]),
        signer=held.key.signer(),
        audience=request.client_id,
        nonce=request.nonce,
        now=utc_now(),
    )
    token = VpToken(((request.dcql_query.credentials[0].id, (presentation,)),))
    return encode_response(AuthorizationResponse(token, request.state), request)


def drive_a_case(stage: Stage, receipt: str) -> None:
    """Open the records of a case; words that are no case, reason or entry are refused."""
    mydata = stage.mydata
    kept = [
        each
        for each in opened_deposits(stage.service.home)
        if each.deposit is not None and each.deposit.record.consent_id == receipt
    ]
    indexes = [part for each in kept for part in ("--index", str(each.index))]
    out = ("--out", stage.saved("case.jsonl"))
    mydata.json("consent", "open", "--case", "2026-17", *indexes, *out)
    wrong = {"case": TYPED, "reason": TYPED_WORD, "indexes": [0]}
    token = operator_token_file(stage.service.home).read_text()
    with stage.recorder.client(stage.service.base) as client:
        for body in (
            wrong,
            {**wrong, "reason": "court_order"},
            {**wrong, "case": "2026-17"},
            {"case": "2026-17", "reason": "court_order", "indexes": [TYPED]},
            {"case": "2026-17", "reason": "court_order", "indexes": [10**9]},
            {TYPED_WORD: CLAIM},
        ):
            headers = {"Authorization": f"Bearer {token}"}
            answer = client.post("/consent/operator/look-ups", json=body, headers=headers)
            assert 400 <= answer.status_code < 500


def drive_refused_submissions(stage: Stage) -> None:
    """Well-signed nonsense full of names at every address that takes signed words, or a code."""
    signer = SoftwareSigner.generate()
    jwk = signer.public.as_dict()
    addresses = {
        "/consent/entries": "mydata-entry+jwt",
        f"/consent/labels/{'A' * 43}/records": "mydata-reading+jwt",
        f"/consent/labels/{'A' * 43}/erasure": "mydata-reading+jwt",
        f"/consent/labels/{IN_ADDRESS}/records": "mydata-reading+jwt",
        "/verifiers/withdrawals": "mydata-withdrawal+jwt",
    }
    named: JsonObject = {
        "aud": CLAIM,
        "label": TYPED_WORD,
        "type": CLAIM,
        "mac": CLAIM,
        "deposit": {},
    }
    with stage.recorder.client(stage.service.base) as client:
        for address, typ in addresses.items():
            for typed in (typ, "JWT"):
                header: JsonObject = {"typ": typed, "jwk": jwk, "kid": CLAIM}
                for payload in (dumps(named), CLAIM.encode()):
                    token = jws.sign(header, payload, signer)
                    answer = client.post(address, content=token, headers={"content-type": JWT})
                    assert 400 <= answer.status_code < 500, answer.text
        client.post(f"/wallet/standing/{IN_ADDRESS}", json={"request_uri": CLAIM})
        for path in ("proof/x", f"proof/{IN_ADDRESS}", "proof/99999", "statistics/x.csv"):
            assert 404 == client.get(f"/consent/log/{path}").status_code
        assert 400 <= client.get(f"/consent/labels/{IN_ADDRESS}").status_code


def drive_a_witness(stage: Stage, port: int) -> None:
    """The log is cosigned, and its proofs with it; a stranger's words are refused."""
    with stage.recorder.client(stage.service.base) as client:
        until(lambda: 200 == client.get("/consent/log/cosigned-checkpoint").status_code)
        saved = client.get("/consent/log/cosigned-checkpoint").text
        saved += client.get("/consent/log/proof/0").text
        Path(stage.saved("cosigned")).write_text(saved)
    with stage.recorder.client(f"http://127.0.0.1:{port}") as client:
        for words in (TYPED, f"old 0\n\n{CLAIM}\n9\n{CLAIM}\n\n— {TYPED_WORD} AAAA\n"):
            answer = client.post("/add-checkpoint", content=words.encode())
            assert 400 <= answer.status_code < 500
        client.get(f"/{IN_ADDRESS}")


async def close_the_month(stage: Stage) -> None:
    """Close the month with its signed sheet, as the ledger does when it is over."""
    home = stage.service.home
    store = KeyStore(home / "keys")
    signer = own_log(home, store, "").note_signer()
    next_month = utc_now().replace(day=28) + timedelta(days=4)
    async with engine_of(home, "consent") as engine, engine_of(home, "record_keys") as keys:
        kept = ConsentStore(engine)
        records = Records(
            kept.deposits, kept.codes, RecordKeyStore(keys), store.data_key("consent")
        )
        files = LogFiles(kept, signer.verifier_key)
        months = Months(kept.months, records, files, signer, lambda: next_month)
        await months.turn()


def save_statistics(stage: Stage) -> None:
    """Fetch the sheet as anybody may."""
    asyncio.run(close_the_month(stage))
    sheet = httpx2.get(f"{stage.service.base}/consent/log/statistics/{utc_now():%Y-%m}.csv")
    assert "over_asked" in sheet.text
    Path(stage.saved("statistics.csv")).write_text(sheet.text)


def await_types(stage: Stage, *types: str) -> None:
    """Wait until each of these has been written."""
    until(lambda: set(types) <= types_of(stage.service.home))


def types_of(home: Path) -> set[str]:
    """The types of every entry that is about somebody."""
    return {each.leaf.type.value for each in opened_deposits(home)}


def until(holds: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends_at
        time.sleep(0.5)
