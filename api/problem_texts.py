"""What each kind of problem means, and what to do about it: for the document and for people."""

from __future__ import annotations

from typing import Final, NamedTuple

from api.problems import ProblemKind


class Text(NamedTuple):
    """One sentence of what happened, and one of what to do."""

    meaning: str
    remedy: str


TEXTS: Final = {
    # Who asks
    ProblemKind.NO_API_KEY: Text(
        "The request has no API key.",
        "Send the key in the header `X-Api-Key`.",
    ),
    ProblemKind.INVALID_API_KEY: Text(
        "The API key is unknown, revoked or expired.",
        "Compare it with the one that you were given, or ask for a new one.",
    ),
    ProblemKind.NO_TOKEN: Text(
        "This stack takes tokens of an OpenID Connect issuer, and none came.",
        "Send `Authorization: Bearer` with a token of the issuer that the document names.",
    ),
    ProblemKind.INVALID_TOKEN: Text(
        "The claims of the token cannot be read.",
        "Let the issuer say a subject, and a prefix that is a folder.",
    ),
    # What it may
    ProblemKind.SCOPE_MISSING: Text(
        "The API key lacks the scope that the route needs.",
        "Use a key that has the scope that `detail` names, or ask for one.",
    ),
    ProblemKind.KEY_IS_BOUND: Text(
        "The route is about the whole stack, and the API key is bound to a prefix.",
        "Use a key without a prefix.",
    ),
    ProblemKind.BEYOND_OWN_KEY: Text(
        "The key that is asked for could do more than the caller's own.",
        "Ask for fewer scopes, a narrower prefix or an earlier end, or use a stronger key.",
    ),
    ProblemKind.TOO_MANY_REQUESTS: Text(
        "The API key made more requests than it may.",
        "Wait for the seconds in `Retry-After`, then go on more slowly.",
    ),
    ProblemKind.PREFIX_NOT_ALLOWED: Text(
        "The API key is bound to a prefix, and what is asked for lies outside of it.",
        "Name a folder within the key's prefix, or none, or use another key.",
    ),
    # What is asked for
    ProblemKind.NOT_FOUND: Text(
        "The API has no such path.",
        "Compare the path with the OpenAPI document; paths have no slash at their end.",
    ),
    ProblemKind.RECORD_NOT_FOUND: Text(
        "There is no record with this id, or none that the caller may see.",
        "Take the id from `POST /uploads` or `GET /records`.",
    ),
    ProblemKind.OPERATION_NOT_FOUND: Text(
        "There is no operation with this id, or it is older than 90 days.",
        "Take the id from the answer that began it.",
    ),
    ProblemKind.KEY_NOT_FOUND: Text(
        "No API key that the caller may see has this id.",
        "Compare the id with those of `GET /keys`.",
    ),
    ProblemKind.CONTRACT_NOT_FOUND: Text(
        "No contract applies to this prefix, nor to a folder above it.",
        "Nothing: its files are checked for their format alone.",
    ),
    ProblemKind.NO_REJECTS: Text(
        "No rows of this file were rejected.",
        "Read the record: `errors` and `detail` say what was wrong with the file, if anything was.",
    ),
    ProblemKind.NOT_SPLIT: Text(
        "The good rows of this file were not written apart from it.",
        "Download the file itself; only contracts with `onBadRows: split` split files.",
    ),
    ProblemKind.METHOD_NOT_ALLOWED: Text(
        "The path is there, but not with this method.",
        "Use one of the methods in the header `Allow`.",
    ),
    # What stands in the way
    ProblemKind.NOT_PROCESSED: Text(
        "Only processed files can be downloaded, and this one is not.",
        "Wait until the record's status is `processed`, or read `reason` and `detail` if it is another.",
    ),
    ProblemKind.NOT_QUARANTINED: Text(
        "The file is not in quarantine.",
        "Read the record; a processed file is at `/download`.",
    ),
    ProblemKind.NOT_MULTIPART: Text(
        "The upload is one form, and has no parts.",
        "Send the form; there is nothing to complete.",
    ),
    ProblemKind.UPLOAD_COMPLETED: Text(
        "The file has come.",
        "Read the record.",
    ),
    ProblemKind.PARTS_MISSING: Text(
        "S3 lacks the parts that `detail` names.",
        "Send them, then complete the upload again.",
    ),
    ProblemKind.UPLOAD_EXPIRED: Text(
        "The upload took too long, or was aborted.",
        "Announce the file again, with another Idempotency-Key.",
    ),
    ProblemKind.UPLOAD_GONE: Text(
        "S3 does not know the upload any more.",
        "Announce the file again, with another Idempotency-Key.",
    ),
    ProblemKind.NOT_RETRIABLE: Text(
        "Only a quarantined or failed file can be tried again, and this one is neither.",
        "Read the record: it may have been tried already.",
    ),
    ProblemKind.TOO_MANY_ATTEMPTS: Text(
        "The file was tried as often as a file may be.",
        "Mend the file, and upload it anew.",
    ),
    ProblemKind.NOT_DISCARDABLE: Text(
        "Only a quarantined file can be discarded, and this one is not.",
        "Read the record: somebody may have tried it again.",
    ),
    ProblemKind.OWN_KEY: Text(
        "A key cannot end itself, or the secret that it came with.",
        "Use another admin key, or the command `python -m api.keys`.",
    ),
    ProblemKind.NOT_ROTATABLE: Text(
        "The key has two secrets already, is of no use any more, or was changed at the same moment.",
        "Wait until the older secret ends, or end it with `graceSeconds: 0`.",
    ),
    ProblemKind.SECRET_NOT_REPEATABLE: Text(
        "The request was answered before, and its secret cannot be told again.",
        "Rotate the key that `detail` names, or revoke it and make another.",
    ),
    ProblemKind.CHANGED_MEANWHILE: Text(
        "Somebody changed the record at the same moment.",
        "Read the record, and ask again if it still makes sense.",
    ),
    ProblemKind.IDEMPOTENCY_KEY_REUSED: Text(
        "The same `Idempotency-Key` was sent with another request before.",
        "Make a new key for each new request.",
    ),
    # What was sent
    ProblemKind.UNREADABLE_BODY: Text(
        "The body cannot be read as JSON text at all: its bytes are no UTF-8, or it is nested too deeply.",
        "Send JSON in UTF-8.",
    ),
    ProblemKind.INVALID_REQUEST: Text(
        "Something in the request is not as the OpenAPI document says.",
        "`errors` names each place and what is wrong there.",
    ),
    ProblemKind.INVALID_CURSOR: Text(
        "The cursor is damaged, or belongs to a list with another filter.",
        "Send `nextCursor` as it came, with the same filter, or begin again without it.",
    ),
    ProblemKind.ALREADY_EXPIRED: Text(
        "`expiresAt` is over.",
        "Give a time in the future, or none.",
    ),
    ProblemKind.NO_SUCH_PART: Text(
        "The part number is larger than the number of parts.",
        "Use numbers from 1 to `partCount`.",
    ),
    ProblemKind.PART_CHECKSUM_REQUIRED: Text(
        "The upload was announced with `partChecksums`, and a part has no SHA-256.",
        "Send the SHA-256 of each part.",
    ),
    ProblemKind.PART_CHECKSUM_NOT_ANNOUNCED: Text(
        "A part has a SHA-256, and the upload was announced without `partChecksums`.",
        "Leave it out, or announce the file with `partChecksums`.",
    ),
    ProblemKind.INVALID_RANGE: Text(
        "The hours that are asked for end before they begin, are too many, or lie too far back.",
        "Choose another `from` and `to`: at most 35 days, within the last 455.",
    ),
    ProblemKind.UNSUPPORTED_CONTENT_TYPE: Text(
        "The header `Content-Type` does not say that the body is JSON.",
        "Send `Content-Type: application/json`.",
    ),
    ProblemKind.BODY_TOO_LARGE: Text(
        "The body of the request is larger than the API reads.",
        "Send files to the bucket, with what `POST /uploads` answers, and not to the API.",
    ),
    ProblemKind.FILE_TOO_LARGE: Text(
        "The announced file is larger than the stack, or the contract of its prefix, accepts.",
        "Split the file, or ask whoever runs the stack for a higher limit.",
    ),
    ProblemKind.FILE_TOO_SMALL: Text(
        "The announced file is smaller than the contract of its prefix wants.",
        "Look at the file: it was probably cut off, or is empty.",
    ),
    ProblemKind.MEDIA_TYPE_NOT_ACCEPTED: Text(
        "The contract of the prefix does not accept files of this media type.",
        "`GET /contracts/{prefix}` lists the media types that it accepts.",
    ),
    # What is wrong here
    ProblemKind.TRY_AGAIN: Text(
        "AWS is slow to answer right now.",
        "Send the same request again after the seconds in `Retry-After`.",
    ),
    ProblemKind.MISCONFIGURED: Text(
        "The stack lacks a permission or a resource.",
        "Tell whoever runs the stack, with the `requestId`: its log says how.",
    ),
    ProblemKind.UNEXPECTED: Text(
        "Something happened that nobody foresaw.",
        "Tell whoever runs the stack, with the `requestId`: the API's log says what.",
    ),
}
