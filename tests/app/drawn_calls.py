"""Calls drawn from a description: what fits, what does not, and what somebody knows by heart."""

import json
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode

from keys import base64url

# What a drawn text would never be: names of this installation.
KNOWN: dict[str, Any] = {
    "authority": "resident-registry",
    "edition": 1,
    "number": 0,
    "holder": "demo",
    "language": "ko",
    "party": "corner-store",
    "path": "checkpoint",
    "kind": "resident-register",
    "to": "demo",
    "from": "demo",
    "citizen": "demo",
    "about": "demo",
    "protected": "demo",
    "against": "demo",
    "query": "demo",
    "profile": "adult-check",
    "credential_configuration_id": "resident-register",
    "reason": "신청",
    "until": "2027-01-31",
    "client_id": "https://wallet.example/client",
}
_TEXTS = st.text(max_size=40)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=8,
)
# For addresses that say nothing of their body. The library that sends has no NaN.
BODIES = st.dictionaries(st.sampled_from([*KNOWN, "jws"]) | _TEXTS, _VALUES, max_size=4).filter(
    lambda body: "NaN" not in json.dumps(body) and "Infinity" not in json.dumps(body)
)


def calls_of(operation: Any) -> SearchStrategy[Any]:
    """Return what to call an operation with; names that exist are put in now and then."""
    known = {
        each.name: KNOWN[each.name] for each in operation.path_parameters if each.name in KNOWN
    }
    drawn = [operation.as_strategy(), operation.as_strategy(path_parameters=known)]
    if operation.body or operation.query:
        wrong = GenerationMode.NEGATIVE
        drawn.append(operation.as_strategy(wrong, path_parameters=known))
    return st.builds(_with_known, st.one_of(drawn), st.sets(st.sampled_from([*KNOWN])))


def unlisted(operation: Any) -> bool:
    """Tell whether an operation lists nothing but its good answer."""
    listed = {str(status) for status, _ in operation.responses.items()}
    return not any(status.startswith("4") for status in listed)


def _with_known(case: Any, names: set[str]) -> Any:
    if isinstance(case.body, dict):
        case.body = {**case.body, **{each: KNOWN[each] for each in names if each in case.body}}
    return case


# What browsers send, and a database may be asked for.
_NAMES = (
    *("order", "do", "grant", "purpose", "mandate", "decision", "tx_code", "way", "show", "page"),
    *("address", "on", "until", "uses", "text", "status", "since", "before", "action", "ground"),
    *("offer_uri", "request_uri", "client_id", "sealed", "back", "name", "view", "copies", "ids"),
)
FIELDS = st.dictionaries(
    st.sampled_from([*_NAMES, *KNOWN]) | _TEXTS,
    _TEXTS | st.sampled_from([str(value) for value in KNOWN.values()]),
    max_size=5,
)


def forms_of(form_token: str) -> SearchStrategy[dict[str, str]]:
    """Return forms with any fields, each one that counts and was not sent before."""
    once = st.binary(min_size=16, max_size=16).map(base64url.encode)
    return st.builds(
        lambda fields, own: {**fields, "form_token": form_token, "once": own}, FIELDS, once
    )


def parameters_of(names: list[str]) -> SearchStrategy[dict[str, str]]:
    """Return what stands in an address: a name that exists, a number, or any text at all."""

    def one(name: str) -> SearchStrategy[str]:
        known = st.just(str(KNOWN.get(name, "unknown")))
        return known | known | _TEXTS.filter(bool) | st.integers().map(str)

    return st.fixed_dictionaries({name: one(name) for name in names})
