"""The quarantine can be undone: through the API, one file or many, and what was lost is found again."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from records.model import Record, Status, derived_record_id
from tests.flow.conftest import eventually

if TYPE_CHECKING:
    from tests.flow.conftest import Client

BAD = b"order_id,quantity\n1,2\n2\n"


def settled(client: Client, record: Record) -> Record:
    """The record when its retry has come to its end."""

    def look() -> Record | None:
        found = client.records.get(record.record_id)
        return found if found and found.status is not Status.RETRYING and not found.due_at else None

    return eventually(look, "the end of the retry")


def quarantined(client: Client, folder: str) -> Record:
    key = f"{folder}/{uuid.uuid4()}.csv"
    return client.record_of(key, client.drop(key, BAD))


def sweep(client: Client, **event: Any) -> dict[str, Any]:
    answer = client.system.deployment.client("lambda").invoke(
        FunctionName=client.system.outputs["sweepFunction"], Payload=json.dumps(event)
    )
    assert "FunctionError" not in answer, answer["Payload"].read()
    told: dict[str, Any] = json.loads(answer["Payload"].read())
    return told


def test_a_file_that_is_still_bad_is_quarantined_again(client: Client) -> None:
    record = quarantined(client, "retried")

    answer = client.api.post(f"/records/{record.record_id}/retry", json={"why": "to see"})

    assert (answer.status_code, answer.json()["status"]) == (202, "retrying")
    again = settled(client, record)
    assert (again.status, again.attempt_count) == (Status.QUARANTINED, 2)
    assert client.versions(client.incoming, record.object_key) == []
    assert len(client.versions(client.quarantine, record.quarantine_key or "")) == 1


def test_a_file_that_was_mended_in_quarantine_is_back_under_its_key(client: Client) -> None:
    record = quarantined(client, "mended")
    client.s3.put_object(Bucket=client.quarantine, Key=record.quarantine_key, Body=b"order_id\n1\n")

    client.api.post(f"/records/{record.record_id}/retry", json={})

    again = settled(client, record)
    assert (again.status, again.quarantine_key) == (Status.PROCESSED, None)
    (version,) = client.versions(client.incoming, record.object_key)
    assert version["VersionId"] == again.version_id
    client.idle()
    assert len(client.records_under(record.object_key)) == 1


def test_a_discarded_file_is_gone(client: Client) -> None:
    record = quarantined(client, "discarded")

    answer = client.api.post(f"/records/{record.record_id}/discard", json={"why": "a test"})

    assert (answer.status_code, answer.json()["status"]) == (202, "discarded")
    assert settled(client, record).quarantine_key is None
    listed = client.s3.list_objects_v2(Bucket=client.quarantine, Prefix=record.quarantine_key)
    assert listed["KeyCount"] == 0


def ended(client: Client, path: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """The operation that this request begins, when it has come to its end."""
    answer = client.api.post(path, json=wanted)
    assert answer.status_code == 202

    def finished() -> dict[str, Any] | None:
        told: dict[str, Any] = client.api.get(answer.headers["Location"]).json()
        return told if told["state"] == "finished" else None

    return eventually(finished, "the end of the operation")


def test_many_files_are_retried_by_one_call(client: Client) -> None:
    folder = f"many-{uuid.uuid4().hex[:8]}"
    records = [quarantined(client, folder) for _ in range(5)]

    done = ended(client, "/retries", {"reason": "bad_rows", "prefix": f"{folder}/"})

    assert (done["found"], done["started"], done["outcomes"]) == (5, 5, {"quarantined": 5})
    assert {settled(client, record).attempt_count for record in records} == {2}


def test_many_files_are_discarded_by_one_call(client: Client) -> None:
    folder = f"unwanted-{uuid.uuid4().hex[:8]}"
    records = [quarantined(client, folder) for _ in range(3)]

    done = ended(client, "/discards", {"reason": "bad_rows", "prefix": f"{folder}/"})

    assert (done["found"], done["outcomes"], done["waiting"]) == (3, {"discarded": 3}, 0)
    client.idle()
    after = [settled(client, record) for record in records]
    assert {(record.status, record.quarantine_key) for record in after} == {(Status.DISCARDED, None)}


def test_the_sweep_finds_an_object_whose_event_was_lost(client: Client) -> None:
    with client.without_events():
        version = client.drop("lost/a.csv", b"a,b\n1,2\n")
    assert client.records.get(derived_record_id(client.incoming, "lost/a.csv", version)) is None

    told = sweep(client, reconcile=True, graceSeconds=0)

    assert told["unrecorded"] >= 1
    assert client.record_of("lost/a.csv", version).status is Status.PROCESSED
    report = client.api.get("/reconciliation").json()
    assert report["last"]["unrecorded"] >= 1
    client.idle()
    sweep(client, reconcile=True, graceSeconds=0)
    assert client.api.get("/reconciliation").json()["last"]["unrecorded"] == 0
