"""What a doctor looks at of the log's witnesses: when each last vouched for it."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from app.database import engine_for
from app.errors import CommandError
from app.settings import Role, Settings
from app.wiring.witnesses import policy_of
from consent.cosignatures import Given
from consent.store.cosignatures import CosignatureTables
from consent.tlog.policy_lines import Witness
from web.errors import Party

# Three heartbeats: one may be lost on the way.
SILENT: Final = timedelta(minutes=3)


async def look_at_witnesses(settings: Settings, now: datetime) -> str:
    """Look whether every witness of the policy has cosigned lately."""
    if Role.CONSENT.value not in settings.role.rooms:
        return "another service keeps the log"
    if settings.witnesses is None:
        return "none (MYDATA_WITNESSES): nobody but the log itself vouches for it"
    asked = [each for each in policy_of(settings).witnesses if each.url is not None]
    lasts = await _lasts(settings, asked)
    silent = [
        f"{each.name} at {each.url}"
        for each, last in zip(asked, lasts, strict=True)
        if last is None or now - last.at > SILENT
    ]
    if silent:
        detail = f"no cosignature for {SILENT // timedelta(minutes=1)} minutes: "
        detail += f"{', '.join(silent)}; see mydata_witness_silent_seconds and the log"
        raise CommandError("witness_silent", Party.LEDGER, detail)
    return f"{', '.join(each.name for each in asked)}: all cosigned lately"


async def _lasts(settings: Settings, asked: list[Witness]) -> list[Given | None]:
    if settings.database_url is None and not (settings.home / "consent.sqlite").exists():
        detail = f"there is no consent.sqlite in {settings.home}: start the service once"
        raise CommandError("no_database", Party.CALLER, detail)
    engine = engine_for("consent", settings)
    table = CosignatureTables(engine)
    try:
        return [await table.last(each.name) for each in asked]
    except (SQLAlchemyError, OSError) as error:
        detail = f"the cosignatures cannot be read ({type(error).__name__}): restore a backup"
        raise CommandError("no_database", Party.CALLER, detail) from None
    finally:
        await engine.dispose()
