"""Announcing a file: its record exists at once, and presigned requests say where to send it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import APIRouter, Request

from api.access import upload_folder
from api.deps import TheWorld, Uploader, World
from api.document import problems
from api.errors import Problem
from api.idempotency import IdempotencyKey, asked, id_for, reused
from api.keys import ApiKey
from api.links import LARGEST_POST_BYTES
from api.multipart import UploadGone
from api.part_pages import PARTS_A_PAGE, page_of
from api.parts import LARGEST_OBJECT_BYTES, cut
from api.problems import ProblemKind
from api.schemas import RecordView
from api.schemas_uploads import AnnouncedUpload, MultipartUpload, NothingToSend, PresignedPost, UploadRequest
from api.tracing import RECORD_ID
from contracts.model import Contract
from records.model import Record, Source, Status, to_attributes, utc_text

router = APIRouter(tags=["uploads"])

_UNSAFE = re.compile(r"[^\w.()-]")
_LONGEST_NAME_BYTES = 200


@router.post(
    "/uploads",
    status_code=HTTPStatus.CREATED,
    response_model_exclude_none=True,
    responses=problems(
        ProblemKind.PREFIX_NOT_ALLOWED,
        ProblemKind.FILE_TOO_LARGE,
        ProblemKind.FILE_TOO_SMALL,
        ProblemKind.MEDIA_TYPE_NOT_ACCEPTED,
        ProblemKind.IDEMPOTENCY_KEY_REUSED,
    ),
    operation_id="create_upload",
    summary="Announce a file",
)
async def create_upload(
    world: TheWorld,
    caller: Uploader,
    request: UploadRequest,
    asking: Request,
    idempotency_key: IdempotencyKey = None,
) -> AnnouncedUpload:
    """The answer holds the record, in state `awaiting_upload`, and says how to send the file.

    By `upload.method`, `POST`: a form. S3 itself refuses another key, type or size, and another content where
    `sha256` was given. `MULTIPART`: parts, of files that are larger than the stack's threshold (100 MiB, if
    nothing else was configured) or with `multipart: true`. `NONE`: an Idempotency-Key was used before, and
    its file has come. What the contract of the prefix does not accept, by size or type, is refused at once.
    """
    wanted = request.prefix if "prefix" in request.model_fields_set else None
    request = request.model_copy(update={"prefix": upload_folder(caller, wanted, request.prefix)})
    record = _announced(world, caller, request, idempotency_key)
    asking.scope[RECORD_ID] = record.record_id
    before = world.records.get(record.record_id) if idempotency_key else None
    if before and before.asked != record.asked:
        raise reused()
    contract = world.contracts.for_prefix(request.prefix)
    _check_size(request.size_bytes, _limit(world, request), contract)
    content_type = _content_type(request.media_type, contract)
    kept = before or _kept(world, _begun(world, record, request, content_type))
    way = _way(world, kept, content_type, new=kept is not before)
    return AnnouncedUpload(record=RecordView.model_validate(to_attributes(kept)), upload=way)


def _begun(world: World, record: Record, request: UploadRequest, content_type: str) -> Record:
    """The record with its multipart upload, if it is to have one."""
    large = request.size_bytes > min(world.multipart_threshold_bytes, LARGEST_POST_BYTES)
    wanted = large if request.multipart is None else request.multipart
    if not (wanted and request.size_bytes):
        return record
    return replace(
        record,
        upload_id=world.multipart.create(record, content_type, checksums=request.part_checksums),
        part_size_bytes=cut(request.size_bytes).part_size_bytes,
        part_checksums=request.part_checksums,
    )


def _kept(world: World, record: Record) -> Record:
    """The record as it stands in the table, if the same request was faster."""
    refused = world.records.add(record)
    existing = refused.existing if refused else None
    if existing is None:
        return record
    if record.upload_id and existing.upload_id != record.upload_id:
        world.multipart.abort(record)
    if existing.asked != record.asked:
        raise reused()
    return existing


def _way(
    world: World, record: Record, content_type: str, *, new: bool
) -> PresignedPost | MultipartUpload | NothingToSend:
    """How to send the file; of an upload that is not new, S3 may have parts."""
    if record.status is not Status.AWAITING_UPLOAD:
        return NothingToSend(method="NONE")
    if not record.upload_id:
        return PresignedPost.model_validate(world.links.upload(record, content_type))
    try:
        received = [] if new else world.multipart.received(record, most=PARTS_A_PAGE)
    except UploadGone:
        return NothingToSend(method="NONE")
    page = page_of(world.links, record, received)
    return MultipartUpload.model_validate({"method": "MULTIPART"} | page)


def _limit(world: World, request: UploadRequest) -> int:
    """How large a file may be, and S3 takes it in one form or in parts."""
    in_one = request.multipart is False
    return min(world.max_file_bytes, LARGEST_POST_BYTES if in_one else LARGEST_OBJECT_BYTES)


def _check_size(size: int, limit: int, contract: Contract | None) -> None:
    whose = ""
    if contract and contract.max_bytes is not None and contract.max_bytes < limit:
        limit, whose = contract.max_bytes, f" by the contract {contract.name}"
    if size > limit:
        detail = f"sizeBytes is {size:,}; at most {limit:,} bytes are accepted{whose}."
        raise Problem(ProblemKind.FILE_TOO_LARGE, detail)
    if contract and contract.min_bytes is not None and size < contract.min_bytes:
        wanted = f"the contract {contract.name} wants at least {contract.min_bytes:,} bytes"
        detail = f"sizeBytes is {size:,}; {wanted}."
        raise Problem(ProblemKind.FILE_TOO_SMALL, detail)


def _content_type(declared: str | None, contract: Contract | None) -> str:
    """What the object is stored as; without a word of the sender, the only type that there can be.

    Names are no evidence: an `orders.txt` may well be a CSV table. The processor looks at the content.
    """
    accepted = contract.media_types if contract else ()
    if declared is None:
        return accepted[0] if len(accepted) == 1 else "application/octet-stream"
    plain = declared.partition(";")[0].strip().lower()
    if contract and accepted and plain not in accepted:
        detail = f"mediaType is {plain}; the contract {contract.name} accepts {', '.join(accepted)}."
        raise Problem(ProblemKind.MEDIA_TYPE_NOT_ACCEPTED, detail)
    return declared


def _announced(world: World, caller: ApiKey, request: UploadRequest, idempotency_key: str | None) -> Record:
    record_id, now = id_for(caller, ("upload",), idempotency_key), datetime.now(UTC)
    return Record(
        record_id=record_id,
        status=Status.AWAITING_UPLOAD,
        source=Source.UPLOAD,
        bucket=world.incoming_bucket,
        object_key=f"{request.prefix}/{record_id}/{safe_name(request.file_name)}",
        file_name=request.file_name,
        created_at=utc_text(now),
        due_at=utc_text(now + world.upload_expiry),
        declared_media_type=request.media_type,
        expected_sha256=request.sha256,
        expected_size_bytes=request.size_bytes,
        asked=asked(request.model_dump()) if idempotency_key else None,
    )


def safe_name(file_name: str) -> str:
    """A form of the name that is one path segment and needs no escaping in a key.

    The record keeps the name as it was given.
    """
    name = _UNSAFE.sub("_", unicodedata.normalize("NFC", file_name))
    tail = name.encode()[-_LONGEST_NAME_BYTES:].decode(errors="ignore")
    return "_" * len(tail) if tail.strip(".") == "" else tail
