"""
No value of anybody's in a log, an address, a count, an entry, a refusal (T1, T23, P16, SDJ-18).

A certificate full of canaries goes through every flow and every page of every role, with all the
ways in which that can fail; then everything that was written anywhere is searched for them.
"""

import asyncio
import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select, text

from app.authorisation import holder_token_file, operator_token_file
from app.clock import utc_now
from app.database import sqlite_engine
from app.demo.witnesses import OurWitness, prepare_witnesses, running
from app.log_key import FILE as LOG_VKEY
from issuers.store import metadata
from keys import base64url
from keys.signer import SoftwareSigner
from tests.app.canaries import (
    CLAIM,
    IN_ADDRESS,
    TYPED,
    TYPED_WORD,
    FoundForm,
    PageReader,
    Recorder,
    found,
    plant,
    register,
    spellings,
)
from tests.app.canary_trips import Stage, await_the_end, drive_a_witness, drive_consents, types_of
from tests.app.conftest import (
    Commands,
    Service,
    environment_of,
    free_port,
    process_of,
    wait_until_ready,
)
from tests.app.ledger_gate import LedgerGate
from tests.app.opened_stores import (
    Sealed,
    as_read,
    opened_deposits,
    opened_secrets,
    wrapped_keys,
)
from tests.app.visiting import forms
from verifiers.store import VerifiersStore
from wallet.kept.copies import matched
from web.outbound import Outbound, Reply

ROLES = ("demo", "officer", "tax-officer", "corner-store", "parcel-service", "auditor")
# More than any role has pages; a loop of links would be a fault.
PAGES = 150
# A claim that was shown of somebody else: its name stands in records, and there alone.
NAMED = "members.1.name"
# Of pages that differ in a name or number alone: each is made by the same words.
ALIKE = 3
_NAMED = re.compile(r"[^/?&=]*[0-9A-Z][^/?&=]*")
# Enough of some hundred: each is looked for in every spelling in every file.
SALTS = 30
# Signing out ends the walk; the language is no form; a deleted certificate shows nothing more.
LEFT_OUT = ("/sign-out", "/sessions/end", "/sign-in")


@dataclass
class Trail:
    """What was left behind by everything that was done."""

    service: Service
    log: Path
    witness_port: int = field(default_factory=free_port)
    recorder: Recorder = field(default_factory=Recorder)
    tokens: set[str] = field(default_factory=set)
    salts: set[str] = field(default_factory=set)
    metrics: str = ""
    ledger: bytes = b""
    sealed: Sealed = field(default_factory=Sealed)

    @property
    def witness(self) -> OurWitness:
        """Who cosigns the log, beside it."""
        home = self.log.with_name("witness")
        return OurWitness("witness.example", home, self.witness_port)

    @property
    def saved(self) -> dict[str, bytes]:
        """The files that somebody was given: a case's, a court's, everybody's, the holder's."""
        files = self.log.with_name("saved").iterdir()
        return {path.name: path.read_bytes() for path in files if path.suffix != ".png"}

    @property
    def secrets(self) -> list[str]:
        """Tokens and keys: whoever reads one of these may act for somebody (T1)."""
        home = self.service.home
        files = [operator_token_file(home), holder_token_file(home, "demo")]
        return [*self.tokens, *(path.read_text().strip() for path in files)]


