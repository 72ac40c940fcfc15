"""The one code a citizen is showing right now, sealed between the form and the page that draws it.

A redirect stands between them, perhaps to another worker, and what is in the code may stand in no
address. There is one place per holder: the next code takes it, and the last one goes with it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from keys.strict_json import JsonObject, JsonValue
from wallet.kept.keeping import BoxKind
from wallet.kept.vault import new_id, open_vault
from wallet.ports import Ports
from wallet.presenting.showing import ShownCode

_PLACE: Final = "now"


@dataclass(frozen=True, slots=True)
class KeptCode:
    """A code with the certificate and the ticks it was made of, so that it can be made again.

    ``challenge`` is the desk's it answers, None for a code that anybody may read.
    """

    shown: ShownCode
    credential_id: str
    ticked: tuple[str, ...]
    challenge: str | None = None


async def keep_code(holder: str, kept: KeptCode, ports: Ports) -> str:
    """Keep the code that is shown now, and return the name its page asks for it by."""
    vault = await open_vault(ports.shelf, ports.store_key, holder, ports.entropy)
    name = new_id(ports.entropy)
    content: JsonObject = {
        "name": name,
        "text": kept.shown.text,
        "expires_at": int(kept.shown.expires_at.timestamp()),
        "credential_id": kept.credential_id,
        "ticked": list[JsonValue](kept.ticked),
        "challenge": kept.challenge or "",
    }
    await ports.shelf.put(vault.seal(BoxKind.SHOWN_CODE, _PLACE, ports.clock(), content))
    return name


async def kept_code(holder: str, name: str, ports: Ports) -> KeptCode | None:
    """Return the code of that name; None when another took its place."""
    box = await ports.shelf.find(holder, BoxKind.SHOWN_CODE, _PLACE)
    if box is None:
        return None
    vault = await open_vault(ports.shelf, ports.store_key, holder, ports.entropy)
    match vault.open(box):
        case {
            "name": str(kept_name),
            "text": str(text),
            "expires_at": int(expires_at),
            "credential_id": str(credential_id),
            "ticked": list(ticked),
            "challenge": str(challenge),
        } if kept_name == name:
            shown = ShownCode(text, datetime.fromtimestamp(expires_at, UTC))
            return KeptCode(shown, credential_id, tuple(map(str, ticked)), challenge or None)
        case _:
            return None
