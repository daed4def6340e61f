"""The dashboard's own unit tests, and what its packages must be."""

from __future__ import annotations

import json
import re

from local.program import ROOT
from tests.clients.page import run

DASHBOARD = ROOT / "dashboard"
LOCKS = (DASHBOARD / "package-lock.json", ROOT / "tests" / "clients" / "typescript" / "package-lock.json")


def test_what_has_logic_passes_its_tests() -> None:
    vitest = DASHBOARD / "node_modules" / ".bin" / "vitest"
    assert vitest.exists(), "the dashboard's packages are not installed: run `make test`"

    run([str(vitest), "run", "--no-color"], DASHBOARD)


def test_every_package_has_one_exact_version() -> None:
    told = json.loads((DASHBOARD / "package.json").read_text())

    versions = told["dependencies"] | told["devDependencies"]

    assert [name for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_the_locks_hold_packages_to_their_content_and_to_no_host() -> None:
    for lock in LOCKS:
        packages = json.loads(lock.read_text())["packages"]
        # Some binaries for other platforms are named without their content's hash.
        held = {name: package for name, package in packages.items() if name and not package.get("optional")}
        assert [name for name, package in held.items() if "integrity" not in package] == [], lock
        assert [name for name, package in packages.items() if "resolved" in package] == [], lock
