"""`python -m local ingest` over the data files that other people's packages bring."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local.program import ROOT
from records.model import Status

if TYPE_CHECKING:
    from tests.flow.conftest import Client

SAMPLES = ROOT / ".cache" / "samples"
PACKAGES = ("matplotlib", "pyarrow", "sklearn", "vega_datasets")
PROGRAMS = {".py", ".pyi", ".so", ".pyx", ".pxd", ".pxi", ".c", ".cc", ".cpp", ".h", ".hpp", ".tp", ".build"}
# Packages bring these as tables, and they are none: counts or a comment stand where the header should be.
BROKEN = {
    "Stocks.csv": "wrong_format",
    "breast_cancer.csv": "wrong_format",
    "wine_data.csv": "wrong_format",
    "TestOrcFile.emptyFile.jsn.gz": "corrupt_file",
}
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()


def is_data(path: Path) -> bool:
    return path.is_file() and not PROGRAMS & set(path.suffixes) and "__pycache__" not in path.parts


@pytest.fixture(scope="module")
def files() -> list[Path]:
    assert SAMPLES.is_dir(), "the sample files are not there; `make test` fetches them"
    found = [path for package in PACKAGES for path in (SAMPLES / package).rglob("*") if is_data(path)]
    return sorted(found)


@pytest.fixture(scope="module")
def told(client: Client, files: list[Path]) -> list[dict[str, Any]]:
    address = ["--url", client.system.url, "--api-key", client.system.api_key]
    command = [sys.executable, "-m", "local", "ingest", *address, "--prefix", "samples", "--json"]
    done = subprocess.run([*command, *map(str, files)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_files_are_many_and_of_many_kinds(files: list[Path], told: list[dict[str, Any]]) -> None:
    assert len(files) >= 300
    assert len({entry["mediaType"] for entry in told if entry["mediaType"]}) >= 12


def test_each_file_has_exactly_one_record(
    client: Client, files: list[Path], told: list[dict[str, Any]]
) -> None:
    assert sorted(entry["path"] for entry in told) == sorted(map(str, files))
    # On a machine that is very busy, an announcement may be made again because its answer was late.
    records = [r for r in client.records_under("samples/") if r.status is not Status.AWAITING_UPLOAD]
    assert sorted(record.record_id for record in records) == sorted(entry["recordId"] for entry in told)


def test_sizes_and_hashes_are_those_of_the_files(told: list[dict[str, Any]]) -> None:
    for entry in told:
        content = Path(entry["path"]).read_bytes()
        assert entry["sizeBytes"] == len(content), entry["path"]
        assert entry["sha256"] == hashlib.sha256(content).hexdigest(), entry["path"]


def test_empty_files_are_quarantined_and_all_others_processed(told: list[dict[str, Any]]) -> None:
    others = [entry for entry in told if entry["fileName"] not in BROKEN]
    outcomes = Counter((entry["status"], entry["reason"], entry["sizeBytes"] == 0) for entry in others)
    assert set(outcomes) == {("processed", None, False), ("quarantined", "empty_file", True)}


@pytest.mark.parametrize("name", BROKEN)
def test_files_that_are_not_what_their_names_promise_are_found(told: list[dict[str, Any]], name: str) -> None:
    (entry,) = [entry for entry in told if entry["fileName"] == name]

    assert (entry["status"], entry["reason"]) == ("quarantined", BROKEN[name])


def test_what_is_opened_has_a_profile(told: list[dict[str, Any]]) -> None:
    opened = [entry for entry in told if entry["profile"]]

    assert len({entry["profile"]["format"] for entry in opened}) >= 11
    assert len(opened) > 300


@pytest.mark.parametrize(
    ("suffix", "media_types"),
    [
        (".png", {"image/png"}),
        (".jpg", {"image/jpeg"}),
        (".pdf", {"application/pdf"}),
        (".svg", {"image/svg+xml"}),
        (".ttf", {"font/ttf"}),
        (".gz", {"application/gzip"}),
        (".npz", {"application/zip"}),
        (".npy", {"application/x-npy"}),
        (".parquet", {"application/vnd.apache.parquet"}),
        (".orc", {"application/vnd.apache.orc"}),
        (".feather", {"application/vnd.apache.arrow.file"}),
        (".json", {"application/json"}),
        (".html", {"text/html"}),
        (".csv", {"text/csv", "text/plain"}),
        (".rst", {"text/plain"}),
    ],
)
def test_media_types_are_read_off_the_content(
    told: list[dict[str, Any]], suffix: str, media_types: set[str]
) -> None:
    seen = {entry["path"]: entry["mediaType"] for entry in told if entry["path"].endswith(suffix)}
    assert seen
    assert set(seen.values()) <= media_types, seen
