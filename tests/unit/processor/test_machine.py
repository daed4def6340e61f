"""Anything may happen in any order: Hypothesis looks for an order in which a promise does not hold.

`make chaos` runs many more examples than `make test`.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from contracts.model import Contract, Contracts
from processor.wiring import assemble
from records.actions import action_id_of, can_be_retried, discarded, retrying
from records.commands import Discard, Retry
from records.model import Record, Source, Status
from tests.unit.processor.pipeline import MODES, Pipeline, broken

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_sqs import SQSClient

    from processor.settings import Settings

EXAMPLES = int(os.environ.get("CHAOS_EXAMPLES", "200"))
STEPS = int(os.environ.get("CHAOS_STEPS", "10"))
STRICT = [
    Contract(name=name, prefix=name, media_types=("application/json",)) for name in ("drops", "uploads")
]


@dataclass
class Put:
    """An object version that was put."""

    key: str
    good: bool


class Machine(RuleBasedStateMachine):
    """Senders, a queue that does what it likes, workers that die, and people who retry and discard."""

    def __init__(self, pipeline: Pipeline, strict: Any, lenient: Any) -> None:
        super().__init__()
        self.pipeline, self.lenient = pipeline, lenient
        self.pipeline.parts = strict
        self.pipeline.clear()
        self.puts: dict[str, Put] = {}
        self.bodies: list[str] = []

    @rule(good=st.booleans(), announced=st.booleans())
    def put(self, good: bool, announced: bool) -> None:
        number = len(self.puts)
        key = self._announced(number) if announced else f"drops/{number % 2}.csv"
        self._put(key, number, good=good)

    @precondition(lambda self: self.puts)
    @rule(good=st.booleans(), choice=st.integers(0, 99))
    def overwrite(self, good: bool, choice: int) -> None:
        keys = sorted({put.key for put in self.puts.values()})
        self._put(keys[choice % len(keys)], len(self.puts), good=good)

    @precondition(lambda self: self.bodies)
    @rule(choice=st.integers(0, 99))
    def duplicate(self, choice: int) -> None:
        self.pipeline.waiting.append(self.bodies[choice % len(self.bodies)])

    @precondition(lambda self: len(self.pipeline.waiting) > 1)
    @rule()
    def reorder(self) -> None:
        self.pipeline.waiting.reverse()

    @precondition(lambda self: self.pipeline.waiting)
    @rule()
    def lose(self) -> None:
        self.pipeline.waiting.pop()

    @rule(mode=st.sampled_from(sorted(MODES)), number=st.integers(1, 12))
    def work_and_break(self, mode: str, number: int) -> None:
        broken(self.pipeline, mode, number, self.pipeline.work)

    @rule()
    def work(self) -> None:
        self.pipeline.work()

    @rule(mode=st.sampled_from(sorted(MODES)), number=st.integers(1, 25))
    def sweep_and_break(self, mode: str, number: int) -> None:
        self.pipeline.make_due()
        broken(self.pipeline, mode, number, self.pipeline.sweep)

    @rule(choice=st.integers(0, 99), told=st.booleans())
    def retry(self, choice: int, told: bool) -> None:
        records = [record for record in self.pipeline.records() if can_be_retried(record)]
        if records:
            record = records[choice % len(records)]
            retry_id = action_id_of(record.record_id, str(record.revision))
            self.pipeline.parts.records.move(retrying(record, by="key1", action_id=retry_id), record)
            if told:
                self.pipeline.parts.queue.send([Retry(record.record_id, retry_id)])

    @rule(choice=st.integers(0, 99), told=st.booleans())
    def discard(self, choice: int, told: bool) -> None:
        records = [r for r in self.pipeline.records() if r.status is Status.QUARANTINED]
        if records:
            record = records[choice % len(records)]
            self.pipeline.parts.records.move(discarded(record, by="key1", action_id="0" * 32), record)
            if told:
                self.pipeline.parts.queue.send([Discard(record.record_id)])

    @rule()
    def mend_the_contract(self) -> None:
        self.pipeline.parts = self.lenient

    def teardown(self) -> None:
        """Everything comes to rest; the contract is mended, and what is quarantined is tried again."""
        self.pipeline.settle(passes=2)
        self._check()
        self.pipeline.parts = self.lenient
        for record in self.pipeline.records():
            if can_be_retried(record):
                asked = retrying(record, by="key1", action_id=action_id_of("last", record.record_id))
                assert self.pipeline.parts.records.move(asked, record) is None
        self.pipeline.settle()
        self._check()
        for record in self.pipeline.records():
            if record.sha256 and record.status is not Status.DISCARDED:
                good = self.puts[record.sha256].good
                assert record.status is (Status.PROCESSED if good else Status.QUARANTINED)

    def _check(self) -> None:
        """One record for each version, and its bytes in exactly the place that the record says."""
        records = [record for record in self.pipeline.records() if record.status is not Status.EXPIRED]
        assert sorted(record.sha256 or "" for record in records) == sorted(self.puts)
        assert {r.object_key for r in records} == {put.key for put in self.puts.values()}
        places = self.pipeline.places()
        for record in records:
            place = {Status.PROCESSED: ["incoming"], Status.QUARANTINED: ["quarantine"]}
            assert places.get(record.sha256 or "", []) == place.get(record.status, []), record

    def _put(self, key: str, number: int, *, good: bool) -> None:
        content = b"a,b\n%d,2\n" % number if good else b"a,b\n%d\n" % number
        self.pipeline.put(key, content)
        self.bodies.append(self.pipeline.waiting[-1])
        self.puts[hashlib.sha256(content).hexdigest()] = Put(key, good)

    def _announced(self, number: int) -> str:
        record_id = hashlib.sha256(b"%d" % number).hexdigest()[:32]
        record = Record(
            record_id=record_id,
            status=Status.AWAITING_UPLOAD,
            source=Source.UPLOAD,
            bucket="incoming",
            object_key=f"uploads/{record_id}/{number}.csv",
            file_name=f"{number}.csv",
            created_at="2026-01-31T12:59:00.000Z",
            due_at="2026-02-03T12:59:00.000Z",
        )
        assert self.pipeline.parts.records.add(record) is None
        return record.object_key


@pytest.fixture
def pipeline(settings: Settings, session: boto3.Session, sqs: SQSClient) -> tuple[Pipeline, Any, Any]:
    clients = {name: session.client(name) for name in ("s3", "dynamodb", "sqs")}
    own = {name: session.client(name) for name in ("s3", "dynamodb", "sqs")}
    urls = {"queue": settings.queue_url, "dead letters": settings.dead_letter_queue_url}
    strict = assemble(clients, settings, Contracts(STRICT))
    lenient = assemble(clients, settings, Contracts())
    return Pipeline(strict, clients, own, urls), strict, lenient


@pytest.mark.timeout(36_000)
def test_in_whatever_order_things_happen_the_promises_hold(pipeline: tuple[Pipeline, Any, Any]) -> None:
    run_state_machine_as_test(
        cast("Any", partial(Machine, *pipeline)),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
