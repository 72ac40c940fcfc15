"""A code shown and scanned on the command line, against a service in a process of its own."""

import asyncio
import io
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image

from app.database import engine_for
from app.installation import open_installation
from app.settings import Settings
from tests.app.conftest import Commands, Service
from wallet.client import WalletClient
from wallet.ledger.appending import Log
from wallet.ports import Ports
from wallet.store import OutboxStore, WalletStore
from wallet.wallet import Wallets
from web.qr import qr_png
from web.qr_reading import read_picture_now


@pytest.fixture
def certificate(mydata: Commands) -> dict[str, Any]:
    """A certificate in the demo citizen's wallet."""
    offer = mydata.json("issuers", "offer", "resident-register")
    return mydata.json("wallet", "accept", offer["credential_offer_uri"])


def shown(mydata: Commands, certificate: dict[str, Any], out: Path, *paths: str) -> dict[str, Any]:
    shows = [argument for path in paths for argument in ("--show", path)]
    return mydata.json("wallet", "qr", certificate["credential_id"], *shows, "--out", str(out))


def test_a_code_is_drawn_scanned_and_good_once(
    mydata: Commands, certificate: dict[str, Any], tmp_path: Path
) -> None:
    """
    The desk that never met the authority learns one yes; the second time it learns nothing.
    """
    picture = tmp_path / "code.png"
    drawn = shown(mydata, certificate, picture, "age_over_19")
    assert {"file", "expires_at"} == set(drawn)
    assert 0o600 == stat.S_IMODE(picture.stat().st_mode)

    result = mydata.json("verifiers", "scan", str(picture), "--profile", "adult-check")
    (credential,) = result["credentials"]
    assert ("verified", "valid", {"age_over_19": True}) == (
        result["state"],
        credential["status"],
        credential["claims"],
    )
    assert result["receipt"]["record"]["event_state"] == "consent_used"
    again = mydata("verifiers", "scan", str(picture), "--profile", "adult-check", "--json")
    assert (1, "code_used") == (again.code, again.answer["error"])

    event = mydata.json("consent", "history")["history"][0]
    assert ("shown", ["age_over_19"]) == (event["event"], event["claims"])


@pytest.mark.parametrize("claim", ["age_over_14", "age_over_65"])
def test_one_claim_of_the_register_copy_fits_version_20(
    mydata: Commands, certificate: dict[str, Any], tmp_path: Path, claim: str
) -> None:
    """
    Out of 83: small frames take it (`tests/web/test_camera_reading.py`).
    """
    picture = tmp_path / "code.png"
    shown(mydata, certificate, picture, claim)

    with Image.open(picture) as code:
        modules = code.width // 8 - 8
    assert modules <= 17 + 4 * 20


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_both_kinds_of_picture_are_written(
    mydata: Commands, certificate: dict[str, Any], tmp_path: Path, suffix: str
) -> None:
    """
    The file's name says which; people are told where it is and until when it counts.
    """
    out = tmp_path / f"code.{suffix}"
    told = mydata(
        *("wallet", "qr", certificate["credential_id"], "--show", "age_over_19"),
        *("--out", str(out)),
    )

    assert 0 == told.code
    assert f"file: {out}" in told.output
    assert "expires_at: 20" in told.output
    assert out.read_bytes().startswith(b"\x89PNG" if suffix == "png" else b"<svg")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "code.png"], "age_over_19"),
        (["--show", "age_over_19", "--out", "code.pdf"], ".png or .svg"),
        (["--show", "age_over_19"], "--out"),
    ],
    ids=["no claim", "another kind of file", "no file"],
)
def test_a_code_drawn_wrong_is_a_usage_error(
    mydata: Commands, certificate: dict[str, Any], arguments: list[str], said: str
) -> None:
    """
    Exit 2; without a claim named, the certificate's claims are.
    """
    refused = mydata("wallet", "qr", certificate["credential_id"], *arguments, "--json")

    assert 2 == refused.code
    assert said in refused.errors.replace("\n", "").replace("│", "")


def test_what_cannot_be_shown_is_refused(
    mydata: Commands, certificate: dict[str, Any], tmp_path: Path
) -> None:
    """
    An unknown claim, an unknown certificate, a place where no file can be: exit 1, each by name.
    """
    name, out = certificate["credential_id"], str(tmp_path / "code.png")
    nowhere = str(tmp_path / "nowhere" / "code.png")

    for code, arguments in (
        ("unknown_claim", [name, "--show", "shoe_size", "--out", out]),
        ("unknown_credential", ["nothing", "--show", "age_over_19", "--out", out]),
        ("unknown_credential", ["nothing", "--out", out]),
        ("unwritable", [name, "--show", "age_over_19", "--out", nowhere]),
    ):
        refused = mydata("wallet", "qr", *arguments, "--json")
        assert (1, code) == (refused.code, refused.answer["error"])
    assert not Path(out).exists()


def test_a_code_is_scanned_as_text_or_from_standard_input(
    mydata: Commands, certificate: dict[str, Any], tmp_path: Path
) -> None:
    """
    A scanner that types; without a profile the test desk checks.
    """
    for number, how in enumerate(("argument", "input")):
        picture = tmp_path / f"{number}.png"
        shown(mydata, certificate, picture, "age_over_19", "applicant")
        text = read_picture_now(picture.read_bytes())
        given = (text,) if how == "argument" else ()
        result = mydata.json("verifiers", "scan", *given, stdin=f"{text}\n")
        assert {"age_over_19", "applicant"} == set(result["credentials"][0]["claims"])

    told = mydata("verifiers", "scan", stdin="")
    assert 2 == told.code


