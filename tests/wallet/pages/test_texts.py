"""The words of the citizen's pages: every failure has its own, in all three languages."""

from http import HTTPStatus
from pathlib import Path

import pytest

import wallet.pages
from consent.forms.entry import Author, EntryType
from consent.forms.record import EventState
from consent.forms.states import ConsentState, DutyKind
from wallet.errors import WalletError, WalletFailure
from wallet.history.completeness import Gap
from wallet.history.events import Event
from wallet.history.sharings import Source
from wallet.ledger.log_view import View
from wallet.pages.codes import CodeError, CodeFailure
from wallet.pages.history import SIGNS
from wallet.pages.problems import problem_of
from wallet.pages.room import StoppedError, back_to
from wallet.pages.sharing_view import SIGNS as STATE_SIGNS
from wallet.presenting.missing import Lack
from wallet.status.states import CredentialState
from web.language import Language, texts
from web.qr_reading import PictureError, PictureFailure

# What others than the holder file under the label of a pair.
NEWS = {each for each in EntryType if each.author is not Author.HOLDER} - {
    EntryType.OVER_ASKED,
    EntryType.MAP,
    EntryType.ROTATED,
    EntryType.FROZEN,
}
ROOM = Path(wallet.pages.__file__).parent / "texts"
CODES = [
    *(failure.value for failure in WalletFailure),
    *(failure.value for failure in CodeFailure),
    *(f"picture_{failure.value}" for failure in PictureFailure),
]


@pytest.mark.parametrize("language", Language, ids=str)
@pytest.mark.parametrize("code", CODES)
def test_every_failure_has_words_and_a_next_step(code: str, language: Language) -> None:
    """
    bc-wallet#1493: never a bare "error"; the enums are held against the texts.
    """
    known = texts(language, ROOM)

    assert known[f"problem_{code}"] != known[f"problem_{code}_next"]


def test_no_two_failures_say_the_same() -> None:
    """
    Words that fit two failures help with neither.
    """
    for language in Language:
        known = texts(language, ROOM)
        said = [known[f"problem_{code}"] for code in CODES]
        assert sorted(set(said)) == sorted(said)


@pytest.mark.parametrize("language", Language, ids=str)
def test_every_closed_choice_has_its_words(language: Language) -> None:
    """
    A new event, state or reason without words would be a broken page.
    """
    known = texts(language, ROOM)
    needed = {
        *(f"event_{event}" for event in Event),
        *(f"state_{state}" for state in CredentialState),
        *(f"state_{state}_next" for state in CredentialState if state != CredentialState.VALID),
        *(f"lack_{lack}" for lack in Lack),
        *(f"lack_{lack}_next" for lack in Lack),
        *(f"receipt_{state}" for state in EventState),
        *(f"standing_{state}" for state in ConsentState),
        *(f"duty_{kind}" for kind in DutyKind),
        *(f"source_{source}" for source in Source),
        *(f"view_{view}" for view in View),
        *(f"gap_{gap}" for gap in Gap),
        *(f"news_{each}" for each in NEWS),
    }

    assert set() == needed - set(known)
    assert {event.value for event in Event} == SIGNS.keys()
    assert set(ConsentState) == set(STATE_SIGNS)


def test_a_failure_leads_back_to_where_it_happened() -> None:
    """
    The same failure leads to different pages; without a place it leads to the wallet.
    """
    error = WalletError(WalletFailure.CLAIM_REQUIRED, "reason")
    with pytest.raises(StoppedError) as caught, back_to("/wallet/ask?x"):
        raise error
    stopped, plain = problem_of(caught.value), problem_of(error)

    assert stopped is not None
    assert plain is not None
    assert ("/wallet/ask?x", "/wallet") == (stopped.back, plain.back)
    assert ("claim_required", HTTPStatus.UNPROCESSABLE_ENTITY) == (stopped.code, stopped.status)


def test_pictures_and_codes_have_a_status_of_their_own() -> None:
    """
    Too large is 413 as everywhere, what cannot be used is 422; other errors are the kit's.
    """
    large = problem_of(PictureError(PictureFailure.TOO_LARGE))
    foreign = problem_of(CodeError(CodeFailure.FOREIGN))

    assert large is not None
    assert foreign is not None
    assert (413, 422) == (large.status, foreign.status)
    assert problem_of(ValueError("of somebody else")) is None
