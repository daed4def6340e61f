"""Waits until nothing moves any more, and lets be repaired what a fault has stopped."""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.system import System

LOOK_SECONDS = 0.5
QUIET_SECONDS = 5
"""How long nothing must have moved: the stream's last mails are under way for a moment."""
UNCHANGED_SWEEPS = 2
PAGE = 200
_COUNTS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


class NotAtRest(Exception):
    """The time was over before everything had come to rest."""


class Settling:
    """Brings one system to rest.

    Args:
        timeout_seconds: for all of it together.

    Attributes:
        sweeps: how often the sweep was called.
        redriven: how many messages were moved out of the dead-letter queue.
    """

    def __init__(self, system: System, timeout_seconds: float) -> None:
        self.sweeps = 0
        self.redriven = 0
        self._system = system
        self._sqs = system.deployment.client("sqs")
        self._functions = system.deployment.waiting_client("lambda")
        self._deadline = time.monotonic() + timeout_seconds
        self._queue_url: str = system.outputs["queueUrl"]
        self._dead_url: str = system.outputs["deadLetterQueueUrl"]
        headers = {"X-Api-Key": system.api_key}
        self._api = httpx.Client(base_url=system.url, headers=headers, timeout=60, trust_env=False)

    def __enter__(self) -> Settling:
        return self

    def __exit__(self, *error: object) -> None:
        self._api.close()

    def settle(self) -> None:
        """Wait; then end the crashes, and do what the sweep and an operator do until nothing changes.

        Raises:
            NotAtRest: within the time it did not come to that.
        """
        self._rest()
        if self._system.switch:
            self._system.switch.dice.end("crash")
        self._sweep_until_nothing_changes()
        self._try_again()
        self._sweep_until_nothing_changes()

    def _sweep_until_nothing_changes(self) -> None:
        unchanged, before = 0, self._state()
        while unchanged < UNCHANGED_SWEEPS:
            whole = self._sweep(self._system.outputs["sweepFunction"])
            self._rest()
            now = self._state()
            # A run that was killed, or had no time for all, says nothing about what there is to do.
            if whole:
                unchanged = unchanged + 1 if now == before else 0
            before = now

    def records(self) -> dict[str, str]:
        """The status of every record, by its id, as the API lists them."""
        found: dict[str, str] = {}
        cursor = None
        while True:
            parameters = {"limit": PAGE} | ({"cursor": cursor} if cursor else {})
            answer = self._api.get("/records", params=parameters).raise_for_status().json()
            found |= {item["recordId"]: item["status"] for item in answer["items"]}
            if not (cursor := answer.get("nextCursor")):
                return found

    def _rest(self) -> None:
        inboxes = list(self._system.deployment.detours.values())

        def moving() -> tuple[int, int]:
            return sum(map(self._messages, [*inboxes, self._queue_url])), self._mails()

        self._await_quiet(moving)

    def _await_quiet(self, moving: Callable[[], tuple[int, int]]) -> None:
        """Until there was no message, and no new mail, for a while."""
        since, before = time.monotonic(), moving()
        while time.monotonic() - since < QUIET_SECONDS:
            if time.monotonic() > self._deadline:
                raise NotAtRest(f"{before[0]:,} messages are still on their way")
            time.sleep(LOOK_SECONDS)
            now = moving()
            if now[0] or now != before:
                since, before = time.monotonic(), now

    def _messages(self, url: str) -> int:
        attributes = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(_COUNTS))["Attributes"]
        return sum(int(attributes[name]) for name in _COUNTS)

    def _mails(self) -> int:
        return len(list(self._system.outbox.glob("*.eml")))

    def _state(self) -> tuple[Counter[str], int]:
        return Counter(self.records().values()), self._messages(self._dead_url)

    def _sweep(self, function: str) -> bool:
        """Whether a run came to its end, and compared all of the bucket."""
        self.sweeps += 1
        # What a sweep that crashes leaves undone, the next one does. Nothing is on its way now.
        event = {"reconcile": True, "graceSeconds": 0}
        answer = self._functions.invoke(FunctionName=function, Payload=json.dumps(event))
        return "FunctionError" not in answer and json.loads(answer["Payload"].read())["passing"] is False

    def _try_again(self) -> None:
        """What an operator does when the trouble is over."""
        why = "the trouble is over"
        self._api.post("/retries", json={"status": "failed", "why": why}).raise_for_status()
        redrive = self._api.post("/redrives", json={"dryRun": False, "why": why}).raise_for_status().json()
        self._rest()
        operation = self._api.get(f"/operations/{redrive['operationId']}").raise_for_status().json()
        self.redriven += operation["started"]
