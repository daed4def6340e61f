"""What is tried again, how often, and after how long."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from records.aws.connections import Answer
from tests.unit.records.aws.scripted import Scripted, light

GOOD = Answer(200, {}, b'{"Items": []}')
URL = "https://dynamodb"


def refused(code: str, status: int = 400) -> Answer:
    return Answer(status, {}, json.dumps({"__type": f"com.amazonaws#{code}", "message": "no"}).encode())


@pytest.mark.parametrize(
    "trouble",
    [
        refused("ThrottlingException"),
        refused("ProvisionedThroughputExceededException"),
        refused("InternalServerError", 500),
        Answer(503, {}, b"slow down"),
        ConnectionClosedError(endpoint_url=URL),
        ReadTimeoutError(endpoint_url=URL),
    ],
    ids=str,
)
def test_trouble_that_passes_is_tried_again(trouble: Answer | ConnectionClosedError) -> None:
    wire = Scripted(trouble, GOOD)

    assert light(wire).query(TableName="t") == {"Items": []}
    assert len(wire.sent) == 2


def test_each_wait_may_be_twice_as_long() -> None:
    waits: list[float] = []
    wire = Scripted(refused("ThrottlingException"), refused("ThrottlingException"), GOOD)

    light(wire, waits.append).get_item(TableName="t")

    assert waits == [0.5, 1.0]


def test_after_the_last_attempt_the_trouble_is_told() -> None:
    wire = Scripted(*[ConnectionClosedError(endpoint_url=URL)] * 3)

    with pytest.raises(ConnectionClosedError):
        light(wire).get_item(TableName="t")
    assert len(wire.sent) == 3


@pytest.mark.parametrize("code", ["AccessDeniedException", "ConditionalCheckFailedException"])
def test_a_refusal_is_not_tried_again(code: str) -> None:
    wire = Scripted(refused(code))

    with pytest.raises(ClientError, match=code):
        light(wire).put_item(TableName="t")
    assert len(wire.sent) == 1


def test_queries_are_all_sent_before_the_first_answer_is_read() -> None:
    wire = Scripted(*(Answer(200, {}, b'{"Count": %d}' % number) for number in range(3)))

    answers = light(wire).query_all([{"Limit": number} for number in range(3)])

    assert [answer["Count"] for answer in answers] == [0, 1, 2]
    assert wire.sent_before_each_answer == [3, 3, 3]


def test_one_of_several_queries_is_tried_again() -> None:
    one, other = Answer(200, {}, b'{"Count": 1}'), Answer(200, {}, b'{"Count": 2}')
    wire = Scripted(one, refused("ThrottlingException"), other)

    assert light(wire).query_all([{"Limit": 1}, {"Limit": 2}]) == [{"Count": 1}, {"Count": 2}]
    assert [json.loads(body)["Limit"] for _, body in wire.sent] == [1, 2, 2]


def test_after_a_refusal_nobody_waits_for_the_other_answers() -> None:
    wire = Scripted(refused("AccessDeniedException"), GOOD, GOOD)

    with pytest.raises(ClientError):
        light(wire).query_all([{}, {}, {}])
    assert wire.given_up == 2


def test_pages_follow_the_last_key() -> None:
    key = {"a": {"S": "1"}}
    wire = Scripted(Answer(200, {}, json.dumps({"LastEvaluatedKey": key}).encode()), GOOD)

    pages = list(light(wire).get_paginator("query").paginate(TableName="t"))

    assert len(pages) == 2
    assert [json.loads(body).get("ExclusiveStartKey") for _, body in wire.sent] == [None, key]


def test_after_a_broken_connection_no_idle_one_is_trusted() -> None:
    wire = Scripted(ConnectionClosedError(endpoint_url=URL), GOOD)
    light(wire).query(TableName="t")
    assert wire.emptied == 1

    wire = Scripted(refused("ThrottlingException"), GOOD)
    light(wire).query(TableName="t")
    assert wire.emptied == 0


@pytest.mark.parametrize(
    "trouble",
    [Answer(200, {}, b""), Answer(200, {}, b"<html>"), Answer(503, {}, b"[]"), Answer(502, {}, b'"no"')],
)
def test_what_is_no_answer_of_dynamodb_is_tried_again(trouble: Answer) -> None:
    assert light(Scripted(trouble, GOOD)).query(TableName="t") == {"Items": []}
