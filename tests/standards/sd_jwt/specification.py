"""A reader of the `specification.yml` files of sd-jwt-python: the YAML they use, and no more.

Block and flow collections, plain and quoted scalars, `>-`, comments, and the tag `!sd`, which
marks a key (that member is hidden) or a value (that array element is hidden).
"""

import json
import re
from dataclasses import dataclass
from typing import TypeAlias

from keys.strict_json import JsonValue
from standards.positions import ClaimPath
from standards.sd_jwt.frame import FramePath

Node: TypeAlias = "dict[str | Sd, Node] | list[Node | Sd] | str | int | float | bool | None"
Line = tuple[int, str]

_KEY = re.compile(r"""(!sd\s+)?("[^"]*"|'[^']*'|[^\s"'\[{!#][^:]*?):(?:\s+(.*))?$""")
_FLOW_PLAIN = re.compile(r"[^,\[\]{}:]+")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_WORDS = {"null": None, "~": None, "": None, "true": True, "false": False}


@dataclass(frozen=True)
class Sd:
    """Something marked `!sd`: a member's name or an array's element."""

    of: "Node"


def read(text: str) -> dict[str, Node]:
    """Return the document; its own keys are never marked."""
    lines = _lines(text)
    document = _block(lines, lines[0][0])
    assert isinstance(document, dict)
    assert not lines, f"not read: {lines[0]}"
    return {name: node for name, node in document.items() if isinstance(name, str)}


def claims(node: Node) -> JsonValue:
    """Return a node without its marks."""
    match node:
        case dict():
            return {str(_bare(name)): claims(value) for name, value in node.items()}
        case list():
            return [claims(_bare(value)) for value in node]
        case _:
            return node


def marked(node: Node, at: ClaimPath = ()) -> list[FramePath]:
    """Return the paths of what is marked."""
    found: list[FramePath] = []
    for step, key, value in _children(node):
        path = (*at, step)
        found += [path] if isinstance(key, Sd) else []
        found += marked(value, path)
    return found


def unmarked(node: Node) -> JsonValue:
    """Return what anybody sees: a node without what is marked."""
    match node:
        case dict():
            return {key: unmarked(v) for key, v in node.items() if isinstance(key, str)}
        case list():
            return [unmarked(value) for value in node if not isinstance(value, Sd)]
        case _:
            return node


def chosen(node: Node, at: ClaimPath = ()) -> list[ClaimPath]:
    """Return the paths a holder's choice names: its leaves that say yes."""
    if isinstance(node, (dict, list)):
        return [path for step, _, value in _children(node) for path in chosen(value, (*at, step))]
    return [at] if node else []


def _children(node: Node) -> list[tuple[str | int, "Node | Sd", Node]]:
    """Return step, marked thing and bare value of each member or element."""
    match node:
        case dict():
            return [(str(_bare(name)), name, value) for name, value in node.items()]
        case list():
            return [(index, value, _bare(value)) for index, value in enumerate(node)]
        case _:
            return []


def _bare(node: "Node | Sd") -> Node:
    return node.of if isinstance(node, Sd) else node


def _lines(text: str) -> list[Line]:
    """Return indent and content; a flow collection over several lines becomes one."""
    lines: list[Line] = []
    for raw in text.splitlines():
        content = re.sub(r"(^|\s)#[^\"']*$", "", raw).rstrip()
        if not content:
            continue
        if lines and _opened(lines[-1][1]):
            lines[-1] = (lines[-1][0], f"{lines[-1][1]} {content.strip()}")
        else:
            lines.append((len(content) - len(content.lstrip()), content.strip()))
    return lines


def _opened(content: str) -> bool:
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", content)
    return sum(map(bare.count, "[{")) > sum(map(bare.count, "]}"))


