"""What certificates and issuers are called: kept for a while, and never in the way."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from issuers.catalogue import every_kind
from issuers.published.metadata import issuer_metadata
from issuers.published.type_metadata import type_metadata
from keys.strict_json import dumps
from standards.dcql.paths import ClaimsPathPointer
from standards.openid4vci.configuration import ClaimDescription, CredentialConfiguration
from standards.openid4vci.display import Display
from tests.verifiers.world import BASE, NOW, REGISTER_VCT, REGISTRY, World
from verifiers.type_names import FRESH, MAX_TYPES, NEGATIVE, TypeNames
from web.outbound import Reply

KIND = every_kind().kinds["resident-register"]
TYPE = type_metadata(KIND, BASE).serialize()
ISSUER = dumps(issuer_metadata(KIND.authority, (KIND,), BASE).as_dict())


@dataclass
class Published:
    """Documents by address, and every question for one."""

    documents: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    is_slow: bool = False

    async def type_document(self, vct: str) -> bytes | None:
        self.asked.append(vct)
        if self.is_slow:
            await asyncio.sleep(60)
        return self.documents.get(vct)

    async def issuer_document(self, issuer: str) -> bytes | None:
        return await self.type_document(issuer)


async def test_a_claim_is_called_what_its_issuer_calls_it() -> None:
    """
    Labels in three languages, in the form's order; an element of a table by its pattern.
    """
    names = await TypeNames(Published({REGISTER_VCT: TYPE})).of(REGISTER_VCT, now=NOW)

    assert "주민등록표 등본" == names.title()["ko"]
    assert "성명" == names.label(("members", 3, "name"))["ko"]
    assert {"en": "name"} == names.label(("members", "x", "name"))
    assert names.place(("applicant",)) < names.place(("household",)) < names.place(("nothing",))


async def test_a_doctype_is_called_what_its_issuer_calls_it() -> None:
    """
    OpenID4VCI B.2: names of a type that is no address stand in its issuer's metadata.
    """
    doctype, other = "kr.example.card.1", "kr.example.card.2"
    configuration = CredentialConfiguration(
        "card",
        "mso_mdoc",
        type=doctype,
        display=(Display("신분증", "ko"), Display(locale="ja")),
        claims=(
            ClaimDescription(
                ClaimsPathPointer((doctype, "name")), display=(Display("성명", "ko"), Display())
            ),
        ),
    )
    metadata = issuer_metadata(KIND.authority, (KIND,), BASE)
    configured = (*metadata.credential_configurations_supported, configuration)
    text = dumps(replace(metadata, credential_configurations_supported=configured).as_dict())
    names = TypeNames(Published({REGISTRY: text}))

    found = await names.of(doctype, now=NOW, issuer=REGISTRY)

    assert {"ko": "신분증", "en": "신분증"} == found.title()
    assert "성명" == found.label((doctype, "name"))["ko"]
    assert {"en": other} == (await names.of(other, now=NOW, issuer=REGISTRY)).title()
    assert {"en": doctype} == (await names.of(doctype, now=NOW)).title()
    nobody = await names.of(doctype, now=NOW, issuer="https://nobody.example")
    assert {"en": doctype} == nobody.title()


async def test_an_issuer_is_called_what_it_calls_itself() -> None:
    """
    The metadata must be that very issuer's own; else its address is shown.
    """
    published = Published({REGISTRY: ISSUER, "https://other.example/x": ISSUER})
    names = TypeNames(published)

    assert KIND.authority.label.ko == (await names.issuer(REGISTRY, now=NOW))["ko"]
    for other in ("https://other.example/x", "https://nobody.example/x"):
        assert {"en": other} == await names.issuer(other, now=NOW)


async def test_names_are_asked_for_once_an_hour_and_failures_after_half_a_minute() -> None:
    """
    A desk's second customer does not wait for the issuer again.
    """
    published = Published({REGISTER_VCT: TYPE})
    names = TypeNames(published)
    for now in (NOW, NOW + FRESH - timedelta(seconds=1), NOW + FRESH):
        await names.of(REGISTER_VCT, now=now)
    assert 2 == len(published.asked)

    for now in (NOW, NOW + NEGATIVE - timedelta(seconds=1), NOW + NEGATIVE):
        await names.of("https://nobody.example/type", now=now)
    assert 4 == len(published.asked)


async def test_no_more_types_are_kept_than_a_desk_meets() -> None:
    """
    H51: strangers' types do not fill the memory; the least lately read goes first.
    """
    published = Published()
    names = TypeNames(published)
    for number in range(MAX_TYPES + 1):
        await names.of(f"https://many.example/{number}", now=NOW)
    await names.of("https://many.example/1", now=NOW)
    assert MAX_TYPES + 1 == len(published.asked)
    await names.of("https://many.example/0", now=NOW)
    assert MAX_TYPES + 2 == len(published.asked)


@pytest.mark.parametrize(
    "document",
    [b"", b"[]", b"{", b'{"vct":"https://other.example"}', b'{"vct":1}', TYPE[:-1]],
    ids=range(6),
)
async def test_what_is_no_metadata_names_nothing(document: bytes) -> None:
    """
    H65: hostile or broken documents leave the claim's own name, and no error.
    """
    published = Published({REGISTER_VCT: document, REGISTRY: document})
    names = TypeNames(published)

    assert {"en": REGISTER_VCT} == (await names.of(REGISTER_VCT, now=NOW)).title()
    assert {"en": REGISTRY} == await names.issuer(REGISTRY, now=NOW)


async def test_a_slow_issuer_does_not_hold_up_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    After a moment the path is the better answer.
    """
    monkeypatch.setattr("verifiers.type_names.FETCH_SECONDS", 0.01)
    names = await TypeNames(Published(is_slow=True)).of(REGISTER_VCT, now=NOW)

    assert {"en": REGISTER_VCT} == names.title()


async def test_names_are_fetched_where_the_standards_say(world: World) -> None:
    """
    Type metadata at the type's own address, issuer metadata below ``.well-known``.
    """
    well_known = f"{BASE}/.well-known/openid-credential-issuer/issuers/resident-registry"
    world.network.answering[REGISTER_VCT] = lambda _body: Reply(200, "application/json", TYPE)
    world.network.answering[well_known] = lambda _body: Reply(200, "application/json", ISSUER)

    assert "ko" in (await world.verifiers.names_of(REGISTER_VCT)).title()
    assert "ko" in await world.verifiers.issuer_name(REGISTRY)
    world.network.failing["https://gone.example/x"] = 1
    assert {"en": "https://gone.example/x"} == (
        await world.verifiers.names_of("https://gone.example/x")
    ).title()
    assert {"en": "no address"} == await world.verifiers.issuer_name("no address")
