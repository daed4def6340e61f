"""What can go wrong, and whose fault it is.

    ScalperError
    ├── TransientError       time heals it: the queue brings the message again
    ├── ConfigurationError   a person must act: dead-letter queue and alarm
    ├── MalformedEvent       a message that no S3 notification looks like: dead-letter queue
    ├── ObjectGone           the object version is no longer there
    ├── MissingSettings      a Lambda was started without its environment
    ├── InvalidCursor        a page was asked for with a cursor that was not given out for it
    └── IllegalMove          a record was to go where no way leads from its state: a mistake of ours

Which code is of which kind stands in `records.error_codes`. A fault of the file itself is no exception
but a verdict: see `processor.intake`.
"""

from __future__ import annotations

import builtins
import errno
from concurrent.futures import CancelledError
from contextlib import contextmanager
from socket import gaierror
from ssl import SSLError
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    BotoCoreError,
    CapacityNotAvailableError,
    ChecksumError,
    ClientError,
    ConnectionError,  # noqa: A004
    CredentialRetrievalError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
    MetadataRetrievalError,
)

from records.error_codes import (
    CONFIGURATION_CODES,
    EXPECTED_CODES,
    TRANSACTION_CANCELED,
    TRANSIENT_CODES,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


class ScalperError(Exception):
    """The root of the tree."""


class TransientError(ScalperError):
    """Throttling, a 5xx, a broken connection or a full disk: the same call may work later."""


class ConfigurationError(ScalperError):
    """A missing permission or resource, or a wrong request: no later call works until a person acted."""


class MalformedEvent(ScalperError):
    """A message body that is no S3 notification."""


class ObjectGone(ScalperError):
    """The object version was deleted before it could be read."""


class MissingSettings(ScalperError):
    """Environment variables that are absent or unreadable; the text lists every one."""


class InvalidCursor(ScalperError):
    """A cursor that is damaged, or was given out for another filter."""


class IllegalMove(ScalperError):
    """A record cannot come from its state to that one."""


Kind = type[TransientError] | type[ConfigurationError]

_TRANSIENT = (
    HTTPClientError,
    ConnectionError,
    IncompleteReadError,
    ChecksumError,
    FlexibleChecksumError,
    CapacityNotAvailableError,
    # Lambda's credentials are in its environment: that none are there is no matter of time, but whoever
    # gives out others may be slow to answer.
    CredentialRetrievalError,
    MetadataRetrievalError,
)
# What botocore does not wrap; libraries that may not be imported here are known by their full names.
_TRANSIENT_ELSEWHERE = (builtins.ConnectionError, TimeoutError, SSLError, gaierror, CancelledError)
_TRANSIENT_NAMES = frozenset(
    {
        "boto3.exceptions.RetriesExceededError",
        "boto3.exceptions.S3TransferFailedError",
        "boto3.exceptions.S3UploadFailedError",
        "s3transfer.exceptions.RetriesExceededError",
        "s3transfer.exceptions.S3CopyFailedError",
        "s3transfer.exceptions.S3DownloadFailedError",
        "s3transfer.exceptions.S3UploadFailedError",
        "s3transfer.exceptions.S3ValidationError",
        "urllib3.exceptions.HTTPError",
    }
)
# A machine that lacks something now: its disk is full or broken, too many files are open.
_SHORT_OF = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM}
)
_TIMEOUT, _TOO_MANY, _FAILURES = 408, 429, 500


def code_of(error: ClientError) -> str:
    """The service's own name for the error, such as `NoSuchKey`."""
    return error.response.get("Error", {}).get("Code", "")


def kind_of_code(code: str, status: int = 0) -> Kind | None:
    """Of which kind a refusal is; None for one that the caller expects.

    What no table names is a matter of configuration, unless its status says that AWS failed: AWS refused
    this very request and will refuse it again.

    Args:
        code: of an error, or of one entry of a batch.
        status: of the HTTP answer.
    """
    if code in EXPECTED_CODES:
        return None
    if code in CONFIGURATION_CODES:
        return ConfigurationError
    if code in TRANSIENT_CODES or status in (_TIMEOUT, _TOO_MANY) or status >= _FAILURES:
        return TransientError
    return ConfigurationError


def kind_of(error: BaseException) -> Kind | None:
    """Of which kind an error is; None for one that is expected, ours already, or a bug."""
    if isinstance(error, ClientError):
        return _kind_of_answer(error.response)
    if isinstance(error, BotoCoreError):
        return TransientError if isinstance(error, _TRANSIENT) else ConfigurationError
    names = {f"{base.__module__}.{base.__qualname__}" for base in type(error).__mro__}
    if names & _TRANSIENT_NAMES:
        # Boto3's managed transfers wrap what AWS said.
        refused = error.__cause__ or error.__context__
        return kind_of(refused) if isinstance(refused, ClientError) else TransientError
    short = isinstance(error, OSError) and error.errno in _SHORT_OF
    return TransientError if short or isinstance(error, _TRANSIENT_ELSEWHERE) else None


def _kind_of_answer(answer: Any) -> Kind | None:
    code = answer.get("Error", {}).get("Code", "")
    if code != TRANSACTION_CANCELED:
        return kind_of_code(code, answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    reasons = [reason.get("Code", "None") for reason in answer.get("CancellationReasons", [])]
    kinds = {kind_of_code(reason) for reason in reasons if reason != "None"}
    if ConfigurationError in kinds:
        return ConfigurationError
    # Together with a conflict, a condition that did not hold may hold next time.
    return TransientError if TransientError in kinds or not reasons else None


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn what AWS, botocore and the network raise into ours; what is of no kind passes unchanged.

    Args:
        doing: what was tried, as the message will say it: "reading s3://bucket/key".

    Raises:
        TransientError: throttling, 5xx, network trouble, no room on local storage.
        ConfigurationError: permissions, missing tables or buckets, requests that AWS does not understand.
    """
    try:
        yield
    except Exception as error:  # of which kind it is, the tables say; what they leave alone goes on
        kind = kind_of(error)
        if kind is None:
            raise
        raise kind(f"{doing}: {error}") from error