@pytest.fixture(scope="module")
def trail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trail]:
    folder = tmp_path_factory.mktemp("canaries")
    port = free_port()
    service = Service(f"http://localhost:{port}", folder / "var", port)
    trail = Trail(service, folder / "log")
    policy = prepare_witnesses(service.home, f"localhost:{port}", [trail.witness])
    gate = LedgerGate(free_port(), port)
    settings = {
        "MYDATA_LOG_LEVEL": "debug",
        "MYDATA_CONSENT_URL": gate.base,
        "MYDATA_WITNESSES": str(policy),
    }
    debugging = process_of(service, ["--demo"], trail.log, **settings)
    vkey = folder / LOG_VKEY
    vkey.write_text(policy.read_text().partition("\n")[0].removeprefix("log "))
    witness = running([trail.witness], vkey, environment_of(service))
    with (
        pytest.MonkeyPatch.context() as patched,
        closing(gate),
        witness,
        debugging as process,
    ):
        record_commands(patched, trail)
        wait_until_ready(service, process)
        plant(service.home)
        drive_commands(trail, folder)
        stage = Stage(service, gate, trail.recorder, folder)
        drive_consents(stage)
        drive_a_witness(stage, trail.witness_port)
        for name in ROLES:
            with trail.recorder.client(service.base) as client:
                drive_pages(trail, client, name)
        await_the_end(stage)
        drive_addresses(trail)
        drive_a_fault(trail)
        token = operator_token_file(service.home).read_text()
        headers = {"Authorization": f"Bearer {token}"}
        trail.metrics = httpx2.get(f"{service.base}/metrics", headers=headers, timeout=30).text
        Commands(service).json("consent", "export", str(folder / "ledger"))
        trail.sealed = opened_secrets(service.home)
        asyncio.run(forget(service))
        copied = sorted(path for path in (folder / "ledger").rglob("*") if path.is_file())
        trail.ledger = b"".join(path.read_bytes() for path in copied)
        yield trail


def record_commands(patched: pytest.MonkeyPatch, trail: Trail) -> None:
    """Record what commands ask for, and what a wallet of our own in this process is given."""
    transport, ask = httpx2.AsyncHTTPTransport, Outbound._send
    send = transport.handle_async_request

    async def asked(self: httpx2.AsyncHTTPTransport, request: httpx2.Request) -> httpx2.Response:
        trail.recorder.addresses.append(str(request.url))
        return await send(self, request)

    async def fetched(self: Outbound, method: str, url: str, *given: Any) -> Reply:
        trail.recorder.addresses.append(url)
        reply = await ask(self, method, url, *given)
        if url.endswith("/credential"):
            trail.tokens.add(given[0]["Authorization"].partition(" ")[2])
        return reply

    def opened(texts: Sequence[str], form: str, signers: Sequence[SoftwareSigner]) -> Any:
        # Over the wire they came encrypted.
        for issued in texts:
            trail.salts |= salts_of(issued)
        return matched(texts, form, signers)

    patched.setattr(transport, "handle_async_request", asked)
    patched.setattr(Outbound, "_send", fetched)
    patched.setattr("wallet.receiving.believing.matched", opened)


def salts_of(issued: str) -> set[str]:
    """The salts of every disclosure of a certificate, as the wallet got it."""
    return {json.loads(base64url.decode(each))[0] for each in issued.split("~")[1:-1]}


# Where each kind says a person's name.
NAMES = {
    "resident-register": "applicant",
    "resident-abstract": "person.name",
    "tax-payment": "taxpayer.name",
    "local-tax-payment": "taxpayer.name",
}


