"""Links to files: processed ones, quarantined ones, and what was made of them."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from fastapi import APIRouter, Response

from api.deps import Operator, Reader, TheWorld
from api.document import problems
from api.errors import Problem
from api.problems import ProblemKind
from api.routes_records import RecordPath, found_record, json_response
from api.schemas import Download, Report
from records.model import Record, Status, to_attributes

router = APIRouter(tags=["records"])


@router.get(
    "/records/{recordId}/download",
    response_model=Download,
    responses=problems(ProblemKind.RECORD_NOT_FOUND, ProblemKind.NOT_PROCESSED),
    operation_id="download_record",
    summary="Get a link to the content",
)
async def download_record(world: TheWorld, caller: Reader, record_id: RecordPath) -> Response:
    """A presigned link to the recorded version, as an attachment; only for processed records."""
    record = found_record(world, caller, record_id)
    if record.status is not Status.PROCESSED:
        detail = f"Record {record_id} is {record.status}; only processed files can be downloaded."
        raise Problem(ProblemKind.NOT_PROCESSED, detail)
    return json_response(_described(record) | world.links.download(record))


@router.get(
    "/records/{recordId}/quarantined",
    response_model=Download,
    responses=problems(ProblemKind.RECORD_NOT_FOUND, ProblemKind.NOT_QUARANTINED),
    operation_id="download_quarantined",
    summary="Get a link to a quarantined file",
)
async def download_quarantined(world: TheWorld, caller: Operator, record_id: RecordPath) -> Response:
    """A presigned link to the bytes in quarantine, as an attachment; only for quarantined records."""
    record = found_record(world, caller, record_id)
    if record.status is not Status.QUARANTINED or not record.quarantine_key:
        detail = f"Record {record_id} is {record.status}; only quarantined files can be had here."
        raise Problem(ProblemKind.NOT_QUARANTINED, detail)
    link = world.links.made(world.quarantine_bucket, record.quarantine_key, record.file_name)
    return json_response(_described(record) | link)


@router.get(
    "/records/{recordId}/rejects",
    response_model=Report,
    responses=problems(ProblemKind.RECORD_NOT_FOUND, ProblemKind.NO_REJECTS),
    operation_id="download_rejects",
    summary="Get a link to the bad rows",
)
async def download_rejects(world: TheWorld, caller: Operator, record_id: RecordPath) -> Response:
    """A presigned link to `rejects.csv`: each bad row with its line, column, error and text.

    Records have it that are quarantined for some of their rows, or processed without them. It is kept as
    long as quarantined files are.
    """
    record = found_record(world, caller, record_id)
    if not record.rejects_key:
        raise _without(record, ProblemKind.NO_REJECTS, "rows that were rejected")
    name = f"{_stem(record)}.rejects.csv"
    link = world.links.made(world.quarantine_bucket, record.rejects_key, name)
    return json_response({"fileName": name} | link)


@router.get(
    "/records/{recordId}/accepted",
    response_model=Report,
    responses=problems(ProblemKind.RECORD_NOT_FOUND, ProblemKind.NOT_SPLIT),
    operation_id="download_accepted",
    summary="Get a link to the good rows",
)
async def download_accepted(world: TheWorld, caller: Reader, record_id: RecordPath) -> Response:
    """A presigned link to the good rows of a split file, as Parquet with the types of its contract."""
    record = found_record(world, caller, record_id)
    if not record.accepted_key:
        raise _without(record, ProblemKind.NOT_SPLIT, "good rows apart from its file")
    name = f"{_stem(record)}.parquet"
    link = world.links.made(world.accepted_bucket, record.accepted_key, name)
    return json_response({"fileName": name} | link)


def _described(record: Record) -> dict[str, Any]:
    known = to_attributes(record)
    return {name: known[name] for name in ("fileName", "sizeBytes", "sha256") if name in known}


def _without(record: Record, kind: ProblemKind, what: str) -> Problem:
    return Problem(kind, f"Record {record.record_id} is {record.status}; it has no {what}.")


def _stem(record: Record) -> str:
    return PurePosixPath(record.file_name).stem or "file"
