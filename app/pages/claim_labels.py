"""What verified claims are called, from the type metadata their issuer publishes."""

from urllib.parse import urlsplit

from app.service_client import ServiceClient
from keys.errors import KeysError
from keys.strict_json import JsonObject, JsonValue, loads_object

Path = tuple[str | int, ...]


async def labelled(client: ServiceClient, credential: JsonObject) -> JsonObject:
    """Return a credential of a result with its claims as a list of path, labels and value."""
    vct, claims = str(credential["vct"]), credential["claims"]
    metadata = await _metadata(client, vct)
    return {
        "name": _by_locale(metadata, "name") or vct,
        "issuer": credential["issuer"],
        "status": credential["status"],
        "claims": [
            {"labels": _label(metadata, path), "value": value} for path, value in _leaves(claims)
        ],
    }


async def claim_names(client: ServiceClient) -> dict[str, JsonValue]:
    """Return what every claim of our own kinds is called, by its dotted path (``*`` for any)."""
    kinds = (await client.operator_get("/issuers/operator/kinds"))["kinds"]
    names: dict[str, JsonValue] = {}
    for kind in kinds if isinstance(kinds, list) else ():
        if isinstance(kind, dict):
            for claim in _described(await _metadata(client, str(kind["vct"]))):
                path = claim.get("path")
                steps = path if isinstance(path, list) else []
                dotted = ".".join("*" if step is None else str(step) for step in steps)
                names.setdefault(dotted, _by_locale(claim, "label"))
    return names


def names_of(names: dict[str, JsonValue], paths: JsonValue) -> list[JsonValue]:
    """Return what claims given by dotted paths are called, each name once, in order."""
    found: dict[str, JsonValue] = {}
    for path in paths if isinstance(paths, list) else ():
        steps = str(path).split(".")
        dotted = ".".join("*" if step.isdecimal() else step for step in steps)
        found.setdefault(dotted, names.get(dotted) or str(path))
    return list(found.values())


async def _metadata(client: ServiceClient, vct: str) -> JsonObject:
    """Ask this very service; a type published elsewhere is shown by its own claim names."""
    if not vct.startswith(f"{client.base}/"):
        return {}
    try:
        return loads_object(await client.public(urlsplit(vct).path))
    except KeysError:
        return {}


def _leaves(value: JsonValue, path: Path = ()) -> list[tuple[Path, JsonValue]]:
    if isinstance(value, dict):
        return [leaf for name, each in value.items() for leaf in _leaves(each, (*path, name))]
    if isinstance(value, list):
        return [leaf for at, each in enumerate(value) for leaf in _leaves(each, (*path, at))]
    return [(path, value)]


def _label(metadata: JsonObject, path: Path) -> JsonValue:
    for claim in _described(metadata):
        if _matches(claim.get("path"), path):
            return _by_locale(claim, "label") or _dotted(path)
    return _dotted(path)


def _described(metadata: JsonObject) -> list[JsonObject]:
    described = metadata.get("claims")
    return (
        [each for each in described if isinstance(each, dict)]
        if isinstance(described, list)
        else []
    )


def _matches(pattern: JsonValue, path: Path) -> bool:
    """Compare with a claims path; null stands for any element (SD-JWT VC section 9.1)."""
    if not isinstance(pattern, list) or len(pattern) != len(path):
        return False
    return all(
        isinstance(step, int) if wanted is None else wanted == step
        for wanted, step in zip(pattern, path, strict=True)
    )


def _by_locale(described: JsonObject, name: str) -> JsonObject:
    display = described.get("display")
    texts: JsonObject = {}
    for each in display if isinstance(display, list) else ():
        if isinstance(each, dict):
            texts[str(each.get("locale", ""))[:2]] = each.get(name)
    return texts


def _dotted(path: Path) -> str:
    return ".".join(map(str, path))
