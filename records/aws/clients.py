"""The clients as the environment describes them: DynamoDB's at once, boto3's when they are first needed."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import botocore
from botocore.exceptions import NoCredentialsError, NoRegionError

from records.aws.connections import Connections
from records.aws.dynamodb import DynamoDB
from records.aws.signing import Credentials, Signer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")
# A call that hangs must end, and be answered with "try again", before the function does.
CONNECT_SECONDS = 2
READ_SECONDS = 3
ATTEMPTS = 3


def dynamodb(
    environment: Mapping[str, str],
    *,
    most_idle: int,
    seconds: float | None = None,
    attempts: int = ATTEMPTS,
    loads: Callable[[bytes], Any] = json.loads,
) -> DynamoDB:
    """The light client.

    Args:
        most_idle: connections that are kept.
        seconds: for connecting, and for an answer, if not the usual ones.
        loads: reads the JSON of answers.

    Raises:
        NoRegionError: the environment names none.
    """
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    if not region:
        raise NoRegionError
    own = f"https://dynamodb.{region}.amazonaws.com" + (".cn" if region.startswith("cn-") else "")
    connections = Connections(
        environment.get("AWS_ENDPOINT_URL_DYNAMODB") or environment.get("AWS_ENDPOINT_URL") or own,
        certificates=environment.get("AWS_CA_BUNDLE") or str(Path(botocore.__file__).with_name("cacert.pem")),
        connect_seconds=seconds or CONNECT_SECONDS,
        read_seconds=seconds or READ_SECONDS,
        most_idle=most_idle,
    )
    signer = Signer(_credentials(environment), region, "dynamodb")
    return DynamoDB(connections, signer, attempts=attempts, loads=loads)


def _credentials(environment: Mapping[str, str]) -> Callable[[], Credentials]:
    access_key, secret_key = environment.get("AWS_ACCESS_KEY_ID"), environment.get("AWS_SECRET_ACCESS_KEY")
    if not (access_key and secret_key):
        return _found_by_botocore
    # Lambda gives out those of the role once, when it starts the process.
    known = Credentials(access_key, secret_key, environment.get("AWS_SESSION_TOKEN"))
    return lambda: known


def _found_by_botocore() -> Credentials:
    """Profiles, roles, and what SnapStart has instead of variables; botocore renews them."""
    found = _chain()
    if found is None:
        raise NoCredentialsError
    access_key, secret_key, token, *_ = found.get_frozen_credentials()
    return Credentials(access_key, secret_key, token)


@cache
def _chain() -> Any:
    from botocore.session import get_session

    return get_session().get_credentials()


def on_first_use(make: Callable[[], T]) -> T:
    """Stands for a client, and makes it when a method of it is first called."""
    return cast("T", _OnFirstUse(make))


class _OnFirstUse(Generic[T]):
    def __init__(self, make: Callable[[], T]) -> None:
        self._make = cache(make)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._make(), name)
