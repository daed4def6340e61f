"""The page about scanners against what is configured."""

from __future__ import annotations

from local.program import ROOT
from security.page import page


def test_the_page_is_what_the_code_says() -> None:
    assert (ROOT / "docs" / "security.md").read_text() == "\n".join(page()) + "\n", "run `make docs`"
