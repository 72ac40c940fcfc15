"""A running service and its witnesses, each a process, before a verifier in another language."""

from pathlib import Path

import httpx2

from consent.tlog.tiles import decode_bundle
from tests.app.conftest import Commands, Service, free_port, process_of, wait_until_ready
from tests.app.test_witness import fetch, first_start, until, write_entries
from tests.app.witnesses import witnesses
from tests.independent.test_node_verifier import answer

ENTRIES = 5


def test_what_a_cosigned_service_serves_is_read_by_another_program(tmp_path: Path) -> None:
    """
    The exported copy, the proof file of an entry, both witnesses' times, and the sealed map.
    """
    port = free_port()
    service = Service(f"http://localhost:{port}", tmp_path / "var", port)
    vkey, copy = first_start(service, tmp_path / "log"), tmp_path / "copy"
    write_entries(service, ENTRIES)
    with witnesses(tmp_path, vkey, "regulator", "university") as running:
        policy = tmp_path / "policy"
        lines = "".join(each.policy_lines for each in running)
        policy.write_text(f"{lines}group both all regulator-0 university-0\nquorum both\n")
        keys: list[str | Path] = ["--log", vkey]
        for each in running:
            file = tmp_path / f"{each.name}.vkey"
            file.write_text(f"{each.told['keys'][0]}\n")
            keys += ["--witness", file]
        more = {"MYDATA_WITNESSES": str(policy)}
        with process_of(service, ["--demo", "--role", "consent"], tmp_path / "log", **more) as own:
            wait_until_ready(service, own)
            until(lambda: fetch(service, "cosigned-checkpoint").status_code == httpx2.codes.OK)
            Commands(service).json("consent", "export", str(copy))
            proof = fetch(service, "proof/2").content

    (tmp_path / "entry.tlog-proof").write_bytes(proof)
    [bundle] = (copy / "tile" / "entries").rglob(f"{ENTRIES + 1}")
    (tmp_path / "entry").write_bytes(decode_bundle(bundle.read_bytes())[0][2])
    said = answer("map", copy, *keys)
    proven = answer("proof", tmp_path / "entry.tlog-proof", tmp_path / "entry", *keys)

    assert (True, ENTRIES + 1, 1) == (said["ok"], said["size"], said["seals"]), said
    assert (True, 2) == (proven["ok"], proven["index"]), proven
    names = [sorted(one["name"] for one in found["cosigned"]) for found in (said, proven)]
    assert [["regulator", "university"]] * 2 == names
