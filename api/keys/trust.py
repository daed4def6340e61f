"""Whom an instance trusts without asking the table, and for how long."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from api.keys.model import ApiKey, from_attributes
from records.model import utc_text

if TYPE_CHECKING:
    from collections.abc import Callable

CACHE_SECONDS = 30
"""How long a key that was checked is trusted: a revoked one stops working within this time."""
MOST_CACHED = 1_000


@dataclass(frozen=True)
class Verdict:
    """What became of one text.

    Attributes:
        key: whose text it is; None if it opens nothing.
        until: when it is to be looked up again.
    """

    key: ApiKey | None
    until: float


class Trust:
    """Remembers verdicts by the hashes of texts; wrong texts cannot push good ones out.

    Nobody can send the text of a key before it is made, so that a wrong one is remembered keeps no new
    key from working.

    Args:
        clock: seconds of the wall clock: a Lambda is frozen between requests, and a monotonic clock with it.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._good: dict[str, Verdict] = {}
        self._wrong: dict[str, Verdict] = {}

    def look(self, hashed: str) -> Verdict | None:
        """What is known of a text, if that is fresh."""
        known = self._good.get(hashed) or self._wrong.get(hashed)
        return known if known and known.until > self._clock() else None

    def judge(self, item: dict[str, Any] | None, hashed: str) -> Verdict:
        """Decide by what the table holds under the text's id, and remember it."""
        now = self._clock()
        key, ends = _opened(item, hashed, text_of(now)) if item else (None, None)
        until = now + CACHE_SECONDS
        verdict = Verdict(key, min(until, seconds_of(ends)) if ends else until)
        self._good.pop(hashed, None)
        kept = self._good if key else self._wrong
        if len(kept) >= MOST_CACHED:
            kept.clear()
        kept[hashed] = verdict
        return verdict


def _opened(item: dict[str, Any], hashed: str, now: str) -> tuple[ApiKey | None, str | None]:
    """The key that a text with this hash opens now, and when it ceases to."""
    key = from_attributes(item)
    present = hmac.compare_digest(item["secretHash"], hashed)
    older = hmac.compare_digest(item.get("olderHash", ""), hashed)
    ends = key.expires_at
    if older and not present:
        ends = min(key.older_until or now, ends or "~")
    if not (present or older) or key.revoked_at or (ends and ends <= now):
        return None, None
    return key, ends


def text_of(seconds: float) -> str:
    """A moment as records have it."""
    return utc_text(datetime.fromtimestamp(seconds, UTC))


def seconds_of(text: str) -> float:
    """The inverse."""
    return datetime.fromisoformat(text).timestamp()
