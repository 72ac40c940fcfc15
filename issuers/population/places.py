"""Where the population lives: districts all over the country, with real road names.

The districts, roads and tax offices exist; buildings and units are drawn, so an address may exist
by chance, its inhabitants do not.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from issuers.population.draws import Draws
from issuers.population.names import Sex, given_name, surname
from issuers.population.numbers import telephone
from issuers.source.records import Office


@dataclass(frozen=True, slots=True)
class District:
    """``head`` (구청장, 시장) issues register copies and levies the local taxes.

    ``tax_office`` keeps the accounts of the national ones.
    """

    name: str
    head: str
    tax_office: str
    area: str
    roads: tuple[str, ...]


def _district(line: str) -> District:
    name, head, tax_office, area, roads = line.split("|")
    return District(name, head, tax_office, area, tuple(roads.split()))


DISTRICTS = tuple(
    _district(line)
    for line in (
        "서울특별시 종로구|종로구청장|종로세무서장|02|자하문로 율곡로 북촌로 창경궁로 평창문화로",
        "서울특별시 마포구|마포구청장|마포세무서장|02|월드컵북로 성미산로 독막로 망원로 양화로",
        "서울특별시 관악구|관악구청장|관악세무서장|02|관악로 봉천로 남부순환로 신림로 난곡로",
        "서울특별시 송파구|송파구청장|송파세무서장|02|올림픽로 백제고분로 가락로 오금로",
        "서울특별시 노원구|노원구청장|노원세무서장|02|동일로 노해로 한글비석로 덕릉로 공릉로",
        "부산광역시 해운대구|해운대구청장|해운대세무서장|051|해운대로 좌동순환로 달맞이길",
        "부산광역시 동래구|동래구청장|동래세무서장|051|충렬대로 명륜로 온천천로 사직로",
        "대구광역시 수성구|수성구청장|수성세무서장|053|달구벌대로 동대구로 수성로 들안로",
        "인천광역시 남동구|남동구청장|남동세무서장|032|인주대로 구월로 소래로 백범로",
        "광주광역시 북구|북구청장|북광주세무서장|062|용봉로 설죽로 첨단연신로 우치로",
        "대전광역시 유성구|유성구청장|북대전세무서장|042|대학로 온천로 엑스포로 노은로",
        "울산광역시 남구|남구청장|울산세무서장|052|삼산로 돋질로 문수로 번영로",
        "세종특별자치시|세종특별자치시장|세종세무서장|044|한누리대로 도움로 갈매로 나리로",
        "경기도 성남시 분당구|분당구청장|분당세무서장|031|분당로 판교로 황새울로 정자일로",
        "경기도 수원시 팔달구|팔달구청장|수원세무서장|031|정조로 인계로 팔달로 향교로",
        "경기도 고양시 일산동구|일산동구청장|고양세무서장|031|중앙로 호수로 고봉로 위시티로",
        "강원특별자치도 춘천시|춘천시장|춘천세무서장|033|중앙로 공지로 춘천로 후석로",
        "충청북도 청주시 상당구|상당구청장|청주세무서장|043|상당로 월평로 단재로 대성로",
        "전북특별자치도 전주시 완산구|완산구청장|전주세무서장|063|홍산로 팔달로 백제대로",
        "전라남도 순천시|순천시장|순천세무서장|061|중앙로 장명로 백강로 연향번영길",
        "경상북도 포항시 남구|남구청장|포항세무서장|054|중앙로 새천년대로 희망대로 지곡로",
        "경상남도 창원시 성산구|성산구청장|창원세무서장|055|중앙대로 원이대로 용지로 마디미로",
        "제주특별자치도 제주시|제주시장|제주세무서장|064|연북로 중앙로 노연로 신대로",
    )
)

# 경기도 alone has two provincial police agencies.
_DIVIDED = "경기도"
_NORTHERN = "고양시"

# Officers are of working age; only the fashion of their names depends on it.
_OFFICERS_BORN = date(1988, 1, 1)
_ESTATES = (
    "한빛아파트",
    "푸른마을",
    "은하수아파트",
    "솔숲마을",
    "새싹아파트",
    "강변타운",
    "햇살빌라",
)


def address(draws: Draws, district: District) -> str:
    """Return a road-name address (도로명주소), two of three in an apartment building."""
    road, number = draws.choice(district.roads), draws.between(3, 420)
    if draws.one_in(3):
        return f"{district.name} {road} {number}"
    block, floor, unit = draws.between(101, 118), draws.between(1, 24), draws.between(1, 6)
    estate = draws.choice(_ESTATES)
    return f"{district.name} {road} {number}, {block}동 {floor}{unit:02d}호 ({estate})"


def office_address(district: District) -> str:
    """Return the address an office gives to those of whom nobody knows where they live."""
    return f"{district.name} {district.roads[0]} 1 (행정상 관리주소)"


def district_of(home: str) -> District:
    """Return the district an address of this population lies in."""
    return next(district for district in DISTRICTS if home.startswith(f"{district.name} "))


@dataclass(frozen=True, slots=True)
class Offices:
    """The offices in charge of a district's inhabitants."""

    register: Office
    tax: Office
    local_tax: Office
    police: Office


@cache
def offices(seed: int, district: District) -> Offices:
    """Return the offices of a district, the same for everyone who lives there."""
    # Streams below zero: those from zero upwards belong to the households.
    draws = Draws(seed, -1 - DISTRICTS.index(district))
    region = district.name.rpartition(" ")[0]
    head = f"{region} {district.head}".strip()
    return Offices(
        register=_office(draws, district, head, "민원여권과"),
        tax=_office(draws, district, district.tax_office, "민원봉사실"),
        local_tax=_office(draws, district, head, "세무과"),
        police=_office(draws, district, _police(district), "운전면허계"),
    )


def _police(district: District) -> str:
    """Return who gives driving licences: one for each province, two for 경기도."""
    province = district.name.partition(" ")[0]
    if province == _DIVIDED:
        province += "북부" if _NORTHERN in district.name else "남부"
    return f"{province}경찰청장"


def _office(draws: Draws, district: District, head: str, department: str) -> Office:
    officer = surname(draws) + given_name(draws, draws.choice(tuple(Sex)), _OFFICERS_BORN)
    phone = telephone(draws, district.area)
    return Office(head, department, officer.hangul, phone, f"{head}의인")
