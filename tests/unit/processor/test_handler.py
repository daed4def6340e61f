"""A batch in, the ids of the messages that must come again out."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from components.processing import TIMEOUT_SECONDS
from processor.events import ObjectCreated
from processor.handler import WORKERS, Processor
from processor.reading import RESERVE_MS, OutOfTime, check_time
from records.errors import TransientError
from tests.unit.processor.batches import FILE_LIMIT, Context, FakeIntake

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.processor.conftest import FakeQueue


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_of_a_mixed_batch_only_the_malformed_message_comes_again(
    processor: Processor, fake: FakeIntake, payload: Callable[[str], str]
) -> None:
    batch = json.loads(payload("sqs_batch"))["Records"]

    assert processor.run(batch, Context()) == ["059f36b4-87a3-44ab-83d2-661975830003"]
    assert sorted(fake.taken) == ["batch/1.csv", "batch/2.csv"]


def test_every_object_of_a_message_is_taken_in(processor: Processor, fake: FakeIntake, message: Any) -> None:
    assert processor.run([message("1", "2", "3")], Context()) == []
    assert fake.taken == ["1", "2", "3"]


def test_a_message_comes_again_when_one_of_its_objects_fails(
    processor: Processor, fake: FakeIntake, message: Any
) -> None:
    fake.outcomes["2"] = TransientError("later")

    assert processor.run([message("1", "2"), message("3")], Context()) == ["1"]


@pytest.mark.parametrize("error", [RuntimeError("a bug"), KeyError("a bug"), RecursionError(), MemoryError()])
def test_an_unexpected_error_leaves_the_siblings_alone(
    processor: Processor, fake: FakeIntake, message: Any, error: Exception
) -> None:
    fake.outcomes["3"] = error

    failed = processor.run([message(str(number)) for number in range(10)], Context())

    assert failed == ["3"]
    assert sorted(fake.taken) == [str(number) for number in range(10)]


def test_failed_messages_are_named_in_the_order_of_the_batch(
    processor: Processor, fake: FakeIntake, message: Any
) -> None:
    fake.outcomes = {key: TransientError("later") for key in ("7", "2", "4")}

    assert processor.run([message(str(number)) for number in range(10)], Context()) == ["2", "4", "7"]


def test_messages_are_worked_on_at_the_same_time(
    processor: Processor, fake: FakeIntake, message: Any
) -> None:
    fake.barrier = threading.Barrier(WORKERS)

    assert processor.run([message(str(number)) for number in range(WORKERS)], Context()) == []


def test_near_the_deadline_nothing_is_begun_and_everything_goes_back(
    processor: Processor,
    fake: FakeIntake,
    queue: Any,
    message: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    batch = [message(str(number)) for number in range(10)]

    assert processor.run(batch, Context(RESERVE_MS - 1)) == [str(number) for number in range(10)]
    assert fake.taken == []
    assert {(line["level"], line["message"]) for line in lines(capsys)} == {
        ("WARNING", "handed back: there is not enough time left")
    }
    assert queue.again == {str(number): 0 for number in range(10)}, "they come again at once"


def test_when_the_deadline_comes_near_the_rest_of_the_batch_goes_back(
    processor: Processor, fake: FakeIntake, message: Any
) -> None:
    batch = [message(str(number)) for number in range(10)]

    failed = processor.run(batch, Context(60_000, RESERVE_MS + 1_000, RESERVE_MS - 1))

    assert len(fake.taken) == 2
    assert sorted(failed + fake.taken) == [str(number) for number in range(10)]


def test_a_file_is_not_begun_without_the_time_to_read_it(
    processor: Processor, fake: FakeIntake, queue: Any, message: Any
) -> None:
    large = message("large")
    body = json.loads(large["body"])
    body["Records"][0]["s3"]["object"]["size"] = 2_000_000_000
    large["body"] = json.dumps(body)

    assert processor.run([large, message("small")], Context(60_000)) == ["large"]
    assert fake.taken == ["small"]
    assert queue.again == {"large": 0}


def test_what_comes_for_the_first_time_and_is_not_begun_is_put_into_the_queue_anew(
    processor: Processor,
    fake: FakeIntake,
    queue: FakeQueue,
    message: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    batch = [message("first", received=1), message("second", received=2)]

    assert processor.run(batch, Context(RESERVE_MS - 1)) == ["second"]
    assert fake.taken == []
    assert (queue.anew, queue.again) == (["first"], {"second": 0})
    assert sorted(line["sentAnew"] for line in lines(capsys)) == [False, True]


def test_what_the_queue_does_not_take_anew_comes_again(
    processor: Processor, queue: FakeQueue, message: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    queue.refuses = "sending to the queue: ServiceUnavailable"

    assert processor.run([message("first", received=1)], Context(RESERVE_MS - 1)) == ["first"]
    assert queue.again == {"first": 0}
    (line,) = lines(capsys)
    assert (line["sentAnew"], line["refused"]) == (False, queue.refuses)


@pytest.mark.parametrize("size_bytes", [FILE_LIMIT, FILE_LIMIT + 1, 5 * 2**40])
def test_a_function_that_has_just_begun_has_time_for_any_file(size_bytes: int) -> None:
    event = ObjectCreated("incoming", "a.csv", "v", "1", "2026-01-31T13:00:00.250Z", size_bytes)

    check_time(event, lambda: TIMEOUT_SECONDS * 1_000 - 60_000, FILE_LIMIT)


def test_a_file_over_the_limit_takes_the_time_of_a_copy() -> None:
    event = ObjectCreated("incoming", "a.csv", "v", "1", "2026-01-31T13:00:00.250Z", 3_000_000_000)

    check_time(event, lambda: RESERVE_MS + 30_000, FILE_LIMIT)
    with pytest.raises(OutOfTime, match=r"a\.csv needs up to 45 s"):
        check_time(event, lambda: RESERVE_MS + 29_999, FILE_LIMIT)


@pytest.mark.parametrize(("received", "seconds"), [(1, 30), (2, 60), (3, 120), (5, 480), (6, 900), (60, 900)])
def test_what_failed_comes_again_after_a_while_that_grows(
    processor: Processor, fake: FakeIntake, queue: Any, message: Any, received: int, seconds: int
) -> None:
    fake.outcomes["1"] = TransientError("later")
    failing = message("1")
    failing["attributes"]["ApproximateReceiveCount"] = str(received)

    assert processor.run([failing], Context()) == ["1"]
    assert queue.again == {"1": seconds}
