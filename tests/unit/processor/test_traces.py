"""What traces say of files: one subsegment for each, found by its record id."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from processor.diary import Diary
from processor.due import Due
from processor.handler import Processor
from processor.intake import TakenIn
from records.errors import TransientError
from records.model import Reason, Status, derived_record_id, utc_text
from records.telemetry import Telemetry
from records.tracing import Tracer
from tests.unit.conftest import NOON
from tests.unit.processor.batches import Context, FakeIntake

if TYPE_CHECKING:
    from processor.wiring import Parts
    from tests.unit.conftest import MakeRecord
    from tests.unit.processor.conftest import Announce, FakeQueue
    from tests.xray import Daemon


@pytest.fixture
def traced(fake: FakeIntake, queue: FakeQueue, daemon: Daemon) -> Processor:
    parts = cast("Parts", SimpleNamespace(intake=fake, queue=queue))
    return Processor(parts, Telemetry("prod"), max_receives=6, tracer=Tracer(daemon.environment()))


def test_each_file_of_a_batch_has_a_subsegment(
    traced: Processor, fake: FakeIntake, message: Any, make_record: MakeRecord, daemon: Daemon
) -> None:
    bad = make_record(status=Status.QUARANTINED, reason=Reason.EMPTY_FILE)
    fake.outcomes |= {"bad.csv": TakenIn(bad), "good.csv": TakenIn(good := make_record())}

    assert traced.run([message("bad.csv"), message("good.csv")], Context()) == []

    told = sorted(daemon.annotations(), key=lambda annotations: annotations["status"], reverse=True)
    assert told == [
        {"recordId": bad.record_id, "status": "quarantined", "reason": "empty_file"},
        {"recordId": good.record_id, "status": "processed"},
    ]


def test_a_file_that_fails_is_found_by_the_id_that_its_record_will_have(
    traced: Processor, fake: FakeIntake, message: Any, daemon: Daemon
) -> None:
    announced = "uploads/" + "a" * 32 + "/report.csv"
    fake.outcomes |= {key: TransientError("S3 is slow") for key in (announced, "dropped.csv")}

    traced.run([message(announced), message("dropped.csv")], Context())

    documents = {document["annotations"]["recordId"]: document for document in daemon.documents()}
    created = message("dropped.csv")["body"]
    version = created.split('"versionId": "')[1].split('"')[0]
    bucket = created.split('"bucket": {"name": "')[1].split('"')[0]
    assert set(documents) == {"a" * 32, derived_record_id(bucket, "dropped.csv", version)}
    assert all(document["fault"] for document in documents.values())
    assert documents["a" * 32]["cause"]["exceptions"][0]["type"] == "TransientError"


def test_what_the_sweep_does_about_a_record_is_told_to_the_log_and_to_traces(
    parts: Parts, announce: Announce, daemon: Daemon, capsys: pytest.CaptureFixture[str]
) -> None:
    record = announce(due_at=utc_text(NOON))
    diary = Diary(Telemetry("prod"), Tracer(daemon.environment()))

    Due(parts.records, parts.objects, parts.queue, parts.retries, diary=diary).work(lambda: True)

    assert daemon.annotations() == [{"recordId": record.record_id, "done": "expired"}]
    line = capsys.readouterr().out
    assert f'"message": "repaired", "recordId": "{record.record_id}", "done": "expired"' in line
