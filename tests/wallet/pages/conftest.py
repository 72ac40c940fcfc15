"""The citizen's pages over the room's own world: two citizens and somebody of another role."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.issuers.pages.browser import Browser, Desks, desks_on
from tests.wallet.issuer_of_test import ISSUER, VCT, IssuerOfTest
from tests.wallet.verifier_of_test import VerifierOfTest
from tests.wallet.world import HOLDER, WALLET_URL, World, json_reply
from wallet.pages import pages
from web.people import Person, PersonRole

PEOPLE = (
    Person("min", "민예원", PersonRole.CITIZEN, HOLDER),
    Person("second", "다른 시민", PersonRole.CITIZEN, "second"),
    Person("corner-store", "모퉁이 편의점", PersonRole.INSTITUTION, "corner-store"),
)
LABELS = {
    ("name",): "성명",
    ("birth_date",): "생년월일",
    ("address",): "주소",
    ("address", "region"): "시도",
    ("address", "street"): "도로명",
    ("members",): "세대원",
    ("members", None, "name"): "세대원 성명",
    ("age_over_19",): "만 19세 이상",
}


def publish_type(world: World, issuer: IssuerOfTest) -> None:
    """Serve the names of the issuer's type, in the order of its form."""
    display = {"ko": "등본", "en": "Register copy", "ja": "謄本"}
    document = {
        "vct": VCT,
        "display": [{"locale": tag, "name": name} for tag, name in display.items()],
        "claims": [
            {"path": list(path), "display": [{"locale": "ko", "label": label}]}
            for path, label in LABELS.items()
        ],
    }
    world.network.serve(VCT, lambda _: json_reply(document))  # type: ignore[arg-type]  # JSON
    issuer.metadata = {
        "display": [{"locale": "ko", "name": "시험 등록 기관"}],
    }


@pytest.fixture
async def desks(world: World, issuer: IssuerOfTest, tmp_path: Path) -> AsyncIterator[Desks]:
    """The pages, with the names of the issuer's type published."""
    publish_type(world, issuer)
    wallets, consents = world.wallets, world.consents
    made = await desks_on(
        tmp_path,
        WALLET_URL,
        PEOPLE,
        world.clock,
        lambda kit: pages(wallets, consents, kit, WALLET_URL),
    )
    yield made
    await made.aclose()


@pytest.fixture
async def citizen(desks: Desks) -> Browser:
    """A signed-in citizen, who reads Korean."""
    return await desks.enter("min")


@pytest.fixture
async def certificate(world: World, citizen: Browser, issuer: IssuerOfTest) -> str:
    """The id of a certificate the citizen holds."""
    accepted = await world.wallets.accept(HOLDER, issuer.offer_uri())
    assert accepted.issuer == ISSUER
    return accepted.credential_ids[0]


@pytest.fixture
def verifier_of_citizen(world: World, issuer: IssuerOfTest, certificate: str) -> VerifierOfTest:
    """A relying party that asks for what the citizen holds."""
    return VerifierOfTest(world, issuer)
