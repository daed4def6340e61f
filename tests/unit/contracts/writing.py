"""Writes contracts, and takes what is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.reader import BrokenContracts, read_files

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, content: str, name: str = "orders.yaml") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def problems(folder: Path, content: str) -> list[str]:
    """What is told of a contract, without its path."""
    path = written(folder, content)
    with pytest.raises(BrokenContracts) as caught:
        read_files([path])
    told = str(caught.value).splitlines()
    assert all(line.startswith(f"{path}:") for line in told)
    return [line.removeprefix(f"{path}:") for line in told]
