"""`make bench`: measures, prints the tables and writes `bench/results.md`."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import data, malformed, warm
from bench.tools import TOOLS

ROOT = Path(__file__).resolve().parent.parent
BAD = "100 MB, bad rows"
SIZES = {"1 KB": 1_000, "1 MB": 1_000_000, "100 MB": 100_000_000, "1 GB": 1_000_000_000}
RUNS = {"1 KB": 5, "1 MB": 5, "100 MB": 5, "1 GB": 3, BAD: 5}
MAKERS = {"csv": data.csv, "jsonl": data.json_lines, "parquet": data.parquet}
NAMES = {"csv": "CSV", "jsonl": "JSON Lines", "parquet": "Parquet"}
TIMEOUT_SECONDS = 600
MEDIANS: dict[tuple[str, str, str], dict[str, float]] = {}
# Whole files in memory: 1 GB of them does not fit everywhere, and frictionless takes minutes for 100 MB.
LEFT_OUT = {("1 GB", "pandas"), ("1 GB", "pyarrow"), ("1 GB", "frictionless"), ("100 MB", "frictionless")}
ONLY_CSV = frozenset({"1 KB", "1 GB"})


def main() -> None:
    """Measure everything; half an hour."""
    sections = ["# Measurements", "", _machine(), "", *_speed(), *_warm(), *_malformed()]
    path = ROOT / "bench" / "results.md"
    _, heading, api = path.read_text(encoding="utf-8").partition("## The API, ")  # of `bench.api`
    text = "\n".join(sections) + f"\n\n{heading}{api}".rstrip() + "\n"
    path.write_text(text, encoding="utf-8")
    print(text)


def _machine() -> str:
    return (
        f"Python {platform.python_version()}, {os.cpu_count()} cores that are shared with others; medians of "
        "fresh processes, imports not counted. Memory is the peak of the process. Trust the ratios. `ours` "
        "is the whole inspection (check, profile, report) with the SHA-256 beside it; the others do what "
        "they can of it: types, nulls, minima, maxima, distinct values. pandas is told which columns hold "
        "dates; `duckdb` is one aggregate whose types are told, without any check."
    )


def _speed() -> list[str]:
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for kind, make in MAKERS.items():
            lines += ["", f"## {NAMES[kind]}", "", HEADER, RULE]
            for label, size in SIZES.items():
                if kind != "csv" and label in ONLY_CSV:
                    continue
                maker = data.small_csv if label == "1 KB" else make
                path = maker(Path(folder, f"{kind}-{size}.{kind}"), size)
                lines += _rows(kind, label, path)
                path.unlink()
        bad = data.bad_csv(Path(folder, "bad.csv"), SIZES["100 MB"])
        lines += ["", "With ten bad rows, which are named and reported:", "", HEADER, RULE]
        lines += _rows("csv", BAD, bad, only=("bare", "sha256", "ours"))
    return [*lines, *_wanted()]


def _wanted() -> list[str]:
    """What the project set out to reach, beside what was measured here."""

    def ratio(kind: str, label: str, name: str, to: str, to_label: str = "") -> float:
        return MEDIANS[kind, label, "ours"][name] / MEDIANS[kind, to_label or label, to][name]

    def over(kind: str, label: str) -> float:
        return MEDIANS[kind, label, "ours"]["peakMiB"] - MEDIANS[kind, label, "bare"]["peakMiB"]

    goals = [
        ("100 MB CSV: time, × SHA-256", 5, ratio("csv", "100 MB", "seconds", "sha256")),
        ("100 MB CSV: time, × pandas", 0.45, ratio("csv", "100 MB", "seconds", "pandas")),
        ("100 MB CSV: peak over the bare handler, MiB", 150, over("csv", "100 MB")),
        (f"{BAD}: time, × SHA-256", 5, ratio("csv", BAD, "seconds", "sha256")),
        ("1 GB CSV: time, × SHA-256", 6.5, ratio("csv", "1 GB", "seconds", "sha256")),
        ("1 GB CSV: peak, × that of 100 MB", 1.35, ratio("csv", "1 GB", "peakMiB", "ours", "100 MB")),
        ("100 MB JSON Lines: time, × pandas", 0.5, ratio("jsonl", "100 MB", "seconds", "pandas")),
        ("100 MB JSON Lines: peak, MiB", 200, MEDIANS["jsonl", "100 MB", "ours"]["peakMiB"]),
        ("100 MB Parquet: time, × pandas", 0.5, ratio("parquet", "100 MB", "seconds", "pandas")),
        ("100 MB Parquet: peak, MiB", 200, MEDIANS["parquet", "100 MB", "ours"]["peakMiB"]),
    ]
    lines = ["", "## Against what was wanted", "", "| | At most | Measured | |", "|---|---|---|---|"]
    for name, wanted, found in goals:
        lines.append(f"| {name} | {wanted:g} | {found:.2f} | {'met' if found <= wanted else '**missed**'} |")
    return lines


HEADER = "| File | Tool | Seconds | × SHA-256 | × pandas | CPU seconds | Peak MiB | over the bare handler |"
RULE = "|---|---|---|---|---|---|---|---|"


def _rows(kind: str, label: str, path: Path, only: tuple[str, ...] = ()) -> list[str]:
    tools = [tool for tool in only or TOOLS[kind] if (label, tool) not in LEFT_OUT]
    measured: dict[str, list[dict[str, Any]]] = {tool: [] for tool in tools}
    for _ in range(RUNS[label]):  # round by round: what else the machine does then meets all of them
        for tool in tools:
            measured[tool].append(_once(kind, tool, path))
    medians = {tool: _median(runs) for tool, runs in measured.items()}
    MEDIANS.update({(kind, label, tool): median for tool, median in medians.items()})
    bare, rows = medians.pop("bare"), []
    for tool, one in medians.items():
        ratios = [
            f"{one['seconds'] / medians[other]['seconds']:.2f}" if other in medians else ""
            for other in ("sha256", "pandas")
        ]
        over = f"{one['peakMiB'] - bare['peakMiB']:.0f}" if tool == "ours" else ""
        figures = [
            f"{one['seconds']:.3f}",
            *ratios,
            f"{one['cpuSeconds']:.3f}",
            f"{one['peakMiB']:.0f}",
            over,
        ]
        rows.append(f"| {label} | {tool} | " + " | ".join(figures) + " |")
        print(rows[-1], flush=True)
    return rows


def _once(kind: str, tool: str, path: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.once", kind, tool, str(path)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=TIMEOUT_SECONDS
    )
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _median(runs: list[dict[str, Any]]) -> dict[str, float]:
    return {
        name: statistics.median(run[name] for run in runs) for name in ("seconds", "cpuSeconds", "peakMiB")
    }


def _warm() -> list[str]:
    measured = warm.measure()
    return [
        "",
        "## A small file in a warm handler",
        "",
        "From the queue's event to the record, S3 and DynamoDB being memory: "
        + ", ".join(f"{name} {value:.1f} ms" for name, value in measured.items())
        + ". The object is read once.",
    ]


def _malformed() -> list[str]:
    found = malformed.named()
    tools = list(malformed.TOOLS)
    lines = [
        "",
        "## Malformed rows",
        "",
        "Which tool names the line, of ten classes in otherwise good tables:",
        "",
    ]
    lines += ["| Class | " + " | ".join(tools) + " |", "|---" * (len(tools) + 1) + "|"]
    for name, by_tool in found.items():
        lines.append(f"| {name} | " + " | ".join("yes" if by_tool[tool] else "" for tool in tools) + " |")
    totals = [str(sum(by_tool[tool] for by_tool in found.values())) for tool in tools]
    return [*lines, "| **together** | " + " | ".join(totals) + " |"]


if __name__ == "__main__":
    main()
