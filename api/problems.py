"""Every kind of problem that the API answers with: its status, what it means, and what to do about it.

A kind's slug is the last part of a problem's `type`, and never changes once it was released.
"""

from __future__ import annotations

from enum import Enum
from http import HTTPStatus


class ProblemKind(Enum):
    """One kind for each thing that a client may want to tell apart.

    Attributes:
        status: of the answer.
        title: the same words each time.
        meaning: one sentence of what happened.
        remedy: one sentence of what to do.
        headers: what an answer of this kind carries besides.
    """

    def __init__(
        self, status: HTTPStatus, title: str, meaning: str, remedy: str, headers: tuple[str, ...] = ()
    ) -> None:
        self.status = status
        self.title = title
        self.meaning = meaning
        self.remedy = remedy
        self.headers = headers

    @property
    def slug(self) -> str:
        """The name in kebab case: `record-not-found`."""
        return self.name.lower().replace("_", "-")

    @property
    def type(self) -> str:
        """Where the API tells about this kind: a reference that is resolved against the request's address."""
        return f"/problems/{self.slug}"

    # Who asks
    NO_API_KEY = (
        HTTPStatus.UNAUTHORIZED,
        "No API key",
        "The request has no API key.",
        "Send the key in the header `X-Api-Key`.",
        ("WWW-Authenticate",),
    )
    INVALID_API_KEY = (
        HTTPStatus.UNAUTHORIZED,
        "Invalid API key",
        "The API key is unknown or revoked.",
        "Compare it with the one that you were given, or ask for a new one.",
        ("WWW-Authenticate",),
    )

    # What is asked for
    NOT_FOUND = (
        HTTPStatus.NOT_FOUND,
        "Not found",
        "The API has no such path.",
        "Compare the path with the OpenAPI document; paths have no slash at their end.",
    )
    RECORD_NOT_FOUND = (
        HTTPStatus.NOT_FOUND,
        "Record not found",
        "There is no record with this id, or none that the caller may see.",
        "Take the id from `POST /uploads` or `GET /records`.",
    )
    OPERATION_NOT_FOUND = (
        HTTPStatus.NOT_FOUND,
        "Operation not found",
        "There is no operation with this id, or it is older than 90 days.",
        "Take the id from the answer that began it.",
    )
    CONTRACT_NOT_FOUND = (
        HTTPStatus.NOT_FOUND,
        "Contract not found",
        "No contract applies to this prefix, nor to a folder above it.",
        "Nothing: its files are checked for their format alone.",
    )
    NO_REJECTS = (
        HTTPStatus.NOT_FOUND,
        "No rejects",
        "No rows of this file were rejected.",
        "Read the record: `errors` and `detail` say what was wrong with the file, if anything was.",
    )
    NOT_SPLIT = (
        HTTPStatus.NOT_FOUND,
        "Not split",
        "The good rows of this file were not written apart from it.",
        "Download the file itself; only contracts with `onBadRows: split` split files.",
    )
    METHOD_NOT_ALLOWED = (
        HTTPStatus.METHOD_NOT_ALLOWED,
        "Method not allowed",
        "The path is there, but not with this method.",
        "Use one of the methods in the header `Allow`.",
        ("Allow",),
    )

    # What stands in the way
    NOT_PROCESSED = (
        HTTPStatus.CONFLICT,
        "Not processed",
        "Only processed files can be downloaded, and this one is not.",
        "Wait until the record's status is `processed`, or read `reason` and `detail` if it is another.",
    )
    NOT_RETRIABLE = (
        HTTPStatus.CONFLICT,
        "Not retriable",
        "Only a quarantined or failed file can be tried again, and this one is neither.",
        "Read the record: it may have been tried already.",
    )
    TOO_MANY_ATTEMPTS = (
        HTTPStatus.CONFLICT,
        "Too many attempts",
        "The file was tried as often as a file may be.",
        "Mend the file, and upload it anew.",
    )
    NOT_DISCARDABLE = (
        HTTPStatus.CONFLICT,
        "Not discardable",
        "Only a quarantined file can be discarded, and this one is not.",
        "Read the record: somebody may have tried it again.",
    )
    CHANGED_MEANWHILE = (
        HTTPStatus.CONFLICT,
        "Changed meanwhile",
        "Somebody changed the record at the same moment.",
        "Read the record, and ask again if it still makes sense.",
    )
    IDEMPOTENCY_KEY_REUSED = (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Idempotency key reused",
        "The same `Idempotency-Key` was sent with another request before.",
        "Make a new key for each new request.",
    )

    # What was sent
    UNREADABLE_BODY = (
        HTTPStatus.BAD_REQUEST,
        "Unreadable body",
        "The body cannot be read as JSON text at all: its bytes are no UTF-8, or it is nested too deeply.",
        "Send JSON in UTF-8.",
    )
    INVALID_REQUEST = (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Invalid request",
        "Something in the request is not as the OpenAPI document says.",
        "`errors` names each place and what is wrong there.",
    )
    INVALID_CURSOR = (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Invalid cursor",
        "The cursor is damaged, or belongs to a list with another filter.",
        "Send `nextCursor` as it came, with the same filter, or begin again without it.",
    )
    UNSUPPORTED_CONTENT_TYPE = (
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "Unsupported content type",
        "The header `Content-Type` does not say that the body is JSON.",
        "Send `Content-Type: application/json`.",
    )
    BODY_TOO_LARGE = (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "Body too large",
        "The body of the request is larger than the API reads.",
        "Send files to the bucket, with what `POST /uploads` answers, and not to the API.",
    )
    FILE_TOO_LARGE = (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "File too large",
        "The announced file is larger than the stack, or the contract of its prefix, accepts.",
        "Split the file, or ask whoever runs the stack for a higher limit.",
    )
    FILE_TOO_SMALL = (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "File too small",
        "The announced file is smaller than the contract of its prefix wants.",
        "Look at the file: it was probably cut off, or is empty.",
    )
    MEDIA_TYPE_NOT_ACCEPTED = (
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "Media type not accepted",
        "The contract of the prefix does not accept files of this media type.",
        "`GET /contracts/{prefix}` lists the media types that it accepts.",
    )

    # What is wrong here
    TRY_AGAIN = (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Try again",
        "AWS is slow to answer right now.",
        "Send the same request again after the seconds in `Retry-After`.",
        ("Retry-After",),
    )
    MISCONFIGURED = (
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Misconfigured",
        "The stack lacks a permission or a resource.",
        "Tell whoever runs the stack, with the `requestId`: its log says how.",
    )
    UNEXPECTED = (
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Unexpected",
        "Something happened that nobody foresaw.",
        "Tell whoever runs the stack, with the `requestId`: the API's log says what.",
    )


BY_SLUG = {kind.slug: kind for kind in ProblemKind}
