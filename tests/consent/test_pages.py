"""The auditor's pages: who sees them, what they show, and verifying at the press of a button."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.auditing.opened import parse_records
from consent.auditing.report import Problem, Proved, Report
from consent.auditing.sighting import Seen, Sighting
from consent.browsing import PAGE
from consent.forms.entry import EntryType, log_label
from consent.forms.reading import ReadRecord, Unopenable
from consent.forms.receipt import EntryProof
from consent.forms.record import EventState
from consent.ledger import Ledger
from consent.pages import pages
from consent.pages.log import groups
from consent.pages.verification import PROBLEMS_SHOWN, progress_of, verdict_of
from consent.ports import Verification
from consent.store.tables import entries
from consent.tlog.signed_note import NOTE_LIMIT
from keys import base64url
from keys.entropy import SYSTEM_ENTROPY
from tests.consent.sharing import Sharing
from tests.consent.test_browsing import FIRST, fill, uses
from tests.consent.world import NOW, World
from tests.empty_databases import empty_sqlite
from web.kit import Kit, Surroundings
from web.people import Person, PersonRole
from web.sessions import Session, handle_of, new_session_id
from web.store import Account, WebStore
from web.store import metadata as web_metadata

BASE = "http://testserver:80"
_TOKEN = re.compile(r'name="(form_token|once)" value="([^"]+)"')


@dataclass(frozen=True)
class Pages:
    """The pages of one ledger, and a browser for each role."""

    ledger: Ledger
    auditor: httpx2.AsyncClient
    citizen: httpx2.AsyncClient
    nobody: httpx2.AsyncClient

    async def read(self, path: str, status: int = 200, language: str = "en") -> str:
        """The page as the auditor sees it, entities resolved."""
        joint = "&" if "?" in path else "?"
        answer = await self.auditor.get(f"{path}{joint}lang={language}")
        assert status == answer.status_code, answer.text
        return unescape(answer.text)

    async def press(self, since: str = "", **changed: str) -> httpx2.Response:
        """Send the form of the verification page."""
        found = dict(_TOKEN.findall((await self.auditor.get("/consent/verify")).text))
        headers = {"Origin": "http://testserver"}
        fields = {**found, "since": since, **changed}
        return await self.auditor.post("/consent/verify", data=fields, headers=headers)

    async def verified(self, since: str = "") -> str:
        """Press, wait, and read what was proved."""
        assert 303 == (await self.press(since)).status_code
        task = self.ledger.verifying._task
        assert task is not None
        await task
        return await self.read("/consent/verify")


@pytest.fixture
async def site(world: World, ledger: Ledger, tmp_path: Path) -> AsyncIterator[Pages]:
    engine = empty_sqlite(tmp_path / "web.sqlite", web_metadata)
    kit = Kit(
        WebStore(engine),
        Surroundings(
            base=BASE, secret=bytes(32), demo=False, clock=lambda: NOW, entropy=SYSTEM_ENTROPY
        ),
    )
    app = FastAPI()
    app.include_router(pages(ledger, kit))
    browsers = [
        await browser(app, kit, role) for role in (PersonRole.AUDITOR, PersonRole.CITIZEN, None)
    ]
    yield Pages(ledger, *browsers)
    for each in browsers:
        await each.aclose()
    await engine.dispose()


async def browser(app: FastAPI, kit: Kit, role: PersonRole | None) -> httpx2.AsyncClient:
    """A browser in which somebody of this role is signed in, None for nobody."""
    client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=BASE)
    if role is not None:
        visit_id = new_session_id(SYSTEM_ENTROPY)
        await kit.store.people.add(Account(Person(role.value, role.value, role, role.value)))
        await kit.store.sessions.begin(Session(handle_of(visit_id), role.value, NOW, NOW))
        client.cookies.set("mydata-session", visit_id)
    return client


PATHS = [
    *("/consent", "/consent/entries/0", "/consent/entries/0/proof", "/consent/verify"),
    *("/consent/look-ups?entry=0", "/consent/institutions"),
]


@pytest.mark.parametrize("path", PATHS)
async def test_the_pages_are_the_auditors(site: Pages, path: str) -> None:
    """
    Nobody is led to sign-in and back here, another role is told whose page this is.
    """
    await uses(site.ledger, 1)

    assert 200 == (await site.auditor.get(path)).status_code
    assert 403 == (await site.citizen.get(path)).status_code
    led = await site.nobody.get(path)
    assert (303, True) == (led.status_code, led.headers["location"].startswith("/sign-in?next="))


async def test_only_an_auditor_begins_a_verification(site: Pages) -> None:
    """
    Neither another role nor a form from elsewhere starts the work.
    """
    for client in (site.citizen, site.nobody):
        answer = await client.post("/consent/verify", data={"since": ""})
        assert answer.status_code in {303, 403}
    assert 403 == (await site.press(form_token="x" * 43)).status_code

    assert await site.ledger.verifying.last() is None


@pytest.mark.parametrize("language", ["ko", "en", "ja"])
@pytest.mark.parametrize(
    "path", ["/consent", "/consent/entries/1", "/consent/verify", "/consent/look-ups"]
)
async def test_a_page_is_whole_in_every_language(site: Pages, path: str, language: str) -> None:
    """
    No text is missing, and no script, style or picture stands inside the page.
    """
    await uses(site.ledger, 2)
    await site.verified()

    page = await site.read(path, language=language)

    assert f'<html lang="{language}">' in page
    assert "<script>" not in page
    assert "style=" not in page


async def test_the_overview_says_what_the_log_is(site: Pages) -> None:
    """
    Size, fingerprint in groups, name and signature; and that nothing personal is in it.
    """
    await uses(site.ledger, 3)

    page = await site.read("/consent")
    overview = await site.ledger.browsing.overview()

    assert groups(overview.checkpoint.root) in page
    assert overview.note in page
    assert "holds no personal value" in page
    assert "needs a signature that you kept" in page
    assert [3, 2, 1, 0] == listed(page)


def listed(page: str) -> list[int]:
    """The indexes of the entries that a page links to, in its order."""
    return [int(found) for found in re.findall(r'href="/consent/entries/(\d+)"', page)]


async def test_the_list_is_turned_by_its_buttons(site: Pages) -> None:
    """
    Older and newer keep what is looked for.
    """
    await uses(site.ledger, PAGE + 5)

    newest = await site.read("/consent?type=used&first=2")
    (older,) = re.findall(r'href="(/consent\?[^"]*older_than=\d+)"', newest)
    oldest = await site.read(older)
    (newer,) = re.findall(r'href="(/consent\?[^"]*newer_than=\d+)"', oldest)

    assert [*range(PAGE + 5, 5, -1)] == listed(newest)
    assert [5, 4, 3, 2] == listed(oldest)
    assert listed(newest) == listed(await site.read(newer))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("type=consent", [0]),
        ("type=used", [2, 1]),
        ("first=1&last=1", [1]),
        ("type=&first=&last=", [2, 1, 0]),
        ("type=erased", []),
    ],
)
async def test_entries_are_looked_for(site: Pages, query: str, expected: list[int]) -> None:
    """
    By what happened and by index; empty fields ask nothing. One pair is looked up for a case.
    """
    await uses(site.ledger, 2)

    page = await site.read(f"/consent?{query}")

    assert expected == listed(page)
    assert expected or "No entry was found" in page


@pytest.mark.parametrize(
    "query",
    [
        "type=nothing",
        "first=-1",
        "first=x",
        "last=1e3",
        "older_than=" + "9" * 19,
        "first=%EF%BC%91",
    ],
)
async def test_what_cannot_be_looked_for_is_said(site: Pages, query: str) -> None:
    """
    400 as a page with the way back, and nothing of the input in it.
    """
    page = await site.read(f"/consent?{query}", status=400)

    assert "What you look for could not be read" in page


async def test_what_is_typed_comes_back_escaped(site: Pages) -> None:
    """
    H88: an address with a script in it shows none.
    """
    answer = await site.auditor.get("/consent", params={"type": "<script>alert(1)</script>"})

    assert 400 == answer.status_code
    assert "<script>alert" not in answer.text


async def test_an_entry_is_shown_with_its_proof(site: Pages) -> None:
    """
    Every hash on the way is on the page, and the last one is the signed root.
    """
    await uses(site.ledger, 6)

    page = await site.read("/consent/entries/5")
    shown = await site.ledger.browsing.entry(5)

    for step in shown.steps:
        assert groups(step.sibling) in page
        assert groups(step.root) in page
    assert groups(shown.checkpoint.root) == groups(shown.steps[-1].root)
    assert shown.proof.leaf.decode() in page
    assert base64url.encode(shown.leaf.label) in page
    assert [] == listed(page), "the others of its pair are a look-up away"
    assert f'href="/consent/look-ups?label={base64url.encode(FIRST)}"' in page
    assert 'href="/consent/look-ups?entry=5"' in page


async def test_a_first_and_only_entry_is_shown(site: Pages) -> None:
    """
    No previous entry, and no step from it to the root.
    """
    await uses(site.ledger, 0)

    page = await site.read("/consent/entries/0")

    assert "None, this is the first" in page


async def test_every_type_has_its_words(site: Pages) -> None:
    """
    What happened is said in a word and in a sentence.
    """
    await fill(site.ledger, *[(bytes([at]) * 32, type_) for at, type_ in enumerate(EntryType)])

    for at in range(len(EntryType)):
        page = await site.read(f"/consent/entries/{at}")
        assert re.search(r"<p>(Some|The|A) .*[.]</p>", page), at


async def test_what_the_log_says_of_itself_has_no_pair(site: Pages) -> None:
    """
    A seal of the map is nobody's: nothing is there to be looked up for a case.
    """
    own = log_label(site.ledger.log_key.name)
    await site.ledger.write_own(EntryType.MAP, own, commitment=bytes(32), request=bytes(16))

    assert "/consent/look-ups" not in await site.read("/consent/entries/0")
    assert "/consent/look-ups" not in await site.read("/consent")


async def test_a_proof_is_saved_and_can_be_checked(site: Pages, world: World) -> None:
    """
    The file is the ledger's own answer, for any program.
    """
    await uses(site.ledger, 4)

    answer = await site.auditor.get("/consent/entries/2/proof")

    assert 'attachment; filename="entry-2.json"' == answer.headers["content-disposition"]
    proof = EntryProof.parse(json.loads(answer.text))
    assert 2 == proof.verify(log_key=site.ledger.log_key).index


@pytest.mark.parametrize("index", ["1", "99999999999999999999"])
@pytest.mark.parametrize("suffix", ["", "/proof"])
async def test_an_entry_that_is_not_there_is_not_found(
    site: Pages, index: str, suffix: str
) -> None:
    """
    404 as a page, whatever the number is.
    """
    await uses(site.ledger, 0)

    assert "no such entry" in await site.read(f"/consent/entries/{index}{suffix}", status=404)


@pytest.mark.parametrize("index", ["x", "-1", "1.5", "%00"])
async def test_what_is_no_index_is_nowhere(site: Pages, index: str) -> None:
    """
    The address has no page.
    """
    assert 404 == (await site.auditor.get(f"/consent/entries/{index}")).status_code


async def test_a_damaged_entry_is_not_shown(site: Pages, sqlite: AsyncEngine) -> None:
    """
    Its page says so and what to do; the list marks it and shows the others.
    """
    await uses(site.ledger, 2)
    async with sqlite.begin() as connection:
        first = update(entries).where(entries.c.position == 1)
        await connection.execute(first.values(leaf=b"<b>"))

    assert "not what was signed" in await site.read("/consent/entries/1", status=503)
    page = await site.read("/consent")
    assert [2, 1, 0] == listed(page)
    assert "Unreadable" in page


async def test_what_institutions_owe_and_asked_is_shown(site: Pages, world: World) -> None:
    """
    Overdue duties first, then the month so far by institution, then the sheets of past months.
    """
    assert "No duty is overdue" in await site.read("/consent/institutions")
    await site.ledger.months.turn()
    sharing = Sharing(site.ledger, world)
    made = sharing.record(EventState.GIVEN)
    beyond = replace(made.asked, beyond_registration=("birthdate",))
    await sharing.write(EventState.GIVEN, asked=beyond)
    await sharing.write(EventState.WITHDRAWN)
    before = world.now
    try:
        world.now = NOW + timedelta(days=12)
        pages = [await site.read("/consent/institutions", language=each) for each in ("ko", "en")]
        monkeyed = site.ledger.months
        world.now = NOW + timedelta(days=40)
        await monkeyed.turn()
        later = await site.read("/consent/institutions", language="ja")
    finally:
        world.now = before

    assert "기한을 넘긴 일이 2건" in pages[0]
    assert "2 duties are overdue" in pages[1]
    assert "kr-110111-0000001" in pages[1]
    assert "미리내은행" in pages[1]
    [counted] = re.findall(r"Asked citizens beyond its registration\D+(\d+)", pages[1])
    assert "1" == counted
    assert 'href="/consent/log/statistics/2026-11.csv"' in later


async def look_up(site: Pages, **fields: str) -> httpx2.Response:
    """Send the form of a look-up."""
    found = dict(_TOKEN.findall((await site.auditor.get("/consent/look-ups")).text))
    asked = {**found, "case": "2026-A-17", "reason": "complaint", **fields}
    headers = {"Origin": "http://testserver"}
    return await site.auditor.post("/consent/look-ups", data=asked, headers=headers)


async def test_a_pair_is_looked_up_for_a_case_and_seen(site: Pages) -> None:
    """
    The look-up is an entry first; then all entries of the pair are listed, that one among them.
    """
    await uses(site.ledger, PAGE)

    led = await look_up(site, label=base64url.encode(FIRST))
    filed = f"/consent/look-ups/{PAGE + 1}"
    page = await site.read(filed)
    (older,) = re.findall(rf'href="({filed}[?]older_than=[0-9]+)"', page)

    assert (303, filed) == (led.status_code, led.headers["location"])
    assert "auditor · 2026-A-17" in page
    assert [*range(PAGE + 1, 1, -1)] == listed(page)
    oldest = await site.read(older)
    assert [1, 0] == listed(oldest)
    assert f"{filed}?newer_than=" in oldest
    assert 404 == (await site.auditor.get(f"{filed}/record")).status_code


async def test_a_record_is_opened_for_a_case_and_seen(site: Pages, world: World) -> None:
    """
    What it says is shown, names of claims and no values, and may be kept as a line of a file.
    """
    sharing = await Sharing(site.ledger, world).given()

    led = await look_up(site, entry="0")
    pages = {
        language: await site.read("/consent/look-ups/1", language=language)
        for language in ("ko", "en", "ja")
    }
    saved = await site.auditor.get("/consent/look-ups/1/record")

    assert "/consent/look-ups/1" == led.headers["location"]
    for language, purpose in (("ko", "대출 심사"), ("en", "Loan assessment"), ("ja", "融資審査")):
        assert purpose in pages[language]
    assert "미리내은행" in pages["en"]
    assert "address" in pages["en"]
    assert 'filename="record-0.jsonl"' in saved.headers["content-disposition"]
    [kept] = parse_records(saved.content)
    assert sharing.consent == kept.record


async def test_a_record_that_was_destroyed_is_said_to_be_gone(
    site: Pages, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The look-up is seen all the same, and shows that there is nothing to see.
    """
    await Sharing(site.ledger, world).given()
    await look_up(site, entry="0")
    gone = ReadRecord(0, 1, None, None, None, Unopenable.SHREDDED)

    async def opened(_index: int) -> ReadRecord:
        return gone

    monkeypatch.setattr(site.ledger.looking_up, "open", opened)

    assert "cannot be opened again" in await site.read("/consent/look-ups/1")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"label": "short"}, 400),
        ({"label": "!" * 43}, 400),
        ({"label": "A" * 43}, 404),
        ({"entry": "x"}, 400),
        ({"entry": "9" * 19}, 400),
        ({"entry": "\uff17"}, 400),
        ({"entry": "0", "case": "a name"}, 400),
        ({"entry": "0", "reason": "curiosity"}, 400),
        ({"entry": "0", "reason": "holder_refused"}, 400),
    ],
    ids=str,
)
async def test_what_is_no_look_up_shows_nothing(
    site: Pages, fields: dict[str, str], status: int
) -> None:
    """
    Said in words, and nothing is written.
    """
    await uses(site.ledger, 0)

    assert status == (await look_up(site, **fields)).status_code
    assert 1 == (await site.ledger.browsing.overview()).checkpoint.size


