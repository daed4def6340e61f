"""How answers of scanners are read; the scanners themselves run in `make check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from security import scanners


def secret(file: str, digest: str, **audited: bool) -> dict[str, Any]:
    return {"type": "Secret Keyword", "filename": file, "hashed_secret": digest, "line_number": 7} | audited


def written(path: Path, *entries: dict[str, Any]) -> None:
    results: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        results.setdefault(entry["filename"], []).append(entry)
    path.write_text(json.dumps({"results": results}))


@pytest.fixture
def baseline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / ".secrets.baseline"
    monkeypatch.setattr(scanners, "BASELINE", path)
    return path


def found(monkeypatch: pytest.MonkeyPatch, *entries: dict[str, Any]) -> None:
    """Let detect-secrets find these: it writes them into the copy of the baseline that it is given."""
    monkeypatch.setattr(scanners, "run", lambda *words: written(Path(words[-1]), *entries))


def test_a_secret_that_the_baseline_does_not_have_is_new(
    baseline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(baseline, secret("a.py", "1", is_secret=False))
    found(monkeypatch, secret("a.py", "1"), secret("a.py", "2"), secret("b.py", "1"))

    new, known, gone = scanners.secrets()

    assert [finding.where for finding in new] == ["a.py", "b.py"]
    assert [finding.where for finding in known] == ["a.py"]
    assert gone == []


@pytest.mark.parametrize("audited", [{}, {"is_secret": True}])
def test_a_secret_that_nobody_called_none_is_new(
    baseline: Path, monkeypatch: pytest.MonkeyPatch, audited: dict[str, bool]
) -> None:
    written(baseline, secret("a.py", "1", **audited))
    found(monkeypatch, secret("a.py", "1"))

    assert [finding.where for finding in scanners.secrets()[0]] == ["a.py"]


def test_what_is_gone_is_told(baseline: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(baseline, secret("a.py", "1", is_secret=False))
    found(monkeypatch)

    assert scanners.secrets() == ([], [], ["a.py"])


def test_plans_that_checkov_cannot_read_are_no_clean_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = {"summary": {"parsing_errors": 0, "resource_count": 0}, "results": {"failed_checks": []}}
    monkeypatch.setattr(scanners, "run", lambda *_, **__: json.dumps(nothing))

    with pytest.raises(scanners.ScannerError, match="could not read"):
        scanners.checkov({"dev": {}})


def test_a_scanner_that_is_not_there_is_an_error() -> None:
    with pytest.raises(scanners.ScannerError, match="not installed"):
        scanners.run("no-such-scanner")
