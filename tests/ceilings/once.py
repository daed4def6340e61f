"""Inspects one file in this process: `python -m tests.ceilings.once FILE` prints what it took as JSON."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import processor.handler  # noqa: F401 - memory is counted from the bare handler on
from processor.formats.base import Ceilings, File
from processor.inspection import inspect
from processor.media import HEAD_BYTES, detect


def peak_kib() -> int:
    """The most memory that this process has held; `ru_maxrss` would begin with that of its parent."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def main() -> None:
    path = Path(sys.argv[1])
    bare = peak_kib()
    began = time.perf_counter()
    with path.open("rb") as opened:
        head = opened.read(HEAD_BYTES)
    with tempfile.TemporaryDirectory() as folder:
        file = File(path, path.name, path.stat().st_size, head, detect(head))
        found = inspect(file, Ceilings(), Path(folder))
        kept = found.on_record()
    taken = {
        "seconds": time.perf_counter() - began,
        "overMiB": (peak_kib() - bare) / 1_024,
        "reason": found.reason,
        "detail": found.detail,
        "profile": kept["profile"],
        "warnings": kept["warning_counts"],
    }
    print(json.dumps(taken))


if __name__ == "__main__":
    main()
