"""Reading records: lists, and one record."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic_core import to_json

from api.conditional import IfNoneMatch, answers, conditional
from api.deps import Reader, TheWorld, World
from api.document import problems
from api.errors import not_found
from api.keys import ApiKey
from api.listing import Wanted, described, narrowed, next_link
from api.problems import ProblemKind
from api.schemas import RecordPage, RecordView
from records.cursor import decode_cursor, encode_cursor
from records.model import Record, Status, to_attributes

router = APIRouter(tags=["records"])

RecordPath = Annotated[str, Path(alias="recordId", pattern="^[0-9a-f]{32}$")]
_LONGEST_WAIT_SECONDS = 30


# The routes are coroutines that block: in Lambda one request at a time is all there is, and a thread
# pool in between costs more than it gives.


@router.get(
    "/records",
    response_model=RecordPage,
    responses=problems(ProblemKind.INVALID_CURSOR, ProblemKind.PREFIX_NOT_ALLOWED) | answers("Link"),
    operation_id="list_records",
    summary="List records",
)
async def list_records(
    world: TheWorld,
    caller: Reader,
    request: Request,
    wanted: Wanted,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[
        str | None,
        Query(max_length=200, description="The `nextCursor` of the page before, for the same filters."),
    ] = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Newest first. A page may be short, or empty, and still have a `nextCursor`: then go on.

    Records are in the order of `createdAt`: when a file arrived, or its upload was announced.
    A key that is bound to a prefix sees what lies there.
    """
    filters = narrowed(wanted, caller)
    if caller.prefix:
        world.prefixes.add(caller.prefix)
    bound = described(filters)
    before = decode_cursor(cursor, bound) if cursor else None
    page = world.records.page(filters, limit=limit, before=before)
    body: dict[str, Any] = {"items": page.items}
    if page.position is None:
        return conditional(body, if_none_match, {})
    body["nextCursor"] = encode_cursor(page.position, bound)
    link = next_link(request.query_params, body["nextCursor"])
    return conditional(body, if_none_match, {"Link": link})


@router.get(
    "/records/{recordId}",
    response_model=RecordView,
    responses=problems(ProblemKind.RECORD_NOT_FOUND) | answers("Retry-After"),
    operation_id="get_record",
    summary="Read one record",
)
async def get_record(
    world: TheWorld, caller: Reader, record_id: RecordPath, if_none_match: IfNoneMatch = None
) -> Response:
    """Everything known about one version of one object.

    While something is still to come, `Retry-After` says when it is worth asking again.
    """
    record = found_record(world, caller, record_id)
    seconds = worth_asking_after(record, datetime.now(UTC))
    headers = {"Retry-After": str(seconds)} if seconds else {}
    return conditional(to_attributes(record), if_none_match, headers)


def found_record(world: World, caller: ApiKey, record_id: str) -> Record:
    """The record with this id, or a problem; the same one for a record that the caller may not see."""
    record = world.records.get(record_id)
    if record is None or not caller.covers(record.object_key):
        raise not_found(record_id)
    return record


def worth_asking_after(record: Record, now: datetime) -> int | None:
    """After how many seconds to look again at a record that is on its way; the longer it is, the later."""
    if record.status is Status.AWAITING_UPLOAD:
        begun = record.created_at
    elif record.status is Status.RETRYING and record.actions:
        begun = record.actions[-1].at
    else:
        return None
    waited = (now - datetime.fromisoformat(begun)).total_seconds()
    return max(1, min(_LONGEST_WAIT_SECONDS, int(waited / 5)))


def json_response(body: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Response:
    """The body as it is."""
    # Ready bytes: the values come from our own table, and validating them again would cost more than reading.
    return Response(to_json(body), status, media_type="application/json")
