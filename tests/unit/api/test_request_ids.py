"""Whoever asks about an answer can name it: in the header, in the problem, in the log."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from api.headers import request_id
from tests.unit.api.client import Client, event

if TYPE_CHECKING:
    from api.deps import World

GATEWAYS = event("get")["requestContext"]["requestId"]


@pytest.mark.parametrize(
    "path", ["/health", "/records", "/nothing", "/docs", "/openapi.json", "/problems/try-again"]
)
def test_every_answer_says_by_what_the_gateways_log_knows_it(anybody: Client, path: str) -> None:
    assert anybody.get(path).headers["x-request-id"] == GATEWAYS


def test_a_client_does_not_choose_it(anybody: Client) -> None:
    answer = anybody.request("GET", "/records", headers={"x-request-id": "mine"})
    assert answer.problem(401, "no-api-key")["requestId"] == GATEWAYS


def test_without_a_gateway_it_is_lambdas() -> None:
    context = SimpleNamespace(aws_request_id="of-lambda")
    assert request_id({"aws.event": {"requestContext": {}}, "aws.context": context}) == "of-lambda"


def test_without_both_it_is_made_once_for_each_request() -> None:
    scope: dict[str, Any] = {}
    assert request_id(scope) == request_id(scope)
    assert request_id(scope) != request_id({})


class Mistaken:
    """A store with a mistake in it."""

    def get(self, record_id: str) -> None:
        raise RuntimeError("nobody foresaw this")


def test_the_log_of_a_mistake_names_the_request_once(
    client: Client, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    mistaken = Client.of(dataclasses.replace(world, records=cast("Any", Mistaken())), client.key)
    answer = mistaken.get(f"/records/{'0' * 32}")
    assert answer.problem(500, "unexpected")["requestId"] == GATEWAYS
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    (line,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert GATEWAYS in line.getMessage()
    assert line.exc_info
