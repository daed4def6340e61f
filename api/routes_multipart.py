"""Uploads in parts: which parts S3 has, links for more, and how an upload ends."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response

from api.deps import TheWorld, Uploader, World
from api.document import problems
from api.errors import Problem
from api.idempotency import IdempotencyKey, id_for
from api.keys import ApiKey, Scope
from api.links import links_expire
from api.moving import moved
from api.multipart import Received, UploadGone
from api.part_pages import PARTS_A_PAGE, cut_of, page_of
from api.parts import MOST_PARTS
from api.problems import ProblemKind
from api.routes_records import RecordPath, found_record, json_response
from api.schemas import RecordView
from api.schemas_uploads import MOST_IN_A_PAGE, PartLinks, PartPage, PartsToSign
from records.actions import aborted
from records.model import Record, Status, to_attributes

router = APIRouter(tags=["uploads"])

_NOT_OPEN = (
    ProblemKind.RECORD_NOT_FOUND,
    ProblemKind.NOT_MULTIPART,
    ProblemKind.UPLOAD_COMPLETED,
    ProblemKind.UPLOAD_EXPIRED,
    ProblemKind.UPLOAD_GONE,
)
_MOST_NAMED = 20
_ANNOUNCED = frozenset(
    {
        "recordId",
        "status",
        "source",
        "bucket",
        "objectKey",
        "fileName",
        "createdAt",
        "declaredMediaType",
        "expectedSha256",
        "expectedSizeBytes",
        "uploadId",
        "partSizeBytes",
        "partChecksums",
        "revision",
    }
)
_UNTOLD: Final = {"attempts": [], "attemptCount": 0, "automaticRetries": 0}


@router.get(
    "/uploads/{recordId}/parts",
    response_model=PartPage,
    responses=problems(*_NOT_OPEN),
    operation_id="list_parts",
    summary="List the parts of an upload",
)
async def list_parts(
    world: TheWorld,
    caller: Uploader,
    record_id: RecordPath,
    first_part_number: Annotated[int, Query(alias="firstPartNumber", ge=1, le=MOST_PARTS)] = 1,
    limit: Annotated[int, Query(ge=1, le=MOST_IN_A_PAGE)] = PARTS_A_PAGE,
) -> Response:
    """Which parts S3 has, with size and checksum, and fresh links for the others: this is how to resume."""
    record = _open(found_record(world, caller, record_id))
    try:
        received = world.multipart.received(record, after=first_part_number - 1, most=limit)
    except UploadGone as error:
        raise _gone(world, record) from error
    return json_response(page_of(world.links, record, received, first=first_part_number, limit=limit))


@router.post(
    "/uploads/{recordId}/parts",
    response_model=PartLinks,
    responses=problems(
        *_NOT_OPEN,
        ProblemKind.NO_SUCH_PART,
        ProblemKind.PART_CHECKSUM_REQUIRED,
        ProblemKind.PART_CHECKSUM_NOT_ANNOUNCED,
    ),
    operation_id="sign_parts",
    summary="Get links for parts",
)
async def sign_parts(
    world: TheWorld,
    caller: Uploader,
    record_id: RecordPath,
    request: PartsToSign,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Links that S3 binds to each part's length and, where the upload has part checksums, to its SHA-256.

    A part that is sent again replaces the one before. Nothing is changed by asking.
    """
    record = _open(found_record(world, caller, record_id))
    cut = cut_of(record)
    for part in request.parts:
        if part.part_number > cut.count:
            detail = f"Part {part.part_number} does not exist: the upload has {cut.count:,}."
            raise Problem(ProblemKind.NO_SUCH_PART, detail)
        if bool(part.sha256) != bool(record.part_checksums):
            raise _wrong_checksum(part.part_number, record)
    links = world.links.parts(record, [(part.part_number, part.sha256) for part in request.parts])
    return json_response({"items": links, "expiresAt": links_expire()})


@router.post(
    "/uploads/{recordId}/complete",
    status_code=HTTPStatus.ACCEPTED,
    response_model=RecordView,
    responses=problems(*_NOT_OPEN, ProblemKind.PARTS_MISSING),
    operation_id="complete_upload",
    summary="Complete an upload in parts",
)
async def complete_upload(
    world: TheWorld, caller: Uploader, record_id: RecordPath, idempotency_key: IdempotencyKey = None
) -> Response:
    """S3 makes one object of the parts, which must all be there; then the record goes on by itself.

    Asking twice is asking once. If S3 takes long, the answer is 503: ask again to hear how it went.
    """
    record = found_record(world, caller, record_id)
    if not record.upload_id or record.status is Status.EXPIRED:
        _open(record)
    if record.status is Status.AWAITING_UPLOAD:
        record = _completed(world, record)
    return json_response(_told(caller, record), HTTPStatus.ACCEPTED)


