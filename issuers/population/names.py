"""Korean names as they are borne: surnames by frequency, given names by time of birth, hanja."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from issuers.population.draws import Draws


class Sex(StrEnum):
    """As the resident number has it."""

    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True)
class Name:
    """A surname or given name; ``hanja`` is empty where the name has none."""

    hangul: str
    hanja: str

    def __add__(self, given: "Name") -> "Name":
        """Return the full name; a given name without hanja leaves the whole without."""
        return Name(self.hangul + given.hangul, self.hanja + given.hanja if given.hanja else "")


def _syllables(text: str) -> tuple[Name, ...]:
    return tuple(Name(pair[0], pair[1]) for pair in text.split())


# Bearers in a hundred, rounded; the many rare surnames are left to the last ones.
_FREQUENCIES = (
    "김金21 이李15 박朴8 최崔5 정鄭4 강姜2 조趙2 윤尹2 장張2 임林2 오吳2 한韓2 신申2 서徐2 "
    "권權1 황黃1 안安1 송宋1 류柳1 홍洪1 전全1 고高1 문文1 손孫1 양梁1 배裵1 백白1 허許1 노盧1"
)
SURNAMES = tuple(
    Name(entry[0], entry[1]) for entry in _FREQUENCIES.split() for _ in range(int(entry[2:]))
)

# The first year of each generation of given names, the latest first.
_GENERATIONS = (1985, 1960, 0)
_FIRST = {
    (1985, Sex.MALE): _syllables("민民 서瑞 도道 예睿 시始 주柱 지志 하夏 승承 건健"),
    (1985, Sex.FEMALE): _syllables("서瑞 지智 하荷 수秀 예藝 채彩 다多 유裕 소昭 민旼"),
    (1960, Sex.MALE): _syllables("성成 재宰 동東 상相 진振 승承 정政 기基 용龍 경慶"),
    (1960, Sex.FEMALE): _syllables("은恩 지智 미美 선善 수秀 혜惠 현賢 윤允 정貞 경敬"),
    (0, Sex.MALE): _syllables("영榮 정正 종鍾 상相 병炳 재在 광光 성成 만萬 창昌"),
    (0, Sex.FEMALE): _syllables("영英 순順 정貞 옥玉 경京 명明 복福 금今 말末 춘春"),
}
_SECOND = {
    (1985, Sex.MALE): _syllables("준俊 윤潤 우宇 진鎭 호昊 현賢 후厚 원元 빈彬 율律"),
    (1985, Sex.FEMALE): _syllables("연姸 윤允 은恩 아雅 린潾 현賢 원媛 인仁 영映 희喜"),
    (1960, Sex.MALE): _syllables("훈勳 호鎬 현鉉 욱旭 민民 우佑 석錫 환煥 수洙 철哲"),
    (1960, Sex.FEMALE): _syllables("영英 희姬 경敬 정貞 진眞 주珠 연姸 숙淑 란蘭 화花"),
    (0, Sex.MALE): _syllables("수洙 호鎬 식植 철哲 환煥 구九 섭燮 근根 득得 기基"),
    (0, Sex.FEMALE): _syllables("자子 숙淑 희姬 순順 례禮 임任 애愛 남男 분粉 심心"),
}
# Words of the Korean language, written without hanja; they came into use for the latest births.
_KOREAN = tuple(
    Name(word, "") for word in ("하늘", "가람", "슬기", "아름", "보람", "다솜", "누리")
)
_KOREAN_ONE_IN = 20


def surname(draws: Draws) -> Name:
    """Return a surname, the frequent ones as often as in the census."""
    return draws.choice(SURNAMES)


def surname_in(full: str) -> Name:
    """Return the surname a full name of this population begins with."""
    return next(name for name in SURNAMES if name.hangul == full[0])


def given_name(draws: Draws, sex: Sex, born_on: date) -> Name:
    """Return a given name usual for the sex and the time of birth."""
    start = next(year for year in _GENERATIONS if born_on.year >= year)
    first, second = draws.choice(_FIRST[start, sex]), draws.choice(_SECOND[start, sex])
    if start == _GENERATIONS[0] and draws.one_in(_KOREAN_ONE_IN):
        return draws.choice(_KOREAN)
    if first.hangul == second.hangul:
        return Name("한" + second.hangul, "漢" + second.hanja)
    return first + second
