"""Finds a Chromium for the tests: `python -m tests.browser.chromium` says where it is, or what to install."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")


def find_chromium(environment: Mapping[str, str]) -> str:
    """The program that the variable CHROMIUM names, else the first one that is installed under a usual name.

    Raises:
        LookupError: there is none; the text says what to install.
    """
    chosen = environment.get("CHROMIUM")
    for name in (chosen,) if chosen else NAMES:
        path = shutil.which(name, path=environment.get("PATH"))
        if path and _is_browser(path):
            return path
    looked = f"CHROMIUM={chosen} is no browser" if chosen else f"none of {', '.join(NAMES)} is one"
    raise LookupError(
        f"the tests need Chromium or Chrome, and {looked}; install it (Debian: apt-get install chromium), "
        "or let the variable CHROMIUM name it"
    )


def _is_browser(path: str) -> bool:
    # Ubuntu's chromium-browser is a script that only says what to install instead.
    try:
        told = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told.returncode == 0 and bool(re.search(r"(Chromium|Chrome)\S* \d+\.", told.stdout))


def main() -> int:
    """Print where it is."""
    try:
        print(find_chromium(os.environ))
    except LookupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
