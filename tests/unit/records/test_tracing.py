"""Subsegments for X-Ray: what the daemon is sent, and that nobody who is traced hears of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from records.tracing import MOST_ANNOTATIONS, UNTRACED, Tracer
from tests.xray import PARENT, SAMPLED, TRACE_ID

if TYPE_CHECKING:
    from tests.xray import Daemon


def test_a_step_is_a_subsegment_of_the_invocation(daemon: Daemon) -> None:
    moments = iter([1_795_000_000.25, 1_795_000_000.75])
    with Tracer(daemon.environment(), clock=lambda: next(moments)).step("take in", "0" * 32) as step:
        step.annotate(status="processed", reason=None)

    (document,) = daemon.documents()
    identity = document.pop("id")
    assert document == {
        "type": "subsegment",
        "name": "take in",
        "trace_id": TRACE_ID,
        "parent_id": PARENT,
        "start_time": 1_795_000_000.25,
        "end_time": 1_795_000_000.75,
        "annotations": {"recordId": "0" * 32, "status": "processed"},
    }
    assert len(identity) == 16


def test_an_error_is_a_fault_with_its_cause_and_goes_on_its_way(daemon: Daemon) -> None:
    with pytest.raises(ValueError, match="broken"), Tracer(daemon.environment()).step("take in", "1"):
        raise ValueError("broken " + "x" * 1_000)

    (document,) = daemon.documents()
    assert document["fault"] is True
    (exception,) = document["cause"]["exceptions"]
    assert (exception["type"], exception["message"][:7]) == ("ValueError", "broken ")


@pytest.mark.parametrize(
    ("status", "flags"),
    [(201, set()), (404, {"error"}), (429, {"error", "throttle"}), (500, {"fault"}), (503, {"fault"})],
)
def test_a_status_says_whose_fault_it_was(daemon: Daemon, status: int, flags: set[str]) -> None:
    with Tracer(daemon.environment()).step("get_record", "1") as step:
        step.answered(status)

    (document,) = daemon.documents()
    assert {flag for flag in ("error", "throttle", "fault") if document.get(flag)} == flags


@pytest.mark.parametrize("trace", ["", SAMPLED.replace("Sampled=1", "Sampled=0"), f"Root={TRACE_ID}"])
def test_of_an_invocation_without_a_sample_nothing_is_sent(daemon: Daemon, trace: str) -> None:
    tracer = Tracer(daemon.environment(trace))
    with tracer.step("take in", "1"), tracer.batch("count", ["1", "2"]):
        pass

    assert daemon.documents() == []


@pytest.mark.parametrize(
    "environment",
    [
        {"_X_AMZN_TRACE_ID": SAMPLED},
        {"_X_AMZN_TRACE_ID": SAMPLED, "AWS_XRAY_DAEMON_ADDRESS": "nonsense"},
        {"_X_AMZN_TRACE_ID": SAMPLED, "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:1"},
        {"_X_AMZN_TRACE_ID": "Sampled=1", "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:1"},
    ],
)
def test_what_cannot_be_sent_is_lost_and_the_work_goes_on(environment: dict[str, str]) -> None:
    tracer = Tracer(environment)
    done = []
    for number in range(3):
        with tracer.step("take in", str(number)):
            done.append(number)

    assert done == [0, 1, 2]


def test_an_error_that_cannot_be_told_is_raised_all_the_same() -> None:
    with pytest.raises(KeyError), UNTRACED.step("take in"):
        raise KeyError


def test_a_trace_has_no_more_annotations_than_xray_indexes(daemon: Daemon) -> None:
    tracer = Tracer(daemon.environment())
    with tracer.batch("count", map(str, range(1_000))):
        pass
    with pytest.raises(ValueError, match="late"), tracer.step("take in", "late"):
        raise ValueError("late")

    *told, late = daemon.documents()
    ids = [document["annotations"]["recordId"] for document in told]
    assert ids == [str(number) for number in range(MOST_ANNOTATIONS)]
    assert (late["annotations"], late["fault"]) == ({}, True)


def test_the_next_trace_has_room_again(daemon: Daemon) -> None:
    environment = daemon.environment()
    tracer = Tracer(environment)
    with tracer.batch("count", map(str, range(60))):
        pass
    environment["_X_AMZN_TRACE_ID"] = SAMPLED.replace("5759e988", "5759e999")
    with tracer.step("take in", "next"):
        pass

    assert daemon.documents()[-1]["annotations"] == {"recordId": "next"}


def test_threads_share_a_tracer(daemon: Daemon) -> None:
    tracer = Tracer(daemon.environment())

    def work(number: int) -> None:
        with tracer.step("take in", str(number)):
            pass

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(40)))

    assert {int(told["recordId"]) for told in daemon.annotations()} == set(range(40))


def test_an_annotation_is_as_long_as_xray_takes_it(daemon: Daemon) -> None:
    with Tracer(daemon.environment()).step("get_record") as step:
        step.annotate(recordId="ä" * 100_000)

    ((told,),) = [list(annotations.values()) for annotations in daemon.annotations()]
    assert told == "ä" * 250
