"""GET /contracts, and what POST /uploads refuses because of them."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from api.schemas_contracts import ContractList, ContractView
from contracts.model import from_json
from tests.unit.api.examples import ASIA, ORDERS

if TYPE_CHECKING:
    from tests.unit.api.client import Client

GOOD = {"fileName": "orders.csv", "sizeBytes": 52, "prefix": "orders"}


def conditions(client: Client, **changes: Any) -> list[Any]:
    answer = client.post("/uploads", GOOD | changes)
    assert answer.status == 201, answer
    fields = answer.json()["upload"]["fields"]
    found: list[Any] = json.loads(base64.b64decode(fields["policy"]))["conditions"]
    return found


def test_all_contracts_are_listed_in_the_order_of_their_prefixes(client: Client) -> None:
    answer = client.get("/contracts")

    assert (answer.status, answer.media_type) == (200, "application/json")
    ContractList.model_validate(answer.json())
    assert [from_json(entry) for entry in answer.json()["items"]] == [ORDERS, ASIA]


def test_a_contract_is_shown_as_it_is_written(client: Client) -> None:
    assert client.get("/contracts/orders").json() == {
        "name": "orders",
        "prefix": "orders",
        "description": "Orders of a day.",
        "mediaTypes": ["text/csv"],
        "minBytes": 10,
        "maxBytes": 1_000,
        "header": "anyOrder",
        "schema": {
            "fields": [
                {"name": "id", "type": "integer", "constraints": {"required": True, "minimum": "1"}},
                {"name": "note", "type": "string", "constraints": {"maxLength": 200}},
            ],
            "primaryKey": ["id"],
            "missingValues": [""],
        },
        "toleratedBadRows": "1%",
        "onBadRows": "quarantine",
        "personalData": False,
    }


@pytest.mark.parametrize(
    ("prefix", "name"),
    [
        ("orders", "orders"),
        ("orders/emea/june", "orders"),
        ("orders/asia", "asia"),
        ("orders/asia/x", "asia"),
    ],
)
def test_the_most_specific_contract_applies(client: Client, prefix: str, name: str) -> None:
    answer = client.get(f"/contracts/{prefix}")

    assert answer.status == 200
    assert ContractView.model_validate(answer.json()).name == name


@pytest.mark.parametrize("prefix", ["orders2", "order", "uploads/orders"])
def test_no_contract_applies(client: Client, prefix: str) -> None:
    problem = client.get(f"/contracts/{prefix}").problem(404, "contract-not-found")

    assert problem["detail"] == f"No contract applies to {prefix}."


@pytest.mark.parametrize("prefix", ["orders/", "/orders", "or ders", "..", "o" * 201])
def test_what_is_no_prefix_is_refused(client: Client, prefix: str) -> None:
    assert client.get(f"/contracts/{prefix}").pointers() == ["path/prefix"]


def test_a_file_larger_than_the_contract_accepts_is_refused(client: Client) -> None:
    conditions(client, sizeBytes=1_000)

    problem = client.post("/uploads", GOOD | {"sizeBytes": 1_001}).problem(413, "file-too-large")

    assert problem["detail"] == "sizeBytes is 1,001; at most 1,000 bytes are accepted by the contract orders."


def test_a_file_smaller_than_the_contract_wants_is_refused(client: Client) -> None:
    conditions(client, sizeBytes=10)

    problem = client.post("/uploads", GOOD | {"sizeBytes": 9}).problem(422, "file-too-small")

    assert problem["detail"] == "sizeBytes is 9; the contract orders wants at least 10 bytes."


def test_the_stacks_own_limit_comes_first(client: Client) -> None:
    body = GOOD | {"prefix": "orders/asia", "sizeBytes": 1_000_001}

    problem = client.post("/uploads", body).problem(413, "file-too-large")

    assert "1,000,000 bytes are accepted." in problem["detail"]


def test_a_media_type_that_the_contract_does_not_accept_is_refused(client: Client) -> None:
    body = GOOD | {"prefix": "orders/asia/june", "mediaType": "application/pdf"}

    problem = client.post("/uploads", body).problem(415, "media-type-not-accepted")

    accepted = "the contract asia accepts text/csv, application/x-ndjson."
    assert problem["detail"] == f"mediaType is application/pdf; {accepted}"


@pytest.mark.parametrize("media_type", ["text/csv", "Text/CSV", "text/csv; charset=utf-8"])
def test_an_accepted_media_type_is_a_condition_as_it_was_declared(client: Client, media_type: str) -> None:
    assert {"Content-Type": media_type} in conditions(client, mediaType=media_type)


@pytest.mark.parametrize(
    ("prefix", "stored"),
    [
        ("orders", "text/csv"),
        ("orders/asia", "application/octet-stream"),
        ("uploads", "application/octet-stream"),
    ],
)
def test_without_a_media_type_it_is_the_only_one_that_there_can_be(
    client: Client, prefix: str, stored: str
) -> None:
    found = conditions(client, prefix=prefix)

    assert {"Content-Type": stored} in found
    assert ["content-length-range", 52, 52] in found


def test_nothing_is_kept_of_what_the_contract_refuses(client: Client, dynamodb: Any) -> None:
    client.post("/uploads", GOOD | {"mediaType": "application/pdf"})
    client.post("/uploads", GOOD | {"sizeBytes": 1_001})
    client.post("/uploads", GOOD | {"sizeBytes": 1})

    assert dynamodb.scan(TableName="records")["Count"] == 0
