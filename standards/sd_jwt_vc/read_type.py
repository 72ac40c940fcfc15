"""Read a type metadata document from anywhere; nothing in it is trusted (draft-13 §6.2, §10)."""

import re
from collections.abc import Callable
from typing import TypeVar

from keys import strict_json
from keys.errors import KeysError, KeysFailure
from keys.strict_json import JsonObject, JsonValue
from standards.sd_jwt_vc.errors import VcError, VcFailure
from standards.sd_jwt_vc.type_metadata import (
    ClaimDisplay,
    ClaimMetadata,
    Logo,
    SelectiveDisclosure,
    TypeDisplay,
    TypeMetadata,
    TypePath,
)

# Labels of a hundred claims in three languages are about 40 kB.
MAX_DOCUMENT = 256 * 1024
# More entries than any form has fields; each may be shown to a person.
MAX_ENTRIES = 512

# RFC 5646 in outline: subtags of letters and digits. Enough to compare and to put into `lang`.
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,7}", re.ASCII)
_SVG_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}", re.ASCII)  # §9
# CSS knows many more spellings; of a stranger's style we take only what cannot be more.
_COLOR = re.compile(r"#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})", re.ASCII)

_Entry = TypeVar("_Entry")


def parse_type_metadata(document: bytes) -> TypeMetadata:
    """Return what a document says, or raise type_too_large or type_malformed.

    Unknown members are ignored (§6.2); known ones must have their form.
    """
    try:
        members = strict_json.loads_object(document, limit=MAX_DOCUMENT)
    except KeysError as error:
        too_large = error.failure is KeysFailure.TOO_LARGE
        failure = VcFailure.TYPE_TOO_LARGE if too_large else VcFailure.TYPE_MALFORMED
        raise VcError(failure, error.detail) from error
    claims = _entries(members, "claims", _claim)
    _check_unique(claims)
    return TypeMetadata(
        vct=_required(members, "vct"),
        name=_optional(members, "name"),
        description=_optional(members, "description"),
        extends=_optional(members, "extends"),
        extends_integrity=_optional(members, "extends#integrity"),
        display=_entries(members, "display", _type_display),
        claims=claims,
    )


def _type_display(members: JsonObject) -> TypeDisplay:
    simple = _object(_object(members.get("rendering", {})).get("simple", {}))
    return TypeDisplay(
        locale=_locale(members),
        name=_required(members, "name"),
        description=_optional(members, "description"),
        background_color=_color(simple, "background_color"),
        text_color=_color(simple, "text_color"),
        logo=_logo(_object(simple["logo"])) if "logo" in simple else None,
    )


def _logo(members: JsonObject) -> Logo:
    return Logo(
        _required(members, "uri"),
        _optional(members, "uri#integrity"),
        _optional(members, "alt_text"),
    )


def _claim(members: JsonObject) -> ClaimMetadata:
    mandatory = members.get("mandatory")
    if mandatory is not None and not isinstance(mandatory, bool):
        raise _malformed("mandatory is true or false")
    svg_id = _optional(members, "svg_id")
    if svg_id is not None and _SVG_ID.fullmatch(svg_id) is None:
        raise _malformed("svg_id is letters, digits and underscores, no digit first")
    return ClaimMetadata(
        path=_path(members.get("path")),
        display=_entries(members, "display", _claim_display),
        sd=_sd(_optional(members, "sd")),
        mandatory=mandatory,
        svg_id=svg_id,
    )


def _claim_display(members: JsonObject) -> ClaimDisplay:
    return ClaimDisplay(
        _locale(members), _required(members, "label"), _optional(members, "description")
    )


def _sd(text: str | None) -> SelectiveDisclosure | None:
    try:
        return None if text is None else SelectiveDisclosure(text)
    except ValueError:
        raise _malformed("sd is always, allowed or never") from None


def _path(value: JsonValue) -> TypePath:
    """Return a claim path (§9.1): names, null, and indexes of 0 or more."""
    if not isinstance(value, list) or not value:
        raise _malformed("path is an array of at least one step")
    steps: list[str | int | None] = []
    for step in value:
        match step:
            case None | str():
                steps.append(step)
            case int() if not isinstance(step, bool) and step >= 0:
                steps.append(step)
            case _:
                raise _malformed("a step of a path is a name, an index or null")
    return tuple(steps)


def _check_unique(claims: tuple[ClaimMetadata, ...]) -> None:
    """Refuse two entries about the same path, and an `svg_id` twice (§9)."""
    svg_ids = [claim.svg_id for claim in claims if claim.svg_id is not None]
    # 0 and False are one key to a dict, but no path holds a boolean.
    if len({claim.path for claim in claims}) != len(claims):
        raise _malformed("two entries about one path")
    if len(set(svg_ids)) != len(svg_ids):
        raise _malformed("one svg_id for two claims")


def _entries(
    members: JsonObject, name: str, read: Callable[[JsonObject], _Entry]
) -> tuple[_Entry, ...]:
    values = members.get(name, [])
    if not isinstance(values, list) or len(values) > MAX_ENTRIES:
        raise _malformed(f"{name} is an array of at most {MAX_ENTRIES} objects")
    return tuple(read(_object(value)) for value in values)


def _object(value: JsonValue) -> JsonObject:
    if not isinstance(value, dict):
        raise _malformed("an object was expected")
    return value


def _locale(members: JsonObject) -> str:
    tag = _required(members, "locale")
    if _LANGUAGE_TAG.fullmatch(tag) is None:
        raise _malformed("locale is a language tag")
    return tag


def _color(members: JsonObject, name: str) -> str | None:
    """Return a colour in the one spelling we use; any other is as good as none."""
    value = members.get(name)
    return value if isinstance(value, str) and _COLOR.fullmatch(value) else None


def _required(members: JsonObject, name: str) -> str:
    value = _optional(members, name)
    if not value:
        raise _malformed(f"{name} is missing")
    return value


def _optional(members: JsonObject, name: str) -> str | None:
    value = members.get(name)
    if value is not None and not isinstance(value, str):
        raise _malformed(f"{name} is a string")
    return value


def _malformed(detail: str) -> VcError:
    return VcError(VcFailure.TYPE_MALFORMED, detail)
