"""What is told of ZIP archives, and which are refused."""

from __future__ import annotations

import io
import stat
import zipfile
from typing import TYPE_CHECKING

import pytest

from processor.formats.archives import FORMAT
from processor.formats.base import Ceilings
from tests.unit.processor.formats.examining import examine
from tests.unit.processor.formats.makers import SAMPLES, cut, each_cut, survived, zipped

if TYPE_CHECKING:
    from pathlib import Path

FILES: dict[str, bytes | str] = {"a.csv": "id,name\n1,Ada\n" * 50, "folder/b.txt": "text " * 100, "empty": ""}
GOOD = zipped(FILES)


def test_entries_are_listed() -> None:
    seen = examine(FORMAT, GOOD)

    assert (seen.errors, seen.warnings) == ([], [])
    assert seen.profile == {
        "entries": 3,
        "unpackedBytes": 1_200,
        "ratio": round(1_200 / len(GOOD), 2),
        "encryptedEntries": 0,
        "names": ["a.csv", "folder/b.txt", "empty"],
    }


def test_names_are_left_out_of_the_profile_of_personal_data() -> None:
    seen = examine(FORMAT, GOOD, values=False)

    assert "names" not in seen.profile


def test_a_hundred_names_are_listed() -> None:
    seen = examine(FORMAT, zipped({f"{number}.txt": "" for number in range(150)}))

    assert (seen.profile["entries"], len(seen.profile["names"])) == (150, 100)


def test_an_archive_without_entries_is_good() -> None:
    seen = examine(FORMAT, zipped({}))

    assert (seen.errors, seen.profile["entries"]) == ([], 0)


def test_an_archive_in_the_format_for_large_ones_is_good() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive, archive.open("x", "w", force_zip64=True) as entry:
        entry.write(b"content")
    content = packed.getvalue()
    end = len(content) - 22
    directory = int.from_bytes(content[end + 16 : end + 20], "little")
    counts = (1).to_bytes(8, "little") * 2
    large = b"PK\x06\x06" + (44).to_bytes(8, "little") + bytes([45, 0, 45, 0]) + bytes(8) + counts
    large += (end - directory).to_bytes(8, "little") + directory.to_bytes(8, "little")
    locator = b"PK\x06\x07" + bytes(4) + end.to_bytes(8, "little") + (1).to_bytes(4, "little")
    short = b"PK\x05\x06" + bytes(4) + b"\xff" * 12 + bytes(2)

    seen = examine(FORMAT, content[:end] + large + locator + short)

    assert (seen.errors, seen.profile["entries"], seen.profile["unpackedBytes"]) == ([], 1, 7)


def test_archives_of_other_programs_are_good() -> None:
    paths = sorted(SAMPLES.rglob("*.npz"))

    seen = [examine(FORMAT, path) for path in paths]

    assert len(paths) == 3
    assert not any(one.errors or one.warnings for one in seen)


@each_cut()
def test_a_truncated_archive_is_corrupt(where: str) -> None:
    seen = examine(FORMAT, cut(GOOD, where))

    assert seen.errors == [("source-error", None)]


def test_a_flipped_bit_in_an_entry_is_found_by_its_checksum() -> None:
    stored = bytearray(zipped(FILES, zipfile.ZIP_STORED))
    stored[60] ^= 1

    seen = examine(FORMAT, bytes(stored))

    assert seen.errors == [("source-error", None)]
    assert "the entry at byte 0" in seen.messages


def test_other_content_is_no_archive() -> None:
    seen = examine(FORMAT, b"PK\x03\x04 and then something else")

    assert seen.errors == [("source-error", None)]


def test_too_many_entries_are_refused_before_the_directory_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZipFile", None)

    seen = examine(FORMAT, GOOD, ceilings=Ceilings(max_entries=2))

    assert seen.errors == [("ceiling-error", None)]
    assert "maxEntries" in seen.messages


def test_a_directory_with_more_entries_than_its_end_says_is_refused() -> None:
    lying = bytearray(zipped({str(number): "" for number in range(9)}))
    lying[-14:-10] = bytes([2, 0, 2, 0])

    seen = examine(FORMAT, bytes(lying), ceilings=Ceilings(max_entries=3))
    corrupt = examine(FORMAT, bytes(lying))

    assert seen.errors == [("ceiling-error", None)]
    assert corrupt.errors == [("source-error", None)]


def test_a_bomb_goes_over_the_ratio() -> None:
    seen = examine(FORMAT, zipped({"bomb": bytes(30_000_000)}))

    assert seen.errors == [("ceiling-error", None)]
    assert "maxUnpackRatio" in seen.messages


def test_an_entry_that_unpacks_to_a_hundred_times_its_size_is_warned_of() -> None:
    seen = examine(FORMAT, zipped({"steep": bytes(1_000_000)}))

    assert (seen.errors, seen.warnings) == ([], [("unsafe-error", None)])


def test_large_content_goes_over_the_ceiling() -> None:
    seen = examine(FORMAT, GOOD, ceilings=Ceilings(max_unpacked_bytes=1_199))

    assert seen.errors == [("ceiling-error", None)]
    assert "maxUnpackedBytes" in seen.messages


@pytest.mark.parametrize("name", ["../up", "a/../../up", "/etc/passwd", "C:/x", "a\\b", "\\\\host\\x"])
def test_a_name_that_leads_out_of_the_folder_is_warned_of(name: str) -> None:
    seen = examine(FORMAT, zipped({name: "x", "good..name": "x"}))

    assert (seen.errors, seen.warnings) == ([], [("unsafe-error", None)])
    assert seen.messages.endswith(": 1.")


def test_a_symbolic_link_is_warned_of() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")

    seen = examine(FORMAT, packed.getvalue())

    assert seen.warnings == [("unsafe-error", None)]


def test_entries_that_overlap_are_an_attack() -> None:
    content = zipped({"a": b"x" * 100, "b": b"x" * 100}, zipfile.ZIP_STORED)
    second = content.rindex(b"PK\x01\x02")
    overlapping = bytearray(content)
    overlapping[second + 42 : second + 46] = bytes(4)
    overlapping[second + 46 : second + 47] = b"a"

    seen = examine(FORMAT, bytes(overlapping))

    found = [kind for kind, _ in seen.errors + seen.warnings]
    # Newer versions of Python refuse to read them at all.
    assert found in (["unsafe-error"], ["source-error", "unsafe-error"])


def test_an_encrypted_entry_is_counted_and_warned_of() -> None:
    content = bytearray(zipped({"secret": "x" * 20}, zipfile.ZIP_STORED))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1

    seen = examine(FORMAT, bytes(content))

    assert (seen.errors, seen.profile["encryptedEntries"]) == ([], 1)
    assert seen.warnings == [("source-error", None)]


def test_a_method_that_is_not_unpacked_is_warned_of() -> None:
    seen = examine(FORMAT, zipped(FILES, zipfile.ZIP_LZMA))

    assert (seen.errors, seen.warnings) == ([], [("source-error", None)])


def test_macros_of_a_document_are_warned_of() -> None:
    seen = examine(FORMAT, zipped({"[Content_Types].xml": "<x/>", "word/vbaProject.bin": "x"}))

    assert (seen.profile["macros"], seen.warnings) == (True, [("unsafe-error", None)])


def test_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    examine(FORMAT, GOOD)

    assert list(tmp_path.iterdir()) == []


def test_whatever_is_broken_nothing_else_happens() -> None:
    counts = survived(FORMAT, GOOD, 150)

    assert counts["bad"] > 100
