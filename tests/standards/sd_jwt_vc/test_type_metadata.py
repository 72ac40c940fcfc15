"""What a type says of itself, from its own authority and from strangers (draft-13 6 to 9; H36)."""

import pytest

from keys import strict_json
from keys.strict_json import JsonObject, JsonValue
from standards.sd_jwt_vc.errors import VcError, VcFailure
from standards.sd_jwt_vc.integrity import check_integrity, integrity_of
from standards.sd_jwt_vc.read_type import MAX_DOCUMENT, MAX_ENTRIES, parse_type_metadata
from standards.sd_jwt_vc.type_metadata import (
    ClaimDisplay,
    ClaimMetadata,
    Logo,
    SelectiveDisclosure,
    TypeDisplay,
    TypeMetadata,
)

VCT = "https://registry.example/types/resident-register/1"
LOGO = Logo("https://registry.example/logo.svg", "sha256-abc", "문장")
TYPE = TypeMetadata(
    vct=VCT,
    name="resident-register",
    description="for developers",
    extends="https://registry.example/types/base/1",
    extends_integrity="sha256-abc",
    display=(
        TypeDisplay("ko", "주민등록표 등본", "세대 전부", "#1a2b3c", "#fff", LOGO),
        TypeDisplay("en", "Resident register"),
        TypeDisplay("ja", "住民登録票謄本", text_color="#000000"),
        TypeDisplay("ko-Hang-KR", "등본", logo=Logo("u")),
    ),
    claims=(
        ClaimMetadata(
            ("name",),
            (ClaimDisplay("ko", "성명", "한글"), ClaimDisplay("en", "Name")),
            SelectiveDisclosure.ALWAYS,
            mandatory=True,
            svg_id="name",
        ),
        ClaimMetadata(("members", None, "name"), sd=SelectiveDisclosure.NEVER, mandatory=False),
        ClaimMetadata(("members", 0)),
    ),
)


def document(**members: JsonValue) -> bytes:
    """Return a type's document with these members."""
    return strict_json.dumps({"vct": VCT, **members})


def assert_refused(octets: bytes, failure: VcFailure = VcFailure.TYPE_MALFORMED) -> None:
    """Check that a document is refused for exactly this reason."""
    with pytest.raises(VcError) as caught:
        parse_type_metadata(octets)
    assert failure == caught.value.failure


def test_what_is_written_is_what_is_read() -> None:
    """Names and labels in Korean, English and Japanese, rules, colours, a logo."""
    assert TYPE == parse_type_metadata(TYPE.serialize())
    assert TypeMetadata(VCT) == parse_type_metadata(document())


def test_members_nobody_knows_are_ignored() -> None:
    """6.2: a document may say more, at any place."""
    claim: JsonObject = {
        "path": ["a"],
        "new": 1,
        "display": [{"locale": "ko", "label": "ㄱ", "x": 1}],
    }
    display: JsonObject = {"locale": "ko", "name": "ㄱ", "rendering": {"svg_templates": []}}

    read = parse_type_metadata(document(new={}, claims=[claim], display=[display]))

    assert (ClaimMetadata(("a",), (ClaimDisplay("ko", "ㄱ"),)),) == read.claims
    assert (TypeDisplay("ko", "ㄱ"),) == read.display


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(b"<html><body>not found</body></html>", id="text/html"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"[]", id="no object"),
        pytest.param(b'{"vct":"a","vct":"b"}', id="a name twice"),
        pytest.param(b"{}", id="no vct"),
        pytest.param(document(vct=""), id="empty vct"),
        pytest.param(document(vct=5), id="vct no string"),
        pytest.param(document(name=[]), id="name no string"),
        pytest.param(document(extends=["a"]), id="extends no string"),
        pytest.param(document(display={}), id="display no array"),
        pytest.param(document(display=["ko"]), id="display of strings"),
        pytest.param(document(display=[{"locale": "ko"}]), id="display without name"),
        pytest.param(document(display=[{"name": "n"}]), id="display without locale"),
        pytest.param(document(display=[{"locale": "<b>", "name": "n"}]), id="locale no tag"),
        pytest.param(
            document(display=[{"locale": "ko\n", "name": "n"}]), id="locale with line feed"
        ),
        pytest.param(
            document(display=[{"locale": "ko", "name": "n", "rendering": []}]), id="rendering"
        ),
        pytest.param(
            document(
                display=[{"locale": "ko", "name": "n", "rendering": {"simple": {"logo": {}}}}]
            ),
            id="logo without uri",
        ),
        pytest.param(document(claims=[{}]), id="claim without path"),
        pytest.param(document(claims=[{"path": []}]), id="empty path"),
        pytest.param(document(claims=[{"path": "name"}]), id="path no array"),
        pytest.param(document(claims=[{"path": [-1]}]), id="negative index"),
        pytest.param(document(claims=[{"path": [True]}]), id="boolean step"),
        pytest.param(document(claims=[{"path": [1.0]}]), id="decimal step"),
        pytest.param(document(claims=[{"path": [["a"]]}]), id="nested step"),
        pytest.param(document(claims=[{"path": ["a"], "sd": "maybe"}]), id="sd unknown"),
        pytest.param(document(claims=[{"path": ["a"], "sd": True}]), id="sd no string"),
        pytest.param(document(claims=[{"path": ["a"], "mandatory": "yes"}]), id="mandatory"),
        pytest.param(document(claims=[{"path": ["a"], "svg_id": "1a"}]), id="svg_id digit first"),
        pytest.param(document(claims=[{"path": ["a"], "svg_id": "a b"}]), id="svg_id with space"),
        pytest.param(document(claims=[{"path": ["a"]}] * 2), id="path twice"),
        pytest.param(
            document(claims=[{"path": ["a"], "svg_id": "x"}, {"path": ["b"], "svg_id": "x"}]),
            id="svg_id twice",
        ),
        pytest.param(
            document(claims=[{"path": [i]} for i in range(MAX_ENTRIES + 1)]), id="too many claims"
        ),
    ],
)
def test_h36_a_document_of_another_form_is_refused(octets: bytes) -> None:
    """H36: what is known must have its form; nothing else of it is used."""
    assert_refused(octets)


