"""`python -m local.diagram` writes the pictures of the architecture into docs/images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.diagram.drawing import THEMES, draw
from local.diagram.model import Picture
from local.graph import capture
from local.program import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from local.graph import Graph

FOLDER = ROOT / "docs" / "images"


def pictures(graph: Graph) -> dict[Path, str]:
    """Each file and what stands in it."""
    picture = Picture(graph)
    return {FOLDER / f"architecture-{name}.svg": draw(picture, theme) for name, theme in THEMES.items()}


def main() -> None:
    """Write them."""
    for path, text in pictures(capture("dev")).items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
