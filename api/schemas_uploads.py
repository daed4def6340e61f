"""What the API takes and gives about uploads and downloads."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from api.parts import MOST_PARTS
from api.schemas import NAME, Count, RecordView, RequestSchema, Schema, Sha256, Size, Time, whole
from contracts.model import LONGEST_PREFIX, PREFIX

MOST_IN_A_PAGE = 1_000
_WORD = "[A-Za-z0-9!#$&^_.+-]+"

PartNumber = Annotated[int, Field(ge=1, le=MOST_PARTS, strict=True, examples=[1]), BeforeValidator(whole)]


class UploadRequest(RequestSchema):
    """A file that is about to come."""

    file_name: str = Field(min_length=1, max_length=255, pattern=NAME)
    size_bytes: Size = Field(description="Exactly this many bytes are accepted.")
    media_type: str | None = Field(
        default=None, max_length=127, pattern=rf"^{_WORD}/{_WORD}(; ?{_WORD}={_WORD})*$"
    )
    sha256: Sha256 | None = None
    prefix: str = Field(
        default="uploads",
        max_length=LONGEST_PREFIX,
        pattern=PREFIX,
        description="The folder of the incoming bucket that the file goes into; for a key that is bound to "
        "a prefix, one in it, and that itself if none is named.",
    )
    multipart: bool | None = Field(
        default=None,
        strict=True,
        description="Whether to send the file in parts; without it, large files are. An empty file never is.",
    )
    part_checksums: bool = Field(
        default=False,
        strict=True,
        description="Of an upload in parts: each part is sent with its SHA-256, and S3 refuses another "
        "content. Its links then come from `POST /uploads/{recordId}/parts`.",
    )


class PresignedPost(Schema):
    """A form to send: `fields` in their order, then `file` last, as multipart/form-data."""

    method: Literal["POST"]
    url: str
    fields: dict[str, str]
    expires_at: Time


class ReceivedPart(Schema):
    """What S3 has of a part."""

    size_bytes: Count
    etag: str
    sha256: Sha256 | None = None


class PartView(Schema):
    """One part of a file."""

    part_number: PartNumber
    size_bytes: Count = Field(description="Exactly this many bytes are accepted.")
    url: str | None = Field(
        default=None,
        description="Where to PUT the part's bytes, without headers of your own. Absent if S3 has the "
        "part, and if parts have checksums.",
    )
    received: ReceivedPart | None = Field(default=None, description="Present if S3 has the part.")


class PartPage(Schema):
    """Some parts of an upload, in their order."""

    part_size_bytes: Count = Field(description="Of every part but the last.")
    part_count: int
    part_checksums: bool
    items: list[PartView]
    next_part_number: int | None = Field(
        default=None, description="Ask for parts from this number on for the next page; absent on the last."
    )
    expires_at: Time = Field(description="Of the links; ask again for fresh ones.")


class MultipartUpload(PartPage):
    """Parts to send in any order, several at once; then `POST /uploads/{recordId}/complete`."""

    method: Literal["MULTIPART"]


class NothingToSend(Schema):
    """The file came already, or it is too late: the record says which."""

    method: Literal["NONE"]


class AnnouncedUpload(Schema):
    """The record, at once, and how to send the file."""

    record: RecordView
    upload: Annotated[PresignedPost | MultipartUpload | NothingToSend, Field(discriminator="method")]


class PartToSign(RequestSchema):
    """A part that is about to be sent."""

    part_number: PartNumber
    sha256: Sha256 | None = Field(
        default=None, description="Of the part's bytes; required if the upload has part checksums."
    )


class PartsToSign(RequestSchema):
    """Parts that are about to be sent."""

    parts: list[PartToSign] = Field(min_length=1, max_length=MOST_IN_A_PAGE)


class PartLink(Schema):
    """Where to PUT one part's bytes, with these headers."""

    part_number: PartNumber
    size_bytes: Count
    url: str
    headers: dict[str, str]


class PartLinks(Schema):
    """A link for each part that was asked for, in that order."""

    items: list[PartLink]
    expires_at: Time
