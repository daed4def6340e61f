"""GET /stats: outcomes by hour and state, from metrics."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError

from api.errors import Problem
from api.problems import ProblemKind
from api.routes_stats import hours_between
from api.schemas_stats import Stats
from api.statistics import KEPT_SECONDS, SERIES, Statistics
from tests.unit.api.client import Client
from tests.unit.api.test_bound_keys import bound

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_cloudwatch import CloudWatchClient

    from api.deps import World

EIGHT = datetime(2026, 11, 21, 8, tzinfo=UTC)
NINE = EIGHT + timedelta(hours=1)
Value = tuple[datetime, float]


class Metrics:
    """CloudWatch with these values: (metric, statistic, state or None) → those of each hour."""

    def __init__(self, values: dict[tuple[str, str, str | None], list[Value]]) -> None:
        self.values = values
        self.asked: list[dict[str, Any]] = []
        self.status = "Complete"
        self.error: Exception | None = None

    def get_metric_data(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        if self.error:
            raise self.error
        return {"MetricDataResults": [self._result(query) for query in reversed(asked["MetricDataQueries"])]}

    def _result(self, query: dict[str, Any]) -> dict[str, Any]:
        stat = query["MetricStat"]
        assert (stat["Metric"]["Namespace"], stat["Period"]) == ("SilentScalper", 3_600)
        dimensions = {entry["Name"]: entry["Value"] for entry in stat["Metric"]["Dimensions"]}
        assert dimensions.pop("Stack") == "prod"
        found = self.values.get((stat["Metric"]["MetricName"], stat["Stat"], dimensions.get("Status")), [])
        return {
            "Id": query["Id"],
            "StatusCode": self.status,
            "Timestamps": [moment for moment, _ in reversed(found)],
            "Values": [value for _, value in reversed(found)],
        }


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(
        {
            ("ProcessingTime", "SampleCount", "processed"): [(EIGHT, 2.0), (NINE, 1.0)],
            ("BytesReceived", "Sum", "processed"): [(EIGHT, 2e12), (NINE, 7.0)],
            ("ProcessingTime", "Average", "processed"): [(EIGHT, 12.3456), (NINE, 1.0)],
            ("ProcessingTime", "p50", "processed"): [(EIGHT, 10.0), (NINE, 1.0)],
            ("ProcessingTime", "p95", "processed"): [(EIGHT, 14.04)],
            ("ProcessingTime", "Maximum", "processed"): [(EIGHT, 15.0), (NINE, 1.0)],
            ("ProcessingTime", "SampleCount", "quarantined"): [(NINE, 1.0)],
            ("BytesReceived", "Sum", "quarantined"): [(NINE, 0.0)],
            ("FilesMissing", "Sum", None): [(EIGHT, 3.0)],
            ("FilesFailed", "Sum", None): [(NINE, 1.0), (NINE + timedelta(hours=1), 0.0)],
        }
    )


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def client(world: World, metrics: Metrics, clock: list[float]) -> Client:
    def make() -> CloudWatchClient:
        return cast("CloudWatchClient", metrics)

    statistics = Statistics(make, "prod", clock=lambda: clock[0])
    return Client.of(replace(world, statistics=statistics), world.keys.create("tests")[1])


RANGE = {"from": "2026-11-21T08:00:00Z", "to": "2026-11-21T12:00:00Z"}


def test_each_hour_and_state_in_which_there_was_something(client: Client) -> None:
    answer = client.get("/stats", **RANGE)

    assert (answer.status, answer.headers["cache-control"]) == (200, "private, max-age=60")
    Stats.model_validate_json(answer.body)
    eight, nine = "2026-11-21T08:00:00.000Z", "2026-11-21T09:00:00.000Z"
    examined = {"averageMs": 12.3, "p50Ms": 10.0, "p95Ms": 14.0, "maximumMs": 15.0}
    assert answer.json() == {
        "from": eight,
        "to": "2026-11-21T12:00:00.000Z",
        "totals": [
            {"status": "failed", "files": 1},
            {"status": "missing", "files": 3},
            {"status": "processed", "files": 3, "bytes": 2_000_000_000_007},
            {"status": "quarantined", "files": 1, "bytes": 0},
        ],
        "hours": [
            {"hour": eight, "status": "missing", "files": 3},
            {"hour": eight, "status": "processed", "files": 2, "bytes": 2_000_000_000_000} | examined,
            {"hour": nine, "status": "failed", "files": 1},
            {"hour": nine, "status": "processed", "files": 1, "bytes": 7}
            | {"averageMs": 1.0, "p50Ms": 1.0, "maximumMs": 1.0},
            {"hour": nine, "status": "quarantined", "files": 1, "bytes": 0},
        ],
    }


def test_an_answer_is_one_call_of_few_metrics_and_is_kept_for_a_minute(
    client: Client, metrics: Metrics, clock: list[float]
) -> None:
    first = client.get("/stats", **RANGE).json()
    clock[0] += KEPT_SECONDS - 1
    assert client.get("/stats", **RANGE).json() == first
    assert len(metrics.asked) == 1
    assert len(metrics.asked[0]["MetricDataQueries"]) == len(SERIES) == 14
    metrics.values.clear()
    clock[0] += 1
    assert client.get("/stats", **RANGE).json()["hours"] == []
    client.get("/stats", **RANGE | {"from": "2026-11-21T07:00:00Z"})
    assert len(metrics.asked) == 3


def test_the_last_day_is_the_default(client: Client, metrics: Metrics) -> None:
    body = client.get("/stats").json()
    begin, end = (datetime.fromisoformat(body[name]) for name in ("from", "to"))
    assert end - begin == timedelta(hours=24)
    assert timedelta(0) <= end - datetime.now(UTC) <= timedelta(hours=1)
    assert (metrics.asked[0]["StartTime"], metrics.asked[0]["EndTime"]) == (begin, end)


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("begin", "end", "first", "last"),
    [
        (EIGHT, NINE, EIGHT, NINE),
        (EIGHT + MINUTE, EIGHT + 2 * MINUTE, EIGHT, NINE),
        (EIGHT, None, EIGHT, NINE + timedelta(hours=3)),
        (EIGHT, NINE + timedelta(days=365), EIGHT, NINE + timedelta(hours=3)),
        (None, NINE, NINE - timedelta(hours=24), NINE),
        (NINE - timedelta(days=35), NINE, NINE - timedelta(days=35), NINE),
    ],
)
def test_whole_hours(begin: datetime | None, end: datetime | None, first: datetime, last: datetime) -> None:
    now = NINE + timedelta(hours=2, minutes=30)
    assert hours_between(begin, end, now) == (first, last)


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        *[
            (NINE, EIGHT),
            (EIGHT, EIGHT),
            (NINE + 365 * timedelta(1), None),
            (NINE - timedelta(days=36), NINE),
        ],
        *[(None, NINE - timedelta(days=456)), (NINE - timedelta(days=458), NINE - timedelta(days=456))],
    ],
)
def test_hours_that_there_are_not_or_too_many_of(begin: datetime | None, end: datetime | None) -> None:
    with pytest.raises(Problem) as refused:
        hours_between(begin, end, NINE)
    assert refused.value.kind is ProblemKind.INVALID_RANGE


@pytest.mark.parametrize("name", ["from", "to"])
def test_what_is_no_time(client: Client, name: str) -> None:
    assert client.get("/stats", **{name: "yesterday"}).pointers() == [f"query/{name}"]


@pytest.mark.parametrize("year", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_the_ends_of_time_are_no_trouble(client: Client, year: str) -> None:
    for name in ("from", "to"):
        assert client.get("/stats", **{name: year}).status in (200, 422)


def test_an_answer_in_parts_is_a_matter_of_time(client: Client, metrics: Metrics) -> None:
    metrics.status = "InternalError"
    client.get("/stats", **RANGE).problem(503, "try-again")
    metrics.status = "Complete"
    assert client.get("/stats", **RANGE).status == 200


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [("Throttling", 503, "try-again"), ("AccessDenied", 500, "misconfigured")],
)
def test_refusals(client: Client, metrics: Metrics, code: str, status: int, kind: str) -> None:
    metrics.error = ClientError({"Error": {"Code": code, "Message": ""}}, "GetMetricData")
    client.get("/stats", **RANGE).problem(status, kind)


def test_many_ranges_are_not_all_remembered(metrics: Metrics) -> None:
    statistics = Statistics(lambda: cast("CloudWatchClient", metrics), "prod", clock=lambda: 0.0)
    for hours in range(1, 100):
        statistics.by_hour(EIGHT - timedelta(hours=hours), EIGHT)
    assert len(statistics._kept) <= 32


def test_a_bound_key_gets_none(world: World) -> None:
    bound(world, "orders").get("/stats").problem(403, "key-is-bound")


def test_the_client_is_made_when_it_is_needed(world: World) -> None:
    def make() -> CloudWatchClient:
        raise AssertionError("nobody asked")

    refuses: Callable[[], CloudWatchClient] = make
    own = Client.of(replace(world, statistics=Statistics(refuses, "prod")), world.keys.create("x")[1])
    assert own.get("/records").status == 200
