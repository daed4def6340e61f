"""Reading records: lists, one record, and the link to its content."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic_core import to_json

from api.deps import Reader, TheWorld, World
from api.document import NO_SUCH_RECORD, problems
from api.errors import Problem, not_found
from api.keys import ApiKey
from api.schemas import Download, RecordPage, RecordView, Report
from records.cursor import decode_cursor, encode_cursor
from records.model import Record, Status, to_attributes

router = APIRouter(tags=["records"])

RecordPath = Annotated[str, Path(alias="recordId", pattern="^[0-9a-f]{32}$")]


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
    body: dict[str, Any] = {"items": page.items}
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


@router.get(
    "/records/{recordId}/download",
    response_model=Download,
    responses=problems(NO_SUCH_RECORD | {409: "The file is not processed, so it cannot be downloaded."}),
    operation_id="download_record",
    summary="Get a link to the content",
)
async def download_record(world: TheWorld, caller: Reader, record_id: RecordPath) -> Response:
    """A presigned link to the recorded version, as an attachment; only for processed records."""
    record = found_record(world, caller, record_id)
    if record.status is not Status.PROCESSED:
        detail = f"Record {record_id} is {record.status}; only processed files can be downloaded."
        raise Problem(HTTPStatus.CONFLICT, "not-processed", detail)
    known = to_attributes(record)
    described = {name: known[name] for name in ("fileName", "sizeBytes", "sha256") if name in known}
    return json_response(described | world.links.download(record))


@router.get(
    "/records/{recordId}/rejects",
    response_model=Report,
    responses=problems({404: "There is no record with this id, or it has no rejects."}),
    operation_id="download_rejects",
    summary="Get a link to the bad rows",
)
async def download_rejects(world: TheWorld, caller: Reader, record_id: RecordPath) -> Response:
    """A presigned link to `rejects.csv`: each bad row with its line, column, error and text.

    Records have it that are quarantined for some of their rows, or processed without them. It is kept as
    long as quarantined files are.
    """
    record = found_record(world, caller, record_id)
    if not record.rejects_key:
        raise _without(record, "no-rejects", "rows that were rejected")
    name = f"{_stem(record)}.rejects.csv"
    link = world.links.made(world.quarantine_bucket, record.rejects_key, name)
    return json_response({"fileName": name} | link)


@router.get(
    "/records/{recordId}/accepted",
    response_model=Report,
    responses=problems({404: "There is no record with this id, or its file was not split."}),
    operation_id="download_accepted",
    summary="Get a link to the good rows",
)
async def download_accepted(world: TheWorld, caller: Reader, record_id: RecordPath) -> Response:
    """A presigned link to the good rows of a split file, as Parquet with the types of its contract."""
    record = found_record(world, caller, record_id)
    if not record.accepted_key:
        raise _without(record, "not-split", "good rows apart from its file")
    name = f"{_stem(record)}.parquet"
    link = world.links.made(world.accepted_bucket, record.accepted_key, name)
    return json_response({"fileName": name} | link)


def _without(record: Record, kind: str, what: str) -> Problem:
    return Problem(
        HTTPStatus.NOT_FOUND, kind, f"Record {record.record_id} is {record.status}; it has no {what}."
    )


def _stem(record: Record) -> str:
    return PurePosixPath(record.file_name).stem or "file"


def found_record(world: World, caller: ApiKey, record_id: str) -> Record:
    """The record with this id, or a problem."""
    record = world.records.get(record_id)
    if record is None:
        raise not_found(record_id)
    return record


def json_response(body: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Response:
    """The body as it is."""
    # Ready bytes: the values come from our own table, and validating them again would cost more than reading.
    return Response(to_json(body), status, media_type="application/json")