async def test_verifying_says_what_was_proved(site: Pages) -> None:
    """
    Never, then consistent, then unchanged since the checkpoint that was pasted.
    """
    assert "Nobody has examined" in await site.read("/consent/verify")
    await uses(site.ledger, 2)
    kept = (await site.ledger.file("checkpoint")).decode()

    consistent = await site.verified()
    await fill(site.ledger, (b"3" * 32, EntryType.CONSENT))
    unchanged = await site.verified(kept.replace("\n", "\r\n"))

    assert first_line(consistent).startswith("Proved: 3 entries and the signature agree")
    assert "not rewritten is not proved" in consistent
    assert first_line(unchanged).startswith(
        "Proved: the 3 entries of your signature are unchanged"
    )
    assert kept.strip() in unchanged, "the pasted one is there for the next time"


def first_line(page: str) -> str:
    """The verdict: the first thing below the heading."""
    found = re.search(r'</h1>\s*<p class="verdict \w+".*?<span>(.*?)</span></p>', page, re.DOTALL)
    assert found is not None, page
    return found[1].strip()


async def test_a_checkpoint_of_another_history_is_told(site: Pages) -> None:
    """
    The log agrees with itself, and that is not what was asked.
    """
    await uses(site.ledger, 2)
    kept = (await site.ledger.file("checkpoint")).decode()
    origin, _, rest = kept.partition("\n")

    page = await site.verified(f"{origin}\n9{rest}")

    assert first_line(page).startswith("It does not hold")
    assert "the checkpoint you kept" in page


