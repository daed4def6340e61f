"""Working folders go away, and what killed processes left behind goes with the next start."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from processor.workspace import spill_folder, sweep, working_folder


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_working_folder_goes_away(storage: Path) -> None:
    with working_folder() as folder:
        Path(folder, "content").write_bytes(b"x")
        assert list(storage.iterdir()) == [Path(folder)]

    assert list(storage.iterdir()) == []


def test_what_is_left_of_processes_that_are_no_more_is_removed(storage: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    gone = int(done.stdout)
    for name in (f"intake-{gone}-abc", f"spilled-{gone}", f"intake-{os.getpid()}-of-before"):
        (storage / name).mkdir()
        (storage / name / "content").write_bytes(b"x")

    sweep()

    assert list(storage.iterdir()) == []


def test_what_others_work_on_stays(storage: Path) -> None:
    other = storage / f"intake-{os.getppid()}-abc"
    for path in (other, storage / "intake-x", storage / "something"):
        path.mkdir()

    sweep()

    assert len(list(storage.iterdir())) == 3


def test_the_database_spills_into_a_folder_of_its_process(storage: Path) -> None:
    assert spill_folder() == storage / f"spilled-{os.getpid()}"
