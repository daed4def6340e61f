"""Whichever AWS call breaks, in whichever way: every file comes to its one outcome, and its bytes stay.

For each path the calls are counted once; then each of them is broken in each of four modes, time passes
(messages come again, the sweep runs), and the invariants must hold.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from contracts.model import Contract, Contracts, Field
from processor.events import ObjectCreated, parse_message
from processor.intake import Intake
from processor.objects import Objects
from processor.redrive import redrive
from processor.wiring import assemble
from records.actions import action_id_of, discarded, retrying
from records.commands import Discard, Proceed, Retry, body_of
from records.model import Reason, Record, Source, Status
from records.operations import Kind, Operation, OperationStore
from tests.unit.conftest import NOON
from tests.unit.processor.pipeline import FINAL, MODES, Pipeline, broken

if TYPE_CHECKING:
    from collections.abc import Callable

    import boto3
    from mypy_boto3_sqs import SQSClient

    from processor.settings import Settings
    from tests.conftest import Tell

GOOD, EMPTY, ROWS = b"a,b\n1,2\n", b"", b"a,b\n1,2\n3\n"
SPLIT = Contract(
    name="split",
    prefix="split",
    media_types=("text/csv",),
    fields=(Field(name="a", type="integer"),),
    on_bad_rows="split",
    tolerated_bad_rows=9,
)
UPLOAD_ID = "00112233445566778899aabbccddeeff"
MOST_ATTEMPTS_SEEN = 4


@pytest.fixture
def pipeline(settings: Settings, session: boto3.Session, sqs: SQSClient) -> Pipeline:
    clients = {name: session.client(name) for name in ("s3", "dynamodb", "sqs")}
    own = {name: session.client(name) for name in ("s3", "dynamodb", "sqs")}
    urls = {"queue": settings.queue_url, "dead letters": settings.dead_letter_queue_url}
    parts = assemble(clients, settings, Contracts([SPLIT]), clock=lambda: NOON)
    return Pipeline(parts, clients, own, urls)


@dataclass(frozen=True)
class Path:
    """Something that the pipeline does.

    Attributes:
        prepare: brings the pipeline to where it begins.
        act: does it, with calls that may break.
        outcome: the state in which every record is in the end.
        kept: whether the bytes are there in the end.
        repeated: whether somebody does it who does it again when it failed.
    """

    prepare: Callable[[Pipeline], None]
    act: Callable[[Pipeline], None]
    outcome: Status
    kept: bool = True
    repeated: bool = False


def dropping(content: bytes, key: str = "drops/a.csv") -> Callable[[Pipeline], None]:
    return lambda pipeline: (pipeline.put(key, content), None)[1]


def announcing(content: bytes, promised: bytes) -> Callable[[Pipeline], None]:
    def prepare(pipeline: Pipeline) -> None:
        announced = Record(
            record_id=UPLOAD_ID,
            status=Status.AWAITING_UPLOAD,
            source=Source.UPLOAD,
            bucket="incoming",
            object_key=f"uploads/{UPLOAD_ID}/a.csv",
            file_name="a.csv",
            created_at="2026-01-31T12:59:00.000Z",
            expected_sha256=hashlib.sha256(promised).hexdigest(),
            due_at="2026-02-03T12:59:00.000Z",
        )
        assert pipeline.parts.records.add(announced) is None
        pipeline.put(announced.object_key, content)

    return prepare


def quarantined(*, mended: bool) -> Callable[[Pipeline], None]:
    """A table with a bad row in quarantine; mended, as if its contract had been."""

    def prepare(pipeline: Pipeline) -> None:
        pipeline.put("drops/a.csv", ROWS)
        pipeline.work()
        (record,) = pipeline.records()
        if mended:
            pipeline.own["s3"].put_object(Bucket="quarantine", Key=record.quarantine_key, Body=GOOD)

    return prepare


def failed(content: bytes) -> Callable[[Pipeline], None]:
    def prepare(pipeline: Pipeline) -> None:
        pipeline.put("drops/a.csv", content)
        (event,) = parse_message(pipeline.waiting.pop())
        pipeline.parts.intake.give_up(event, Reason.UNAVAILABLE, "S3 was slow")

    return prepare


def ask(pipeline: Pipeline) -> None:
    """What the API does, and then the processor; once it is on the record, it is not asked for again."""
    (record,) = pipeline.records()
    retry_id = action_id_of("key1", record.record_id)
    if record.retry_id != retry_id:
        pipeline.parts.records.move(retrying(record, by="key1", action_id=retry_id), record)
        pipeline.parts.queue.send([Retry(record.record_id, retry_id)])
    pipeline.work()


def discard(pipeline: Pipeline) -> None:
    (record,) = pipeline.records()
    if record.status is Status.QUARANTINED:
        pipeline.parts.records.move(discarded(record, by="key1", action_id="0" * 32), record)
        pipeline.parts.queue.send([Discard(record.record_id)])
    pipeline.work()


def lost(pipeline: Pipeline) -> None:
    """An object whose event never came."""
    pipeline.put("drops/a.csv", GOOD)
    pipeline.waiting.clear()


def asking_for_all(kind: Kind) -> Callable[[Pipeline], None]:
    """Retry or discard everything that is quarantined by one request, as the API and the processor do."""
    wanted: dict[str, Any] = {"status": "quarantined", "arrivedBefore": "2999-01-01T00:00:00.000Z"}
    operation = Operation(
        operation_id="0" * 32, kind=kind, requested_by="key1", created_at="x", wanted=wanted
    )

    def act(pipeline: Pipeline) -> None:
        OperationStore(pipeline.clients["dynamodb"], "records").add(operation)
        pipeline.waiting.append(body_of(Proceed(operation.operation_id, 0)))
        pipeline.work()

    return act


def wait(pipeline: Pipeline) -> None:
    pipeline.make_due()
    pipeline.sweep()
    pipeline.work()


def dead_letter(pipeline: Pipeline) -> None:
    pipeline.put("drops/a.csv", GOOD)
    pipeline.own["sqs"].send_message(
        QueueUrl=pipeline.urls["dead letters"], MessageBody=pipeline.waiting.pop()
    )


def move_back(pipeline: Pipeline) -> None:
    redrive(pipeline.parts.dead_letters, pipeline.parts.queue)
    pipeline.work()


RETRY_ALL, DISCARD_ALL = asking_for_all(Kind.RETRY), asking_for_all(Kind.DISCARD)
PATHS = {
    "processed": Path(dropping(GOOD), Pipeline.work, Status.PROCESSED),
    "quarantined": Path(dropping(EMPTY), Pipeline.work, Status.QUARANTINED),
    "bad rows": Path(dropping(ROWS), Pipeline.work, Status.QUARANTINED),
    "split": Path(dropping(b"a\n1\nx\n", "split/a.csv"), Pipeline.work, Status.PROCESSED),
    "upload": Path(announcing(GOOD, GOOD), Pipeline.work, Status.PROCESSED),
    "changed upload": Path(announcing(GOOD, ROWS), Pipeline.work, Status.QUARANTINED),
    "retry that passes": Path(quarantined(mended=True), ask, Status.PROCESSED, repeated=True),
    "retry that does not": Path(quarantined(mended=False), ask, Status.QUARANTINED, repeated=True),
    "retry of a failed file": Path(failed(GOOD), ask, Status.PROCESSED, repeated=True),
    "retry of a failed, bad file": Path(failed(EMPTY), ask, Status.QUARANTINED, repeated=True),
    "retries of an operation": Path(quarantined(mended=True), RETRY_ALL, Status.PROCESSED, repeated=True),
    "discard": Path(quarantined(mended=False), discard, Status.DISCARDED, kept=False, repeated=True),
    "discards": Path(quarantined(mended=False), DISCARD_ALL, Status.DISCARDED, kept=False, repeated=True),
    "sweep": Path(lost, Pipeline.sweep, Status.PROCESSED),
    "automatic retry": Path(failed(GOOD), wait, Status.PROCESSED),
    "redrive": Path(dead_letter, move_back, Status.PROCESSED, repeated=True),
}


def check(pipeline: Pipeline, path: Path) -> None:
    """The invariants: one record for each file, in its one final state, and its bytes in one place."""
    records = pipeline.records()
    assert [record.status for record in records] == [path.outcome]
    assert path.outcome in FINAL
    (record,) = records
    places = pipeline.places()
    place = "quarantine" if path.outcome is Status.QUARANTINED else "incoming"
    assert [bucket for buckets in places.values() for bucket in buckets] == ([place] if path.kept else [])
    if path.kept and record.sha256:
        assert set(places) == {record.sha256}
    assert bool(record.quarantine_key) is (path.outcome is Status.QUARANTINED)
    assert record.due_at is None
    assert record.attempt_count <= MOST_ATTEMPTS_SEEN


def calls_of(pipeline: Pipeline, path: Path) -> list[str]:
    """The calls that a path makes when nothing breaks; afterwards everything is as it shall be."""
    pipeline.clear()
    path.prepare(pipeline)
    made = broken(pipeline, "rejected", 0, lambda: path.act(pipeline))
    pipeline.settle()
    check(pipeline, path)
    return made


def sweep_over(pipeline: Pipeline, path: Path, mode: str, calls: list[str]) -> None:
    """Break each of these calls; the calls that were made before must be the same."""
    for number in range(1, len(calls) + 1):
        pipeline.clear()
        path.prepare(pipeline)
        made = broken(pipeline, mode, number, lambda: path.act(pipeline))
        assert made[:number] == calls[:number], f"call {number} of {calls} was not reached"
        try:
            if path.repeated:
                path.act(pipeline)
            pipeline.settle()
            check(pipeline, path)
        except AssertionError as error:
            raise AssertionError(f"{mode}: call {number}, {calls[number - 1]} of {calls}: {error}") from error


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", PATHS)
def test_whichever_call_breaks_the_file_comes_to_its_outcome(
    pipeline: Pipeline, tell: Tell, name: str, mode: str
) -> None:
    path = PATHS[name]
    calls = calls_of(pipeline, path)
    assert calls
    sweep_over(pipeline, path, mode, calls)
    tell("AWS calls that were broken, for each path and mode", name, mode, len(calls))


def deleting_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The source is deleted before there is a record."""
    write = Intake._write

    def delete_and_write(self: Intake, outcome: Record, *, any_checksum: bool = False) -> Any:
        version = outcome.version_id or ""
        self._objects.delete(ObjectCreated(outcome.bucket, outcome.object_key, version, "", ""))
        return write(self, outcome, any_checksum=any_checksum)

    monkeypatch.setattr(Intake, "_write", delete_and_write)


