"""What the bundle tests share."""

from __future__ import annotations

import sys
import zipfile
from typing import TYPE_CHECKING

from components.bundle import Bundle, Target

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

HERE = Target.this_machine()


def contents(bundle: Bundle) -> dict[str, bytes]:
    with zipfile.ZipFile(bundle.path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def hide_uv(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(empty / "python"))
    monkeypatch.setenv("PATH", str(empty))
