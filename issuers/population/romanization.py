"""Korean names in Latin letters, as passports and driving licences print them.

Syllable by syllable in the Revised Romanization, which keeps a name's letters apart; the frequent
surnames as most of their bearers write them.
"""

from typing import Final

_FIRST_SYLLABLE: Final = ord("가")
_CODAS: Final = 28
_VOWELS: Final = 21
_SYLLABLES: Final = 19 * _VOWELS * _CODAS
_ONSETS: Final = "g kk n d tt r m b pp s ss - j jj ch k t p h"
_NUCLEI: Final = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i"
# Endings as they are spoken at the end of a syllable.
_ENDINGS: Final = "- k k k n n n t l k m l l l p l m p p t t ng t t k t p t"

_SURNAMES: Final = {
    "김": "Kim",
    "이": "Lee",
    "박": "Park",
    "최": "Choi",
    "정": "Jung",
    "강": "Kang",
    "조": "Cho",
    "윤": "Yoon",
    "임": "Lim",
    "오": "Oh",
    "신": "Shin",
    "권": "Kwon",
    "문": "Moon",
    "허": "Hur",
    "노": "Noh",
}


def name_in_latin(full: str) -> tuple[str, str]:
    """Return family and given name of a full name: Hangul, or Latin letters already."""
    family, _space, given = full.partition(" ")
    if given:
        return family, given
    return surname_in_latin(full[0]), given_name_in_latin(full[1:])


def surname_in_latin(surname: str) -> str:
    """Return a surname of one syllable as its bearers write it."""
    return _SURNAMES.get(surname) or given_name_in_latin(surname)


def given_name_in_latin(name: str) -> str:
    """Return a name of Hangul syllables, one word with a capital."""
    return "".join(map(_syllable, name)).capitalize()


def _syllable(syllable: str) -> str:
    """Return a syllable in Latin letters; what is none stays as it is."""
    place = ord(syllable) - _FIRST_SYLLABLE
    if not 0 <= place < _SYLLABLES:
        return syllable
    onset, rest = divmod(place, _VOWELS * _CODAS)
    nucleus, ending = divmod(rest, _CODAS)
    letters = zip((_ONSETS, _NUCLEI, _ENDINGS), (onset, nucleus, ending), strict=True)
    return "".join(every.split()[at] for every, at in letters).replace("-", "")
