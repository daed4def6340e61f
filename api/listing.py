"""What a list of records is asked for, what of that the caller may see, and the way to the next page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query

from api.errors import Problem
from api.problems import ProblemKind
from api.schemas import Moment
from records.model import Reason, Status, utc_text
from records.pages import Filters

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

    from api.keys import ApiKey

_LONGEST_KEY = 1_024


async def _filters(
    status: Annotated[
        list[Status] | None, Query(description="Only records in this state, or in one of these.")
    ] = None,
    reason: Annotated[Reason | None, Query(description="Only records with this reason.")] = None,
    prefix: Annotated[
        str, Query(max_length=_LONGEST_KEY, description="Only objects whose key begins so.")
    ] = "",
    media_type: Annotated[
        str | None,
        Query(
            alias="mediaType",
            min_length=1,
            max_length=127,
            description="Only files of this type, as detected from their content.",
        ),
    ] = None,
    arrived_after: Annotated[
        Moment | None,
        Query(alias="arrivedAfter", description="Only records whose `createdAt` is not before this."),
    ] = None,
    arrived_before: Annotated[
        Moment | None,
        Query(alias="arrivedBefore", description="Only records whose `createdAt` is before this."),
    ] = None,
) -> Filters:
    return Filters(
        statuses=frozenset(status or ()),
        reason=reason,
        prefix=prefix,
        media_type=media_type,
        after=utc_text(arrived_after) if arrived_after else None,
        before=utc_text(arrived_before) if arrived_before else None,
    )


Wanted = Annotated[Filters, Depends(_filters)]


def narrowed(filters: Filters, caller: ApiKey) -> Filters:
    """The filters within the prefix that the caller's key is bound to."""
    if caller.prefix is None:
        return filters
    own = f"{caller.prefix}/"
    if filters.prefix.startswith(own):
        return filters
    if own.startswith(filters.prefix):
        return replace(filters, prefix=own)
    detail = f"This API key sees what is under {own} alone, and nothing there begins with {filters.prefix!r}."
    raise Problem(ProblemKind.PREFIX_NOT_ALLOWED, detail)


def described(filters: Filters) -> dict[str, str]:
    """The filters as a cursor is bound to them."""
    named = {
        "status": ",".join(sorted(filters.statuses)),
        "reason": filters.reason,
        "prefix": filters.prefix,
        "mediaType": filters.media_type,
        "arrivedAfter": filters.after,
        "arrivedBefore": filters.before,
    }
    return {name: str(value) for name, value in named.items() if value}


def next_link(asked: QueryParams, cursor: str) -> str:
    """A `Link` to the next page, after RFC 8288: the same question with another cursor."""
    again = [(name, value) for name, value in asked.multi_items() if name != "cursor"]
    return f'</records?{urlencode([*again, ("cursor", cursor)])}>; rel="next"'
