"""Reading records: lists, and one record."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from api.deps import Reader, TheWorld, World
from api.document import NO_SUCH_RECORD, problems
from api.errors import not_found
from api.keys import ApiKey
from api.schemas import RecordPage, RecordView
from records.cursor import decode_cursor, encode_cursor
from records.model import Record, Status, to_attributes
from records.store import LIST_ATTRIBUTES

router = APIRouter(tags=["records"])

RecordPath = Annotated[str, Path(alias="recordId", pattern="^[0-9a-f]{32}$")]
_LISTED = frozenset({"recordId", *LIST_ATTRIBUTES})


# The routes are coroutines that block: in Lambda one request at a time is all there is, and a thread
# pool in between costs more than it gives.


@router.get(
    "/records",
    response_model=RecordPage,
    responses=problems(),
    operation_id="list_records",
    summary="List records",
)
async def list_records(
    world: TheWorld,
    caller: Reader,
    status: Annotated[Status | None, Query(description="Only records in this state.")] = None,
    prefix: Annotated[
        str | None, Query(max_length=1024, description="Only objects whose key begins so.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Newest first. A page may be short, or empty, and still have a `nextCursor`: then go on."""
    filters = {"status": status or "", "prefix": prefix or ""}
    before = decode_cursor(cursor, filters) if cursor else None
    page = world.records.page(limit=limit, before=before, status=status, prefix=prefix)
    body: dict[str, Any] = {"items": [_listed(item) for item in page.items]}
    if page.position:
        body["nextCursor"] = encode_cursor(page.position, filters)
    return json_response(body)


@router.get(
    "/records/{recordId}",
    response_model=RecordView,
    responses=problems(NO_SUCH_RECORD),
    operation_id="get_record",
    summary="Read one record",
)
async def get_record(world: TheWorld, caller: Reader, record_id: RecordPath) -> Response:
    """Everything known about one version of one object."""
    return json_response(to_attributes(found_record(world, caller, record_id)))


def found_record(world: World, caller: ApiKey, record_id: str) -> Record:
    """The record with this id, or a problem."""
    record = world.records.get(record_id)
    if record is None:
        raise not_found(record_id)
    return record


def _listed(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name in _LISTED}


def json_response(body: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Response:
    """The body as it is."""
    # Ready bytes: the values come from our own table, and validating them again would cost more than reading.
    return Response(json.dumps(body, ensure_ascii=False), status, media_type="application/json")
