"""Good files as other programs write them, and ways to break them."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from local.program import ROOT
from tests.unit.processor.formats.examining import examine

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from processor.formats.base import Format

SAMPLES = ROOT / ".cache" / "samples"
"""What `make test` unpacks: pyarrow, and files of many kinds."""
_ENDS = ("end", "middle", "start")


def arrow(code: str, folder: Path) -> None:
    """Run code in a Python that has pyarrow, in a folder, where it leaves its files."""
    environment = os.environ | {"PYTHONPATH": str(SAMPLES)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def zipped(files: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def rezipped(content: bytes, changes: Mapping[str, bytes]) -> bytes:
    """The archive with some of its entries replaced, or added."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**files, **changes})


def broken(content: bytes, number: int, seed: int = 20_261_121) -> list[bytes]:
    """So many broken copies: cut off, with flipped bits, zeros, or something put in."""
    dice = random.Random(seed)
    return [_broken(bytearray(content), dice) for _ in range(number)]


def _broken(content: bytearray, dice: random.Random) -> bytes:
    place = dice.randrange(len(content))
    match dice.randrange(4):
        case 0:
            del content[max(place, 1) :]
        case 1:
            for _ in range(dice.randrange(1, 10)):
                content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        case 2:
            content[place : place + 16] = bytes(len(content[place : place + 16]))
        case _:
            content[place:place] = dice.randbytes(dice.randrange(1, 9))
    return bytes(content)


def survived(kind: Format, content: bytes, number: int, name: str = "file") -> dict[str, int]:
    """How many of the broken copies were found to be `bad`, and how many `good`; nothing else may happen."""
    counts = {"bad": 0, "good": 0}
    for copy in broken(content, number):
        counts["bad" if examine(kind, copy, name).errors else "good"] += 1
    return counts


def cut(content: bytes, where: str) -> bytes:
    """The beginning of the content."""
    return content[: {"end": -1, "middle": len(content) // 2, "start": 40}[where]]


def each_cut() -> pytest.MarkDecorator:
    """Runs a test once for each place where a file may be cut off."""
    return pytest.mark.parametrize("where", _ENDS)


def zstd_library() -> Any:
    """Python's own module, which came with 3.14, or the same for older ones."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd
