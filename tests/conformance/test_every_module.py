"""The table of modules and the tests: the one names nothing the other has not."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "coverage" / "conformance.md"
# Which plan a section's modules are of, by the words before their names.
PLANS = {
    "OpenID4VCI issuer": "oid4vci-1_0-issuer-",
    "FAPI 2.0 modules of the HAIP issuer plan": "fapi2-security-profile-final-",
    "OpenID4VCI wallet": "oid4vci-1_0-wallet-",
    "FAPI 2.0 client modules of the HAIP wallet plan": "fapi2-security-profile-final-client-test-",
    "OpenID4VP verifier": "oid4vp-1final-verifier-",
    "OpenID4VP wallet": "oid4vp-1final-wallet-",
}
SIZES = {
    "OpenID4VCI issuer": 21,
    "FAPI 2.0 modules of the HAIP issuer plan": 40,
    "OpenID4VCI wallet": 5,
    "FAPI 2.0 client modules of the HAIP wallet plan": 10,
    "OpenID4VP verifier": 12,
    "OpenID4VP wallet": 17,
}
_ROW = re.compile(r"^\| `([\w-]+)` \| .* \| (yes|partly|no) \| (.*) \|$", re.MULTILINE)


def rows() -> dict[str, list[tuple[str, str, str]]]:
    """By section: each module's full name, its state, and what proves it."""
    found = {}
    for section in TABLE.read_text(encoding="utf-8").split("\n## ")[1:]:
        heading, _, text = section.partition("\n")
        if heading in PLANS:
            named = _ROW.findall(text)
            found[heading] = [
                (PLANS[heading] + name, state, proof) for name, state, proof in named
            ]
    return found


def names() -> set[str]:
    """Every test of this folder."""
    return {
        node.name
        for file in Path(__file__).parent.glob("test_*.py")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_the_table_has_every_module_of_the_suite() -> None:
    """
    For issuance 21, 5, and 40 and 10 of FAPI 2.0 in HAIP's plans; for presentation 12 and 17.
    """
    assert SIZES == {section: len(modules) for section, modules in rows().items()}


def test_a_module_that_is_proven_has_a_test_of_its_name() -> None:
    """
    *yes* in the table means: the test named after the module, in this folder.
    """
    named = names()
    missing = [
        module
        for modules in rows().values()
        for module, state, proof in modules
        if state == "yes"
        and not (f"test_{module.replace('-', '_')}" in named and "tests/conformance/" in proof)
    ]

    assert [] == missing
