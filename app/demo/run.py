"""The whole demonstration in order: five trips, then what must not work."""

from pathlib import Path
from tempfile import TemporaryDirectory

from app.demo import attempts, trips
from app.demo.hostile_wallet import hostile_wallet
from app.demo.telling import Teller
from app.demo.trips import SHOWN, Journey, Shown
from app.demo.witnesses import seen_by_witnesses
from app.service_client import ServiceClient
from standards.dcql.credential_query import SD_JWT_VC


async def demonstrate(
    client: ServiceClient,
    teller: Teller,
    *,
    shown: Shown = SHOWN[SD_JWT_VC],
    policy: Path | None = None,
) -> None:
    """Walk everything against a running service; ``teller.held`` says whether all of it held.

    ``shown`` is what the main job is done with; what must not work is tried with SD-JWT VCs.
    ``policy`` names the witnesses that it asks, if it asks any.
    """
    with TemporaryDirectory(prefix="mydata-demo-") as folder:
        journey = Journey(client, teller, Path(folder), shown)
        copy = await _trips(journey)
        if policy is not None:
            await seen_by_witnesses(journey, policy)
        await _attempts(journey, copy)


async def _trips(journey: Journey) -> Path:
    journey.teller.heading("The main job")
    await trips.issue(journey)
    transaction_id = await trips.present(journey)
    await trips.verify(journey, transaction_id)
    checkpoint = await trips.record(journey)
    return await trips.audit_log(journey, checkpoint)


async def _attempts(journey: Journey, copy: Path) -> None:
    journey.teller.heading("What must not work")
    async with hostile_wallet(journey.client, journey.folder) as hostile:
        await attempts.tampered_disclosure(journey, hostile)
        await attempts.replay(journey, hostile)
    await attempts.revoked_certificate(journey)
    await attempts.over_asking(journey)
    await attempts.altered_ledger(journey, copy)
