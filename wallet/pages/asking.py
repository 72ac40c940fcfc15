"""Who asks: see it, choose, check what goes out, send it or refuse (DESIGN, trip 2)."""

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from keys.strict_json import JsonObject
from wallet.errors import WalletError, WalletFailure
from wallet.history.events import Event
from wallet.pages.asker import asker_of
from wallet.pages.codes import ask_page, link_in
from wallet.pages.confirming import seen_transactions
from wallet.pages.lacking import lacking_of
from wallet.pages.picked import Picked
from wallet.pages.question import what_goes_out
from wallet.pages.room import SCRIPT, Room, back_to, language_of
from wallet.pages.ways import Way, Ways
from wallet.presenting.agreeing import Agreed
from wallet.presenting.reviewing import Review
from wallet.presenting.said import Said
from wallet.presenting.surplus import surplus_of, unregistered_of
from web.static_files import address_of
from web.visitor import Visitor

_SEE_OTHER = 303


def add_asking_pages(router: APIRouter, room: Room) -> None:
    """Add ``/wallet/ask`` and the last summary before an answer."""

    @router.get("/wallet/ask")
    async def ask(request: Request) -> Response:
        visitor = await room.citizen(request)
        request_uri = link_in(request.url.query)
        if request_uri is None:
            return RedirectResponse("/wallet/scan", _SEE_OTHER)
        review = await _review(room, visitor, request_uri)
        asked = Picked.of(request)
        way = Ways.of(review.possible).named(asked.way, asked.picks)
        if way is None:
            return await _nothing_fits(room, request, visitor, request_uri, review)
        return await _choose(room, request, visitor, request_uri, review, way)

    @router.get("/wallet/ask/check")
    async def check(request: Request) -> Response:
        visitor = await room.citizen(request)
        request_uri = request.query_params.get("request_uri", "")
        review = await _review(room, visitor, request_uri)
        asked = Picked.of(request)
        way = Ways.of(review.possible).named(asked.way, asked.picks)
        if way is not None and asked.is_of_another(way):
            # Another certificate was picked than the one on the page: it is shown first.
            return RedirectResponse(asked.page(request_uri), _SEE_OTHER)
        choice = None if way is None else asked.choice(way)
        with back_to(ask_page(request_uri)):
            if choice is None:
                raise WalletError(WalletFailure.CLAIM_REQUIRED)
        certificates = what_goes_out(choice, visitor.language)
        names = await room.names.of((), [each.credential for each in choice])
        unregistered = unregistered_of(review.valid, choice)
        surplus = [name for name in surplus_of(review.valid, choice) if name not in unregistered]
        return room.pages.page(
            request,
            "wallet/check.html",
            visitor,
            asker=asker_of(review.valid, visitor.language),
            transactions=seen_transactions(review.valid.transactions, visitor.language),
            certificates=certificates,
            count=sum(len(each.needed) for each in certificates),
            request_uri=request_uri,
            match=review.valid.match,
            unregistered=names.dotted_claims(unregistered, visitor.language),
            surplus=names.dotted_claims(surplus, visitor.language),
            agreed=Agreed.of(review.valid, review.possible, choice).text,
            back=ask_page(request_uri),
        )


def add_answers(router: APIRouter, room: Room) -> None:
    """Add the two answers to a question: send what was shown, or refuse."""

    @router.post("/wallet/ask/send")
    async def send(request: Request) -> Response:
        visitor = await room.citizen(request)
        form = await room.pages.form(request, visitor)
        request_uri, agreed = form.one("request_uri"), Agreed.parse(form.one("agreed"))
        said = Said(
            takes_unverified="yes" in form.all("unverified"),
            takes_surplus="yes" in form.all("surplus"),
        )

        async def act() -> str:
            with back_to(ask_page(request_uri)):
                outcome = await room.wallets.present(
                    visitor.person.subject,
                    request_uri,
                    agreed,
                    # Nothing picked is not the desk's number either.
                    match=form.one("match"),
                    language=language_of(visitor),
                    said=said,
                )
            return f"/wallet/sent/{outcome.entry}"

        return await room.pages.once(form, act)

    @router.post("/wallet/ask/refuse")
    async def refuse(request: Request) -> Response:
        visitor = await room.citizen(request)
        form = await room.pages.form(request, visitor)
        request_uri = form.one("request_uri")

        async def act() -> str:
            with back_to(ask_page(request_uri)):
                outcome = await room.wallets.refuse(
                    visitor.person.subject, request_uri, language=language_of(visitor)
                )
            return f"/wallet/sent/{outcome.entry}"

        return await room.pages.once(form, act)


async def _review(room: Room, visitor: Visitor, request_uri: str) -> Review:
    with back_to("/wallet/scan"):
        return await room.wallets.review(
            visitor.person.subject, request_uri, language=language_of(visitor)
        )


async def _choose(
    room: Room, request: Request, visitor: Visitor, request_uri: str, review: Review, way: Way
) -> Response:
    language = visitor.language
    history = await room.wallets.history(visitor.person.subject)
    held = [each.credential for choice in review.choices for each in choice]
    names = await room.names.of((), held)
    unregistered = review.beyond_registration
    beyond_terms = [name for name in review.over_asked if name not in unregistered]
    return room.pages.page(
        request,
        "wallet/ask.html",
        visitor,
        asker=asker_of(review.valid, language, notice=review.notice),
        changes=review.changes,
        transactions=seen_transactions(review.valid.transactions, language),
        is_first_time=not _met(review.valid.party.id, history),
        certificates=way.certificates(language),
        needed=len(way.needed),
        script=address_of(SCRIPT),
        way=way,
        ways=[(each.key, each.name(language)) for each in Ways.of(review.possible).all],
        seats=[(seat, seat.listed(review.states, language)) for seat in way.seats],
        states={each: f"state_{state.value}" for each, state in review.states.items()},
        asked=Picked.of(request),
        unregistered=names.dotted_claims(unregistered, language),
        over_asked=names.dotted_claims(beyond_terms, language),
        withheld=names.dotted_claims(review.withheld, language),
        is_by_rule=review.valid.rule is not None,
        request_uri=request_uri,
    )


async def _nothing_fits(
    room: Room, request: Request, visitor: Visitor, request_uri: str, review: Review
) -> Response:
    language = visitor.language
    vcts = dict.fromkeys(vct for each in review.missing for vct in each.types)
    held = await room.wallets.credentials(visitor.person.subject)
    names = await room.names.of(vcts, held)
    return room.pages.page(
        request,
        "wallet/missing.html",
        visitor,
        asker=asker_of(review.valid, language, notice=review.notice),
        lacks=[lacking_of(each, names, room.base, language) for each in review.missing],
        is_refused_by_law=review.is_refused_by_law,
        is_by_rule=review.valid.rule is not None,
        withheld=names.dotted_claims(review.withheld, language),
        request_uri=request_uri,
        again=ask_page(request_uri),
    )


def _met(party_id: str, history: Sequence[JsonObject]) -> bool:
    """Tell whether something was sent to this party before."""
    return any(
        entry["event"] == Event.PRESENTED.value and entry["party"]["id"] == party_id
        for entry in history
        if isinstance(entry["party"], dict)
    )
