"""What can go wrong, and whose fault it is.

    ScalperError
    ├── TransientError       time heals it: the queue brings the message again
    ├── ConfigurationError   a person must act: dead-letter queue and alarm
    ├── MalformedEvent       a message that no S3 notification looks like: dead-letter queue
    ├── ObjectGone           the object version is no longer there
    ├── MissingSettings      a Lambda was started without its environment
    ├── InvalidCursor        a page was asked for with a cursor that was not given out for it
    └── IllegalMove          a record was to go where no way leads from its state: a mistake of ours

A fault of the file itself is no exception but a verdict: see `processor.intake`.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError  # noqa: A004

if TYPE_CHECKING:
    from collections.abc import Iterator


class ScalperError(Exception):
    """The root of the tree."""


class TransientError(ScalperError):
    """Throttling, a 5xx or a broken connection: the same call may work later."""


class ConfigurationError(ScalperError):
    """A missing permission or resource: no later call works until a person changed something."""


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


CONFIGURATION_CODES = frozenset(
    {
        "403",  # how a HEAD is refused: it has no body to say more
        "AccessDenied",
        "AccessDeniedException",
        "AllAccessDisabled",
        "AuthorizationError",
        "InvalidAccessKeyId",
        "KMS.DisabledException",
        "KMS.NotFoundException",
        "NoSuchBucket",
        "ResourceNotFoundException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
        "ValidationException",
    }
)

TRANSIENT_CODES = frozenset(
    {
        "InternalError",
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TransactionConflictException",
    }
)


def code_of(error: ClientError) -> str:
    """The service's own name for the error, such as `NoSuchKey`."""
    return error.response.get("Error", {}).get("Code", "")


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn botocore's errors into ours; what the tables do not know passes unchanged.

    Args:
        doing: what was tried, as the message will say it: "reading s3://bucket/key".

    Raises:
        TransientError: throttling, 5xx, network trouble.
        ConfigurationError: permissions, missing tables or buckets.
    """
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code_of(error) in CONFIGURATION_CODES:
            raise ConfigurationError(f"{doing}: {error}") from error
        if code_of(error) in TRANSIENT_CODES or status >= 500:
            raise TransientError(f"{doing}: {error}") from error
        raise
    except (HTTPClientError, ConnectionError) as error:
        raise TransientError(f"{doing}: {error}") from error
    except BotoCoreError as error:
        raise ConfigurationError(f"{doing}: {error}") from error
