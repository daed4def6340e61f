"""`python -m bench.api`: the API beside `bench/naive.py`; writes its section of `bench/results.md`.

Both run on Lambda's Python from an unpacked bundle, with what the runtime has beside it and nothing else.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

from bench.requests import event
from bench.table import UNSHARDED
from components.bundle import Target, build
from components.interpreters import find_uv, interpreter_for

ROOT = Path(__file__).resolve().parent.parent
HEADING = "## The API, beside a naive handler"
RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py", "urllib3")
OURS, NAIVE = "api.handler", "bench.naive"
COLD_RUNS, WARM_ROUNDS = 15, 50
SIZES = (100, 10_000, 1_000_000)
ONE_REQUEST = """
import importlib, json, sys
sys.path[:0] = sys.argv[3:]
answer = importlib.import_module(sys.argv[1]).handler(json.loads(sys.argv[2]), None)
assert len(json.loads(answer["body"])["items"]) == 50, answer
"""


class Place:
    """The unpacked bundle, the runtime's libraries and the naive handler, all compiled."""

    def __init__(self, folder: Path) -> None:
        self.python = interpreter_for("3.13", find_uv())
        task, runtime, naive = (folder / name for name in ("task", "runtime", "naive"))
        with zipfile.ZipFile(build("api", Target.aws(Target.this_machine().architecture)).path) as archive:
            archive.extractall(task)
        for name in RUNTIME:
            source = Path(sysconfig.get_path("purelib"), name)
            copy: Any = shutil.copytree if source.is_dir() else shutil.copy
            runtime.mkdir(exist_ok=True)
            copy(source, runtime / name)
        (naive / "bench").mkdir(parents=True)
        for name in ("__init__.py", "naive.py", "requests.py", "table.py", "wire.py"):
            shutil.copy(ROOT / "bench" / name, naive / "bench")
        subprocess.run([self.python, "-m", "compileall", "-q", runtime, naive], check=True)
        self.paths = [str(task), str(runtime), str(naive)]

    def run(self, *arguments: str, port: int = 9) -> str:
        environment = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "PATH": os.environ["PATH"]} | SETTINGS
        environment["PYTHONPATH"] = os.pathsep.join(self.paths)
        command = [str(self.python), "-S", "-P", *arguments]
        return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


SETTINGS = {
    **dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "STACK"), "bench"),
    **dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION"), "eu-central-1"),
    **dict.fromkeys(("RECORDS_TABLE", "API_KEYS_TABLE", "ALERTS_TABLE"), "table"),
    **dict.fromkeys(("INCOMING_BUCKET", "QUARANTINE_BUCKET", "ACCEPTED_BUCKET"), "bucket"),
    **dict.fromkeys(
        ("QUEUE_URL", "DEAD_LETTER_QUEUE_URL", "UNDELIVERED_QUEUE_URL"), "https://sqs.example/queue"
    ),
    "NAIVE_TABLE": UNSHARDED,
    "UPLOAD_EXPIRY_HOURS": "72",
    "INDEX_SHARDS": "4",
    "MAX_FILE_BYTES": "1073741824",
    "MULTIPART_THRESHOLD_BYTES": "104857600",
    # Counted as anywhere, and never refused: nobody asks as fast as a benchmark.
    **dict.fromkeys(("KEY_RATE_LIMIT", "KEY_RATE_BURST"), "1000000"),
    **dict.fromkeys(("OIDC_ISSUER", "OIDC_PREFIX_CLAIM", "OIDC_SCOPE_PREFIX"), ""),
}


def cold(place: Place) -> dict[str, float]:
    """Milliseconds of a whole process, from its start to its first answer: medians."""
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.wire", "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    times: dict[str, list[float]] = {"empty": [], NAIVE: [], OURS: []}
    try:
        port = int(server.stdout.readline()) if server.stdout else 0
        for _ in range(COLD_RUNS + 1):
            for name, taken in times.items():
                began = time.perf_counter()
                program = ["pass"] if name == "empty" else [ONE_REQUEST, name, json.dumps(event())]
                place.run("-c", *program, port=port)
                taken.append((time.perf_counter() - began) * 1_000)
    finally:
        server.terminate()
        server.wait(10)
    return {name: statistics.median(taken[1:]) for name, taken in times.items()}


def section() -> str:
    """All of it as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder))
        started = cold(place)
        warm = {
            size: json.loads(
                place.run("-m", "bench.requests", str(WARM_ROUNDS), str(size), NAIVE, OURS).splitlines()[-1]
            )
            for size in SIZES
        }
    return "\n".join([HEADING, "", ABOUT, "", *_cold(started), "", *_warm(warm), "", *_goals(started, warm)])


ABOUT = (
    "Python 3.13, the bundle unpacked. `naive` is `bench/naive.py`: one function, boto3's table resource, "
    "`json.dumps`, no key, one partition; `ours` checks a key and merges four. DynamoDB's answers are real "
    "JSON: of a server beside it for cold starts, in the process for warm requests; no TLS. Trust the ratios."
)


def _cold(started: dict[str, float]) -> list[str]:
    rows = [
        f"| {name} | {started[key]:.0f} | {started[key] / started[NAIVE]:.2f} |"
        for name, key in (("Python alone", "empty"), ("naive", NAIVE), ("ours", OURS))
    ]
    return ["| Cold start to the first list | ms | × naive |", "|---|---|---|", *rows]


def _warm(warm: dict[int, Any]) -> list[str]:
    lines = ["| `GET /records`, 50 items | of | p50 µs | p99 µs | CPU µs | AWS calls | read units |"]
    lines.append("|---" * 7 + "|")
    for size, measured in warm.items():
        for name, key in (("naive", NAIVE), ("ours", OURS)):
            one = measured[key]
            times = f"{one['p50']:.0f} | {one['p99']:.0f} | {one['cpu']:.0f}"
            lines.append(f"| {name} | {size:,} | {times} | {one['calls']:g} | {one['units']:g} |")
    return lines


def _goals(started: dict[str, float], warm: dict[int, Any]) -> list[str]:
    usual = warm[10_000]
    cpu = [measured[OURS]["cpu"] / measured[NAIVE]["cpu"] for measured in warm.values()]
    goals = [
        ("Cold start, × naive", 1.5, started[OURS] / started[NAIVE]),
        ("Warm p50, × naive", 0.35, usual[OURS]["p50"] / usual[NAIVE]["p50"]),
        ("Warm p99, × p50", 2, usual[OURS]["p99"] / usual[OURS]["p50"]),
        ("CPU, × naive, largest by smallest of the three sizes", 1.1, max(cpu) / min(cpu)),
    ]
    lines = ["| | At most | Measured | |", "|---|---|---|---|"]
    for name, wanted, found in goals:
        lines.append(f"| {name} | {wanted:g} | {found:.2f} | {'met' if found <= wanted else '**missed**'} |")
    return lines


def main() -> None:
    """Put the section at the end of the results, in place of the one that is there."""
    path = ROOT / "bench" / "results.md"
    before = path.read_text(encoding="utf-8").partition(HEADING)[0].rstrip()
    measured = section()
    path.write_text(f"{before}\n\n{measured}\n", encoding="utf-8")
    print(measured)


if __name__ == "__main__":
    main()
