"""Every kind of problem that the API answers with; what they mean stands in `api.problem_texts`.

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
        headers: what an answer of this kind carries besides.
    """

    def __init__(self, status: int, title: str, headers: tuple[str, ...] = ()) -> None:
        self.status = HTTPStatus(status)
        self.title = title
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
    NO_API_KEY = 401, "No API key", ("WWW-Authenticate",)
    INVALID_API_KEY = 401, "Invalid API key", ("WWW-Authenticate",)
    NO_TOKEN = 401, "No token", ("WWW-Authenticate",)
    INVALID_TOKEN = 401, "Invalid token", ("WWW-Authenticate",)

    # What it may
    SCOPE_MISSING = 403, "Scope missing"
    PREFIX_NOT_ALLOWED = 403, "Prefix not allowed"
    KEY_IS_BOUND = 403, "Key is bound"
    BEYOND_OWN_KEY = 403, "Beyond own key"
    TOO_MANY_REQUESTS = 429, "Too many requests", ("Retry-After", "RateLimit", "RateLimit-Policy")

    # What is asked for
    NOT_FOUND = 404, "Not found"
    RECORD_NOT_FOUND = 404, "Record not found"
    OPERATION_NOT_FOUND = 404, "Operation not found"
    KEY_NOT_FOUND = 404, "Key not found"
    CONTRACT_NOT_FOUND = 404, "Contract not found"
    NO_REJECTS = 404, "No rejects"
    NOT_SPLIT = 404, "Not split"
    METHOD_NOT_ALLOWED = 405, "Method not allowed", ("Allow",)

    # What stands in the way
    NOT_PROCESSED = 409, "Not processed"
    NOT_QUARANTINED = 409, "Not quarantined"
    NOT_MULTIPART = 409, "Not multipart"
    UPLOAD_COMPLETED = 409, "Upload completed"
    PARTS_MISSING = 409, "Parts missing"
    UPLOAD_EXPIRED = 410, "Upload expired"
    UPLOAD_GONE = 410, "Upload gone"
    NOT_RETRIABLE = 409, "Not retriable"
    TOO_MANY_ATTEMPTS = 409, "Too many attempts"
    NOT_DISCARDABLE = 409, "Not discardable"
    OWN_KEY = 409, "Own key"
    NOT_ROTATABLE = 409, "Not rotatable"
    SECRET_NOT_REPEATABLE = 409, "Secret not repeatable"
    CHANGED_MEANWHILE = 409, "Changed meanwhile"
    IDEMPOTENCY_KEY_REUSED = 422, "Idempotency key reused"

    # What was sent
    UNREADABLE_BODY = 400, "Unreadable body"
    INVALID_REQUEST = 422, "Invalid request"
    INVALID_CURSOR = 422, "Invalid cursor"
    ALREADY_EXPIRED = 422, "Already expired"
    NO_SUCH_PART = 422, "No such part"
    PART_CHECKSUM_REQUIRED = 422, "Part checksum required"
    PART_CHECKSUM_NOT_ANNOUNCED = 422, "Part checksum not announced"
    INVALID_RANGE = 422, "Invalid range"
    UNSUPPORTED_CONTENT_TYPE = 415, "Unsupported content type"
    BODY_TOO_LARGE = 413, "Body too large"
    FILE_TOO_LARGE = 413, "File too large"
    FILE_TOO_SMALL = 422, "File too small"
    MEDIA_TYPE_NOT_ACCEPTED = 415, "Media type not accepted"

    # What is wrong here
    TRY_AGAIN = 503, "Try again", ("Retry-After",)
    MISCONFIGURED = 500, "Misconfigured"
    UNEXPECTED = 500, "Unexpected"


BY_SLUG = {kind.slug: kind for kind in ProblemKind}
