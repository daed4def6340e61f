"""docs/observability.md against what exists: metrics, saved queries, and what traces are made of."""

from __future__ import annotations

import re

from components.queries import QUERIES, RECORD_ID
from local.program import ROOT
from processor.handler import _STEPS
from tests.emitted import emitted

PAGE = (ROOT / "docs" / "observability.md").read_text()


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_every_metric_is_described_with_its_unit_and_where_it_comes_from() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (\w+) \| .{4,} \|$", section("Metrics"), re.MULTILINE)
    assert {name: (unit, function) for name, unit, function in rows} == emitted()
    assert len(rows) == len(emitted())


def test_the_price_of_the_metrics_counts_each_dimension() -> None:
    number = len(emitted()) + section("Metrics").count("; by `Status`")
    assert f"All {number} of a stack" in section("Metrics").replace("\n", " ")
    assert f"${(number - 10) * 0.30:.2f} a month" in section("Metrics").replace("\n", " ")


def test_every_saved_query_is_listed() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \|", section("Saved queries"), re.MULTILINE)
    assert rows == list(QUERIES)
    assert RECORD_ID in section("Saved queries")


def test_every_step_of_a_trace_is_listed() -> None:
    code = "".join(
        path.read_text() for package in ("processor", "notifier") for path in (ROOT / package).rglob("*.py")
    )
    steps = set(re.findall(r'\.(?:step|batch|entry)\(\s*"([a-z ]+)"', code)) | set(_STEPS.values())
    assert {step for step in steps if f"`{step}`" not in section("Traces")} == set()
    assert len(steps) == 9
