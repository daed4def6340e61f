"""A release is made of sources that say everywhere that they are it."""

from __future__ import annotations

import hashlib
import json
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from delivery import release
from delivery.release import NotReleasable, checked, main, section

if TYPE_CHECKING:
    from pathlib import Path

CHANGELOG = (
    "# Changelog\n\n## Unreleased\n\n## 1.2.3 — 2026-11-22\n\n### Added\n\n- A thing.\n\n## 1.2\n\n- Old.\n"
)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Of version 1.2.3, ready to be released."""
    document = json.dumps({"info": {"version": "1.2.3"}, "paths": {}})
    for name, content in {
        "pyproject.toml": '[project]\nversion = "1.2.3"\n',
        "openapi.json": document,
        "openapi.released.json": document,
        "CHANGELOG.md": CHANGELOG,
    }.items():
        (tmp_path / name).write_text(content)
    return tmp_path


def test_the_notes_are_the_changelogs_section(sources: Path) -> None:
    assert checked("v1.2.3", sources) == "### Added\n\n- A thing.\n"
    assert section("1.2.3", "## [1.2.3] - 2026-11-22\n\n- A thing.\n") == "- A thing.\n"


@pytest.mark.parametrize(
    ("tag", "file", "content", "told"),
    [
        ("1.2.3", None, "", "not of the form v1.2.3"),
        ("v1.2.3-rc1", None, "", "not of the form v1.2.3"),
        ("v1.2.4", None, "", "pyproject.toml says 1.2.3 and openapi.json says 1.2.3"),
        ("v1.2.3", "pyproject.toml", '[project]\nversion = "1.2.2"\n', "but pyproject.toml says 1.2.2"),
        ("v1.2.3", "openapi.released.json", "{}", "run `make release`"),
        ("v1.2.3", "CHANGELOG.md", "## Unreleased\n\n- A thing.\n", "no section `## 1.2.3`"),
        ("v1.2.3", "CHANGELOG.md", "## 1.2.3\n\n## 1.2.2\n\n- Old.\n", "no section `## 1.2.3` with anything"),
        ("v1.2.3", "CHANGELOG.md", "## 1.2.30\n\n- Another.\n", "no section `## 1.2.3`"),
    ],
)
def test_what_is_missing_is_told(sources: Path, tag: str, file: str | None, content: str, told: str) -> None:
    if file:
        (sources / file).write_text(content)
    with pytest.raises(NotReleasable, match=told):
        checked(tag, sources)


def test_the_folder_has_every_bundle_with_its_sum(
    sources: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def build(name: str, target: object) -> SimpleNamespace:
        (path := sources / f"{name}.built").write_text(f"{name} for {target}")
        return SimpleNamespace(path=path)

    monkeypatch.setattr(release, "ROOT", sources)
    monkeypatch.setattr(release, "build", build)
    folder = sources / "dist"
    assert main(["v1.2.3", "--folder", str(folder)]) == 0
    sums = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert len(sums) == 7
    assert "silent-scalper-1.2.3-api-python3.13-arm64.zip" in sums
    for name, told in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == told
    assert {path.name for path in folder.iterdir()} == {*sums, "SHA256SUMS", "notes.md"}

    assert main(["v1.2.4", "--folder", str(folder)]) == 1
    assert capsys.readouterr().err.startswith("error: the tag says 1.2.4")
