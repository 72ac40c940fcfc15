"""The evaluator against a slower one that follows the text of the standard word by word."""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from keys.strict_json import JsonObject, JsonValue
from standards.dcql.answer import check_answer
from standards.dcql.candidates import CandidateCredential
from standards.dcql.errors import DcqlError, Unsatisfiable
from standards.dcql.matching import match
from standards.dcql.options import options
from standards.dcql.paths import ClaimsPathPointer, Step
from standards.dcql.query import DcqlQuery, parse_query
from standards.positions import ClaimPath, Positions
from tests.standards.dcql.asking import VCT

Sets = frozenset[frozenset[str]]

leaves = st.sampled_from([0, 1, 1.0, True, False, "1", "true", "x", None])
documents = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    ),
    max_leaves=8,
)
claims = st.dictionaries(st.sampled_from("ab"), documents, max_size=2)
steps = st.sampled_from(["a", "b", 0, 1, None])
pointers: st.SearchStrategy[list[Step]] = st.lists(steps, min_size=1, max_size=4)
WANTED: list[JsonValue] = [0, 1, True, False, "1", "true", "x"]
values = st.lists(st.sampled_from(WANTED), min_size=1, max_size=3)


def as_json(elements: Sequence[JsonValue]) -> JsonValue:
    return [*elements]


@st.composite
def claim_queries(draw: st.DrawFn) -> JsonObject:
    claim: JsonObject = {"path": as_json(draw(pointers))}
    if draw(st.booleans()):
        claim["values"] = as_json(draw(values))
    return claim


@st.composite
def credential_sets(draw: st.DrawFn, ids: list[str]) -> JsonObject:
    option = st.lists(st.sampled_from(ids), min_size=1, max_size=3)
    entry: JsonObject = {
        "options": [as_json(names) for names in draw(st.lists(option, min_size=1, max_size=3))]
    }
    return entry | {"required": draw(st.booleans())} if draw(st.booleans()) else entry


