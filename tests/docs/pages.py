"""The pages of documentation, and what stands in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.program import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").glob("*.md")])
SHELL = {"sh", "bash", "shell", "console"}
_FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>\w*)[^\n]*\n(?P<body>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL
)
_HEADING = re.compile(r"^#{1,6} (.+?) *#*$", re.MULTILINE)


def name(page: Path) -> str:
    """Its path from the root."""
    return page.relative_to(ROOT).as_posix()


@dataclass(frozen=True)
class Block:
    """A fenced block, and the line of its page at which it begins."""

    page: Path
    line: int
    language: str
    body: str

    @property
    def place(self) -> str:
        """Where it is, for messages."""
        return f"{name(self.page)}:{self.line}"


def blocks(page: Path, text: str | None = None) -> list[Block]:
    """All fenced blocks of a page, or of a part of its text."""
    whole = page.read_text(encoding="utf-8")
    begun = whole.index(text) if text else 0
    return [
        Block(page, whole.count("\n", 0, begun + found.start()) + 1, found["language"], found["body"])
        for found in _FENCE.finditer(text or whole)
    ]


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def section(page: Path, title: str) -> str:
    """What stands under a heading of the second level."""
    return page.read_text(encoding="utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]


def anchors(page: Path) -> set[str]:
    """What `#…` may follow the page's name: GitHub makes it of each heading."""
    found: dict[str, int] = {}
    made = set()
    for heading in _HEADING.findall(prose(page)):
        shown = re.sub(r"\[([^\]]*)\]\([^)]*\)|[`*]", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", shown.lower()).strip().replace(" ", "-")
        count = found.get(slug, 0)
        found[slug] = count + 1
        made.add(f"{slug}-{count}" if count else slug)
    return made
