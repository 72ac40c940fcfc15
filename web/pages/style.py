"""The living page of the kit: every component in every state, for those who build pages."""

from datetime import UTC, datetime
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from web.kit import RoomPages

_ODD_NAMES: Final = (
    "gа\u200bon bank\u202e",  # noqa: RUF001  # a Cyrillic letter is the point
    "가나다라마바사" * 12,
    "x" * 120,
    "محمد بن سلمان",
)
_CLAIMS: Final = (
    {"labels": {"ko": "성명", "en": "Name", "ja": "氏名"}, "value": "김예원"},
    {"labels": {"ko": "19세 이상", "en": "19 or older", "ja": "19歳以上"}, "value": True},
    {"labels": {"ko": "전입일", "en": "Moved in on", "ja": "転入日"}, "value": "2024-03-02"},
    {"labels": {"ko": "비고", "en": "Remark", "ja": "備考"}, "value": None},
    {
        "labels": {"ko": "세대원", "en": "Members", "ja": "世帯員"},
        "value": [
            [
                {"labels": {"ko": "성명", "en": "Name", "ja": "氏名"}, "value": "김하준"},
                {"labels": {"ko": "관계", "en": "Relation", "ja": "続柄"}, "value": "자녀"},
            ],
            {"relation": "spouse", "present": False},
            "plain",
        ],
    },
)
_MOMENT: Final = datetime(2026, 11, 22, 5, 5, tzinfo=UTC)


def style_pages(room: RoomPages) -> APIRouter:
    """Return ``/style``; it is served in demo mode alone."""
    router = room.router()

    @router.get("/style")
    async def style(request: Request) -> Response:
        visitor = await room.guest(request)
        return room.page(
            request,
            "style.html",
            visitor,
            claims=_CLAIMS,
            odd_names=_ODD_NAMES,
            moment=_MOMENT,
        )

    return router
