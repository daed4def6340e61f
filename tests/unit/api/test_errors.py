"""What a client sees when something is wrong that is not its fault."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from api.keys import KeyStore
from records.store import RecordStore
from tests.unit.api.client import Answer, Client
from tests.unit.api.examples import minimal

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_dynamodb import DynamoDBClient

    from api.deps import World

SECRET = "arn:aws:dynamodb:us-east-1:123456789012:table/records-7f3a"  # what AWS says is not for callers
RECORD = f"/records/{minimal().record_id}"
UPLOAD = {"fileName": "a.csv", "sizeBytes": 1}
URL = "https://dynamodb.us-east-1.amazonaws.com/"
CALLS: dict[str, Callable[[Client], Answer]] = {
    "list": lambda client: client.get("/records"),
    "get": lambda client: client.get(RECORD),
    "download": lambda client: client.get(f"{RECORD}/download"),
    "upload": lambda client: client.post("/uploads", UPLOAD),
}


class Raw:
    """A body on the wire."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Any:
        yield self._content


Outcome = AWSResponse | Exception
Breaks = Callable[[Outcome], "DynamoDBClient"]
Callers = Callable[[Outcome], Client]


@pytest.fixture
def broken(session: boto3.Session) -> Breaks:
    """Makes a client of DynamoDB whose requests all have one outcome."""
    config = Config(retries={"total_max_attempts": 1})

    def with_outcome(outcome: Outcome) -> DynamoDBClient:
        def answer(**_: Any) -> Any:
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        aws = session.client("dynamodb", config=config)
        aws.meta.events.register_first("before-send.dynamodb", answer)
        return aws

    return with_outcome


@pytest.fixture
def caller(client: Client, world: World, broken: Breaks) -> Callers:
    """Makes a caller with a good key, for whom only the records table is out of reach."""

    def with_outcome(outcome: Outcome) -> Client:
        records = RecordStore(broken(outcome), "records", shards=2)
        return Client.of(dataclasses.replace(world, records=records), client.key)

    return with_outcome


def refusal(code: str, status: int = 400) -> AWSResponse:
    """An error of DynamoDB's."""
    content = json.dumps({"__type": f"com.amazonaws#{code}", "message": f"not authorized on {SECRET}"})
    return AWSResponse("https://dynamodb", status, HTTPHeaders(), cast("Any", Raw(content.encode())))


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ThrottlingException", 400),
        ("ProvisionedThroughputExceededException", 400),
        ("InternalServerError", 500),
        ("ExpiredTokenException", 400),
    ],
)
def test_trouble_that_passes(
    caller: Callers, call: Callable[[Client], Answer], code: str, status: int
) -> None:
    answer = call(caller(refusal(code, status)))
    problem = answer.problem(503, "try-again")
    assert int(answer.headers["retry-after"]) > 0
    assert SECRET not in str(problem)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException"])
def test_a_stack_that_is_misconfigured(caller: Callers, call: Callable[[Client], Answer], code: str) -> None:
    answer = call(caller(refusal(code)))
    problem = answer.problem(500, "misconfigured")
    assert "retry-after" not in answer.headers
    assert SECRET not in str(problem)
    assert code not in str(problem)


def test_a_keys_table_that_is_slow(world: World, broken: Breaks) -> None:
    keys = KeyStore(broken(refusal("ThrottlingException")), "api-keys")
    client = Client.of(dataclasses.replace(world, keys=keys), f"ss_{'0' * 12}_{'A' * 43}")
    client.get("/records").problem(503, "try-again")


def test_a_keys_table_that_is_gone(world: World, dynamodb: Any) -> None:
    client = Client.of(world, f"ss_{'0' * 12}_{'A' * 43}")
    dynamodb.delete_table(TableName="api-keys")
    client.get("/records").problem(500, "misconfigured")
    assert client.get("/health").status == 200


def test_the_log_says_how_the_stack_is_misconfigured(
    caller: Callers, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """The answer promises it: "its log says how"."""
    caller(refusal("AccessDeniedException")).get(RECORD).problem(500, "misconfigured")
    written = capfd.readouterr()
    assert SECRET in written.out + written.err + caplog.text


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeoutError(endpoint_url=URL),
        ConnectionClosedError(endpoint_url=URL),
        EndpointConnectionError(endpoint_url=URL),
        ConnectTimeoutError(endpoint_url=URL),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_broken_connection_passes(caller: Callers, error: Exception) -> None:
    answer = caller(error).get(RECORD)
    answer.problem(503, "try-again")
    assert "retry-after" in answer.headers


@pytest.mark.parametrize("code", ["ItemCollectionSizeLimitExceededException", "NobodyForesawThis"])
def test_a_refusal_that_nobody_foresaw_is_left_to_whoever_reads_the_log(
    caller: Callers, code: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    answer = caller(refusal(code)).get(RECORD)
    answer.problem(500, "misconfigured")
    assert SECRET not in answer.body.decode()
    written = capfd.readouterr()
    assert code in written.out + written.err + caplog.text


def test_an_error_that_only_its_caller_expects_is_a_problem_document(caller: Callers) -> None:
    answer = caller(refusal("NoSuchKey")).get(RECORD)
    answer.problem(500, "unexpected")
    assert SECRET not in answer.body.decode()


class Mistaken:
    """A store with a mistake in it."""

    def get(self, record_id: str) -> None:
        raise RuntimeError(SECRET)


def test_a_mistake_of_ours_is_a_problem_document(
    client: Client, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    mistaken = dataclasses.replace(world, records=cast("Any", Mistaken()))
    answer = Client.of(mistaken, client.key).get(RECORD)
    assert SECRET in caplog.text, "the log has the traceback"
    assert SECRET not in answer.body.decode()
    answer.problem(500, "unexpected")