async def test_what_is_no_checkpoint_is_refused_and_not_kept(site: Pages) -> None:
    """
    T23: the field is shown again to every auditor; somebody's name that was pasted there is not.
    """
    refused = await site.press("홍길동 900101-1234567")
    shown = await site.read("/consent/verify")

    assert 400 == refused.status_code
    assert await site.ledger.verifying.last() is None
    assert "홍길동" not in refused.text + shown


async def test_problems_are_listed_by_entry(site: Pages, sqlite: AsyncEngine) -> None:
    """
    Nothing is proved, and each problem leads to the entry it is about.
    """
    await uses(site.ledger, 3)
    async with sqlite.begin() as connection:
        await connection.execute(update(entries).values(leaf=b"gone"))

    page = await site.verified()

    assert first_line(page).startswith("Nothing proved")
    assert [0, 1, 2, 3] == listed(page)


async def test_more_problems_than_anyone_reads_are_counted(site: Pages) -> None:
    """
    The page lists the first ones and says how many there are.
    """
    found = tuple(Problem(at, "wrong") for at in range(PROBLEMS_SHOWN + 7))
    report = Report(Proved.NOTHING, 100, bytes(32), found)
    done = Verification(b"run", NOW, NOW, 100, 100, None, report)
    store = site.ledger.verifying._store
    assert await store.begin_verification(done, abandoned=NOW)
    assert await store.tell_verification(done)

    page = await site.read("/consent/verify")

    assert "57 problems found" in page
    assert PROBLEMS_SHOWN == len(listed(page))