def recording_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The record is written before there is a copy."""
    write, copy, wanted = Intake._write, Objects.copy_to_quarantine, list[Any]()
    monkeypatch.setattr(Objects, "copy_to_quarantine", lambda *arguments: wanted.append(arguments))

    def write_and_copy(self: Intake, outcome: Record, *, any_checksum: bool = False) -> Any:
        refused = write(self, outcome, any_checksum=any_checksum)
        while wanted:
            copy(*wanted.pop())
        return refused

    monkeypatch.setattr(Intake, "_write", write_and_copy)


@pytest.mark.parametrize("mistake", [deleting_first, recording_first], ids=lambda mistake: mistake.__name__)
def test_another_order_of_the_steps_would_be_found(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, mistake: Callable[[pytest.MonkeyPatch], None]
) -> None:
    path = PATHS["quarantined"]
    mistake(monkeypatch)
    calls = calls_of(pipeline, path)  # when nothing breaks, nobody notices

    with pytest.raises(AssertionError, match="died after: call"):
        sweep_over(pipeline, path, "died after", calls)


def test_a_call_that_the_sweep_does_not_reach_would_be_found(pipeline: Pipeline) -> None:
    path = PATHS["processed"]
    calls = [*calls_of(pipeline, path), "DeleteObject"]

    with pytest.raises(AssertionError, match=f"call {len(calls)} of .* was not reached"):
        sweep_over(pipeline, path, "rejected", calls)
