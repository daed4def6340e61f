"""Local storage: a folder for each file that is worked on, and none that a killed process left behind.

Lambda keeps /tmp when it starts a function's environment again after a timeout:
docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

FOLDERS = ("intake", "spilled")


def working_folder() -> tempfile.TemporaryDirectory[str]:
    """An empty folder that goes away at the end of the `with` statement."""
    return tempfile.TemporaryDirectory(prefix=f"intake-{os.getpid()}-")


def spill_folder() -> Path:
    """Where this process's database puts what does not fit into memory; whoever writes there makes it."""
    return Path(tempfile.gettempdir(), f"spilled-{os.getpid()}")


def sweep() -> None:
    """Remove what processes left behind that are no more; for the beginning of a new one."""
    for kind in FOLDERS:
        for path in Path(tempfile.gettempdir()).glob(f"{kind}-[0-9]*"):
            number = path.name.split("-")[1]
            if number.isdigit() and not _is_another_running(int(number)):
                shutil.rmtree(path, ignore_errors=True)


def _is_another_running(process: int) -> bool:
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is somebody else's
        return True
    return True