@pytest.mark.parametrize(("language", "own"), [("ko", "스스로 두는"), ("en", "own operator")])
async def test_who_else_has_seen_it_is_told(
    site: Pages, monkeypatch: pytest.MonkeyPatch, language: str, own: str
) -> None:
    """
    Each witness with its time, who has not seen it yet, and which of them are the operator's own.
    """
    sighting = Sighting((Seen("regulator", NOW), Seen("ours", NOW)), ("court",), "any", ("ours",))
    report = Report(Proved.SEEN, 5, bytes(32), (), sighting=sighting)
    done = Verification(bytes(16), NOW, NOW, 5, 5, None, report)

    async def last() -> Verification:
        return done

    monkeypatch.setattr(site.ledger.verifying, "last", last)

    page = await site.read("/consent/verify", language=language)

    assert all(name in page for name in ("regulator", "ours", "court", own))


async def test_progress_survives_a_reload(site: Pages) -> None:
    """
    Running and broken off are told from the row that every process reads.
    """
    store = site.ledger.verifying._store
    running = Verification(b"run", NOW, NOW, 1000, 250, None, None)
    assert await store.begin_verification(running, abandoned=NOW)
    assert await store.tell_verification(running)

    page = await site.read("/consent/verify")

    assert "25 % examined" in page
    assert "250 of 1000" in page
    assert 'action="/consent/verify"' not in page, "one at a time"


