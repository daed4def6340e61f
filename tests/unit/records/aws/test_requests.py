"""What the light client sends is what boto3 sends, and what it gives back is what boto3 gives."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError, ConnectionClosedError
from botocore.retries.standard import ThrottledRetryableChecker, TransientRetryableChecker
from hypothesis import given
from hypothesis import strategies as st

from records.aws import dynamodb
from records.aws.connections import Answer
from records.aws.dynamodb import OPERATIONS
from tests.unit.records.aws.scripted import Scripted, light

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
VALUES = st.recursive(
    st.one_of(
        TEXT.map(lambda text: {"S": text}),
        st.integers().map(lambda number: {"N": str(number)}),
        st.booleans().map(lambda value: {"BOOL": value}),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda values: {"L": values}),
        st.dictionaries(TEXT, inner, max_size=3).map(lambda values: {"M": values}),
    ),
    max_leaves=6,
)
ITEMS = st.dictionaries(TEXT, VALUES, max_size=4)


class Raw:
    """The body of an answer of ours, as botocore reads it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Any:
        yield self._content


@pytest.fixture(scope="module")
def theirs() -> DynamoDBClient:
    return boto3.Session().client("dynamodb")


def exchanged(theirs: DynamoDBClient, operation: str, arguments: Any, answer: Answer) -> tuple[Any, Any]:
    """What botocore sent, and what it made of the answer."""
    sent: list[Any] = []

    def take(request: Any, **_: Any) -> Any:
        sent.append(request)
        headers: Any = dict(answer.headers)
        raw: Any = Raw(answer.body)
        return AWSResponse(request.url, answer.status, headers, raw)

    theirs.meta.events.register_first("before-send.dynamodb", take)
    try:
        told = getattr(theirs, operation)(**arguments)
    except ClientError as error:
        told = error
    finally:
        theirs.meta.events.unregister("before-send.dynamodb", take)
    return sent[0], told


@given(item=ITEMS)
def test_an_item_is_written_and_read_as_by_boto3(theirs: DynamoDBClient, item: dict[str, Any]) -> None:
    arguments = {"TableName": "t", "Item": item, "ConditionExpression": "attribute_not_exists(a)"}
    answer = Answer(200, {}, json.dumps({"Attributes": item}).encode())
    sent, told = exchanged(theirs, "put_item", arguments, answer)
    wire = Scripted(answer)

    ours = light(wire).put_item(**arguments)

    (headers, body), *_ = wire.sent
    assert json.loads(body) == json.loads(sent.body)
    for name in ("Content-Type", "X-Amz-Target"):
        assert headers[name].encode() == sent.headers[name]
    assert ours["Attributes"] == told["Attributes"]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "message": "no"}),
        (400, {"__type": "com.amazon.coral.service#AccessDeniedException", "Message": "not you"}),
        (400, {"__type": "ValidationException:http://internal.amazon.com/", "message": "what?"}),
        (
            400,
            {
                "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
                "message": "no",
                "Item": {"recordId": {"S": "1"}},
            },
        ),
        (
            400,
            {
                "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
                "Message": "no",
                "CancellationReasons": [{"Code": "ConditionalCheckFailed", "Item": {"a": {"S": "1"}}}],
            },
        ),
        (413, {}),
        (400, None),
    ],
)
def test_a_refusal_is_read_as_by_boto3(theirs: DynamoDBClient, status: int, body: Any) -> None:
    content = b"<html>not DynamoDB</html>" if body is None else json.dumps(body).encode()
    answer = Answer(status, {"x-amzn-requestid": "R"}, content)
    operation = "transact_write_items" if "Transaction" in str(body) else "put_item"
    put: Any = {"TableName": "t", "Item": {}}
    arguments = {"TransactItems": [{"Put": put}]} if operation == "transact_write_items" else put
    _, refused = exchanged(theirs, operation, arguments, answer)

    with pytest.raises(ClientError) as caught:
        getattr(light(Scripted(answer)), operation)(**arguments)

    assert str(caught.value) == str(refused)
    ours: Any = dict(caught.value.response)
    known: Any = dict(refused.response)
    for told in (ours, known):
        told.pop("message", None)
        told.pop("Message", None)
        told["ResponseMetadata"] = told["ResponseMetadata"]["HTTPStatusCode"]
    assert ours == known


def test_a_transaction_has_a_token_that_stays_the_same_when_it_is_sent_again() -> None:
    lost, done = ConnectionClosedError(endpoint_url="https://dynamodb"), Answer(200, {}, b"{}")
    wire = Scripted(lost, done, done)
    client = light(wire)
    for _ in range(2):
        client.transact_write_items(TransactItems=[])

    first, again, other = (json.loads(body)["ClientRequestToken"] for _, body in wire.sent)
    assert first == again != other


def test_the_operations_are_botocores(theirs: DynamoDBClient) -> None:
    known = theirs.meta.method_to_api_mapping

    assert {name: known[name] for name in OPERATIONS} == OPERATIONS


def test_what_is_tried_again_is_what_botocore_tries_again() -> None:
    throttled: Any = ThrottledRetryableChecker
    transient: Any = TransientRetryableChecker

    assert set(throttled._THROTTLED_ERROR_CODES) == dynamodb.THROTTLED
    assert set(transient._TRANSIENT_ERROR_CODES) <= dynamodb.FAILED_CODES | dynamodb.THROTTLED
    assert set(transient._TRANSIENT_STATUS_CODES) == dynamodb.FAILED_STATUS


def test_it_has_no_other_operations() -> None:
    with pytest.raises(AttributeError, match="has no scan"):
        light(Scripted()).scan(TableName="t")
