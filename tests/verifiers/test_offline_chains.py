"""The browser's path validation, on the chains that test the service's own."""

import json
import shutil
import subprocess
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA384

from keys.errors import KeysFailure
from keys.jwt_time import seconds
from keys.strict_json import JsonObject
from keys.x5c import to_base64
from tests.conftest import absent
from tests.keys.pki import NOW, Made, authority, leaf, root
from tests.keys.test_name_constraints import OUTSIDE, WITHIN
from tests.keys.test_x509 import CASES, LEAF, MIDDLE, ROOT

RUNNER = Path(__file__).with_name("offline_chains.mjs")
# Kinds of names the browser compares; it refuses others, and reads directory names to the letter.
KNOWN = (x509.DNSName, x509.UniformResourceIdentifier)


def verdicts(cases: list[JsonObject]) -> list[str]:
    """Return what the browser says of each chain: whose it is, "untrusted" or "invalid"."""
    node = shutil.which("node")
    if node is None:
        absent("no node: the browser's path validation was not compared with the service's")
    asked = json.dumps({"now": seconds(NOW), "cases": cases}).encode()
    done = subprocess.run(  # our own modules
        [str(node), str(RUNNER)], input=asked, capture_output=True, check=False
    )
    assert 0 == done.returncode, done.stderr.decode()
    found: list[str] = json.loads(done.stdout)
    return found


def case(*chain: Made, below: Made = ROOT) -> JsonObject:
    return {
        "chain": [to_base64(each.der) for each in chain],
        "roots": [to_base64(below.der)],
    }


def test_each_wrong_chain_is_wrong_in_the_browser_too() -> None:
    """
    Every case of the service's own test: untrusted where no root signed it, invalid otherwise.
    """
    expected = {
        name: "untrusted" if failure is KeysFailure.CHAIN_UNTRUSTED else "invalid"
        for name, (_, failure) in CASES.items()
    }
    found = verdicts([case(*chain) for chain, _ in CASES.values()])
    assert expected == dict(zip(CASES, found, strict=True))


def test_right_chains_of_every_kind_of_root_are_taken() -> None:
    """
    P-256, P-384, P-521 and RSA; a root's own changed key; with an authority between.
    """
    keys = (
        ec.generate_private_key(ec.SECP384R1()),
        ec.generate_private_key(ec.SECP521R1()),
        rsa.generate_private_key(65537, 2048),
    )
    others = [root(key=key, hash=SHA384()) for key in keys]
    shared = root("Shared", path_length=0)
    link = shared.make(authority("Shared"))
    cases = [case(LEAF, MIDDLE), case(link.make(leaf()), link, below=shared)]
    cases += [case(each.make(leaf(hash=SHA384())), below=each) for each in others]
    assert {"Leaf"} == set(verdicts(cases))


def test_names_are_held_within_what_an_authority_may_certify() -> None:
    """
    RFC 5280 section 4.2.1.10, for host names and addresses.
    """
    expected, cases = [], []
    for permitted, pairs in (("Leaf", WITHIN), ("invalid", OUTSIDE)):
        for subtree, name in pairs:
            if isinstance(name, KNOWN):
                narrow = ROOT.make(authority(constraints=x509.NameConstraints([subtree], None)))
                cases.append(case(narrow.make(leaf(names=(name,))), narrow))
                expected.append(permitted)
                wide = ROOT.make(authority(constraints=x509.NameConstraints(None, [subtree])))
                cases.append(case(wide.make(leaf(names=(name,))), wide))
                expected.append("invalid" if permitted == "Leaf" else "Leaf")

    assert expected == verdicts(cases)
