"""``mydata keys``: the keys of the data directory, through their lives."""

from typing import Annotated

import typer

from app.cli.invocation import AsJson, answer, current_settings, lines, rows, verb_group
from app.clock import utc_now
from app.errors import CommandError
from app.installation import Installation, local_authorities, open_installation
from app.trust import KEY as TRUST_KEY
from keys.key_store import StoredKey
from keys.strict_json import JsonObject, JsonValue
from web.errors import Party

verbs = verb_group("List and rotate the keys of the data directory.")


@verbs.command("list")
def list_keys(*, as_json: AsJson = False) -> None:
    """List every signing key and where it is in its life."""

    def work() -> JsonObject:
        store = _installation().store
        listed: list[JsonValue] = [
            _described(name, key) for name in store.names() for key in store.all(name)
        ]
        return {"keys": listed}

    answer(work, rows("keys", "name", "state", "algorithm", "kid"), as_json=as_json)


@verbs.command("rotate")
def rotate(
    name: Annotated[str, typer.Argument(metavar="NAME", help="One of `mydata keys list`.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Make a new key and let the former retire; the running service takes it at once.

    The log's takes over at the next start, and signs beside the former for 90 days.
    """

    def work() -> JsonObject:
        return _described(name, _rotated(_installation(), name))

    answer(work, lines, as_json=as_json)


def _rotated(installation: Installation, name: str) -> StoredKey:
    store = installation.store
    if name not in store.names():
        raise CommandError("key_unknown", Party.CALLER, "no key has this name: mydata keys list")
    certify = installation.keyring.certify(name, local_authorities(installation.settings))
    if name == TRUST_KEY:
        return installation.trust.rotate()
    return store.rotate(name, utc_now(), certify=certify)


def _installation() -> Installation:
    settings = current_settings()
    if not (settings.home / "keys").is_dir():
        detail = f"there are no keys in {settings.home}: set MYDATA_HOME, or start the service"
        raise CommandError("no_keys", Party.CALLER, detail)
    return open_installation(settings)


def _described(name: str, key: StoredKey) -> JsonObject:
    return {
        "name": name,
        "state": key.state.value,
        "algorithm": key.public.algorithm.value,
        "kid": key.kid,
        "certified": bool(key.chain),
    }