def ask_wallet(trail: Trail, what: str, request_uri: str) -> None:
    """What no command does: look at a request, and refuse it."""
    token = holder_token_file(trail.service.home, "demo").read_text()
    answer = httpx2.post(
        f"{trail.service.base}/wallet/holders/demo/{what}",
        json={"request_uri": request_uri},
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    assert 200 == answer.status_code, answer.text


def drive_commands(trail: Trail, folder: Path) -> None:
    """Every trip on the command line, and every way it can fail."""
    mydata = Commands(trail.service)
    assert 0 == mydata("demo", "--server", trail.service.base).code
    guarded = mydata.json("issuers", "offer", "tax-payment", "--tx-code")
    wrong = ("--tx-code", "000000", "--json")
    assert 1 == mydata("wallet", "accept", guarded["credential_offer_uri"], *wrong).code
    for kind in ("resident-register", "resident-abstract", "tax-payment", "local-tax-payment"):
        offer = mydata.json("issuers", "offer", kind)["credential_offer_uri"]
        taken = mydata.json("wallet", "accept", offer)["credential_id"]
        assert CLAIM in mydata("wallet", "show", taken, "--json").output, "it is in there"
        forged = offer.replace("code%22%3A%22", "code%22%3A%22x")
        assert 1 == mydata("wallet", "accept", forged, "--json").code
        picture = str(folder / f"{kind}.png")
        shown = mydata("wallet", "qr", taken, "--show", NAMES[kind], "--out", picture, "--json")
        assert 0 == shown.code
        mydata("verifiers", "scan", picture, "--json")
    for profile in ("adult-check", "address-check", "lease-loan"):
        request = mydata.json("verifiers", "request", profile)
        ask_wallet(trail, "review", request["request_uri"])
        mydata("wallet", "present", request["request_uri"], "--json")
        mydata("wallet", "present", request["request_uri"], "--json")
        mydata("verifiers", "result", request["transaction_id"], "--json")
        refused = mydata.json("verifiers", "request", profile)
        ask_wallet(trail, "refuse", refused["request_uri"])
        mydata("wallet", "present", refused["request_uri"], "--json")
    for verb in (["wallet", "accept"], ["wallet", "present"], ["verifiers", "scan"]):
        assert 0 != mydata(*verb, TYPED.replace("\r\n", ""), "--json").code
    assert 1 == mydata("wallet", "show", "unknown", "--json").code


def own_site(trail: Trail) -> dict[str, str]:
    """What a browser says of a form that stands on this service's own page."""
    return {"origin": trail.service.base, "sec-fetch-site": "same-origin"}


def sign_in(trail: Trail, client: httpx2.Client, name: str) -> None:
    """Press the button of one demo person on the start page."""
    buttons = forms(client.get("/").text, "/sign-in/demo")
    fields = next(each for each in buttons if each["name"] == name)
    answer = client.post("/sign-in/demo", data=fields, headers=own_site(trail))
    assert 303 == answer.status_code
    trail.tokens |= set(client.cookies.values())


def drive_pages(trail: Trail, client: httpx2.Client, name: str) -> None:
    """Sign in as one person, look at every page there is a link to, then send every form."""
    base = trail.service.base
    own = {"origin": base, "sec-fetch-site": "same-origin"}
    fields = next(
        each for each in forms(client.get("/").text, "/sign-in/demo") if each["name"] == name
    )
    assert 303 == client.post("/sign-in/demo", data=fields, headers=own).status_code
    trail.tokens |= set(client.cookies.values())
    seen = walk(client, "/")
    sent: set[str] = set()
    for page in list(seen.values()):
        for form in PageReader(page).forms:
            if form.method == "post" and not form.action.startswith(LEFT_OUT):
                send(client, form, own, sent)


def walk(client: httpx2.Client, start: str) -> dict[str, str]:
    """Every page that can be reached from one by links, by its address."""
    waiting, seen, alike = [start], dict[str, str](), Counter[str]()
    while waiting and len(seen) < PAGES:
        path = waiting.pop(0)
        if path in seen or not path.startswith("/") or path.startswith(("//", "/language/")):
            continue
        kind = _NAMED.sub("*", path)
        alike[kind] += 1
        if alike[kind] > ALIKE:
            continue
        answer = client.get(path, follow_redirects=False)
        seen[path] = answer.text if "html" in answer.headers.get("content-type", "") else ""
        waiting += [*PageReader(seen[path]).links, answer.headers.get("location", "")]
    assert len(seen) < PAGES
    return seen


def send(client: httpx2.Client, form: FoundForm, own: dict[str, str], sent: set[str]) -> None:
    """Send a form with something hostile in every field one can type, filled in, and as it is."""
    if form.action in sent:
        return
    sent.add(form.action)
    plain = {name: value or "demo" for name, value in form.fields.items()}
    hostile = {name: TYPED if name in form.typed else plain[name] for name in plain}
    forged = {**plain, "form_token": "forged"}
    for fields in (hostile, forged, plain, dict(form.fields)):
        answer = client.post(form.action, data=fields, headers=own)
        if answer.is_redirect and answer.headers["location"].startswith("/"):
            led_to = client.get(answer.headers["location"])
            for further in PageReader(led_to.text).forms:
                if further.method == "post" and not further.action.startswith(LEFT_OUT):
                    send(client, further, own, sent)


def drive_addresses(trail: Trail) -> None:
    """What is nowhere, nobody's, or not for this caller, at the API's own addresses."""
    token = operator_token_file(trail.service.home).read_text()
    unknown = httpx2.QueryParams({"id": "unknown"})
    with trail.recorder.client(trail.service.base) as client:
        for path in (
            *("/nowhere", "/wallet/holders/unknown/history", "/verifiers/requests/unknown"),
            *("/issuers/unknown/status/0", "/consent/entries/99", "/consent/log/tile/9/999"),
            *("/verifiers/operator/transactions/unknown", "/issuers/operator/credentials/unknown"),
        ):
            client.get(path)
            client.get(path, headers={"Authorization": f"Bearer {token}"}, params=unknown)
            client.get(path, headers={"Authorization": f"Bearer {TYPED_WORD}"})
            client.post(path, content=TYPED.encode(), headers={"User-Agent": TYPED_WORD})
            client.request(TYPED_WORD, path)


def drive_a_fault(trail: Trail) -> None:
    """Break the register under a running service: 500, with a person's name in the statement."""
    with trail.recorder.client(trail.service.base) as client:
        sign_in(trail, client, "officer")
        (find,) = [
            form
            for form in PageReader(client.get("/issuers/desk").text).forms
            if form.action == "/issuers/desk/find"
        ]
        words = dict.fromkeys(find.typed, f"{CLAIM} name")
        with register(trail.service.home) as connection:
            connection.execute(text("ALTER TABLE people RENAME TO nobody"))
        fields = {**find.fields, **words}
        answer = client.post(find.action, data=fields, headers=own_site(trail))
        with register(trail.service.home) as connection:
            connection.execute(text("ALTER TABLE nobody RENAME TO people"))
        assert 500 == answer.status_code


async def forget(service: Service) -> None:
    """Let the relying parties' time for claims be over."""
    engine = sqlite_engine(service.home / "verifiers.sqlite")
    later = utc_now() + timedelta(days=1)
    await VerifiersStore(engine).forget(delivered_before=later, closed_before=later)
    await engine.dispose()


def test_the_walk_was_long_enough(trail: Trail) -> None:
    """
    Every role saw its pages, and everything that can be answered was answered.
    """
    assert {200, 303, 400, 401, 403, 404, 500} <= trail.recorder.statuses
    assert len(trail.recorder.pages) > 60
    assert any(CLAIM in page for page in trail.recorder.pages.values()), "the citizen reads it"
    assert len(trail.log.read_text().splitlines()) > 500


def test_the_search_finds_what_it_looks_for() -> None:
    """
    In plain, in hexadecimal, and at every offset of base64.
    """
    for octets in (b"..CANARY..", b"43414e415259", b"IENBTkFSWQ", b"Q0FOQVJZ", b"ICBDQU5BUlk"):
        assert [CLAIM] == found([CLAIM], octets), octets
    assert [] == found([CLAIM], b"CANAR Y" + os.urandom(8))
    assert 6 == len(list(spellings(CLAIM)))


def test_no_log_line_holds_a_value(trail: Trail) -> None:
    """
    T23, P16, SDJ-18: not at debug level either, and every line is one.
    """
    octets = trail.log.read_bytes()

    assert [] == found([CLAIM, TYPED_WORD, IN_ADDRESS], octets)
    assert b"Traceback" not in octets
    assert b"\x1b" not in octets


def test_no_log_line_holds_a_token_or_key(trail: Trail) -> None:
    """
    T1: sessions, tokens and the key of keys; their hashes are no secret.
    """
    master = (trail.service.home / "keys" / "master.key").read_bytes()
    octets = trail.log.read_bytes()

    assert len(trail.secrets) > len(ROLES)
    assert [] == [secret for secret in trail.secrets if secret.encode() in octets]
    assert master not in octets
    assert master.hex().encode() not in octets


def test_no_address_holds_a_value(trail: Trail) -> None:
    """
    P16: addresses end up in histories, in other servers' logs and in referrers.
    """
    asked = [address for address in trail.recorder.addresses if address]

    assert len(asked) > 300
    assert [] == [address for address in asked if found([CLAIM, TYPED_WORD], address.encode())]
    assert [] == [secret for secret in trail.secrets if secret in "\n".join(asked)]


def test_no_count_holds_a_value(trail: Trail) -> None:
    """
    T23: neither names nor what somebody asked for becomes a label.
    """
    assert "mydata_acts_total" in trail.metrics
    assert [] == found([CLAIM, TYPED_WORD, IN_ADDRESS, *trail.secrets], trail.metrics.encode())


def test_no_entry_holds_a_value(trail: Trail) -> None:
    """
    P14: the whole log as anybody may copy it, entries, tiles and checkpoint.
    """
    assert len(trail.ledger) > 2_000
    assert [] == found([CLAIM, TYPED_WORD, IN_ADDRESS, *trail.secrets], trail.ledger)


def test_no_refusal_holds_a_value(trail: Trail) -> None:
    """
    T23, H88: what is refused is not said back, and never as part of a page's code.
    """
    refusals = b"\n".join(trail.recorder.refusals)

    assert len(trail.recorder.refusals) > 50
    # A page leads back to its own address, when its language is changed.
    told = b"\n".join(each for each in trail.recorder.refusals if not each.startswith(b"<"))
    assert [] == found([CLAIM, *trail.secrets], refusals)
    assert len(told) > 1_000
    assert [] == found([IN_ADDRESS, TYPED_WORD], told)
    assert [] == [url for url, page in trail.recorder.pages.items() if "<script>alert" in page]


def test_relying_parties_forget(trail: Trail) -> None:
    """
    When the time for claims is over nothing of them is left; before, they were sealed.
    """
    home = trail.service.home
    kept = b"".join(path.read_bytes() for path in home.glob("verifiers.sqlite*"))

    assert len(kept) > 10_000
    assert [] == found([CLAIM], kept)


def test_issuers_keep_no_claim_of_their_own(trail: Trail) -> None:
    """
    The register is the authorities'; issuing adds who, when and why, and no claim.
    """
    sources = {
        *("people", "households", "address_history", "stays", "personal_changes", "members"),
        *("tax_accounts", "local_tax_accounts", "deferrals", "local_deferrals", "open_taxes"),
        *("local_open_taxes", "register_files", "service_records", "offices"),
    }
    with register(trail.service.home) as connection:
        rows = {
            name: str(connection.execute(select(table)).fetchall())
            for name, table in metadata.tables.items()
            if name not in sources
        }

    assert {"certificates", "offers", "notices"} <= set(rows)
    assert len(rows["certificates"]) > 200
    assert {} == {name: row for name, row in rows.items() if found([CLAIM], row.encode())}


def test_salts_leave_the_issuer_to_the_holder_alone(trail: Trail) -> None:
    """
    SDJ-18: no log and no database holds one, alone or in a disclosure; wallets seal theirs.
    """
    kept = [trail.log, *trail.service.home.glob("*.sqlite*")]
    salts = sorted(trail.salts)[:SALTS]

    assert SALTS == len(salts)
    assert len(kept) > 5
    for path in kept:
        assert [] == found(salts, path.read_bytes()), path.name


def test_wallets_and_pages_keep_claims_sealed(trail: Trail) -> None:
    """
    P16: a copy of either database shows nobody's certificate and opens nobody's session.
    """
    home = trail.service.home
    for room in ("wallet", "web"):
        kept = b"".join(path.read_bytes() for path in home.glob(f"{room}.sqlite*"))
        assert len(kept) > 10_000
        assert [] == found([CLAIM, *trail.secrets], kept), room


def test_every_flow_of_the_ledger_was_driven(trail: Trail) -> None:
    """
    Each kind of entry that people and institutions cause is there, and every secret to look for.
    """
    caused = {
        *("consent", "refused", "withdrawn", "deletion_requested", "about", "used", "used_late"),
        *("acknowledged", "erased", "over_asked", "audited"),
    }
    pages = set(trail.recorder.pages)

    assert set() == caused - types_of(trail.service.home)
    assert {} == {kind: found for kind, found in vars(trail.sealed).items() if not found}
    assert any(url.endswith("/paper") for url in pages), "a receipt was printed"
    assert any("/consent/receipts/" in url for url in pages)
    assert any("/consent/look-ups" in url for url in pages)
    assert {"case.jsonl", "evidence.json", "statistics.csv", "opened-receipts.json"} <= set(
        trail.saved
    )


def test_records_name_claims_and_hold_no_value(trail: Trail) -> None:
    """
    P14: deposits as they are opened for the pair or a case, those of every flow.
    """
    opened = as_read(opened_deposits(trail.service.home))
    words = [CLAIM, TYPED_WORD, IN_ADDRESS, *trail.secrets, *sorted(trail.salts)[:SALTS]]

    assert [NAMED] == found([NAMED], opened), "names of claims are what a record is for"
    assert [] == found([*words, *trail.sealed.some()], opened)


@pytest.mark.parametrize("name", ["consent.sqlite", "record_keys.sqlite", "log.anchor"])
def test_the_ledger_stores_no_value_and_no_key(trail: Trail, name: str) -> None:
    """
    P14, T1: deposits as they are stored; the keys that open them stand in no backup of them.
    """
    kept = b"".join(path.read_bytes() for path in trail.service.home.glob(f"{name}*"))
    own_keys = [] if name.startswith("record_keys") else wrapped_keys(trail.service.home)[:SALTS]

    assert len(kept) > 100
    words = [NAMED, CLAIM, TYPED_WORD, IN_ADDRESS, *trail.secrets]
    # Records are sealed whole, the names of claims too.
    assert [] == found([*words, *trail.sealed.some(), *own_keys], kept)


def test_a_witness_keeps_checkpoints_and_nothing_else(trail: Trail) -> None:
    """
    Neither its store nor its log holds what a stranger typed, or anything of anybody.
    """
    witness = trail.witness
    kept = {path.name: path.read_bytes() for path in witness.home.glob("witness.sqlite*")}
    kept["log"] = witness.home.with_suffix(".log").read_bytes()

    assert b"localhost" in b"".join(kept.values()), "the log's checkpoint is in there"
    for name, octets in kept.items():
        assert [] == found([CLAIM, TYPED_WORD, *trail.secrets, *trail.sealed.some(3)], octets), (
            name
        )


def test_secrets_of_citizens_stand_sealed_or_nowhere(trail: Trail) -> None:
    """
    T1, T23: MAC keys, inboxes, labels of households, signing keys, addresses of standing consents.
    """
    secrets = trail.sealed.some()
    spoken = {
        "log": trail.log.read_bytes(),
        "metrics": trail.metrics.encode(),
        "ledger": trail.ledger,
        "addresses": "\n".join(trail.recorder.addresses).encode(),
        "refusals": b"\n".join(trail.recorder.refusals),
        "pages": "\n".join(trail.recorder.pages.values()).encode(),
    }
    stored = {path.name: path.read_bytes() for path in trail.service.home.glob("*.sqlite*")}

    assert len(secrets) > 20
    held = {name: found(secrets, octets) for name, octets in (spoken | stored).items()}
    assert {} == {name: leaked for name, leaked in held.items() if leaked}


def test_what_is_handed_over_holds_no_value(trail: Trail) -> None:
    """
    Records of a case, evidence, receipts, exports, statistics: names of claims, and no secret.
    """
    words = [CLAIM, TYPED_WORD, IN_ADDRESS, *trail.secrets, *sorted(trail.salts)[:SALTS]]
    sealed = replace(trail.sealed, disclosure_salts=set())

    assert len(trail.saved) > 7
    held = {name: found([*words, *sealed.some()], file) for name, file in trail.saved.items()}
    assert {} == {name: leaked for name, leaked in held.items() if leaked}


def test_a_printed_receipt_shows_no_value(trail: Trail) -> None:
    """
    What lies on a table: the page to print, and the list of receipts opened by a foreign wallet.
    """
    papers = {
        url: page
        for url, page in trail.recorder.pages.items()
        if url.endswith("/paper") or "/consent/receipts" in url
    }

    assert len(papers) > 2
    for url, page in papers.items():
        assert [] == found([CLAIM, TYPED_WORD, *trail.sealed.some()], page.encode()), url