def _block(lines: list[Line], indent: int) -> Node:
    """Take the lines of one collection or scalar off the front."""
    content = lines[0][1]
    if content == "-" or content.startswith("- "):
        return _sequence(lines, indent)
    if _KEY.match(content):
        return _mapping(lines, indent)
    lines.pop(0)
    if content == ">-":
        return " ".join(lines.pop(0)[1] for _ in range(_deeper(lines, indent - 1)))
    return _flow(content)


def _sequence(lines: list[Line], indent: int) -> list["Node | Sd"]:
    values: list[Node | Sd] = []
    while lines and lines[0][0] == indent and lines[0][1].startswith("-"):
        content = lines[0][1][1:].strip()
        is_key = _KEY.match(content) is not None
        if content.startswith("!sd") and not is_key:
            rest = content.removeprefix("!sd").strip()
            values.append(Sd(_inner(lines, rest, indent)))
        else:
            values.append(_inner(lines, content, indent))
    return values


def _inner(lines: list[Line], content: str, indent: int) -> Node:
    """Read what follows a dash: on its line, or below it and further in."""
    if not content:
        lines.pop(0)
        return _block(lines, lines[0][0])
    lines[0] = (indent + 2, content)
    return _block(lines, indent + 2)


def _mapping(lines: list[Line], indent: int) -> dict["str | Sd", Node]:
    members: dict[str | Sd, Node] = {}
    while lines and lines[0][0] == indent and (match := _KEY.match(lines[0][1])):
        tag, name, rest = match[1], match[2].strip("\"'"), (match[3] or "").strip()
        lines.pop(0)
        key = Sd(name) if tag else name
        if rest:
            lines.insert(0, (indent + 1, rest))
            members[key] = _value(lines, rest, indent + 1)
        else:
            members[key] = _block(lines, lines[0][0]) if _deeper(lines, indent) else None
    return members


def _value(lines: list[Line], rest: str, indent: int) -> Node:
    """Read what follows a key on its line: never another key."""
    lines.pop(0)
    if rest == ">-":
        return " ".join(lines.pop(0)[1] for _ in range(_deeper(lines, indent - 1)))
    return _flow(rest)


def _deeper(lines: list[Line], indent: int) -> int:
    """Count the lines further in than ``indent``, from the front."""
    count = 0
    while count < len(lines) and lines[count][0] > indent:
        count += 1
    return count


def _flow(content: str) -> Node:
    if content[0] not in "[{\"'":
        return _scalar(content)
    node, rest = _flow_node(content)
    assert not rest.strip(), f"not read: {rest}"
    assert not isinstance(node, Sd)
    return node


def _flow_node(text: str) -> tuple["Node | Sd", str]:
    """Return one flow node and the text after it."""
    text = text.lstrip()
    if text.startswith("!sd"):
        node, rest = _flow_node(text[3:])
        return Sd(_bare(node)), rest
    if text[0] == "[":
        return _flow_sequence(text[1:].lstrip())
    if text[0] == "{":
        return _flow_mapping(text[1:].lstrip())
    if text[0] == '"':
        value, end = json.JSONDecoder().raw_decode(text)
        return str(value), text[end:]
    if text[0] == "'":
        return text[1 : text.index("'", 1)], text[text.index("'", 1) + 1 :]
    plain = _FLOW_PLAIN.match(text)
    assert plain is not None, text
    return _scalar(plain[0].strip()), text[plain.end() :]


def _flow_sequence(text: str) -> tuple[Node, str]:
    values: list[Node | Sd] = []
    while not text.startswith("]"):
        value, text = _flow_node(text)
        values.append(value)
        text = text.lstrip().removeprefix(",").lstrip()
    return values, text[1:]


def _flow_mapping(text: str) -> tuple[Node, str]:
    members: dict[str | Sd, Node] = {}
    while not text.startswith("}"):
        name, text = _flow_node(text)
        value, text = _flow_node(text.lstrip().removeprefix(":"))
        members[name if isinstance(name, Sd) else str(name)] = _bare(value)
        text = text.lstrip().removeprefix(",").lstrip()
    return members, text[1:]


def _scalar(text: str) -> Node:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text
