"""`make docs`: the pictures and generated tables of the documentation, the same bytes each time."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure

from bench.cost.bill import PUTS_OF_SENDERS, Month, bill, total
from bench.cost.burst import Burst, simulate
from bench.cost.report import bill_text, burst_text
from bench.cost.scale import scale_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bench.cost.burst import Run

ROOT = Path(__file__).resolve().parent.parent.parent
IMAGES = ROOT / "docs" / "images"
TYPICAL = Month(1e6)
BURST = Burst()
# Readable on white and on black alike: middle greys, and colours of middle lightness.
_INK, _FILES, _RANGE = "#7d8590", "#2f81f7", "#8957e5"
_STYLE: Any = {
    "svg.hashsalt": "silent-scalper",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 11,
    "text.color": _INK,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
}


@cache
def _runs() -> list[Run]:
    return simulate(BURST)


def _svg(figure: Any) -> str:
    out = io.StringIO()
    # Without a date, and on no background: the page's own shows through.
    figure.savefig(out, format="svg", transparent=True, bbox_inches="tight", metadata={"Date": None})
    return re.sub(r"[ \t]+\n", "\n", out.getvalue())


def cost_picture() -> str:
    """What a million files cost, by service."""
    lines = [line for line in bill(TYPICAL) if line.name != PUTS_OF_SENDERS and line.dollars >= 0.005]
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(8, 3.4))
        axes = figure.subplots()
        names = [line.service for line in reversed(lines)]
        bars = axes.barh(names, [line.dollars for line in reversed(lines)], color=_FILES)
        axes.bar_label(bars, fmt="${:.2f}", padding=4, color=_INK)
        axes.set_title(f"A million files of 200 KB, 2 % bad: ${total(lines):.2f}", loc="left")
        axes.set_xticks([])
        axes.margins(x=0.12)
        for side in ("top", "right", "bottom"):
            axes.spines[side].set_visible(False)
        return _svg(figure)


def burst_picture() -> str:
    """How many files wait, second by second."""
    runs = _runs()
    longest = max(len(run.backlog) for run in runs)
    padded = [run.backlog + [0] * (longest - len(run.backlog)) for run in runs]
    middle = [sorted(values)[len(runs) // 2] for values in zip(*padded, strict=True)]
    drained = max(run.drained for run in runs)
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(8, 3.4))
        axes = figure.subplots()
        axes.fill_between(range(longest), middle, color=_FILES, alpha=0.35)
        axes.plot(range(longest), middle, color=_FILES)
        axes.axvline(BURST.seconds, color=_RANGE, linestyle="--")
        axes.annotate("the last file comes", (BURST.seconds, 1_500), (4, 0), textcoords="offset points")
        axes.set_title(f"100,000 files in a minute: worked on after {drained:.0f} s, none lost", loc="left")
        axes.set_xlabel("seconds after the first file")
        axes.set_ylabel("files that wait")
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.set_ylim(bottom=0)
        axes.set_xlim(0, longest)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        return _svg(figure)


def fenced(page: str, name: str, lines: Iterable[str]) -> str:
    """The page with these lines between the marks of that name."""
    begin, end = f"<!-- {name}: made by make docs -->", f"<!-- {name}: end -->"
    if begin not in page or end not in page:
        raise LookupError(f"the page has no place for {name}")
    before, rest = page.split(begin)
    return f"{before}{begin}\n" + "\n".join(lines) + f"\n{end}{rest.split(end)[1]}"


def texts() -> dict[Path, str]:
    """Every page with generated tables, as it should be."""
    cost, scale = ROOT / "docs" / "cost.md", ROOT / "docs" / "scale.md"
    bought = fenced(cost.read_text(), "bill", bill_text(TYPICAL, free_tier=False, burst=BURST))
    scaled = fenced(scale.read_text(), "scale", scale_text())
    return {cost: bought, scale: fenced(scaled, "burst", burst_text(BURST, _runs()))}


def write() -> None:
    """Write pages and pictures."""
    for path, text in texts().items():
        path.write_text(text)
    (IMAGES / "cost.svg").write_text(cost_picture())
    (IMAGES / "burst.svg").write_text(burst_picture())
