"""The page for holders of other wallets, and the addresses their wallets call."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.endpoints import routes
from consent.endpoints.openings import opening_routes
from consent.forms.record import EventState
from consent.forms.terms import LocalText
from consent.ledger import Ledger
from consent.opening.openings import Openings
from consent.pages.receipts import receipt_pages
from consent.store import SqlOpeningStore
from keys.entropy import SYSTEM_ENTROPY
from keys.sealing import DataKey
from tests.consent.opening.world import BASE, NOW, VCT, ForeignWallet, OpeningWorld, opening_id
from tests.consent.sharing import Sharing
from tests.consent.world import World
from tests.empty_databases import empty_sqlite
from tests.problems import answer_web_error
from web.errors import WebError
from web.kit import Kit, Surroundings
from web.store import WebStore
from web.store import metadata as web_metadata

RECEIPTS = "/consent/receipts"
NAMED = {VCT: LocalText("신분증", "Identity card", "身分証")}
FIELD = re.compile(r'name="(\w+)" value="([^"]*)"')


@dataclass(frozen=True)
class Site:
    """The ledger's addresses and pages, and the browser of somebody nobody knows."""

    app: FastAPI
    browser: httpx2.AsyncClient
    wallet: ForeignWallet

    def another(self) -> httpx2.AsyncClient:
        return client_of(self.app)

    async def shown(self, link: str) -> str:
        """Answer the question behind a link; return where the wallet leads back to."""
        asked = await self.another().get(f"/consent/openings/{opening_id(link)}/request")
        posted = await self.another().post(
            f"/consent/openings/{opening_id(link)}/response",
            content=self.wallet.answer(asked.text),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        return str(posted.json()["redirect_uri"])

    async def begin(self, **fields: str) -> str:
        """Choose a certificate; return the page that follows."""
        page = await self.browser.get(f"{RECEIPTS}?lang=en")
        hidden = {name: value for name, value in FIELD.findall(page.text) if name != "type"}
        headers = {"Origin": BASE}
        answer = await self.browser.post(RECEIPTS, data={**hidden, **fields}, headers=headers)
        return unescape(answer.text)


def client_of(app: FastAPI) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=BASE)


@pytest.fixture
async def site(ledger: Ledger, sqlite: AsyncEngine, tmp_path: Path) -> AsyncIterator[Site]:
    world = OpeningWorld()
    engine = empty_sqlite(tmp_path / "web.sqlite", web_metadata)
    around = Surroundings(
        base=BASE, secret=bytes(32), demo=False, clock=lambda: NOW, entropy=SYSTEM_ENTROPY
    )
    openings = Openings(
        SqlOpeningStore(sqlite), ledger.records_of_key, DataKey(bytes(32)), world.desk()
    )
    app = FastAPI()
    router = routes(ledger)
    router.include_router(opening_routes(openings))
    app.include_router(receipt_pages(openings, NAMED, Kit(WebStore(engine), around)))
    app.include_router(router)
    app.add_exception_handler(WebError, answer_web_error)
    async with client_of(app) as browser:
        yield Site(app, browser, ForeignWallet(world.issuer))
    await engine.dispose()


def link_in(page: str) -> str:
    found = re.search(r'href="(openid4vp://[^"]+)"', page)
    assert found, page
    return unescape(found[1])


async def test_a_holder_reads_what_was_filed_in_three_steps(
    site: Site, ledger: Ledger, world: World
) -> None:
    """
    Choose, open the wallet, read: party, purpose and names of claims; the whole as a file.
    """
    sharing = Sharing(ledger, world)
    deposit = sharing.deposit(sharing.record(EventState.USED), holder_key=site.wallet.thumbprint)
    await ledger.submit(sharing.token(deposit, opens=True))
    link = link_in(await site.begin(type=VCT))

    asked = await site.another().get(f"/consent/openings/{opening_id(link)}/request")
    assert "application/oauth-authz-req+jwt" == asked.headers["content-type"]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    posted = await site.another().post(
        f"/consent/openings/{opening_id(link)}/response",
        content=site.wallet.answer(asked.text),
        headers=form,
    )
    back = str(posted.json()["redirect_uri"])
    page = unescape((await site.browser.get(f"{back}&lang=en")).text)
    whole = await site.browser.get(back.replace("?", "/records.json?"))

    assert "미리내은행" in page
    assert "Loan assessment" in page
    [record] = whole.json()["records"]
    assert deposit.record.record_id == record["record"]["record_id"]
    assert 404 == (await site.another().get(back)).status_code


async def test_what_retention_ended_is_found_no_more(
    site: Site, ledger: Ledger, world: World
) -> None:
    """
    With a record's key goes the link from the holder's key to it: not even that it was is told.
    """
    sharing = Sharing(ledger, world)
    deposit = sharing.deposit(sharing.record(EventState.USED), holder_key=site.wallet.thumbprint)
    await ledger.submit(sharing.token(deposit, opens=True))
    await ledger.tick(NOW + timedelta(days=1096))
    link = link_in(await site.begin(type=VCT))
    back = await site.shown(link)
    page = await site.browser.get(f"{back}&lang=en")
    whole = await site.browser.get(back.replace("?", "/records.json?"))

    assert "Nothing was filed" in page.text
    assert [] == whole.json()["records"]


async def test_a_key_that_nothing_was_filed_with_is_told_so(site: Site) -> None:
    """
    An empty list says so.
    """
    link = link_in(await site.begin(other=VCT))
    page = await site.browser.get(await site.shown(link) + "&lang=en")

    assert "Nothing was filed" in page.text


async def test_nothing_chosen_is_told_with_the_next_step(site: Site) -> None:
    """
    No type, or one that cannot be: the page says what to choose.
    """
    assert "openid4vp" not in await site.begin()
    assert "openid4vp" not in await site.begin(other="x" * 301)


async def test_what_a_wallet_is_refused_has_a_code(site: Site) -> None:
    """
    An unknown number and an answer that proves nothing, each with its code.
    """
    unknown = await site.browser.get(f"/consent/openings/{'x' * 22}/request")
    link = link_in(await site.begin(type=VCT))
    refused = await site.browser.post(
        f"/consent/openings/{opening_id(link)}/response", data={"vp_token": "{}"}
    )

    assert (404, "opening_unknown") == (unknown.status_code, unknown.json()["error"])
    assert (400, "opening_refused") == (refused.status_code, refused.json()["error"])


async def test_what_the_ledger_did_not_say_is_left_to_the_kit(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A fault of our own is no refusal of the ledger: it is not shown as one.
    """
    link = link_in(await site.begin(type=VCT))
    back = await site.shown(link)

    async def broken(*_: object) -> None:
        raise RuntimeError("of somebody else")

    monkeypatch.setattr(Openings, "records", broken)
    with pytest.raises(RuntimeError, match="of somebody else"):
        await site.browser.get(back)
