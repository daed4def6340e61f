"""Scheduled rules: held against EventBridge's own model, and kept for `local.schedules` to tick.

They are not made at the emulator, which would run them as slowly as they are declared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.program import ProgramError
from local.resources.registry import Made, makes
from local.schedules import Rule, Target, rate_seconds
from local.shapes import request

if TYPE_CHECKING:
    from local.deploy import Deployment
    from local.program import Registration


@makes("aws:cloudwatch/eventRule:EventRule")
def _rule(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name = to.name(resource)
    request(to.client("events"), "PutRule", inputs | {"name": name})
    try:
        every_seconds = rate_seconds(inputs["scheduleExpression"])
    except (KeyError, ValueError) as error:
        raise ProgramError(f"rule {resource.name} cannot be ticked locally: {error}") from error
    account = to.call("aws:index/getCallerIdentity:getCallerIdentity", {})["accountId"]
    arn = f"arn:aws:events:{to.region}:{account}:rule/{name}"
    to.rules[name] = Rule(resource.name, arn, every_seconds, enabled=inputs.get("state") != "DISABLED")
    return name, {"name": name, "arn": arn}


@makes("aws:cloudwatch/eventTarget:EventTarget")
def _target(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    rule = inputs.pop("rule")
    identity = inputs.setdefault("targetId", resource.name)
    words = {name: value for name, value in inputs.items() if name != "targetId"} | {"id": identity}
    request(to.client("events"), "PutTargets", {"rule": rule, "targets": [words]})
    if "input" not in inputs:
        raise ProgramError(f"target {resource.name} cannot be ticked locally: it has no input")
    to.targets.append(Target(rule, inputs["arn"], inputs["input"]))
    return f"{rule}-{identity}", {"targetId": identity}