@st.composite
def credential_queries(draw: st.DrawFn, query_id: str) -> JsonObject:
    asked: list[JsonObject] = draw(st.lists(claim_queries(), max_size=3))
    named: list[JsonValue] = [claim | {"id": f"c{i}"} for i, claim in enumerate(asked)]
    entry: JsonObject = {"id": query_id, "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}}
    if named:
        entry["claims"] = named
        ids = st.lists(st.sampled_from([f"c{i}" for i in range(len(named))]), min_size=1)
        if draw(st.booleans()):
            entry["claim_sets"] = [
                as_json(names) for names in draw(st.lists(ids, min_size=1, max_size=3))
            ]
    return entry


@st.composite
def queries(draw: st.DrawFn) -> DcqlQuery:
    ids = ["q0", "q1", "q2"][: draw(st.integers(1, 3))]
    whole: JsonObject = {"credentials": [draw(credential_queries(name)) for name in ids]}
    if draw(st.booleans()):
        whole["credential_sets"] = [*draw(st.lists(credential_sets(ids), min_size=1, max_size=3))]
    return parse_query(whole)


def nodes(value: JsonValue, path: ClaimPath = ()) -> Iterator[tuple[ClaimPath, JsonValue]]:
    """Yield everything in a document, in document order."""
    yield path, value
    if isinstance(value, dict):
        for name, member in value.items():
            yield from nodes(member, (*path, name))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from nodes(element, (*path, index))


def everywhere(_: ClaimPath) -> bool:
    return True


def slow_select(
    steps: tuple[Step, ...],
    document: JsonObject,
    is_left: Callable[[ClaimPath], bool] = everywhere,
) -> set[ClaimPath]:
    """Section 7.1.1 by looking at every node, once for each prefix of the pointer."""

    def reached(prefix: tuple[Step, ...]) -> dict[ClaimPath, JsonValue]:
        return {
            path: value
            for path, value in nodes(document)
            if len(path) == len(prefix)
            and is_left(path)
            and all(
                isinstance(at, int) if step is None else (type(step), step) == (type(at), at)
                for step, at in zip(prefix, path, strict=True)
            )
        }

    for length, step in enumerate(steps):
        kind = dict if isinstance(step, str) else list
        if not all(isinstance(value, kind) for value in reached(steps[:length]).values()):
            return set()
    return set(reached(steps))


def same(wanted: JsonValue, value: JsonValue) -> bool:
    return repr(wanted) == repr(value)


def slow_find(claim: JsonObject, document: JsonObject) -> set[ClaimPath]:
    pointer = ClaimsPathPointer.parse(claim["path"])
    found = slow_select(pointer.steps, document)
    wanted = claim.get("values")
    held = dict(nodes(document))
    if isinstance(wanted, list):
        hits = any(same(one, held[path]) for one in wanted for path in found)
        return found if hits else set()
    return found


def slow_answers(entry: JsonObject, document: JsonObject) -> list[set[ClaimPath]]:
    """Return for each combination of claims that can be met what it discloses (6.4.1)."""
    asked = entry.get("claims", [])
    assert isinstance(asked, list)
    found = {
        str(claim["id"]): slow_find(claim, document) for claim in asked if isinstance(claim, dict)
    }
    sets = entry.get("claim_sets", [list(found)])
    assert isinstance(sets, list)
    rows = [[found[str(name)] for name in names] for names in sets if isinstance(names, list)]
    return [set().union(*row) for row in rows if all(row)]


def slow_options(whole: JsonObject, answerable: set[str]) -> set[frozenset[str]]:
    """Return every set of ids that satisfies the sets without one id too many (6.4.2)."""
    credentials, sets = whole["credentials"], whole.get("credential_sets")
    assert isinstance(credentials, list)
    everything = [str(entry["id"]) for entry in credentials if isinstance(entry, dict)]
    if not isinstance(sets, list):
        return {frozenset(everything)} if answerable.issuperset(everything) else set()
    possible: set[frozenset[str]] = {frozenset()}
    for entry in sets:
        assert isinstance(entry, dict)
        listed = entry["options"]
        assert isinstance(listed, list)
        choices = [frozenset(map(str, ids)) for ids in listed if isinstance(ids, list)]
        choices = [choice for choice in choices if choice <= answerable]
        if entry.get("required", True) is False:
            choices.append(frozenset())
        possible = {before | choice for before in possible for choice in choices}
    return possible - {frozenset()}


@given(pointers, claims)
def test_pointers_select_what_the_standard_says(steps: list[Step], document: JsonObject) -> None:
    """
    H49, section 7.1.1: the evaluator and the word-by-word reading agree on every pointer.
    """
    pointer = ClaimsPathPointer.parse([*steps])
    selected = pointer.resolve(document)
    assert slow_select(pointer.steps, document) == {one.path for one in selected}
    everything = dict(nodes(document))
    assert all(everything[one.path] is one.value for one in selected)


def without(
    value: JsonValue, hidden: set[ClaimPath], at: ClaimPath = (), now: ClaimPath = ()
) -> tuple[JsonValue, dict[ClaimPath, tuple[int, ...]]]:
    """Return a document without what is hidden, and the places of what its arrays kept."""
    if isinstance(value, dict):
        names = [name for name in value if (*at, name) not in hidden]
        parts = [without(value[name], hidden, (*at, name), (*now, name)) for name in names]
        members = {name: part for name, (part, _) in zip(names, parts, strict=True)}
        return members, {path: left for _, kept in parts for path, left in kept.items()}
    if isinstance(value, list):
        places = [index for index in range(len(value)) if (*at, index) not in hidden]
        parts = [
            without(value[place], hidden, (*at, place), (*now, index))
            for index, place in enumerate(places)
        ]
        kept = {path: left for _, kept in parts for path, left in kept.items()}
        if len(places) < len(value):
            kept[now] = tuple(places)
        return [part for part, _ in parts], kept
    return value, {}


@given(pointers, claims, st.data())
def test_an_index_counts_as_the_issuer_did(
    steps: list[Step], document: JsonObject, data: st.DataObject
) -> None:
    """
    RFC 9901 7.1: whatever is hidden, a pointer selects what it says of the document as issued.
    """
    paths = [path for path, _ in nodes(document) if path]
    hidden = set(data.draw(st.lists(st.sampled_from(paths)) if paths else st.just([])))
    shown, kept = without(document, hidden)
    assert isinstance(shown, dict)
    positions = Positions(kept)
    pointer = ClaimsPathPointer.parse([*steps])

    selected = pointer.resolve(shown, positions)

    # Hidden claims are not there at all, and the others where the issuer had them.
    def is_left(path: ClaimPath) -> bool:
        return hidden.isdisjoint(path[:end] for end in range(1, len(path) + 1))

    assert slow_select(pointer.steps, document, is_left) == {
        positions.issued(one.path) for one in selected
    }
    there = dict(nodes(shown))
    assert all(there[one.path] is one.value for one in selected)


@given(queries(), st.lists(claims, max_size=3))
def test_the_evaluator_agrees_with_brute_force(query: DcqlQuery, cards: list[JsonObject]) -> None:
    """
    VP-37 to VP-41, H68: the same answers, the same options, and unsatisfiable at the same time.
    """
    whole = query.as_dict()
    candidates = [
        CandidateCredential(str(n), "dc+sd-jwt", VCT, card) for n, card in enumerate(cards)
    ]
    matches = match(query, candidates)
    entries = whole["credentials"]
    assert isinstance(entries, list)
    answerable = set()
    for entry in entries:
        assert isinstance(entry, dict)
        name = str(entry["id"])
        for card, document in enumerate(cards):
            fast = [set(a.paths) for a in matches.of(name) if a.credential_id == str(card)]
            assert slow_answers(entry, document) == fast
        answerable |= {name} if matches.of(name) else set()
    expected = slow_options(whole, answerable)
    try:
        offered = options(query, matches)
    except Unsatisfiable:
        assert not expected
        return
    assert expected == {frozenset(option.query_ids) for option in offered}
    assert len(expected) == len(offered)


@given(queries(), st.lists(claims, min_size=1, max_size=2))
def test_what_a_wallet_answers_a_verifier_accepts(
    query: DcqlQuery, cards: list[JsonObject]
) -> None:
    """
    VP-53: every option our wallet offers passes our verifier, and a missing part of it never does.
    """
    held = [CandidateCredential(str(n), "dc+sd-jwt", VCT, card) for n, card in enumerate(cards)]
    try:
        offered = options(query, match(query, held))
    except Unsatisfiable:
        return
    for option in offered:
        presented = {
            answer.query_id: [
                CandidateCredential(
                    "p",
                    "dc+sd-jwt",
                    VCT,
                    held[int(answer.credential_id)].claims,
                    disclosed_paths=answer.paths,
                )
            ]
            for answer in option.answers
        }
        assert {a.query_id for a in option.answers} == {
            a.query_id for a in check_answer(query, presented)
        }


@given(st.lists(st.sampled_from("abcd"), min_size=1, unique=True))
def test_only_whole_options_are_accepted(ids: list[str]) -> None:
    """
    H82: of all sets of ids, the verifier accepts exactly those that are unions of options.
    """
    names = [f"q{name}" for name in ids]
    query = parse_query(
        {
            "credentials": [{"id": name, "format": "dc+sd-jwt", "meta": {}} for name in names],
            "credential_sets": [{"options": [[*names[:2]], [names[-1]]]}],
        }
    )
    allowed = {frozenset(names[:2]), frozenset(names[-1:])}
    unions = allowed | {frozenset().union(*allowed)}
    card = CandidateCredential("p", "dc+sd-jwt", VCT, {})
    for size in range(len(names) + 1):
        for chosen in combinations(names, size):
            try:
                check_answer(query, {name: [card] for name in chosen})
            except DcqlError:
                assert frozenset(chosen) not in unions
            else:
                assert frozenset(chosen) in unions
