"""Puts the faults in the way: a proxy before the emulator, and a detour before each queue of events."""

from __future__ import annotations

import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from local.deploy import Differences
from local.faults.detour import Detour
from local.faults.dice import Dice
from local.faults.proxy import Proxy
from local.faults.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.deploy import Deployment
    from local.emulator import Emulator
    from local.faults.options import Faults

VISIBILITY_SECONDS = 20
FIRST_DELAY_SECONDS = 1
LONGEST_DELAY_SECONDS = 10
TELL_SECONDS = 10


class Switch:
    """The faults of one local system; entered before its emulator is, and left after it.

    Attributes:
        dice: knows how many faults were injected.
        detours: the ways of the events, once the program has run.
    """

    def __init__(self, faults: Faults, emulator_port: int) -> None:
        self.dice = Dice(faults)
        self.detours: list[Detour] = []
        self._workers = Workers()
        self._proxy = Proxy(emulator_port, self.dice, self._workers)

    def __enter__(self) -> Switch:
        self._proxy.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._proxy.__exit__(*error)

    def differences(self, visibility_seconds: int | None) -> Differences:
        """What the deployment makes otherwise, so that faults get in, and one need not wait for hours."""
        return Differences(
            variables={
                "AWS_ENDPOINT_URL": self._proxy.url,
                "FIRST_DELAY_SECONDS": str(FIRST_DELAY_SECONDS),
                "LONGEST_DELAY_SECONDS": str(LONGEST_DELAY_SECONDS),
            },
            visibility_seconds=VISIBILITY_SECONDS if visibility_seconds is None else visibility_seconds,
            detour=True,
        )

    @contextmanager
    def on(self, deployment: Deployment, emulator: Emulator) -> Iterator[None]:
        """Let faults happen while the block runs."""
        self._workers.emulator_pid = emulator.pid
        sqs = deployment.client("sqs")
        with ExitStack() as stack:
            for queue_arn, inbox_url in deployment.detours.items():
                queue_url = sqs.get_queue_url(QueueName=queue_arn.rpartition(":")[2])["QueueUrl"]
                self.detours.append(stack.enter_context(Detour(sqs, inbox_url, queue_url, self.dice)))
            yield

    def described(self, deployment: Deployment) -> list[str]:
        """What differs from AWS, for people."""
        return [
            f"Faults: {self.dice.faults.described()}",
            "Events of objects make a detour on their way into the queue: duplicate, reorder, delay, lose.",
            "Calls of all Lambdas but the API's go through a proxy: throttle, crash.",
            f"A message that a dead worker held comes again after {deployment.differences.visibility_seconds}"
            " s (on AWS: the queue's own visibility timeout).",
            f"One that failed comes again after {FIRST_DELAY_SECONDS} s to {LONGEST_DELAY_SECONDS} s "
            "(on AWS: 30 s to 15 minutes).",
        ]


class Reporter:
    """Tells how many faults there were, every ten seconds in which there were some, and at the end."""

    def __init__(self, dice: Dice, tell: Callable[[str], None]) -> None:
        self._dice = dice
        self._tell = tell
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._rounds, name="reporter", daemon=True)

    def __enter__(self) -> Reporter:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()
        self._tell(self._dice.told())

    def _rounds(self) -> None:
        before = ""
        while not self._stop.wait(TELL_SECONDS):
            if self._dice.counts() and (told := self._dice.told()) != before:
                self._tell(told)
                before = told
