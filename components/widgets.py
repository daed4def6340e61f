"""What a CloudWatch dashboard is made of: rows with a text on the left, and graphs beside it.

The form is that of "Dashboard Body Structure and Syntax" in CloudWatch's API Reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Widget = dict[str, Any]

COLUMNS = 24
TEXT_COLUMNS = 4
ROW_HEIGHT = 5
PERIOD_SECONDS = 300


@dataclass(frozen=True)
class Line:
    """One statistic of one metric.

    Attributes:
        right: drawn on the axis on the right, because its numbers are of another kind.
    """

    namespace: str
    metric: str
    dimensions: dict[str, str]
    statistic: str
    label: str
    right: bool = False

    def drawn(self) -> list[Any]:
        """As an entry of a widget's `metrics`."""
        named = [word for pair in self.dimensions.items() for word in pair]
        shown = {"stat": self.statistic, "label": self.label}
        return [self.namespace, self.metric, *named, shown | ({"yAxis": "right"} if self.right else {})]


@dataclass(frozen=True)
class Graph:
    """Lines over time.

    Attributes:
        limit: a number that they should stay below, and what it is; it is drawn.
        stacked: the lines are parts of a whole.
    """

    title: str
    lines: tuple[Line, ...]
    limit: tuple[float, str] | None = None
    stacked: bool = False

    def widget(self, region: str) -> Widget:
        """Without its place."""
        properties: dict[str, Any] = {
            "title": self.title,
            "region": region,
            "view": "timeSeries",
            "stacked": self.stacked,
            "period": PERIOD_SECONDS,
            "metrics": [line.drawn() for line in self.lines],
            "yAxis": {"left": {"min": 0}, "right": {"min": 0}},
        }
        if self.limit:
            value, label = self.limit
            properties["annotations"] = {"horizontal": [{"value": value, "label": label}]}
        return {"type": "metric", "properties": properties}


@dataclass(frozen=True)
class LogTable:
    """What a query of CloudWatch Logs Insights finds, as a table."""

    title: str
    log_groups: tuple[str, ...]
    query: str

    def widget(self, region: str) -> Widget:
        """Without its place."""
        sources = " | ".join(f"SOURCE '{group}'" for group in self.log_groups)
        properties = {
            "title": self.title,
            "region": region,
            "view": "table",
            "query": f"{sources} | {self.query}",
        }
        return {"type": "log", "properties": properties}


@dataclass(frozen=True)
class Row:
    """A part of the story, and what it looks like when all is well."""

    text: str
    shown: tuple[Graph | LogTable, ...]


def text(markdown: str) -> Widget:
    """Words; without their place."""
    return {"type": "text", "properties": {"markdown": markdown}}


def alarms(title: str, arns: list[str]) -> Widget:
    """Whether alarms are raised; without its place."""
    return {"type": "alarm", "properties": {"title": title, "alarms": arns}}


def placed(widget: Widget, x: int, y: int, width: int, height: int) -> Widget:
    """A widget with its place on the grid."""
    return {"type": widget["type"], "x": x, "y": y, "width": width, "height": height} | widget


def laid_out(rows: list[Row], region: str, *, top: int) -> list[Widget]:
    """The rows below each other; what stands beside a row's text shares what is left of the width."""
    found = []
    for number, row in enumerate(rows):
        y = top + number * ROW_HEIGHT
        found.append(placed(text(row.text), 0, y, TEXT_COLUMNS, ROW_HEIGHT))
        width = (COLUMNS - TEXT_COLUMNS) // len(row.shown)
        for place, shown in enumerate(row.shown):
            x = TEXT_COLUMNS + place * width
            found.append(placed(shown.widget(region), x, y, width, ROW_HEIGHT))
    return found
