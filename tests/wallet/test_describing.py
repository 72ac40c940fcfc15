"""Names of credentials and claims: in three languages, from the type, never trusted further."""

import hashlib
from base64 import b64encode
from datetime import timedelta

import pytest

from keys.strict_json import JsonObject, JsonValue, dumps
from standards.dcql.paths import ClaimsPathPointer
from standards.positions import ClaimPath
from tests.wallet.issuer_of_test import ISSUER, VCT, IssuerOfTest
from tests.wallet.refusal import refused
from tests.wallet.world import HOLDER, World, json_reply
from wallet.errands import moving_on
from wallet.errors import WalletFailure
from wallet.labels import ClaimName, Description, Name
from web.errors import Party
from web.outbound import Reply


def label(locale: str, text: str) -> JsonObject:
    return {"locale": locale, "label": text}


TYPE: JsonObject = {
    "vct": VCT,
    "name": "Resident register",
    "display": [
        {"locale": "en-US", "name": "Resident register"},
        {"locale": "ko", "name": "주민등록표 등본"},
    ],
    "claims": [
        {"path": ["birth_date"], "display": [label("ko", "생년월일"), label("en", "Birth date")]},
        {"path": ["name"], "display": [label("ja", "氏名")]},
        {"path": ["members", None, "name"], "display": [label("en", "Member's name")]},
        {"path": ["address", "region"], "mandatory": True},
    ],
}

MISSING: list[JsonValue] = [{"path": ["nickname"], "mandatory": True}]
OPEN: list[JsonValue] = [{"path": ["name"], "sd": "never"}]


URN = "urn:example:resident-register:1"


def make_of_a_name(issuer: IssuerOfTest, **more: JsonValue) -> None:
    """Have the issuer issue a type that is a name and no address."""
    configuration: JsonObject = {
        "format": "dc+sd-jwt",
        "vct": URN,
        "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}},
        **more,
    }
    issuer.metadata = {"credential_configurations_supported": {issuer.kinds[0]: configuration}}
    issuer.change_new = lambda new: new._replace(vct=URN)


async def shown(world: World, issuer: IssuerOfTest) -> JsonObject:
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    (held,) = await world.wallets.credentials(HOLDER)
    return held.shown()


def labels_of(shown: JsonObject) -> dict[str, JsonObject]:
    claims = shown["claims"]
    assert isinstance(claims, list)
    found = {}
    for claim in claims:
        assert isinstance(claim, dict)
        assert isinstance(claim["labels"], dict)
        found[str(claim["path"])] = claim["labels"]
    return found


async def test_claims_are_named_in_three_languages(world: World, issuer: IssuerOfTest) -> None:
    """
    A missing language falls back to English, then to any, then to the claim's own name.
    """
    world.network.serve(VCT, lambda _: json_reply(TYPE))

    credential = await shown(world, issuer)

    english = "Resident register"
    assert {"ko": "주민등록표 등본", "en": english, "ja": english} == credential["name"]
    labels = labels_of(credential)
    assert {"ko": "생년월일", "en": "Birth date", "ja": "Birth date"} == labels["birth_date"]
    assert {"ko": "氏名", "en": "氏名", "ja": "氏名"} == labels["name"]
    assert "Member's name" == labels["members.1.name"]["ko"]
    assert "age_over_19" == labels["age_over_19"]["ko"]


async def test_claims_come_in_the_order_of_the_form(world: World, issuer: IssuerOfTest) -> None:
    """
    The issuer's own order is kept; what it does not list comes after.
    """
    world.network.serve(VCT, lambda _: json_reply(TYPE))

    paths = list(labels_of(await shown(world, issuer)))

    assert ["birth_date", "name", "members.0.name", "members.1.name"] == paths[:4]


@pytest.mark.parametrize(
    "reply",
    [Reply(404, "application/json", b"{}"), Reply(200, "text/html", b"<p>Hello</p>")],
    ids=["H36 not published", "H36 a page"],
)
async def test_a_type_that_publishes_nothing_is_shown_by_its_paths(
    world: World, issuer: IssuerOfTest, reply: Reply
) -> None:
    """
    Names are a courtesy: another maker's credential without them is kept all the same.
    """
    world.network.serve(VCT, lambda _: reply)

    assert "birth_date" == labels_of(await shown(world, issuer))["birth_date"]["ko"]


async def test_a_type_that_is_no_address_is_not_asked(world: World, issuer: IssuerOfTest) -> None:
    """
    A vct like urn:… is a name; nothing is fetched for it.
    """
    make_of_a_name(issuer)

    assert URN == (await shown(world, issuer))["vct"]
    assert not [asked for asked in world.network.asked if asked.url.startswith("urn")]


