"""GET /records/{recordId}."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest

from api.schemas import ActionView, AttemptView, FindingView, RecordView
from processor.findings import Finding
from records.model import Action, Attempt, Record, Status, camel
from tests.unit.api.examples import complete, dropped, minimal

if TYPE_CHECKING:
    from pydantic import BaseModel

    from api.deps import World
    from tests.unit.api.client import Client


def read(client: Client, record: Record) -> dict[str, Any]:
    answer = client.get(f"/records/{record.record_id}")
    assert (answer.status, answer.media_type) == (200, "application/json")
    body: dict[str, Any] = answer.json()
    RecordView.model_validate(body)
    return body


def test_everything_under_its_camel_case_name(client: Client, world: World) -> None:
    world.records.add(complete())
    assert read(client, complete()) == {
        "recordId": complete().record_id,
        "status": "quarantined",
        "source": "bucket",
        "bucket": "incoming",
        "objectKey": "drops/0.csv",
        "fileName": "0.csv",
        "createdAt": "2026-11-21T08:00:00.000Z",
        "versionId": "v0",
        "sequencer": "0055AED6DCD90281E5",
        "sizeBytes": 52,
        "mediaType": "text/csv",
        "declaredMediaType": "text/csv",
        "sha256": "ab" * 32,
        "expectedSha256": "cd" * 32,
        "expectedSizeBytes": 53,
        "asked": "ef" * 32,
        "uploadId": "VXBsb2FkIElE",
        "partSizeBytes": 16_777_216,
        "partChecksums": True,
        "reason": "checksum_mismatch",
        "detail": "the content is not what was announced",
        "quarantineKey": "drops/0.csv/v0",
        "contract": "drops",
        "profile": {
            "format": "csv",
            "rows": 2,
            "columns": [{"name": "id", "type": "integer", "nulls": 0}],
        },
        "errors": [{"type": "type-error", "message": "The value is no integer.", "lineNumber": 2}],
        "warnings": [{"type": "blank-row", "message": "The line is empty.", "lineNumber": 3}],
        "errorCounts": {"type-error": 1},
        "warningCounts": {"blank-row": 1},
        "rejectsKey": "drops/0.csv/v0.rejects.csv",
        "acceptedKey": "drops/0.csv/v0.parquet",
        "arrivedAt": "2026-11-21T08:00:00.000Z",
        "finishedAt": "2026-11-21T08:00:00.000Z",
        "durationMs": 12,
        "attempts": [
            {
                "startedAt": "2026-11-21T08:00:00.000Z",
                "durationMs": 12,
                "outcome": "quarantined",
                "reason": "checksum_mismatch",
            }
        ],
        "attemptCount": 3,
        "actions": [
            {
                "act": "retry",
                "at": "2026-11-21T08:00:00.000Z",
                "by": "0a1b2c3d4e5f",
                "actionId": "5d41402abc4b2a76b9719d911017c592",
                "why": "the contract was fixed",
            }
        ],
        "retryId": "5d41402abc4b2a76b9719d911017c592",
        "operationId": "7d793037a0760186574b0282f2f435e7",
        "automaticRetries": 1,
        "dueAt": "2026-11-21T10:00:00.000Z",
        "revision": 2,
    }


def test_what_is_not_known_is_absent(client: Client, world: World) -> None:
    world.records.add(minimal())
    body = read(client, minimal())
    assert body.keys() == {
        *("recordId", "status", "source", "bucket", "objectKey", "fileName", "createdAt", "attempts"),
        *("attemptCount", "automaticRetries", "revision"),
    }
    assert body["attempts"] == []


@pytest.mark.parametrize("status", Status)
def test_a_record_in_any_state(client: Client, world: World, status: Status) -> None:
    world.records.add(dropped(1, status))
    assert read(client, dropped(1, status))["status"] == status


@pytest.mark.parametrize(
    ("view", "model"),
    [(RecordView, Record), (AttemptView, Attempt), (ActionView, Action), (FindingView, Finding)],
)
def test_the_document_knows_every_field(view: type[BaseModel], model: type) -> None:
    documented = {field.alias for field in view.model_fields.values()}
    assert documented == {camel(item.name) for item in fields(model)}


def test_names_that_json_and_http_find_hard(client: Client, world: World) -> None:
    record = dropped(1, object_key='dröps/\u2028 "quoted" \\ €😀\x7f\u0000.csv')
    world.records.add(record)
    assert read(client, record)["objectKey"] == record.object_key


def test_an_unknown_record(client: Client) -> None:
    problem = client.get("/records/" + "f" * 32).problem(404, "record-not-found")
    assert "f" * 32 in problem["detail"]


@pytest.mark.parametrize(
    "path", ["/records/{}", "/records/{}/download", "/records/{}/rejects", "/records/{}/accepted"]
)
def test_a_malformed_id(client: Client, path: str) -> None:
    for text in ("x", "f" * 31, "f" * 33, "F" * 32, "g" * 32, "f" * 32 + "%0A", "٣" * 32, "%00", "..%5C"):
        assert client.get(path.format(text)).pointers() == ["path/recordId"], text
