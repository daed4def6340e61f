"""Measures one tool on one file in this process: `python -m bench.once KIND TOOL FILE` prints JSON."""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path

from bench.tools import IMPORTS, TOOLS


def peak_kib() -> int:
    """The most memory that this process has held; `ru_maxrss` would begin with that of its parent."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def main() -> None:
    kind, tool, name = sys.argv[1:]
    began = time.perf_counter()
    for module in IMPORTS[tool]:
        importlib.import_module(module)
    imported, cpu = time.perf_counter(), time.process_time()
    answer = TOOLS[kind][tool](Path(name))
    measured = {
        "importSeconds": imported - began,
        "seconds": time.perf_counter() - imported,
        "cpuSeconds": time.process_time() - cpu,
        "peakMiB": peak_kib() / 1_024,
        "answer": answer,
    }
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
