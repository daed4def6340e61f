"""Statistics of what came in."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.deps import TheWorld, UnboundReader
from api.document import problems
from api.errors import Problem
from api.problems import ProblemKind
from api.schemas import Moment
from api.schemas_stats import Stats
from api.statistics import KEPT_SECONDS, totals
from records.model import utc_text

router = APIRouter(tags=["stats"])

USUAL = timedelta(hours=24)
LONGEST = timedelta(days=35)
KEPT = timedelta(days=455)
_HOUR = timedelta(hours=1)


@router.get(
    "/stats",
    response_model=Stats,
    responses=problems(ProblemKind.KEY_IS_BOUND, ProblemKind.INVALID_RANGE),
    operation_id="get_stats",
    summary="Count files by hour and state",
)
async def get_stats(
    world: TheWorld,
    caller: UnboundReader,
    begin: Annotated[
        Moment | None, Query(alias="from", description="24 hours before `to`, if it is not given.")
    ] = None,
    end: Annotated[Moment | None, Query(alias="to", description="Now, if it is not given.")] = None,
) -> Response:
    """Files, bytes and durations, in whole hours: `from` is rounded down, `to` up; at most 35 days.

    What a minute brought may take another one to show. The answer is kept for a minute.
    """
    first, last = hours_between(begin, end, datetime.now(UTC))
    rows = world.statistics.by_hour(first, last)
    body = {"from": utc_text(first), "to": utc_text(last), "totals": totals(rows), "hours": rows}
    headers = {"Cache-Control": f"private, max-age={KEPT_SECONDS}"}
    return Response(json.dumps(body), headers=headers, media_type="application/json")


def hours_between(begin: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """The whole hours that are asked for.

    Raises:
        Problem: they end before they begin, are too many, or too long ago.
    """
    until = min(end or now, now)
    if until < now - KEPT:
        raise _invalid(f"Metrics are kept for {KEPT.days} days.")
    last = _next_hour(until)
    first = _hour_of(begin) if begin else last - USUAL
    if not first < last:
        raise _invalid("`from` must be before `to`, and not in the future.")
    if last - first > LONGEST:
        raise _invalid(f"There are at most {LONGEST.days} days in one answer; ask for fewer.")
    return first, last


def _invalid(detail: str) -> Problem:
    return Problem(ProblemKind.INVALID_RANGE, detail)


def _hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _next_hour(moment: datetime) -> datetime:
    begun = _hour_of(moment)
    return begun if begun == moment else begun + _HOUR
