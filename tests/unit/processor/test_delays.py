"""When a message comes again that failed: as the settings say, and on AWS as nobody needs to say."""

from __future__ import annotations

from dataclasses import fields
from functools import partial
from types import SimpleNamespace
from typing import Any

from processor.handler import Processor
from processor.queue import delay_seconds
from processor.settings import Settings
from records.telemetry import Telemetry


def test_delays_double_up_to_the_longest() -> None:
    assert [delay_seconds(n) for n in range(1, 8)] == [30, 60, 120, 240, 480, 900, 900]
    assert [delay_seconds(n, first=1, longest=10) for n in range(1, 7)] == [1, 2, 4, 8, 10, 10]


def test_the_delays_need_not_be_set() -> None:
    defaults = {item.name: item.default for item in fields(Settings)}
    assert (defaults["first_delay_seconds"], defaults["longest_delay_seconds"]) == (30, 900)


def test_a_message_that_fails_comes_again_after_the_delay_that_was_asked_for(
    fake: Any, queue: Any, message: Any
) -> None:
    parts: Any = SimpleNamespace(intake=fake, queue=queue)
    delay = partial(delay_seconds, first=7)
    processor = Processor(parts, Telemetry("prod"), max_receives=6, delay=delay)
    broken = message("uploads/broken.csv") | {"body": "no event at all"}
    processor.run([broken], _Context())
    assert queue.again == {broken["messageId"]: 14}, "it has come twice"


class _Context:
    aws_request_id = "request"
