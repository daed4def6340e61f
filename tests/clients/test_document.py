"""What other people's tools say of `openapi.json`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from local.program import ROOT
from tests.clients.page import found, run

RULES = Path(__file__).with_name("redocly.yaml")
# Redocly would tell its makers what it was used for, and ask for a newer version.
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


def lint(document: Path) -> None:
    run([found("redocly"), "lint", "--config", str(RULES), str(document)], ROOT, **QUIET)


def validate(document: Path) -> None:
    run([found("openapi-generator-cli"), "validate", "--recommend", "-i", str(document)], ROOT)


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """The document without something that it needs."""
    document = json.loads((ROOT / "openapi.json").read_text(encoding="utf-8"))
    del document["paths"]["/records"]["get"]["responses"]
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_redocly_has_nothing_to_say() -> None:
    lint(ROOT / "openapi.json")


def test_openapi_generator_has_nothing_to_say() -> None:
    validate(ROOT / "openapi.json")


def test_redocly_finds_what_is_missing(wrong: Path) -> None:
    with pytest.raises(AssertionError, match="responses"):
        lint(wrong)


def test_openapi_generator_finds_what_is_missing(wrong: Path) -> None:
    with pytest.raises(AssertionError, match="responses"):
        validate(wrong)
