"""Auditing a copy in a folder: two processes, a bar, and two copies held together."""

import json
import multiprocessing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli.application import application
from app.cli.progress import Bar
from app.log_audit import audit_copy
from consent.auditing.opened import records_text
from consent.auditing.report import Proved
from consent.forms.record import EventState
from consent.statistics.counting import Column, PartyCounts
from consent.statistics.sheet import MonthRange, sheet_text
from consent.tlog.signed_note import NoteSigner
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from tests.consent.test_audit import Copy, leaves_of, log_of
from tests.consent.test_opened import Case
from tests.consent.test_sighting import Witnesses, cosigner
from tests.consent.world import NOW, ORIGIN

LEAVES = leaves_of(600)


@pytest.fixture(scope="module")
def signer() -> NoteSigner:
    return NoteSigner(ORIGIN, SoftwareSigner.generate(Algorithm.ED25519))


def kept(folder: Path, copy: Copy) -> Path:
    """The copy as a folder."""
    for path, octets in copy.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(octets)
    return folder


def run(*arguments: str) -> Result:
    return CliRunner().invoke(application, ["consent", *arguments])


def test_two_processes_find_what_one_does(tmp_path: Path, signer: NoteSigner) -> None:
    """
    Tree here and entries there: sound, damaged, and out of order, the report is the same.
    """
    copies = {
        "sound": log_of(LEAVES, signer),
        "torn": log_of(LEAVES, signer) | {"tile/entries/001": b""},
        "reordered": log_of([*LEAVES[:3], LEAVES[6], *LEAVES[4:6], LEAVES[3]], signer),
    }
    for name, copy in copies.items():
        folder = kept(tmp_path / name, copy)

        assert audit_copy(folder) == audit_copy(folder, large=0), name


def test_how_far_it_is_is_told(tmp_path: Path, signer: NoteSigner) -> None:
    """
    As many as both processes have read, and never backwards.
    """
    told: list[tuple[int, int]] = []

    audit_copy(
        kept(tmp_path, log_of(LEAVES, signer)), large=0, told=lambda *done: told.append(done)
    )

    assert {600} == {size for _, size in told}
    assert sorted(told) == told


def test_a_process_that_is_ended_is_replaced_here(tmp_path: Path, signer: NoteSigner) -> None:
    """
    What the other process was to do is done by this one when it dies without a word.
    """
    folder = kept(tmp_path, log_of(LEAVES, signer))
    ended: list[int | None] = []

    def end_it(_done: int, _size: int) -> None:
        for process in multiprocessing.active_children():
            process.kill()
            ended.append(process.pid)

    report = audit_copy(folder, large=0, told=end_it)

    assert ended

    assert (True, 600) == (report.ok, sum(count for _, count in report.counts))
    assert [] == multiprocessing.active_children()


def test_verify_says_what_was_proved_and_counts(tmp_path: Path, signer: NoteSigner) -> None:
    """
    Level, counts and, with a policy, the witnesses; one JSON object and no bar when asked for.
    """
    world = Witnesses(
        signer, cosigner("gov.example/w"), cosigner("edu.example/w"), cosigner("our.example/w")
    )
    folder = kept(tmp_path / "log", world.seen(log_of(LEAVES, signer), world.regulator))
    policy = tmp_path / "policy"
    text = f"witness regulator {world.regulator.verifier_key.text()}\nquorum regulator\n"
    policy.write_text(text)

    told = run("verify", str(folder), "--policy", str(policy))
    as_json = json.loads(run("verify", str(folder), "--policy", str(policy), "--json").stdout)
    policy.write_text(text.replace("quorum regulator", "quorum nobody"))
    refused = run("verify", str(folder), "--policy", str(policy))

    assert 0 == told.exit_code, told.output
    lines = told.output.splitlines()
    assert lines[0].startswith("seen the same by regulator (quorum of regulator), and consistent")
    assert "entries: 600 consent" == lines[1]
    assert (True, Proved.SEEN.value) == (as_json["ok"], as_json["proved"])
    assert {"consent": 600} == as_json["counts"]
    assert 1 == refused.exit_code
    assert "line 2" in refused.output


def test_compare_prints_both_signatures_of_a_split_view(
    tmp_path: Path, signer: NoteSigner
) -> None:
    """
    Exit 0 for one history, exit 1 with both signed checkpoints for two.
    """
    one = kept(tmp_path / "one", log_of(LEAVES[:300], signer))
    longer = kept(tmp_path / "longer", log_of(LEAVES, signer))
    other = log_of([LEAVES[0], LEAVES[4], *LEAVES[2:300]], signer)
    checkpoint = tmp_path / "checkpoint"
    checkpoint.write_bytes(other["checkpoint"])

    agree = run("compare", str(one), str(longer))
    split = run("compare", str(one), str(kept(tmp_path / "other", other)))
    unnamed = run("compare", str(one), str(checkpoint), "--json")
    keyless = run("compare", str(checkpoint), str(checkpoint))
    torn = run("compare", str(one), str(tmp_path / "policy"))

    assert (0, "the second continues the first: 300 and 600 entries, one history\n") == (
        agree.exit_code,
        agree.output,
    )
    assert 1 == split.exit_code
    assert "split view: entry 1 is the first that differs" in split.output
    assert other["checkpoint"].decode() in split.output
    assert (None, False) == (
        json.loads(unnamed.stdout)["first_difference"],
        json.loads(unnamed.stdout)["ok"],
    )
    assert (1, 1) == (keyless.exit_code, torn.exit_code)
    assert "--key VKEY_FILE" in keyless.output


