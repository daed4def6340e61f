"""Where each node stands and which way each edge goes. A resource without a place here is an error."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH, HEIGHT = 1160, 668
NODE_HEIGHT = 56
_COLUMNS = (58, 222, 374, 526, 678, 830, 982, 1108)
_TOP, _STORE, _LOW, _LOWEST = 138, 340, 524, 612
"""The middles of the rows."""
_PROCESSOR, _SWEEP, _API, _NOTIFIER = 218, 250, 416, 446
"""The height at which each function's lines run along a row."""


@dataclass(frozen=True)
class Place:
    """The middle of a node, and its size."""

    x: float
    y: float
    width: float = 130
    height: float = NODE_HEIGHT

    @property
    def left(self) -> float:
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        return self.y - self.height / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True)
class Box:
    """The frame around a component's nodes."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Way:
    """The corners of an edge, and the middle of its label."""

    points: tuple[tuple[float, float], ...]
    label: tuple[float, float] = (0, 0)


_C = _COLUMNS
PLACES = {
    "people": Place(_C[0], (_STORE + _LOW) / 2, 84, _LOW - _STORE + NODE_HEIGHT),
    "mail": Place(_C[7], _LOW, 76),
    "events": Place(_C[1], _TOP),
    "processor": Place((_C[2] + _C[3]) / 2, _TOP),
    "dead-letters": Place(_C[4] - 26, _TOP),
    "sweep": Place(_C[5], _TOP, 112),
    "sweep-clock": Place(_C[6], _TOP),
    "incoming": Place(_C[1], _STORE),
    "quarantine": Place(_C[2], _STORE),
    "accepted": Place(_C[3], _STORE),
    "api-keys": Place(_C[4], _STORE),
    "records": Place(_C[5], _STORE),
    "alert-state": Place(_C[6], _STORE),
    "gateway": Place(_C[1], _LOW),
    "api": Place((_C[2] + _C[3]) / 2, _LOW),
    "undelivered-alerts": Place((_C[2] + _C[3]) / 2 + 64, _LOWEST, 168),
    "notifier": Place(_C[5] - 30, _LOW),
    "alerts": Place(_C[6], _LOW, 112),
    "notifier-clock": Place(_C[5] - 30, _LOWEST),
    "alarms": Place(_C[6], _LOWEST, 112),
}
BOXES = {
    "processing": Box(142, 20, 922, 166),
    "storage": Box(142, 276, 922, 104),
    "api": Box(142, 462, 408, 102),
    "undelivered": Box(408, 572, 212, 84),
    "alerting": Box(694, 462, 370, 194),
}
TITLES = {"undelivered": "", "api": "API"}
"""The title of a frame, where it is not its component's name."""


def _along(source: str, height: float, target: str, aside: float, out: float = 0) -> Way:
    """From a function along a row's channel to a node above or below it; `aside` of the node's middle."""
    start, end = PLACES[source], PLACES[target]
    x = end.x + aside
    down = end.y > start.y
    begin, stop = (start.bottom, end.top) if down else (start.top, end.bottom)
    points = ((start.x + out, begin), (start.x + out, height), (x, height), (x, stop))
    return Way(points, (x, stop - 17 if down else stop + 17))


def _across(source: str, target: str, above: float = 0) -> Way:
    """Straight to the side of a node from the side of another one, at the height of the smaller one."""
    start, end = PLACES[source], PLACES[target]
    begin, stop = (start.right, end.left) if end.x > start.x else (start.left, end.right)
    return Way(((begin, end.y), (stop, end.y)), ((begin + stop) / 2, end.y - above))


def _straight(source: str, target: str, shift: float = 0, beside: float = 0) -> Way:
    """Straight up or down between two nodes; `shift` of the right one's middle."""
    start, end = PLACES[source], PLACES[target]
    begin, stop = (start.top, end.bottom) if end.y < start.y else (start.bottom, end.top)
    x = max(start.x, end.x) + shift
    return Way(((x, begin), (x, stop)), (x + beside, (begin + stop) / 2))


def _over(source: str, target: str, height: float, out: float, into: float, label: float) -> Way:
    """From the top of a node, over those between, to the top of another one."""
    start, end = PLACES[source], PLACES[target]
    a, b = start.x + out, end.x + into
    return Way(((a, start.top), (a, height), (b, height), (b, end.top)), (label, height))


def _around(name: str, *corners: tuple[float, float], label: tuple[float, float]) -> Way:
    """From the left side of a node, over corners."""
    start = PLACES[name]
    return Way(((start.left, start.y), *corners), label)


def _from_the_api_to_the_queue() -> Way:
    """Between two buckets, past what the processor and the sweep do."""
    api, events = PLACES["api"], PLACES["events"]
    gap, height, x = (_C[1] + _C[2]) / 2, 202, events.x + 38
    points = ((api.x, api.top), (api.x, _API), (gap, _API), (gap, height), (x, height), (x, events.bottom))
    return Way(points, (x, events.bottom + 17))


def _ways() -> dict[tuple[str, str], Way]:
    undelivered = PLACES["undelivered-alerts"].right
    ways = {
        ("people", "incoming"): _across("people", "incoming", 14),
        ("people", "gateway"): _across("people", "gateway", 14),
        ("incoming", "events"): _straight("incoming", "events", -40, -26),
        ("events", "processor"): _across("events", "processor", 11),
        ("events", "dead-letters"): _over("events", "dead-letters", 82, 34, -26, PLACES["processor"].x),
        ("processor", "dead-letters"): _across("processor", "dead-letters"),
        ("sweep", "dead-letters"): _across("sweep", "dead-letters"),
        ("sweep", "events"): _over("sweep", "events", 58, 0, 0, PLACES["dead-letters"].x + 102),
        ("sweep-clock", "sweep"): _across("sweep-clock", "sweep"),
        ("gateway", "api"): _across("gateway", "api"),
        ("records", "notifier"): _straight("records", "notifier", 0, 32),
        ("notifier", "alerts"): _across("notifier", "alerts"),
        ("alerts", "mail"): _across("alerts", "mail"),
        ("alarms", "alerts"): _straight("alarms", "alerts"),
        ("notifier-clock", "notifier"): _straight("notifier-clock", "notifier"),
        ("notifier", "alert-state"): _along("notifier", _NOTIFIER, "alert-state", 34, 48),
        ("notifier", "undelivered-alerts"): _around(
            "notifier", (720, _LOW), (720, _LOWEST), (undelivered, _LOWEST), label=(657, _LOWEST - 15)
        ),
        ("api", "events"): _from_the_api_to_the_queue(),
    }
    for name, aside in (("incoming", 4), ("quarantine", -26), ("accepted", 0), ("records", -26)):
        ways["processor", name] = _along("processor", _PROCESSOR, name, aside)
    for name, aside in (("incoming", 44), ("quarantine", 26), ("records", 26)):
        ways["sweep", name] = _along("sweep", _SWEEP, name, aside)
    for name in ("incoming", "quarantine", "accepted", "api-keys", "records", "alert-state"):
        ways["api", name] = _along("api", _API, name, -30 if name in ("records", "alert-state") else 0)
    return ways


WAYS = _ways()
