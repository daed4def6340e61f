"""A light DynamoDB client: boto3's method names, arguments, answers and errors, without its cold start.

It sends what it is given: DynamoDB itself checks the arguments. Bytes go in base64, and are read so.
"""

from __future__ import annotations

import json
import random
import secrets
import time
from base64 import b64encode
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectionError,  # noqa: A004
    HTTPClientError,
)

from records.aws.connections import Sent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from records.aws.connections import Answer, Connections
    from records.aws.signing import Signer

OPERATIONS = {
    "batch_get_item": "BatchGetItem",
    "delete_item": "DeleteItem",
    "get_item": "GetItem",
    "put_item": "PutItem",
    "query": "Query",
    "transact_write_items": "TransactWriteItems",
    "update_item": "UpdateItem",
}
THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
FAILED_CODES = frozenset({"RequestTimeout", "RequestTimeoutException"})
FAILED_STATUS = frozenset({500, 502, 503, 504})
"""What botocore's standard mode tries again, besides broken connections."""
_LONGEST_WAIT = 20


class DynamoDB:
    """Each operation is a method by boto3's name for it; only those that are listed here exist.

    Args:
        attempts: how often a request is sent at most.
        loads: reads JSON.
        sleep, jitter: waiting between attempts, and a random share of it.
    """

    def __init__(
        self,
        connections: Connections,
        signer: Signer,
        *,
        attempts: int,
        loads: Callable[[bytes], Any] = json.loads,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._connections = connections
        self._signer = signer
        self._attempts = attempts
        self._loads = loads
        self._sleep = sleep
        self._jitter = jitter

    def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
        if name not in OPERATIONS:
            raise AttributeError(f"the light DynamoDB client has no {name}")
        return partial(self._call, OPERATIONS[name])

    def get_paginator(self, name: str) -> Pages:
        """For `query`: as boto3's, without its options."""
        return Pages(getattr(self, name))

    def query_all(self, requests: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Queries at the same time, without threads: all are sent before the first answer is read."""
        bodies = [_json(request) for request in requests]
        begun: list[Sent | BotoCoreError] = []
        try:
            for body in bodies:
                begun.append(self._send("Query", body))
            return [self._result("Query", body, sent) for body, sent in zip(bodies, begun, strict=True)]
        finally:
            for sent in begun:
                if isinstance(sent, Sent):
                    sent.give_up()

    def _call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        if operation == "TransactWriteItems":
            # As boto3 does: what took effect, and whose answer was lost, is not carried out again.
            arguments.setdefault("ClientRequestToken", secrets.token_hex(16))
        body = _json(arguments)
        return self._result(operation, body, self._send(operation, body))

    def _send(self, operation: str, body: bytes) -> Sent | BotoCoreError:
        headers = {
            "Host": self._connections.host,
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": f"DynamoDB_20120810.{operation}",
        }
        # Each attempt has a signature of its own: they hold for five minutes.
        headers = self._signer.sign(headers, body, datetime.now(UTC))
        try:
            return self._connections.send(headers, body)
        except (ConnectionError, HTTPClientError) as error:
            return error

    def _result(self, operation: str, body: bytes, sent: Sent | BotoCoreError) -> dict[str, Any]:
        for attempt in range(1, self._attempts):
            try:
                return self._read(operation, sent, attempt)
            except (ConnectionError, HTTPClientError):
                # After a pause, what ended one connection that was kept has ended the others, too.
                self._connections.close()
            except ClientError as error:
                if not _is_passing(error):
                    raise
            self._sleep(self._jitter() * min(2 ** (attempt - 1), _LONGEST_WAIT))
            sent = self._send(operation, body)
        return self._read(operation, sent, self._attempts)

    def _read(self, operation: str, sent: Sent | BotoCoreError, attempt: int) -> dict[str, Any]:
        if isinstance(sent, BotoCoreError):
            raise sent
        answer = sent.answer()
        if answer.status == HTTPStatus.OK:
            try:
                known: dict[str, Any] = self._loads(answer.body)
            except ValueError as error:
                raise ConnectionClosedError(endpoint_url="DynamoDB", error=error) from error
            return known
        raise ClientError(_refusal(answer, attempt), operation)  # type: ignore[arg-type]


class Pages:
    """All pages of an operation that ends each of them with a `LastEvaluatedKey`."""

    def __init__(self, operation: Callable[..., dict[str, Any]]) -> None:
        self._operation = operation

    def paginate(self, **arguments: Any) -> Iterator[dict[str, Any]]:
        while True:
            page = self._operation(**arguments)
            yield page
            if not page.get("LastEvaluatedKey"):
                return
            arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _json(arguments: dict[str, Any]) -> bytes:
    return json.dumps(arguments, ensure_ascii=False, default=_in_base64).encode()


def _in_base64(value: bytes) -> str:
    return b64encode(value).decode()


def _is_passing(error: ClientError) -> bool:
    code = error.response["Error"]["Code"]
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return code in THROTTLED or code in FAILED_CODES or status in FAILED_STATUS


def _refusal(answer: Answer, attempt: int) -> dict[str, Any]:
    """As botocore reads it, with what the error holds besides its code: an item, or reasons."""
    try:
        told: dict[str, Any] = dict(json.loads(answer.body or b"{}"))
    except (TypeError, ValueError):  # not DynamoDB but something before it
        told = {"message": answer.body.decode(errors="replace")}
    code = told.pop("__type", str(answer.status)).partition(":")[0].rpartition("#")[2]
    message = told.get("message") or told.get("Message") or ""
    metadata = {
        "RequestId": answer.headers.get("x-amzn-requestid", ""),
        "HTTPStatusCode": answer.status,
        "RetryAttempts": attempt - 1,
    }
    return told | {"Error": {"Code": code, "Message": message}, "ResponseMetadata": metadata}