def _completed(world: World, record: Record) -> Record:
    try:
        received = world.multipart.all_received(record)
        _check_all(record, received)
        world.multipart.complete(record, received)
    except UploadGone as error:
        # A completion whose answer was lost, or came too late, has left the object; or that went on already.
        if world.multipart.has_come(record):
            return record
        later = world.records.get(record.record_id) or record
        if later.status in (Status.AWAITING_UPLOAD, Status.EXPIRED):
            raise _gone(world, record) from error
        return later
    return record


def _told(caller: ApiKey, record: Record) -> dict[str, Any]:
    """The record; to a key that may not read, only what its announcement said."""
    known = to_attributes(record)
    if Scope.READ in caller.scopes or record.status is Status.AWAITING_UPLOAD:
        return known
    return {name: value for name, value in known.items() if name in _ANNOUNCED} | _UNTOLD


@router.post(
    "/uploads/{recordId}/abort",
    status_code=HTTPStatus.ACCEPTED,
    response_model=RecordView,
    responses=problems(
        ProblemKind.RECORD_NOT_FOUND, ProblemKind.UPLOAD_COMPLETED, ProblemKind.CHANGED_MEANWHILE
    ),
    operation_id="abort_upload",
    summary="Abort an upload",
)
async def abort_upload(
    world: TheWorld, caller: Uploader, record_id: RecordPath, idempotency_key: IdempotencyKey = None
) -> Response:
    """The file shall not come any more: S3 forgets its parts, and the record is `expired`.

    Asking twice is asking once.
    """
    record = found_record(world, caller, record_id)
    if record.status is not Status.EXPIRED:
        if record.upload_id and record.status is Status.AWAITING_UPLOAD:
            world.multipart.abort(record)
        # Looked for after the abort: from then on nothing can be completed any more.
        if record.status is not Status.AWAITING_UPLOAD or world.multipart.has_come(record):
            raise _come(record)
        action_id = id_for(caller, (record_id, "abort"), idempotency_key)
        record = moved(world, record, lambda found: aborted(found, by=caller.key_id, action_id=action_id))
    return json_response(_told(caller, record), HTTPStatus.ACCEPTED)


def _open(record: Record) -> Record:
    """The record of an upload in parts that waits for them, or a problem."""
    if not record.upload_id:
        detail = f"Record {record.record_id} is no upload in parts."
        raise Problem(ProblemKind.NOT_MULTIPART, detail)
    if record.status is Status.EXPIRED:
        detail = f"The upload of record {record.record_id} expired or was aborted; announce the file again."
        raise Problem(ProblemKind.UPLOAD_EXPIRED, detail)
    if record.status is not Status.AWAITING_UPLOAD:
        raise _come(record)
    return record


def _come(record: Record) -> Problem:
    detail = f"The file of record {record.record_id} has come; read the record."
    return Problem(ProblemKind.UPLOAD_COMPLETED, detail)


def _gone(world: World, record: Record) -> Problem:
    later = world.records.get(record.record_id) or record
    moved_on = later.status not in (Status.AWAITING_UPLOAD, Status.EXPIRED)
    if moved_on or world.multipart.has_come(record):
        return _come(record)
    detail = f"S3 does not know the upload of record {record.record_id} any more; announce the file again."
    return Problem(ProblemKind.UPLOAD_GONE, detail)


def _wrong_checksum(number: int, record: Record) -> Problem:
    if record.part_checksums:
        detail = f"Part {number} has no sha256, and this upload was announced with partChecksums."
        return Problem(ProblemKind.PART_CHECKSUM_REQUIRED, detail)
    detail = f"Part {number} has a sha256, and this upload was announced without partChecksums."
    return Problem(ProblemKind.PART_CHECKSUM_NOT_ANNOUNCED, detail)


def _check_all(record: Record, received: list[Received]) -> None:
    cut = cut_of(record)
    sizes = {part.part_number: part.size_bytes for part in received}
    missing = [number for number in range(1, cut.count + 1) if sizes.get(number) != cut.size_of(number)]
    if not missing:
        return
    named = ", ".join(map(str, missing[:_MOST_NAMED])) + (", …" if len(missing) > _MOST_NAMED else "")
    detail = f"{len(missing):,} of {cut.count:,} parts are missing: {named}."
    raise Problem(ProblemKind.PARTS_MISSING, detail)