async def test_a_form_that_is_sent_twice_begins_once(
    site: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A double click leads to the same page, and one verification was made.
    """
    await uses(site.ledger, 1)
    begun: list[str | None] = []
    begin = site.ledger.verifying.begin

    async def counted(since: str | None = None) -> None:
        begun.append(since)
        await begin(since)

    monkeypatch.setattr(site.ledger.verifying, "begin", counted)
    found = dict(_TOKEN.findall((await site.auditor.get("/consent/verify")).text))
    answers = [await site.press(**found) for _ in range(2)]

    assert ["/consent/verify"] * 2 == [answer.headers["location"] for answer in answers]
    assert [None] == begun


async def test_a_checkpoint_of_a_megabyte_is_refused(site: Pages) -> None:
    """
    Both a note that is too long and a body that is too long.
    """
    assert 400 == (await site.press("x" * (NOTE_LIMIT + 1))).status_code
    assert 413 == (await site.press("x" * 1024 * 1024)).status_code


@pytest.mark.parametrize(
    ("seconds", "size", "done", "expected"),
    [
        pytest.param(0, 0, 0, (100, None), id="an-empty-log-is-done"),
        pytest.param(0, 10, 5, (50, None), id="within-a-second"),
        pytest.param(4, 1000, 999, (99, 249), id="never-rounded-up"),
    ],
)
def test_progress_is_told_in_whole_percents(
    seconds: int, size: int, done: int, expected: tuple[int, int | None]
) -> None:
    """
    A hundred percent is said when all is read, not before.
    """
    told = NOW.replace(second=seconds)
    progress = progress_of(Verification(b"", NOW, told, size, done, None, None))

    assert expected == (progress.percent, progress.rate)


def test_a_sound_verdict_needs_a_report_without_problems() -> None:
    """
    Consistent with a problem is not green: the checkpoint that was kept does not fit.
    """
    sound = Report(Proved.CONSISTENT, 1, bytes(32), ())
    torn = Report(Proved.CONSISTENT, 1, bytes(32), (Problem(None, "shrunk"),))

    assert ["yes", "no"] == [verdict_of(report).tone for report in (sound, torn)]
