"""Announcing a file: its record exists at once, and a presigned POST says where to send it."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from fastapi import APIRouter

from api.access import upload_folder
from api.deps import TheWorld, Uploader
from api.document import problems
from api.errors import Problem
from api.links import LARGEST_POST_BYTES
from api.problems import ProblemKind
from api.schemas import PresignedPost, RecordView, Upload, UploadRequest
from contracts.model import Contract
from records.model import Record, Source, Status, new_record_id, to_attributes, utc_text

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
    ),
    operation_id="create_upload",
    summary="Announce a file",
)
async def create_upload(world: TheWorld, caller: Uploader, request: UploadRequest) -> Upload:
    """The answer holds the record, in state `awaiting_upload`, and a form to send the file with.

    S3 itself refuses another key, type or size, and another content where `sha256` was given. A size or
    media type that the contract of the prefix does not accept is refused at once.
    """
    wanted = request.prefix if "prefix" in request.model_fields_set else None
    request = request.model_copy(update={"prefix": upload_folder(caller, wanted, request.prefix)})
    contract = world.contracts.for_prefix(request.prefix)
    _check_size(request.size_bytes, min(world.max_file_bytes, LARGEST_POST_BYTES), contract)
    content_type = _content_type(request.media_type, contract)
    record = _announced(request, world.incoming_bucket, world.upload_expiry)
    post = world.links.upload(record, content_type)
    world.records.add(record)
    return Upload(
        record=RecordView.model_validate(to_attributes(record)), upload=PresignedPost.model_validate(post)
    )


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


def _announced(request: UploadRequest, bucket: str, expiry: timedelta) -> Record:
    record_id, now = new_record_id(), datetime.now(UTC)
    return Record(
        record_id=record_id,
        status=Status.AWAITING_UPLOAD,
        source=Source.UPLOAD,
        bucket=bucket,
        object_key=f"{request.prefix}/{record_id}/{safe_name(request.file_name)}",
        file_name=request.file_name,
        created_at=utc_text(now),
        due_at=utc_text(now + expiry),
        declared_media_type=request.media_type,
        expected_sha256=request.sha256,
        expected_size_bytes=request.size_bytes,
    )


def safe_name(file_name: str) -> str:
    """A form of the name that is one path segment and needs no escaping in a key.

    The record keeps the name as it was given.
    """
    name = _UNSAFE.sub("_", unicodedata.normalize("NFC", file_name))
    tail = name.encode()[-_LONGEST_NAME_BYTES:].decode(errors="ignore")
    return "_" * len(tail) if tail.strip(".") == "" else tail
