"""The files pages load: modules in folders, a vendored reader, and who may compile WebAssembly."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from tests.conftest import absent
from tests.web.site import Site
from web.security_headers import CONTENT_SECURITY_POLICY
from web.static_files import STATIC, address_of, addresses_in, static_file

ZXING = STATIC / "counter" / "zxing"
MANIFEST = json.loads((ZXING / "manifest.json").read_text("utf-8"))
NODE = Path(__file__).parents[1] / "interop" / "node"
MODULES = sorted(
    path for path in (STATIC / "counter").rglob("*.js") if not path.is_relative_to(ZXING)
)


@pytest.mark.parametrize("name", MANIFEST["files"])
def test_the_vendored_reader_is_what_the_manifest_says(name: str) -> None:
    """
    Each octet is pinned here; nobody changes a vendored file by hand.
    """
    octets = (ZXING / name).read_bytes()
    assert MANIFEST["files"][name]["sha256"] == hashlib.sha256(octets).hexdigest()


def test_nothing_vendored_is_missing_from_the_manifest() -> None:
    """
    A file that comes along unnamed comes along unread; both licences are with it.
    """
    named = {"manifest.json", "LICENSE", "LICENSE-zxing-cpp", *MANIFEST["files"]}
    assert named == {path.name for path in ZXING.iterdir()}


@pytest.mark.parametrize("name", MANIFEST["files"])
def test_the_vendored_reader_is_the_package_npm_publishes(name: str) -> None:
    """
    The lock file pins the package by the integrity the manifest names; npm checked it.
    """
    lock = json.loads((NODE / "package-lock.json").read_text("utf-8"))
    locked = lock["packages"]["node_modules/zxing-wasm"]
    assert (MANIFEST["version"], MANIFEST["integrity"]) == (locked["version"], locked["integrity"])
    published = NODE / "node_modules" / "zxing-wasm" / MANIFEST["files"][name]["in_package"]
    if not published.is_file():
        absent("no zxing-wasm: npm installs it with the interop packages")
    assert published.read_bytes() == (ZXING / name).read_bytes()


async def test_webassembly_may_be_compiled_by_the_reader_alone(site: Site) -> None:
    """
    The worker has a policy of its own; no page and no other script may compile anything.
    """
    client = site.browser().client
    assert "wasm" not in CONTENT_SECURITY_POLICY
    for address in addresses_in("counter"):
        policy = (await client.get(address)).headers["content-security-policy"]
        expected = address == address_of("counter/reader.js")
        assert expected is ("'wasm-unsafe-eval'" in policy), address
        assert "'unsafe" not in policy


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_loads_its_own_folder_and_nothing_else(path: Path) -> None:
    """
    Each import is a listed file beside it, under the same digest: no package, no other host.
    """
    code = path.read_text("utf-8")
    assert not re.search(r"https?://\w", code)
    assert not re.search(r"\beval\(|new Function|innerHTML|document\.write", code)
    for other in re.findall(r'(?:from|import) "([^"]+)"', code):
        assert other.startswith("."), other
        name = (path.parent / other).resolve().relative_to(STATIC).as_posix()
        _, _, digest, rest = address_of(name).split("/", 3)
        assert static_file(digest, rest) is not None
        assert digest in address_of("counter/scan.js")
