"""The promises under faults: events twice and out of order, calls refused, workers killed."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from local.chaos.command import look, put
from local.chaos.reckoning import reckon
from local.chaos.samples import write_samples
from local.chaos.settling import NotAtRest, Settling
from local.emulator import LocalError
from local.faults.options import Faults
from local.system import System, ephemeral, running
from records.commands import Proceed, body_of
from records.model import Status
from records.operations import Kind, Operation, OperationStore, State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES = 60
BAD = 9
FAULTS = Faults(duplicate=0.2, reorder=0.2, delay=1, throttle=0.05, crash=0.03, seed=5)
VISIBILITY_SECONDS = 6
SECONDS = 150


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    options = replace(ephemeral(processorConcurrency=4), faults=FAULTS, visibility_seconds=VISIBILITY_SECONDS)
    with running(options) as system:
        yield system


def test_what_differs_from_the_declared_system_is_only_what_is_said(system: System) -> None:
    outputs, sqs = system.outputs, system.deployment.client("sqs")
    names = ["VisibilityTimeout", "RedrivePolicy"]
    queue = sqs.get_queue_attributes(QueueUrl=outputs["queueUrl"], AttributeNames=names)["Attributes"]
    assert queue["VisibilityTimeout"] == str(VISIBILITY_SECONDS)
    assert "maxReceiveCount" in queue["RedrivePolicy"]

    functions = system.deployment.client("lambda")
    endpoints = {
        name: functions.get_function_configuration(FunctionName=outputs[name])["Environment"][
            "Variables"
        ].get("AWS_ENDPOINT_URL")
        for name in ("processorFunction", "notifierFunction", "apiFunction")
    }
    assert endpoints["apiFunction"] is None
    assert endpoints["processorFunction"] == endpoints["notifierFunction"] != system.emulator.endpoint


def test_faults_and_tls_do_not_go_together() -> None:
    options = replace(ephemeral(), faults=FAULTS, tls=True)
    with pytest.raises(LocalError, match="faults need plain HTTP"), running(options):
        pass


def test_the_promises_hold_while_things_go_wrong(system: System, tmp_path: Path) -> None:
    assert system.switch
    sent = put(system, write_samples(tmp_path, FILES, BAD / FILES, seed=1))
    with Settling(system, SECONDS) as settling:
        settling.settle()
        statuses = settling.records()
    promises = reckon(sent, look(system, statuses))
    assert [promise for promise in promises if promise.broken] == []
    outcomes = sorted(statuses[item.record_id] for item in sent)
    assert outcomes == [Status.PROCESSED] * (FILES - BAD) + [Status.QUARANTINED] * BAD

    injected = system.switch.dice.counts()
    assert {"delay", "duplicate", "reorder", "throttle"} <= set(injected)
    assert {"crash before a call", "crash after a call"} & set(injected)


def test_an_operation_whose_message_died_goes_on_and_a_restless_system_is_told(system: System) -> None:
    deployment, outputs = system.deployment, system.outputs
    store = OperationStore(deployment.client("dynamodb"), outputs["recordsTable"])
    operation = Operation(
        operation_id=uuid.uuid4().hex,
        kind=Kind.RETRY,
        requested_by="key1",
        created_at="2026-01-01T00:00:00.000000Z",
        wanted={"status": "quarantined", "prefix": "nothing/"},
    )
    assert store.add(operation) is None
    body = body_of(Proceed(operation.operation_id, 0))
    deployment.client("sqs").send_message(QueueUrl=outputs["deadLetterQueueUrl"], MessageBody=body)
    with Settling(system, SECONDS) as settling:
        settling.settle()
        assert settling.redriven == 1
    done = store.get(operation.operation_id)
    assert done
    assert done.state is State.FINISHED
    with Settling(system, timeout_seconds=0) as settling, pytest.raises(NotAtRest):
        settling.settle()
