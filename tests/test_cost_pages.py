"""The tables and pictures about cost and scale are what the code makes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.cost import pages
from bench.cost.bill import Month, bill, total


@pytest.mark.parametrize("page", ["cost.md", "scale.md"])
def test_the_tables_are_what_the_code_says(page: str) -> None:
    (expected,) = (text for path, text in pages.texts().items() if path.name == page)

    assert (pages.ROOT / "docs" / page).read_text() == expected, "run `make docs`"


def test_the_readme_says_what_is_computed() -> None:
    readme = (pages.ROOT / "README.md").read_text()
    alone = total(bill(replace(pages.TYPICAL, alone=True)))

    assert f"2 % of them bad: ${total(bill(pages.TYPICAL)):.2f}**" in readme
    assert f"| a million files that come one by one | ${alone:.2f}" in readme
    assert f"| a billion files | ${total(bill(Month(1e9))):,.0f} |" in readme


@pytest.mark.parametrize(
    ("name", "made"), [("cost.svg", pages.cost_picture), ("burst.svg", pages.burst_picture)]
)
def test_a_picture_says_what_the_code_says(name: str, made: object) -> None:
    assert callable(made)
    kept = (pages.IMAGES / name).read_text()
    said = [part.split("</text>")[0].rpartition(">")[2] for part in made().split("<text")[1:]]

    assert said
    for text in said:
        assert text in kept, "run `make docs`"
