"""What a stack costs while nothing comes: each resource that it declares, and what its clocks do."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from bench.cost.bill import LINE_OVERHEAD_BYTES, PLATFORM_LOG_BYTES
from bench.cost.journeys import stored
from bench.cost.prices import prices

if TYPE_CHECKING:
    from local.graph import Graph

MINUTES = 43_800
POLLERS, POLL_SECONDS = 5, 20
"""Lambda asks a queue with so many pollers, each of which waits so long, the longest that SQS has:
docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
NOTHING = frozenset(
    {
        *("Bucket", "BucketLifecycleConfiguration", "BucketNotification", "BucketOwnershipControls"),
        *("BucketPolicy", "BucketPublicAccessBlock", "BucketVersioning", "BucketCorsConfiguration"),
        *("BucketServerSideEncryptionConfiguration", "Queue", "QueuePolicy", "RedriveAllowPolicy"),
        *("Role", "RolePolicy", "Permission", "EventSourceMapping", "EventRule", "EventTarget", "LogGroup"),
        *("Topic", "TopicPolicy", "TopicSubscription", "Api", "Integration", "Route", "Stage", "Authorizer"),
        *("QueryDefinition", "Alias", "ApiMapping", "DomainName", "Budget"),
    }
)
"""Types that cost nothing while nothing comes, besides what is stored in them."""
_SWEEP, _NOTIFIER = "idle: a run of the sweep", "idle: a minute of the notifier"
_EVERY = {"rate(1 minute)": 1, "rate(5 minutes)": 5}
_RUN_GB_SECONDS = 0.25
"""Of a clock's call: half a second with 512 MB. The free 400,000 would be eight times as much."""
IDLE_METRICS = 8
"""What a sweep says of itself, whether anything came or not; a test counts the names."""


class NoPrice(LookupError):
    """A resource whose price is not known here."""


def declared(graph: Graph) -> Counter[str]:
    """What the graph declares that has a price of its own.

    Raises:
        NoPrice: there is something that nobody has looked up the price of.
    """
    found: Counter[str] = Counter()
    for resource in graph.resources:
        if resource.type.startswith(("silent-scalper:", "pulumi:")):
            continue
        kind = resource.type.rpartition(":")[2]
        found[_unit(kind, resource.inputs)] += _amount(resource.inputs)
    del found[""]
    return found


def _amount(inputs: dict[str, Any]) -> int:
    """One, but an alarm over several metrics is as many: aws.amazon.com/cloudwatch/pricing."""
    return max(1, sum("metric" in query for query in inputs.get("metricQueries", [])))


def _unit(kind: str, inputs: dict[str, Any]) -> str:
    match kind:
        case "MetricAlarm":
            return "anomaly_alarms" if "thresholdMetricId" in inputs else "alarms"
        case "Dashboard":
            return "dashboards"
        case "Key":
            return "kms_keys"
        case "Table" if inputs["billingMode"] == "PAY_PER_REQUEST":
            return ""
        case "Function" if inputs.get("snapStart", {}).get("applyOn", "None") == "None":
            return ""
        case _ if kind in NOTHING:
            return ""
    raise NoPrice(f"{kind} has no price in bench/cost/idle.py: look up what it costs while nothing comes")


def usage(graph: Graph) -> Counter[str]:
    """What a month takes in which nothing comes."""
    used: Counter[str] = Counter(declared(graph))
    mappings = graph.of("EventSourceMapping").values()
    queues = [mapping for mapping in mappings if "startingPosition" not in mapping]
    polls = len(queues) * POLLERS * MINUTES * 60 / POLL_SECONDS
    used["sqs_requests"] += polls  # type: ignore[assignment]
    for name, rule in graph.of("EventRule").items():
        runs = MINUTES / _EVERY[rule["scheduleExpression"]]
        found = stored()[_SWEEP if name.startswith("sweep") else _NOTIFIER]["units"]
        for unit, amount in found.items():
            if not unit.startswith("logs."):
                used[unit.replace(".", "_")] += amount * runs
        lines = found["logs.lines"] + 2
        logged = found["logs.bytes"] + PLATFORM_LOG_BYTES + lines * LINE_OVERHEAD_BYTES
        used["logs_gb"] += runs * logged / 1e9
        used["lambda_requests"] += runs  # type: ignore[assignment]
        used["lambda_gb_seconds"] += runs * _RUN_GB_SECONDS  # type: ignore[assignment]
        used["xray_traces"] += runs  # type: ignore[assignment]
    used["metrics"] = IDLE_METRICS
    return used


def charged(graph: Graph) -> dict[str, float]:
    """In dollars a month, beyond what is free for ever."""
    known = prices()
    beyond = {name: max(0.0, amount - known.free.get(name, 0)) for name, amount in usage(graph).items()}
    return {name: known.prices[name].of(amount) for name, amount in beyond.items() if amount}