@pytest.mark.parametrize("deferrals", [0, 1], ids=["at once", "deferred"])
async def test_a_type_that_is_no_address_is_called_what_its_issuer_calls_it(
    world: World, issuer: IssuerOfTest, deferrals: int
) -> None:
    """
    As every doctype: the issuer's metadata name type and claims, also those handed out later.
    """
    named: JsonObject = {
        "display": [{"locale": "ko", "name": "모바일 신분증"}, {"name": "of no language"}],
        "claims": [
            {"path": ["birth_date"], "display": [{"locale": "ko", "name": "생년월일"}]},
            {"path": ["name"]},
        ],
    }
    make_of_a_name(issuer, credential_metadata=named)
    issuer.metadata["deferred_credential_endpoint"] = f"{ISSUER}/deferred"
    issuer.deferrals = deferrals
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    world.clock.now += timedelta(minutes=1)
    await moving_on.run_due(ports=world.ports, now=world.clock.now)

    (held,) = await world.wallets.credentials(HOLDER)
    assert "모바일 신분증" == held.description.names()["ko"]
    assert "모바일 신분증" == held.description.names()["en"]
    assert "생년월일" == held.description.labels(("birth_date",))["ko"]
    assert "name" == held.description.labels(("name",))["ko"]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({**TYPE, "vct": "https://issuer.example/other"}, "type_of_another"),
        ({**TYPE, "extends": VCT}, "type_circle"),
        ({**TYPE, "claims": "none"}, "type_malformed"),
        ({**TYPE, "claims": MISSING}, "claim_missing"),
        ({**TYPE, "claims": OPEN}, "claim_must_be_open"),
    ],
)
async def test_a_type_that_lies_is_refused(
    world: World, issuer: IssuerOfTest, document: JsonObject, reason: str
) -> None:
    """
    What is published is processed in full, and a credential against its type is not kept (H36).
    """
    world.network.serve(VCT, lambda _: json_reply(document))

    with refused(WalletFailure.TYPE_METADATA_INVALID, Party.ISSUER, reason):
        await shown(world, issuer)


async def test_a_document_with_another_hash_is_refused(world: World, issuer: IssuerOfTest) -> None:
    """
    Where the credential pins its type's document, no other will do (H36).
    """
    digest = b64encode(hashlib.sha256(dumps(TYPE)).digest()).decode()
    issuer.change_new = lambda new: new._replace(vct_integrity=f"sha256-{digest}")
    world.network.serve(VCT, lambda _: json_reply({**TYPE, "name": "Another"}))

    with refused(WalletFailure.TYPE_METADATA_INVALID, Party.ISSUER, "type_integrity"):
        await shown(world, issuer)


def test_a_description_comes_back_from_its_box() -> None:
    """
    What is sealed with a credential is read again as it was.
    """
    description = Description(
        VCT,
        (Name("ko", "등본"),),
        (ClaimName(("members", None, "name"), (Name("en", "Name"),)), ClaimName(("a", 0), ())),
    )

    assert description == Description.parse(description.as_dict())


@pytest.mark.parametrize("value", [None, {}, {"vct": "a", "type_names": [], "claims": [1]}])
def test_what_is_no_description_is_a_bug(value: JsonObject | None) -> None:
    """
    Boxes are written by us alone: another content is not the world's fault.
    """
    with pytest.raises(ValueError, match="not"):
        Description.parse(value)


def named(*dotted: str) -> Description:
    """A description that lists these claims, each called by its own text."""
    pointers = [ClaimsPathPointer.parse_dotted(text) for text in dotted]
    return Description(
        VCT, claims=tuple(ClaimName(p.steps, (Name("en", p.dotted()),)) for p in pointers)
    )


def test_a_table_is_read_row_by_row() -> None:
    """
    A form's rows belong together: not every number first, then every name.
    """
    form = named("issued_on", "members.*.number", "members.*.name", "seal")
    shown: list[ClaimPath] = [
        ("seal",),
        ("unlisted",),
        *(("members", row, name) for name in ("name", "unlisted", "number") for row in (10, 2)),
        ("issued_on",),
    ]

    assert [
        ("issued_on",),
        *(("members", row, name) for row in (2, 10) for name in ("number", "name", "unlisted")),
        ("seal",),
        ("unlisted",),
    ] == form.in_order(shown)


@pytest.mark.parametrize(
    ("path", "place", "label"),
    [
        (("members", 0, "name"), 0, "members.0.name"),
        (("members", 1, "name"), 1, "members.*.name"),
        (("other", 3), 3, "other.3"),
        (("other", 4), 4, "other"),
    ],
)
def test_the_first_entry_about_a_claim_is_its_own(path: ClaimPath, place: int, label: str) -> None:
    """
    SD-JWT VC 9: an entry about one element, and one about every element, in the issuer's order.
    """
    form = named("members.0.name", "members.*.name", "members.1.name", "other.3")

    assert place == form.place(path)
    assert label == form.labels(path)["en"]
