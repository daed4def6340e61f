"""What encoding a text has, and where it breaks."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.model import Contract
from processor.findings import Findings
from processor.formats.base import Ceilings, Examination, Rejected
from processor.formats.encodings import (
    CHUNK_BYTES,
    Place,
    Utf8Text,
    check_utf8,
    line_ends,
    place_of,
    utf8_text,
)
from tests.unit.processor.formats.examining import file_of

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "Name;Straße\r\nJürgen;Gasse 1 🦄\r\n"


def read(folder: Path, content: bytes, *, encoding: str | None = None, limit: int = 10**9) -> Utf8Text:
    path = folder / "file"
    path.write_bytes(content)
    work = Examination(
        Ceilings(max_unpacked_bytes=limit),
        Findings(folder / "rejects.csv", most=1),
        folder,
        Contract(name="x", prefix="x", encoding=encoding) if encoding else None,
    )
    return utf8_text(file_of(path), work)


def test_utf_8_is_read_in_place(tmp_path: Path) -> None:
    text = read(tmp_path, TEXT.encode())

    assert text == Utf8Text(tmp_path / "file", "utf-8", 0, bom=False)


def test_the_byte_order_mark_of_utf_8_is_to_be_skipped(tmp_path: Path) -> None:
    text = read(tmp_path, codecs.BOM_UTF8 + TEXT.encode())

    assert text == Utf8Text(tmp_path / "file", "utf-8", 3, bom=True)


@pytest.mark.parametrize("width", ["16", "32"])
@pytest.mark.parametrize("order", ["le", "be"])
def test_a_wide_encoding_with_its_mark_becomes_utf_8(tmp_path: Path, width: str, order: str) -> None:
    encoding = f"utf-{width}-{order}"

    text = read(tmp_path, ("\ufeff" + TEXT).encode(encoding))

    assert (text.encoding, text.bom_bytes, text.bom) == (encoding, 0, True)
    assert text.path.read_bytes() == TEXT.encode()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_wide_encoding_without_its_mark_is_named(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(Rejected, match=f'"encoding: {encoding}"') as caught:
        read(tmp_path, TEXT.encode(encoding))

    assert caught.value.type == "encoding-error"


@pytest.mark.parametrize("declared", ["utf-16", "UTF-16BE"])
def test_a_wide_encoding_without_its_mark_may_be_declared(tmp_path: Path, declared: str) -> None:
    text = read(tmp_path, TEXT.encode("utf-16-be"), encoding=declared)

    assert text.path.read_bytes() == TEXT.encode()


@pytest.mark.parametrize("declared", ["windows-1252", "latin-1", "cp850"])
def test_a_declared_code_page_becomes_utf_8(tmp_path: Path, declared: str) -> None:
    content = "Größe\nStraße\n"

    text = read(tmp_path, content.encode(declared), encoding=declared)

    assert (text.encoding, text.bom) == (declared, False)
    assert text.path.read_text("utf-8") == content


@pytest.mark.parametrize("declared", ["utf8", "UTF-8", "utf-8-sig"])
def test_utf_8_has_one_name(tmp_path: Path, declared: str) -> None:
    assert read(tmp_path, b"a", encoding=declared).encoding == "utf-8"


def test_a_byte_order_mark_knows_better_than_a_contract(tmp_path: Path) -> None:
    text = read(tmp_path, codecs.BOM_UTF8 + TEXT.encode(), encoding="windows-1252")

    assert (text.encoding, text.bom_bytes) == ("utf-8", 3)


@pytest.mark.parametrize("declared", ["klingon-8", "hex"])
def test_a_declared_encoding_that_is_none_is_named(tmp_path: Path, declared: str) -> None:
    with pytest.raises(Rejected, match=declared):
        read(tmp_path, b"61", encoding=declared)


def test_what_is_not_in_the_declared_code_page_has_a_line(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="Line 3 is not valid WINDOWS-1252") as caught:
        read(tmp_path, b"a\nb\nc\x81\n", encoding="windows-1252")

    assert (caught.value.type, caught.value.line) == ("encoding-error", 3)


@pytest.mark.parametrize("end", [b"x", b"\x3d\xd8"])
def test_a_utf_16_text_that_is_cut_off_has_a_line(tmp_path: Path, end: bytes) -> None:
    with pytest.raises(Rejected, match="cut off") as caught:
        read(tmp_path, "\ufeffa\nb\n".encode("utf-16-le") + end)

    assert caught.value.line == 3


def test_a_copy_stops_at_its_ceiling(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match=r"maxUnpackedBytes is 10\.") as caught:
        read(tmp_path, ("\ufeff" + "x" * 11).encode("utf-16-le"), limit=10)

    assert caught.value.type == "ceiling-error"


def broken(folder: Path, content: bytes, *, skip: int = 0) -> Rejected:
    path = folder / "file"
    path.write_bytes(content)
    with pytest.raises(Rejected) as caught:
        check_utf8(path, skip=skip)
    assert caught.value.type == "encoding-error"
    return caught.value


def test_the_line_of_the_first_bytes_that_are_not_utf_8_is_named(tmp_path: Path) -> None:
    rejected = broken(tmp_path, "Tür\nGröße\n".encode() + b"x\xff\n\xff")

    assert rejected.line == 3
    assert "byte offset 14" in rejected.message


def test_the_line_is_right_far_behind_the_first_chunk(tmp_path: Path) -> None:
    lines = CHUNK_BYTES // 4 + 100_000

    rejected = broken(tmp_path, b"\xef\xbb\xbf" + "äö\n".encode() * lines + b"\xe4", skip=3)

    assert rejected.line == lines + 1


def test_a_file_that_ends_within_a_character_is_cut_off(tmp_path: Path) -> None:
    rejected = broken(tmp_path, "a\nä".encode()[:-1])

    assert rejected.line == 2
    assert "cut off" in rejected.message


def test_windows_1252_is_recognised(tmp_path: Path) -> None:
    rejected = broken(tmp_path, "name\nJürgen Groß – 5 €\n".encode("cp1252"))

    assert "seems to be Windows-1252" in rejected.message
    assert '"encoding: windows-1252"' in rejected.message


@pytest.mark.parametrize("encoding", ["cp1251", "shift_jis", "gb18030", "cp437"])
def test_another_code_page_is_not_taken_for_windows_1252(tmp_path: Path, encoding: str) -> None:
    words = {"cp1251": "Привет мир", "cp437": "Größe über"}

    rejected = broken(tmp_path, words.get(encoding, "日本語の本").encode(encoding))

    assert "1252" not in rejected.message


@pytest.mark.parametrize("bad", [b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80", b"\xf8"])
def test_what_other_decoders_let_pass_is_refused(tmp_path: Path, bad: bytes) -> None:
    assert broken(tmp_path, b"a\n" + bad + b"b").line == 2


def test_nul_bytes_are_valid(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"a\0b")

    check_utf8(path)

    assert read(tmp_path, b"a\0b").encoding == "utf-8"


PLACES = {
    "the beginning": (b"", Place(1, 1)),
    "within a line": ("äö".encode(), Place(1, 3)),
    "after a line": (b"abc\n", Place(2, 1)),
    "Windows line ends": (b"a\r\nb\r\ncd", Place(3, 3)),
    "old Macintosh line ends": (b"a\rb\rc", Place(3, 2)),
}


@pytest.mark.parametrize(("before", "place"), PLACES.values(), ids=PLACES)
def test_a_byte_has_a_line_and_a_column(tmp_path: Path, before: bytes, place: Place) -> None:
    path = tmp_path / "file"
    path.write_bytes(before + b"!")

    assert place_of(path, len(before)) == place


@pytest.mark.parametrize("chunk", [2, 3, CHUNK_BYTES])
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet="aä\n\r", max_size=40))
def test_lines_end_as_pythons_own_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, chunk: int, text: str
) -> None:
    monkeypatch.setattr("processor.formats.encodings.CHUNK_BYTES", chunk)
    universal = text.replace("\r\n", "\n").replace("\r", "\n")
    path = tmp_path / "lines"
    path.write_bytes(text.encode())

    place = place_of(path, len(text.encode()))

    assert line_ends(text.encode()) == universal.count("\n")
    assert place == Place(universal.count("\n") + 1, len(universal.rpartition("\n")[2]) + 1)
