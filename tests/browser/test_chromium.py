"""Which program is taken for a browser, and what is said when there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import find_chromium

if TYPE_CHECKING:
    from pathlib import Path


def program(folder: Path, name: str, says: str, status: int = 0) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {status}\n")
    path.chmod(0o755)
    return str(path)


def test_what_is_installed_under_a_usual_name_is_taken(tmp_path: Path) -> None:
    path = program(tmp_path, "google-chrome", "Google Chrome 131.0.6778.85")

    assert find_chromium({"PATH": str(tmp_path)}) == path


def test_a_script_that_only_says_what_to_install_is_no_browser(tmp_path: Path) -> None:
    program(tmp_path, "chromium", "Command requires the chromium snap to be installed.", status=10)

    with pytest.raises(LookupError, match="apt-get install chromium"):
        find_chromium({"PATH": str(tmp_path)})


def test_the_variable_comes_before_the_usual_names(tmp_path: Path) -> None:
    program(tmp_path, "chromium", "Chromium 131.0.6778.85")
    chosen = program(tmp_path, "mine", "Chromium 140.0.1.2 built on Debian")

    assert find_chromium({"PATH": str(tmp_path), "CHROMIUM": chosen}) == chosen


def test_a_variable_that_names_no_browser_is_an_error(tmp_path: Path) -> None:
    program(tmp_path, "chromium", "Chromium 131.0.6778.85")
    chosen = program(tmp_path, "mine", "no browser")

    with pytest.raises(LookupError, match="mine is no browser"):
        find_chromium({"PATH": str(tmp_path), "CHROMIUM": chosen})
