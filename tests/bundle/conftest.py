"""Bundles for the Lambdas, made once, and a copy of the project to change."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from components.bundle import PACKAGES, ROOT, Bundle, Target, build
from components.interpreters import find_uv, interpreter_for


@pytest.fixture(scope="session")
def python_3_13() -> Path:
    """Lambda's Python: without it nothing here says much, so it must be there."""
    return interpreter_for("3.13", find_uv())


@pytest.fixture(scope="session")
def bundles(python_3_13: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Bundle]:
    """Those of the project's cache, as the resource graph needs the same ones; another run may clear it."""
    own = tmp_path_factory.mktemp("bundles")
    built = [build(name, Target.aws()) for name in PACKAGES]
    return {bundle.name: replace(bundle, path=Path(shutil.copy(bundle.path, own))) for bundle in built}


@pytest.fixture(params=PACKAGES)
def bundle(request: pytest.FixtureRequest, bundles: dict[str, Bundle]) -> Bundle:
    found: Bundle = bundles[request.param]
    return found


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The project in another folder."""
    root = tmp_path / "checkout"
    shutil.copytree(ROOT / "requirements", root / "requirements")
    for package in set().union(*PACKAGES.values()):
        shutil.copytree(ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__"))
    sources = shutil.ignore_patterns("node_modules", "dist")
    shutil.copytree(ROOT / "dashboard", root / "dashboard", ignore=sources)
    shutil.copy(ROOT / "openapi.json", root)
    return root
