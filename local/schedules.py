"""Ticks the program's scheduled rules, faster than they are declared, so that they can be watched."""

from __future__ import annotations

import logging
import re
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.program import ProgramError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.deploy import Deployment

SPEED = 12
"""A rule of one minute ticks every five seconds."""
LAST_RUN_SECONDS = 10
"""How long the end waits for runs that are under way."""
_UNITS = {"minute": 60, "hour": 3_600, "day": 86_400}
_RATE = re.compile(r"rate\(([1-9][0-9]*) (minute|hour|day)(s?)\)")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rule:
    """A scheduled rule as it was declared."""

    name: str
    arn: str
    every_seconds: int
    enabled: bool = True


@dataclass(frozen=True)
class Target:
    """What a rule invokes, and with which text.

    Attributes:
        rule: the rule's physical name.
    """

    rule: str
    function_arn: str
    payload: str


def rate_seconds(expression: str) -> int:
    """The seconds between two ticks.

    Raises:
        ValueError: the expression is not `rate(…)`, or not in EventBridge's words.
    """
    match = _RATE.fullmatch(expression)
    # EventBridge takes `1 minute` and `5 minutes`, and neither `1 minutes` nor `5 minute`.
    if match is None or (match[1] == "1") == bool(match[3]):
        raise ValueError(
            f"{expression} is not understood; it could be rate(1 minute), rate(5 minutes), rate(1 hour), …"
        )
    return int(match[1]) * _UNITS[match[2]]


def due_targets(deployment: Deployment) -> Iterator[tuple[Rule, Target]]:
    """The targets of every rule that is enabled.

    Raises:
        ProgramError: EventBridge may not invoke a target, so on AWS nothing would happen.
    """
    permissions = [r.inputs for r in deployment.resources if r.type == "aws:lambda/permission:Permission"]
    for target in deployment.targets:
        rule = deployment.rules[target.rule]
        if not any(_permits(permission, rule, target) for permission in permissions):
            raise ProgramError(
                f"rule {rule.name} may not invoke {target.function_arn}: "
                "a lambda.Permission for events.amazonaws.com is missing"
            )
        if rule.enabled:
            yield rule, target


def _permits(permission: dict[str, Any], rule: Rule, target: Target) -> bool:
    function = permission["function"]
    return (
        permission["principal"] == "events.amazonaws.com"
        and (target.function_arn == function or target.function_arn.endswith(f":function:{function}"))
        and permission.get("sourceArn", rule.arn) == rule.arn
    )


class Ticker:
    """A thread for each target, which invokes it and then waits for the next tick.

    The answer is waited for, so a run never overlaps the one before: at this speed it would, where on AWS
    there are minutes in between. A run that fails is not repeated; the next tick comes soon.

    Args:
        functions: a Lambda client that waits as long as a Lambda may run.
        speed: how many times faster than declared; 0 ticks nothing.
    """

    def __init__(self, functions: Any, targets: list[tuple[Rule, Target]], speed: float) -> None:
        self._functions = functions
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(
                target=self._tick, args=(target, rule.every_seconds / speed), name=rule.name, daemon=True
            )
            for rule, target in (targets if speed else [])
        ]

    def __enter__(self) -> Ticker:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        # A run that takes longer is cut off with the emulator; its thread then ends by itself.
        deadline = time.monotonic() + LAST_RUN_SECONDS
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0))

    def _tick(self, target: Target, seconds: float) -> None:
        while not self._stop.wait(seconds):
            try:
                answer = self._functions.invoke(FunctionName=target.function_arn, Payload=target.payload)
                failed = answer.get("FunctionError") and answer["Payload"].read().decode()
            except Exception as error:  # whatever one tick meets, the next one is still wanted
                failed = repr(error)
            if failed and not self._stop.is_set():
                _log.warning("scheduled %s: %s", target.function_arn.rpartition(":")[2], failed)