def two_codes() -> Image.Image:
    both = Image.new("L", (1200, 600), "white")
    for number, text in enumerate(("one", "two")):
        with Image.open(io.BytesIO(qr_png(text))) as code:
            both.paste(code.resize((400, 400)), (100 + 600 * number, 100))
    return both


@pytest.mark.parametrize(
    ("drawn", "error"),
    [
        (lambda path: path.write_bytes(b"<svg>"), "not_a_picture"),
        (lambda path: path.write_bytes(b"\0" * 9_000_000), "too_large"),
        (lambda path: Image.new("L", (300, 300), 255).save(path), "no_code"),
        (lambda path: two_codes().save(path), "several_codes"),
        (lambda path: path.write_bytes(qr_png("https://example.com/menu")), "code_foreign"),
        (lambda path: path.write_bytes(qr_png("MD2:AB.")), "code_damaged"),
        (lambda path: path.write_bytes(qr_png("openid4vp://?x=1")), "code_not_for_desks"),
        (lambda path: path.mkdir(), "picture_unreadable"),
        (lambda path: None, "picture_unreadable"),
    ],
    ids=[
        *("no picture", "too large", "no code", "two codes", "foreign", "damaged"),
        *("for a wallet", "a folder", "no file"),
    ],
)
def test_every_wrong_picture_has_its_code_and_next_step(
    mydata: Commands, tmp_path: Path, drawn: Any, error: str
) -> None:
    """
    bc-wallet#2399: exit 1, one object, a detail that says what to do.
    """
    picture = tmp_path / "code.png"
    drawn(picture)

    refused = mydata("verifiers", "scan", str(picture), "--profile", "adult-check", "--json")

    assert (1, error) == (refused.code, refused.answer["error"])
    assert {"error", "party", "detail"} == set(refused.answer)
    assert refused.answer["detail"]


def test_a_check_that_fails_is_exit_1_with_its_reason(
    mydata: Commands, certificate: dict[str, Any], tmp_path: Path
) -> None:
    """
    The code shows another claim than the shop may take: the result's failure is the answer.
    """
    picture = tmp_path / "code.png"
    shown(mydata, certificate, picture, "age_over_14")

    refused = mydata("verifiers", "scan", str(picture), "--profile", "adult-check", "--json")
    assert (1, "query_not_satisfied", "wallet") == (
        refused.code,
        refused.answer["error"],
        refused.answer["party"],
    )
    text = read_picture_now(picture.read_bytes())
    loan = mydata("verifiers", "scan", text, "--profile", "lease-loan", "--json")
    assert "code_not_registered" == loan.answer["error"]


def test_a_forged_link_is_over(mydata: Commands, service: Service) -> None:
    """
    A link of our own wallet that never was: the desk's request is handed to nobody.
    """
    link = f"{service.base}/wallet/desk/{'A' * 24}"

    refused = mydata("verifiers", "scan", link, "--profile", "adult-check", "--json")
    assert (1, "code_expired") == (refused.code, refused.answer["error"])
    unknown = httpx2.post(link, json={"request_uri": "openid4vp://?x=1"})
    assert unknown.status_code in {404, 422}


@asynccontextmanager
async def wallets_of(service: Service) -> AsyncIterator[Wallets]:
    """The wallets of a running service, as its own pages have them."""
    settings = Settings(home=service.home, port=service.port, demo=True)
    installation = open_installation(settings)
    engine, outbound = engine_for("wallet", settings), installation.outbound()
    ports = Ports(
        shelf=WalletStore(engine),
        outbox=OutboxStore(engine),
        store_key=installation.store.data_key("wallet"),
        correspondent=WalletClient(outbound),
        log=Log(service.base, installation.log_key.current),
        trust=installation.trust.current,
        clock=installation.clock,
        entropy=installation.entropy,
        base=service.base,
    )
    yield Wallets(ports)
    await outbound.aclose()
    await engine.dispose()


async def test_a_link_scanned_by_a_desk_brings_its_request(
    service: Service, mydata: Commands, certificate: dict[str, Any]
) -> None:
    """
    Scan, read who asks, answer: the desk's transaction is verified, and the link is used.
    """
    async with wallets_of(service) as wallets:
        link = await wallets.open_desk_link("demo")
        pending = await asyncio.to_thread(
            mydata.json, "verifiers", "scan", link.url, "--profile", "adult-check"
        )
        request_uri = await wallets.desk_request("demo", link.code)
    assert ("pending", []) == (pending["state"], pending["credentials"])
    assert request_uri is not None
    await asyncio.to_thread(mydata.json, "wallet", "present", request_uri)
    result = await asyncio.to_thread(mydata.json, "verifiers", "result", pending["transaction_id"])
    assert certificate["vct"] == result["credentials"][0]["vct"]
    assert "verified" == result["state"]
    again = await asyncio.to_thread(mydata, "verifiers", "scan", link.url, "--json")
    assert (1, "code_expired") == (again.code, again.answer["error"])
