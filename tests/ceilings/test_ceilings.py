"""Files that are made to use up memory or time end in a verdict, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from local.program import ROOT
from processor.formats.base import Ceilings, File
from processor.inspection import inspect
from processor.media import detect
from tests.ceilings import hostile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[[Path], None]

# A processor has 2,048 MB, and examines one file at a time.
MOST_MIB = 200
# Within Lambda's ten minutes with much to spare; what is usual is in bench/results.md.
MOST_SECONDS = 150

FILES: dict[str, tuple[str, Make, str | None, str]] = {
    "a cell of 1 GB": ("field.csv", hostile.large_field, "bad_rows", "maxLineBytes"),
    "a quote that never closes": ("quoted.csv", hostile.large_quoted_field, "wrong_format", "100,001"),
    "JSON of one line": ("line.json", hostile.one_line_of_json, None, ""),
    "a text of 1 GB in JSON": ("text.json", hostile.large_text_in_json, "ceiling_exceeded", "maxLineBytes"),
    "100,000 levels of JSON": ("deep.json", hostile.deep_json, "ceiling_exceeded", "maxNesting"),
    "100,000 levels in a line": ("deep.jsonl", hostile.deep_line_of_json, "bad_rows", "maxNesting"),
    "a gzip bomb": ("bomb.gz", hostile.gzip_bomb, "ceiling_exceeded", "maxUnpackRatio"),
    "a zip bomb": ("bomb.zip", hostile.zip_bomb, "ceiling_exceeded", "maxUnpackedBytes"),
    "a million entries": ("entries.zip", hostile.million_entries, "ceiling_exceeded", "maxEntries"),
    "a billion laughs": ("laughs.xml", hostile.billion_laughs, "unsafe_content", "entit"),
    "an attribute of 1 GB": ("attribute.xml", hostile.large_attribute, "ceiling_exceeded", "maxLineBytes"),
    "100,000 × 100,000 pixels": ("large.png", hostile.large_image, "ceiling_exceeded", "maxPixels"),
}


def inspected(path: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.ceilings.once", str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=MOST_SECONDS,
    )
    taken: dict[str, Any] = json.loads(done.stdout)
    return taken


@pytest.mark.parametrize("what", FILES)
def test_whatever_the_file_memory_and_time_are_bounded(what: str, tmp_path: Path) -> None:
    name, make, reason, named = FILES[what]
    make(tmp_path / name)

    taken = inspected(tmp_path / name)
    (tmp_path / name).unlink()

    assert taken["overMiB"] < MOST_MIB, taken
    if reason:
        assert taken["reason"] == reason, taken
        assert named in taken["detail"]


def test_a_table_of_1_gb_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    hostile.large_table(path)
    lines = sum(chunk.count(b"\n") for chunk in _chunks(path))

    taken = inspected(path)
    path.unlink()

    assert taken["overMiB"] < MOST_MIB, taken
    assert (taken["reason"], taken["profile"]["rows"]) == (None, lines - 1)


def _chunks(path: Path) -> list[bytes]:
    with path.open("rb") as file:
        return list(iter(lambda: file.read(hostile.MIB), b""))


def test_hostile_files_do_not_hurt_the_others_of_their_batch(tmp_path: Path) -> None:
    """Several threads inspect bombs while others inspect good tables."""
    bombs = {
        "deep.json": hostile.deep_json,
        "laughs.xml": hostile.billion_laughs,
        "large.png": hostile.large_image,
    }
    for name, make in bombs.items():
        make(tmp_path / name)
    good = [tmp_path / f"good-{number}.csv" for number in range(5)]
    for path in good:
        path.write_bytes(b"id,amount\n1,2\n3,4\n")
    reasons: dict[str, object] = {}

    def work(path: Path) -> None:
        folder = tmp_path / f"work-{path.name}"
        folder.mkdir()
        head = path.read_bytes()[:65_536]
        file = File(path, path.name, path.stat().st_size, head, detect(head))
        reasons[path.name] = inspect(file, Ceilings(), folder).reason

    threads = [
        threading.Thread(target=work, args=(path,)) for path in [*map(tmp_path.joinpath, bombs), *good]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {path.name: reasons[path.name] for path in good} == dict.fromkeys(
        (path.name for path in good), None
    )
    assert all(reasons[name] for name in bombs)
