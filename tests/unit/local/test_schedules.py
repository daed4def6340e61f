"""Scheduled rules: which are understood, who may invoke what, and when they tick."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING, Any

import pytest

from local.deploy import Deployment
from local.program import ProgramError, Registration
from local.schedules import Rule, Target, Ticker, due_targets, rate_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:sweep"


class Offline(Deployment):
    """Holds resources against the models of their services; nothing is asked of an endpoint."""

    def call(self, token: str, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"accountId": "000000000000"}

    def declare(self, rule: dict[str, Any], target: dict[str, Any]) -> None:
        name, outputs = self.create(Registration("aws:cloudwatch/eventRule:EventRule", "hourly", rule))
        assert outputs["arn"] == f"arn:aws:events:us-east-1:000000000000:rule/{name}"
        inputs = {"rule": name, "arn": FUNCTION} | target
        self.create(Registration("aws:cloudwatch/eventTarget:EventTarget", "hourly-sweep", inputs))

    def permit(self, **given: str) -> None:
        permission = {"principal": "events.amazonaws.com", "function": "sweep"} | given
        self.resources.append(Registration("aws:lambda/permission:Permission", "may", permission))


@pytest.fixture
def deployment() -> Iterator[Offline]:
    deployment = Offline("http://127.0.0.1:1", api_url="http://127.0.0.1:2", region="us-east-1")
    yield deployment
    deployment.close()


class Functions:
    """A Lambda client: notes what is invoked, and answers when it is let."""

    def __init__(self, error: Exception | None = None) -> None:
        self.payloads: list[str] = []
        self.at_once = 0
        self.most_at_once = 0
        self.let = threading.Event()
        self.invoked = threading.Semaphore(0)
        self._error = error

    def invoke(self, *, FunctionName: str, Payload: str) -> dict[str, Any]:  # noqa: N803 — botocore's names
        assert FunctionName == FUNCTION
        self.payloads.append(Payload)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.invoked.release()
        self.let.wait(10)
        self.at_once -= 1
        if self._error:
            raise self._error
        return {"FunctionError": "Unhandled", "Payload": io.BytesIO(b"no room left")}


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [
        ("rate(1 minute)", 60),
        ("rate(5 minutes)", 300),
        ("rate(1 hour)", 3_600),
        ("rate(12 hours)", 43_200),
        ("rate(7 days)", 604_800),
    ],
)
def test_a_rate_is_understood(expression: str, seconds: int) -> None:
    assert rate_seconds(expression) == seconds


@pytest.mark.parametrize(
    "expression",
    ["cron(0 12 * * ? *)", "rate(1 minutes)", "rate(5 minute)", "rate(0 minutes)", "rate(5 seconds)", ""],
)
def test_any_other_schedule_is_refused_by_name(deployment: Offline, expression: str) -> None:
    with pytest.raises(ProgramError, match=r"rule hourly cannot be ticked locally: .* is not understood"):
        deployment.declare({"scheduleExpression": expression}, {"input": "{}"})


def test_a_rule_of_events_is_refused(deployment: Offline) -> None:
    with pytest.raises(ProgramError, match="rule hourly cannot be ticked locally: 'scheduleExpression'"):
        deployment.declare({"eventPattern": "{}"}, {"input": "{}"})


def test_a_target_without_input_is_refused(deployment: Offline) -> None:
    with pytest.raises(ProgramError, match="target hourly-sweep cannot be ticked locally: it has no input"):
        deployment.declare({"scheduleExpression": "rate(1 hour)"}, {})


@pytest.mark.parametrize("permission", [{}, {"function": FUNCTION}, {"sourceArn": "the rule's"}])
def test_a_rule_with_its_target_and_its_permission_is_due(
    deployment: Offline, permission: dict[str, str]
) -> None:
    deployment.declare({"scheduleExpression": "rate(1 hour)"}, {"input": '{"flush": true}'})
    (rule,) = deployment.rules.values()
    deployment.permit(**{name: rule.arn if name == "sourceArn" else permission[name] for name in permission})
    assert list(due_targets(deployment)) == [
        (rule, Target(rule.arn.rpartition("/")[2], FUNCTION, '{"flush": true}'))
    ]
    assert rule.every_seconds == 3_600


@pytest.mark.parametrize(
    "permission",
    [{"principal": "s3.amazonaws.com"}, {"function": "eep"}, {"sourceArn": "arn:aws:events:::rule/another"}],
)
def test_a_rule_that_may_not_invoke_its_target_is_refused(
    deployment: Offline, permission: dict[str, str]
) -> None:
    deployment.declare({"scheduleExpression": "rate(1 hour)"}, {"input": "{}"})
    deployment.permit(**permission)
    with pytest.raises(ProgramError, match=r"rule hourly may not invoke .*:function:sweep"):
        list(due_targets(deployment))


def test_a_rule_that_is_disabled_is_not_due(deployment: Offline) -> None:
    deployment.declare({"scheduleExpression": "rate(1 hour)", "state": "DISABLED"}, {"input": "{}"})
    deployment.permit()
    assert list(due_targets(deployment)) == []


def ticker(functions: Functions, speed: float) -> Ticker:
    return Ticker(functions, [(Rule("often", "arn", 60), Target("often", FUNCTION, "{}"))], speed)


def test_a_run_never_overlaps_the_one_before() -> None:
    functions = Functions()
    with ticker(functions, speed=6_000):
        assert functions.invoked.acquire(timeout=10)
        assert not functions.invoked.acquire(timeout=0.2)
        functions.let.set()
        assert functions.invoked.acquire(timeout=10)
    assert functions.most_at_once == 1
    assert set(functions.payloads) == {"{}"}


@pytest.mark.parametrize("error", [None, ConnectionError("gone")])
def test_a_run_that_fails_is_told_and_the_next_tick_comes(
    error: Exception | None, caplog: pytest.LogCaptureFixture
) -> None:
    functions = Functions(error)
    functions.let.set()
    with ticker(functions, speed=6_000):
        for _ in range(3):
            assert functions.invoked.acquire(timeout=10)
    assert "scheduled sweep: " in caplog.text
    assert ("gone" if error else "no room left") in caplog.text


def test_at_speed_0_nothing_ticks() -> None:
    functions = Functions()
    functions.let.set()
    with ticker(functions, speed=0):
        assert not functions.invoked.acquire(timeout=0.1)
