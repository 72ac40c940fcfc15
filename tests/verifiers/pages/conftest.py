"""The room's pages over its own world: institutions, a citizen, the authorities' names."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from issuers.catalogue import every_kind
from issuers.published.type_metadata import type_metadata
from tests.issuers.pages.browser import Desks, desks_on
from tests.verifiers.shown import supplies
from tests.verifiers.world import BASE, World
from verifiers.endpoints import routes
from verifiers.pages import pages
from web.outbound import Reply
from web.people import Person, PersonRole

PEOPLE = (
    Person("demo", "김예원", PersonRole.CITIZEN, "demo"),
    Person("corner-store", "모퉁이 편의점", PersonRole.INSTITUTION, "corner-store"),
    Person("parcel-service", "한걸음 택배", PersonRole.INSTITUTION, "parcel-service"),
    Person("gaon-bank", "가온은행", PersonRole.INSTITUTION, "gaon-bank"),
    Person("haneul-city", "하늘시청", PersonRole.INSTITUTION, "haneul-city"),
    Person("city-keeper", "기록 담당", PersonRole.CUSTODIAN, "haneul-city"),
    Person("bank-keeper", "기록 담당", PersonRole.CUSTODIAN, "gaon-bank"),
    Person("test-desk", "시험 창구", PersonRole.INSTITUTION, "test-desk"),
    Person("new-desk", "새 기관", PersonRole.INSTITUTION, "new-desk"),
    Person("auditor", "감사 담당", PersonRole.AUDITOR, "auditor"),
    Person("officer", "주민등록 담당", PersonRole.OFFICER, "resident-registry"),
)


def answering(document: bytes) -> Callable[[bytes], Reply]:
    """An address where this document is."""
    return lambda _body: Reply(200, "application/json", document)


@pytest.fixture
async def desks(world: World, tmp_path: Path) -> AsyncIterator[Desks]:
    """Everybody's pages of the verifiers; the authorities publish what their claims are called."""
    for kind in every_kind().kinds.values():
        document = type_metadata(kind, BASE).serialize()
        world.network.answering[kind.vct(BASE)] = answering(document)
    made = await desks_on(
        tmp_path,
        BASE,
        PEOPLE,
        world.clock,
        lambda kit: pages(world.verifiers, supplies(world), kit),
        lambda _kit: routes(world.verifiers, lambda _request, role: role),
    )
    yield made
    await made.aclose()