def test_limits_hold_at_n_and_at_n_plus_one() -> None:
    """R14, H36: a document of the largest size and with the most entries is read."""
    entries: list[JsonValue] = [{"path": [i]} for i in range(MAX_ENTRIES)]
    padding = MAX_DOCUMENT - len(document(name=""))

    assert MAX_ENTRIES == len(parse_type_metadata(document(claims=entries)).claims)
    assert padding == len(parse_type_metadata(document(name="a" * padding)).name or "")
    assert_refused(document(name="a" * (padding + 1)), VcFailure.TYPE_TOO_LARGE)


@pytest.mark.parametrize("color", ["red", "#12", "url(x)", "#12345g", "#fff;x:y", 5, None])
def test_a_colour_in_another_spelling_is_left_out(color: JsonValue) -> None:
    """A stranger's style must not become ours (10.5)."""
    simple: JsonObject = {"simple": {"background_color": color}}

    read = parse_type_metadata(
        document(display=[{"locale": "ko", "name": "n", "rendering": simple}])
    )

    assert read.display[0].background_color is None


def test_integrity_is_of_the_octets() -> None:
    """7: another spelling of the same document is another document."""
    octets = TYPE.serialize()

    check_integrity(octets, integrity_of(octets))
    with pytest.raises(VcError) as caught:
        check_integrity(octets + b" ", integrity_of(octets))
    assert VcFailure.TYPE_INTEGRITY == caught.value.failure


_EMPTY_384 = "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb"
_EMPTY_256 = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


@pytest.mark.parametrize(
    "metadata",
    [
        _EMPTY_256,
        _EMPTY_384,
        f"{_EMPTY_256}?ct=application/json",
        f"md5-abc {_EMPTY_256}",
        f"sha256-{'A' * 43}= {_EMPTY_256}",
        f"sha256-{'A' * 43}=  {_EMPTY_384}",
    ],
)
def test_the_strongest_hash_decides(metadata: str) -> None:
    """SRI 3.3: options and unknown hashes are passed over, weaker ones do not count."""
    check_integrity(b"", metadata)

    with pytest.raises(VcError) as caught:
        check_integrity(b" ", metadata)
    assert VcFailure.TYPE_INTEGRITY == caught.value.failure


@pytest.mark.parametrize(
    "metadata",
    [
        "",
        "sha256",
        "sha256-",
        "md5-1B2M2Y8AsgTpgAmY7PhCfg==",
        f"{_EMPTY_256} sha384-{'A' * 64}",
        f"sha256-{'A' * 44}",
        f"sha256-{'A' * 43}",
        _EMPTY_256.upper(),
        f"{_EMPTY_256} " * 100,
    ],
)
def test_h36_integrity_that_does_not_match_is_refused(metadata: str) -> None:
    """H36: wrong, unknown, weaker than another that fails, cut, or endless."""
    with pytest.raises(VcError) as caught:
        check_integrity(b"", metadata)
    assert VcFailure.TYPE_INTEGRITY == caught.value.failure


def test_r13_no_changed_octet_of_a_protected_document_is_accepted() -> None:
    """R13: every octet replaced, 100 % of the places."""
    octets, integrity = TYPE.serialize(), integrity_of(TYPE.serialize())
    for place in range(len(octets)):
        changed = octets[:place] + bytes([octets[place] ^ 1]) + octets[place + 1 :]
        with pytest.raises(VcError):
            check_integrity(changed, integrity)
