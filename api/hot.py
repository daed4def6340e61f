"""The routes that a cold start must answer soon, in a small app; the whole one is made when more is asked."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from mangum.types import ASGI
    from starlette.types import Receive, Scope, Send

HOT = "/records"
_PAGE = "/assets/"


class HotFirst:
    """Two apps that answer alike, of which the whole one takes longer to import than a request may wait.

    Args:
        hot: answers lists and records, and has the page.
        whole: makes the app that answers everything.
    """

    def __init__(self, hot: ASGI, whole: Callable[[], ASGI]) -> None:
        self._hot = hot
        self._whole = cache(whole)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._hot if is_hot(scope) else self._whole()
        await app(scope, receive, send)


def is_hot(scope: Scope) -> bool:
    """Whether the small app has a route for it: `GET /records` and what lies one level under it; the page."""
    path = str(scope["path"])
    head, _, rest = path.removeprefix(HOT).partition("/")
    listed = path.startswith(HOT) and not head and "/" not in rest
    return bool(scope["method"] == "GET" and (listed or path == "/" or path.startswith(_PAGE)))
