"""The saved queries against the lines that are really written: their fields exist, their patterns match."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from components.api import ACCESS_LOG
from components.queries import API, FUNCTIONS, GATEWAY, NOTIFIER, PROCESSOR, QUERIES, SWEEP
from processor.diary import Diary
from processor.intake import TakenIn
from records.errors import translated
from records.model import Reason, Status
from records.telemetry import Telemetry
from records.tracing import UNTRACED
from tests.unit.processor.batches import Context, FakeIntake

if TYPE_CHECKING:
    from processor.handler import Processor
    from tests.unit.conftest import MakeRecord

Line = dict[str, Any]

RECORD_ID = "c" * 32
KEY = f"orders/{RECORD_ID}/orders.csv"
# Lambda's own, in its JSON format: "platform.report" in the Telemetry API's schema reference, and
# "Using structured JSON logs with Python" in Lambda's Developer Guide.
REPORT: Line = {
    "time": "2026-01-31T12:00:00.000Z",
    "type": "platform.report",
    "record": {
        "requestId": "6d68ca91-49c9-448d-89b8-7ca3e6dc66aa",
        "status": "timeout",
        "errorType": "Runtime.ExitError",
        "metrics": {
            "durationMs": 3,
            "billedDurationMs": 4,
            "memorySizeMB": 512,
            "maxMemoryUsedMB": 90,
            "initDurationMs": 250,
        },
    },
}
LOGGED: Line = {
    "timestamp": "2026-01-31T12:00:00.000Z",
    "level": "ERROR",
    "message": "GET /records: unexpected, request abc",
    "logger": "api.errors",
    "requestId": "6d68ca91-49c9-448d-89b8-7ca3e6dc66aa",
    "errorType": "ValueError",
    "errorMessage": "broken",
    "stackTrace": [],
    "location": "/var/task/api/errors.py:unexpected:77",
}
NOTIFIED = {"recordIds"}
WORDS = {"fields", "filter", "sort", "limit", "stats", "parse", "by", "as", "asc", "desc", "like", "in"}
WORDS |= {"and", "or", "not"}
GIVEN = {"@timestamp", "@message", "@log"}


def fields_of(query: str) -> set[str]:
    """The fields that a query reads: what is left without texts, patterns, functions, words and new names."""
    commands = query.partition("\n")[2]
    plain = re.sub(r"'[^']*'|\"[^\"]*\"|/(?:\\.|[^/])+/", "''", commands)
    new = set(re.findall(r"\bas (\w+)", plain)) | set(re.findall(r"\(\?<(\w+)>", commands))
    names = set(re.findall(r"(?<![\w.@])@?[A-Za-z][\w.]*(?![\w.]*\()", plain))
    return names - new - WORDS


def names_in(line: Line, before: str = "") -> set[str]:
    """The names by which Logs Insights knows what is in a line of JSON."""
    found = set()
    for name, value in line.items():
        found |= names_in(value, f"{before}{name}.") if isinstance(value, dict) else {f"{before}{name}"}
    return found


def throttled() -> Exception:
    with pytest.raises(Exception, match="ThrottlingException") as caught, translated("writing the record"):
        raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, "PutItem")
    return caught.value


@pytest.fixture
def written(
    processor: Processor,
    fake: FakeIntake,
    message: Any,
    make_record: MakeRecord,
    capsys: pytest.CaptureFixture[str],
) -> dict[str, list[Line]]:
    """What each log group gets, by whose it is."""
    good = make_record(record_id=RECORD_ID, object_key=KEY, size_bytes=7, duration_ms=3, media_type="a/b")
    bad = make_record(status=Status.QUARANTINED, reason=Reason.EMPTY_FILE, size_bytes=0, duration_ms=1)
    fake.outcomes |= {KEY: TakenIn(good), "orders/bad.csv": TakenIn(bad)}
    fake.outcomes |= {"slow.csv": throttled(), "bug.csv": ValueError("a bug")}
    fake.hopeless.add("bug.csv")
    last = message("bug.csv")
    last["attributes"]["ApproximateReceiveCount"] = "6"
    processor.run([message(KEY), message("orders/bad.csv"), message("slow.csv"), last], Context())
    processed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    with Diary(Telemetry("prod"), UNTRACED).entry("due", RECORD_ID) as step:
        step.annotate(done="expired")
    swept = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    access = dict.fromkeys(ACCESS_LOG, "") | {"status": "404", "path": f"/records/{RECORD_ID}"}
    return {
        PROCESSOR: [*processed, REPORT],
        SWEEP: [*swept, REPORT],
        NOTIFIER: [REPORT],
        API: [LOGGED, REPORT],
        GATEWAY: [access],
    }


@pytest.mark.parametrize("name", QUERIES)
def test_every_field_of_a_query_is_in_some_line(written: dict[str, list[Line]], name: str) -> None:
    query = QUERIES[name]
    known = GIVEN | (NOTIFIED if NOTIFIER in query.sources else set())
    for source in query.sources:
        known = known.union(*map(names_in, written[source]))
    wanted = fields_of(query.text)
    assert len(wanted) >= 2
    assert wanted <= known, wanted - known


def test_the_check_sees_a_field_that_nobody_writes() -> None:
    text = "# words\nfields @timestamp, nobody.writes as b | filter a like /x y/ | stats max(c) by d, bin(5m)"
    assert fields_of(text) == {"@timestamp", "nobody.writes", "a", "c", "d"}


def pattern(name: str, command: str) -> re.Pattern[str]:
    """The regular expression in the first line of a query that begins with a word."""
    (line, *_) = [line for line in QUERIES[name].lines if line.startswith(command)]
    (found,) = re.findall(r"/((?:\\.|[^/])+)/", line)
    return re.compile(found.replace("(?<", "(?P<"))


def test_a_throttled_call_is_found(written: dict[str, list[Line]]) -> None:
    found = pattern("throttles", "filter")
    hits = [line for line in written[PROCESSOR] if found.search(json.dumps(line))]
    assert [line["error"].partition(":")[0] for line in hits] == ["TransientError"]


def test_errors_of_the_api_are_found_by_their_route(written: dict[str, list[Line]]) -> None:
    (line,) = written[GATEWAY]
    assert pattern("api-errors", "filter").search(line["status"])
    assert not pattern("api-errors", "filter").search("201")
    route = pattern("api-errors", "parse").search(line["path"])
    assert route
    assert route["route"] == "/records"


def test_quarantine_is_told_by_the_first_folder(written: dict[str, list[Line]]) -> None:
    bad = next(line for line in written[PROCESSOR] if line["message"] == "quarantined")
    prefix = pattern("quarantine", "parse").search(bad["key"])
    assert prefix
    assert prefix["prefix"] == "orders"


def test_failures_have_a_level_that_the_query_looks_for(written: dict[str, list[Line]]) -> None:
    wanted = json.loads(re.findall(r"level in (\[[^\]]+\])", QUERIES["failures"].text)[0])
    levels = {line["level"] for source in FUNCTIONS for line in written[source] if "level" in line}
    assert levels - {"INFO"} <= set(wanted)
    assert "ERROR" in levels


def test_a_records_lines_hold_its_id(written: dict[str, list[Line]]) -> None:
    lines = [(source, json.dumps(line)) for source in (PROCESSOR, SWEEP, GATEWAY) for line in written[source]]
    assert {source for source, text in lines if RECORD_ID in text} == {PROCESSOR, SWEEP, GATEWAY}