def test_what_cannot_be_compared_is_refused_by_name(tmp_path: Path, signer: NoteSigner) -> None:
    """
    A checkpoint by another key is another log.
    """
    other = NoteSigner(ORIGIN, SoftwareSigner.generate(Algorithm.ED25519))
    one = kept(tmp_path / "one", log_of(LEAVES[:5], signer))
    stranger = tmp_path / "checkpoint"
    stranger.write_bytes(log_of(LEAVES[:5], other)["checkpoint"])

    refused = run("compare", str(one), str(stranger))

    assert 1 == refused.exit_code
    assert refused.output.startswith("note_unsigned (ledger)")


def test_a_bar_is_drawn_on_a_terminal_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    On standard error of a terminal; not with --json, and not into a file.
    """
    for terminal, hidden in ((True, False), (True, True), (False, False)):
        monkeypatch.setenv("FORCE_COLOR", "1" if terminal else "")
        monkeypatch.setenv("TTY_COMPATIBLE", "1" if terminal else "0")
        with Bar("verifying", hidden=hidden) as bar:
            bar.tell(10, 20)
            bar.tell(20, 20)

        drawn = capsys.readouterr()
        assert "" == drawn.out
        assert (terminal and not hidden) == ("verifying" in drawn.err)


def test_opened_records_are_verified_beside_the_copy(tmp_path: Path) -> None:
    """
    States, duties and uses come from the file; a record the log does not commit to is exit 1.
    """
    case = Case()
    case.add(EventState.GIVEN)
    case.add(EventState.WITHDRAWN, NOW)
    folder = kept(tmp_path / "log", case.copy())
    records = tmp_path / "records.jsonl"
    records.write_bytes(records_text(case.records))

    sound = run("verify", str(folder), "--records", str(records))
    case.swap(1, salt=bytes(32))
    records.write_bytes(records_text(case.records))
    wrong = run("verify", str(folder), "--records", str(records), "--json")
    records.write_bytes(b"{}")
    unread = run("verify", str(folder), "--records", str(records))
    missing = run("verify", str(folder), "--records", str(tmp_path / "none"))

    assert 0 == sound.exit_code, sound.output
    assert "records: 2 opened, 0 provably unopenable, " in sound.stdout
    assert "withdrawn, 0 uses" in sound.stdout
    assert "\tstop: due 2026-11-25T09:00:00Z, not done" in sound.stdout
    assert 1 == wrong.exit_code
    told = json.loads(wrong.stdout)
    assert (False, 1, 1) == (told["ok"], told["records"]["opened"], told["problems"][0]["index"])
    assert "entries not opened" not in sound.stdout
    assert (1, 1) == (unread.exit_code, missing.exit_code)
    assert "line 1" in unread.output


def test_three_views_of_one_sharing_are_reconciled(tmp_path: Path) -> None:
    """
    Exit 0 when they match; each contradiction on a line with what each said.
    """
    case = Case()
    case.add(EventState.GIVEN)
    case.add(EventState.USED, NOW)
    files = [tmp_path / "wallet.json", tmp_path / "party.json"]
    for file, record in zip(files, case.records, strict=True):
        file.write_text(json.dumps(record.as_dict()))

    same = run("reconcile", *map(str, files))
    used = case.records[1].as_dict()
    assert isinstance(used["record"], dict)
    other = {**used, "record": {**used["record"], "language": "ja", "consent_id": None}}
    files[1].write_text(json.dumps(other))
    differs = run("reconcile", *map(str, files))
    files[1].write_text("{}")
    unread = run("reconcile", *map(str, files))
    files[1].write_text("{")
    no_json = run("reconcile", *map(str, files))

    assert 0 == same.exit_code, same.output
    assert "absent: issuer\nmatched\tlabel\n" in same.stdout
    assert 1 == differs.exit_code
    assert "missing\tconsent_id\twallet: " in differs.stdout
    assert (1, 1) == (unread.exit_code, no_json.exit_code)
    assert "party.json: " in unread.output


def test_a_months_sheet_is_counted_again_beside_the_copy(
    tmp_path: Path, signer: NoteSigner
) -> None:
    """
    Totals of the sheet against the entries of the copy; another one's sheet is refused.
    """
    folder = kept(tmp_path / "log", log_of(LEAVES, signer))
    sheet = tmp_path / "2026-11.csv"
    consents = tuple(30 if column is Column.CONSENTS else 0 for column in Column)
    party = PartyCounts("kr-1", "Bank", consents)

    def verified(last: int) -> Result:
        of = MonthRange(ORIGIN, "2026-11", 0, last)
        sheet.write_text(signer.sign(sheet_text(of, [party])))
        return run("verify", str(folder), "--statistics", str(sheet))

    assert 0 == verified(30).exit_code
    differs = verified(31)
    sheet.write_text("a sheet of nobody\n")
    refused = run("verify", str(folder), "--statistics", str(sheet))

    assert 1 == differs.exit_code
    assert "consents: 30 in the sheet, 31 in the log" in differs.stdout
    assert 1 == refused.exit_code
    assert "2026-11.csv: " in refused.output
