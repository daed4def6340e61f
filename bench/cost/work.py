"""`python -m bench.cost.work`: measures how much processor time a file takes; writes `bench/cost/work.json`.

The processor runs from its bundle, on Lambda's Python, with boto3 as the runtime has it, and asks a server
beside it that answers at once instead of S3 and DynamoDB. What is measured is the time of the CPU, of which a
Lambda of 1,769 MB has one, and not that of the clock: other work of the machine matters little then.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3

from bench.cost.typical import message, table
from components.bundle import Target, build
from components.interpreters import find_uv, interpreter_for
from components.processing import BATCH_SIZE
from local.graph import Graph, capture

RESULT = Path(__file__).with_name("work.json")
RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py", "urllib3")
SIZES = (20_000, 60_000, 200_000, 600_000, 2_000_000)
ROUNDS, PROCESSES = 10, 4
"""So many batches in each of so many processes: how memory lies makes one process slower than another."""
_RUN = """
import json, resource, sys, time
sys.path[:0] = sys.argv[4:]
class Context:
    aws_request_id = "measured"
    def get_remaining_time_in_millis(self):
        return 600_000
def spent():
    return sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
batch, rounds, out = json.loads(sys.argv[1]), int(sys.argv[2]), open(sys.argv[3], "w")
from processor.handler import handler
told = []
for _ in range(rounds + 1):
    before = spent()
    answer = handler(batch, Context())
    assert answer == {"batchItemFailures": []}, answer
    told.append(spent() - before)
json.dump({"init": spent() - sum(told), "first": told[0], "later": min(told[1:])}, out)
"""


def measured() -> dict[str, Any]:
    """Milliseconds of a CPU: of a cold start, and of a file by its size, in a full batch."""
    with tempfile.TemporaryDirectory() as place, _Place(Path(place)) as processor:
        one = processor.milliseconds(SIZES[0], files=1)
        by_size = {size: processor.milliseconds(size, files=BATCH_SIZE) for size in SIZES}
    batches = f"the median of {PROCESSES} processes, of each the least of {ROUNDS} batches of {BATCH_SIZE}"
    return {
        "measured": datetime.now(UTC).date().isoformat(),
        "on": f"Python 3.13, {platform.machine()}, {_model()}; {batches}",
        "coldStartMs": round(one["init"] + one["first"] - one["later"]),
        "fileMs": {str(size): round(told["later"] / BATCH_SIZE, 2) for size, told in by_size.items()},
        "aloneMs": round(one["later"], 2),
    }


def _model() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "unknown CPU")


class _Place:
    """The unpacked bundle, and the server beside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._python = interpreter_for("3.13", find_uv())
        self._graph = capture("dev", lambdaPlatform="host")
        target = Target.aws(Target.this_machine().architecture)
        with zipfile.ZipFile(build("processor", target).path) as archive:
            archive.extractall(folder / "task")
        site = Path(boto3.__file__).parent.parent
        (folder / "runtime").mkdir()
        for name in RUNTIME:
            (folder / "runtime" / name).symlink_to(site / name)

    def __enter__(self) -> _Place:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.joinpath("content").unlink(missing_ok=True)

    def milliseconds(self, size: int, *, files: int) -> dict[str, float]:
        """Of the CPU, for a batch of so many files of that size."""
        content = self._folder / "content"
        content.write_bytes(table(size))
        out = self._folder / "told"
        server = [sys.executable, "-m", "bench.cost.instead", str(content)]
        with subprocess.Popen(server, stdout=subprocess.PIPE, text=True) as running:
            try:
                port = int(running.stdout.readline() if running.stdout else "")
                batch = json.dumps(_batch(files, len(content.read_bytes())))
                paths = [str(self._folder / name) for name in ("task", "runtime")]
                told = []
                for _ in range(PROCESSES):
                    subprocess.run(
                        [self._python, "-c", _RUN, batch, str(ROUNDS), str(out), *paths],
                        env=_environment(self._graph, port),
                        check=True,
                        stdout=subprocess.DEVNULL,
                    )
                    told.append(json.loads(out.read_text()))
            finally:
                running.terminate()
        # Of a process the least, as what else the machine does only adds to it; of the processes the median,
        # as the quickest is luck.
        return {name: statistics.median(each[name] for each in told) * 1_000 for name in told[0]}


def _batch(files: int, size: int) -> dict[str, Any]:
    return {"Records": [message(f"typical/orders-{number:05}.csv", "v", size) for number in range(files)]}


def _environment(graph: Graph, port: int) -> dict[str, str]:
    own = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "PATH": os.environ["PATH"],
        # botocore's default for Lambda: checksums only where S3 wants them.
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return dict(graph["processor"]["environment"]["variables"]) | own


if __name__ == "__main__":
    RESULT.write_text(json.dumps(measured(), indent=2) + "\n")
    sys.stdout.write(RESULT.read_text())
