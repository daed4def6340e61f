"""The contracts of this checkout in a running system: what the API shows and refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from contracts.model import from_json
from contracts.reader import read_folder

if TYPE_CHECKING:
    from tests.flow.conftest import Client

CSV = b"order_id,ordered_at,customer,country,quantity,price,note\n"


def announce(client: Client, **body: Any) -> httpx.Response:
    return client.api.post("/uploads", json={"fileName": "orders.csv", "sizeBytes": len(CSV), **body})


def test_the_api_shows_the_contracts_of_the_checkout(client: Client) -> None:
    items = client.api.get("/contracts").json()["items"]

    assert [from_json(item) for item in items] == list(read_folder())


@pytest.mark.parametrize(
    ("prefix", "name"),
    [("orders", "orders"), ("orders/emea", "orders"), ("orders/split/june", "orders-split")],
)
def test_the_most_specific_contract_is_found(client: Client, prefix: str, name: str) -> None:
    assert client.api.get(f"/contracts/{prefix}").json()["name"] == name


def test_there_is_no_contract_for_another_prefix(client: Client) -> None:
    assert client.api.get("/contracts/uploads").status_code == 404


def test_another_media_type_is_refused_before_it_is_sent(client: Client) -> None:
    answer = announce(client, prefix="orders", mediaType="application/pdf")

    assert answer.status_code == 415
    assert answer.json()["detail"] == "mediaType is application/pdf; the contract orders accepts text/csv."


def test_s3_takes_only_the_type_of_the_contract(client: Client) -> None:
    upload = announce(client, prefix="orders").json()["upload"]
    other = upload["fields"] | {"Content-Type": "application/pdf"}

    refused = httpx.post(upload["url"], data=other, files={"file": CSV}, timeout=30, trust_env=False)
    accepted = httpx.post(
        upload["url"], data=upload["fields"], files={"file": CSV}, timeout=30, trust_env=False
    )

    assert upload["fields"]["Content-Type"] == "text/csv"
    assert refused.status_code == 403
    assert accepted.is_success
