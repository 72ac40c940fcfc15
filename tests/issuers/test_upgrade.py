"""An installation of the release before, with rows in its tables, goes on as it was."""

from alembic import command
from sqlalchemy import Connection, MetaData, text

from app.schema import configuration, upgrade
from issuers.clerks import OPERATOR
from issuers.issuance.book import CertificateState, Delivery
from issuers.ports import Change
from issuers.status.standing import Action
from issuers.store import IssuersStore
from tests.conftest import EngineOf
from tests.issuers.world import NOW

_FIRST = (
    "INSERT INTO certificates"
    " (number, authority, kind, citizen, purpose, issued_at, expires_at, status)"
    " VALUES ('1-1', 'resident-registry', 'resident-register', 'demo', '용도', 1, 9999999999, 0)"
)


def the_release_before(connection: Connection) -> None:
    config = configuration("issuers", connection)
    if config.attributes["schema"] is not None:
        connection.exec_driver_sql(f"SET search_path TO {config.attributes['schema']}")
    command.upgrade(config, "issuers_0001")
    connection.execute(text(_FIRST))


async def test_a_certificate_of_the_release_before_lives_on(engine_of: EngineOf) -> None:
    """
    H99: on both databases an old entry is about its applicant, has no view and no officer, and
    can be changed; its history begins with that change.
    """
    engine = await engine_of(MetaData())
    async with engine.begin() as connection:
        await connection.run_sync(the_release_before)
    await upgrade("issuers", engine)
    store = IssuersStore(engine)
    (kept,) = await store.book.of("demo", now=NOW)
    entitlement = kept.certificate.entitlement

    assert ("demo", None, "") == (entitlement.subject, entitlement.view, entitlement.officer)
    assert (CertificateState.VALID, Delivery.ISSUED) == (kept.state, kept.delivery)
    changed = await store.certificates.change(
        Change("1-1", Action.SUSPEND, "분실", OPERATOR), now=NOW
    )
    assert [Action.SUSPEND] == [event.action for event in changed.history]
    assert CertificateState.SUSPENDED is changed.state
