"""A machine that fails is not the file's fault, whichever library trips over it."""

from __future__ import annotations

import errno
import os
import struct
import zlib
from typing import TYPE_CHECKING, Any
from xml.parsers.expat import ExpatError

import duckdb
import pytest

from processor.formats import archives, compressed, excel, parquet, pdf, xml
from processor.formats.machine import of_database, of_machine
from tests.unit.processor.formats.examining import examine
from tests.unit.processor.formats.makers import zipped
from tests.unit.processor.formats.test_excel import HEADER, by_openpyxl
from tests.unit.processor.formats.test_images import GOOD as IMAGES
from tests.unit.processor.formats.test_images import KINDS, located, saved
from tests.unit.processor.formats.test_pdf import GOOD as DOCUMENT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from processor.formats.base import Format

MACHINE = [MemoryError(), *(OSError(n, os.strerror(n)) for n in (errno.ENOSPC, errno.EIO, errno.ENOENT))]
CONTENT = [OSError("broken data stream"), OSError(errno.EINVAL, "Invalid argument"), ValueError("broken")]
WORKBOOK = by_openpyxl(HEADER, [1, "Ada", 2.5])
ARCHIVE = zipped({"a.txt": "text", "b.txt": "more"})
# Formats, files, and what fails in the middle of them.
LIBRARIES: dict[str, tuple[Format, bytes, str]] = {
    "an image is opened": (KINDS["jpeg"], IMAGES["jpeg"], "PIL.Image.open"),
    "an image is decoded": (KINDS["webp"], IMAGES["webp"], "PIL.ImageFile.ImageFile.load"),
    "a frame is looked for": (KINDS["gif"], IMAGES["gif"], "PIL.GifImagePlugin.GifImageFile.seek"),
    "a workbook is opened": (excel.FORMAT, WORKBOOK, "openpyxl.reader.excel.ExcelReader.read_workbook"),
    "cells are read": (excel.FORMAT, WORKBOOK, "openpyxl.worksheet._read_only.ReadOnlyWorksheet.iter_rows"),
    "a document is opened": (pdf.FORMAT, DOCUMENT, "pypdf.PdfReader.__init__"),
    "a page is read": (pdf.FORMAT, DOCUMENT, "pypdf.generic.DictionaryObject.get"),
    "an archive is opened": (archives.FORMAT, ARCHIVE, "zipfile.ZipFile._RealGetContents"),
    "an entry is unpacked": (archives.FORMAT, ARCHIVE, "zipfile.ZipExtFile.read"),
}
# What is put up with, as it is of no use to the file.
PUT_UP_WITH: dict[str, tuple[Format, bytes, str]] = {
    "where an image was taken": (KINDS["jpeg"], IMAGES["jpeg"], "PIL.Image.Image.getexif"),
    "where a PNG image was taken": (KINDS["png"], saved("png", exif=located()), "PIL.Image.Exif.load"),
    "the styles of a workbook": (
        excel.FORMAT,
        WORKBOOK,
        "openpyxl.styles.stylesheet.apply_stylesheet",
    ),
}
each_machine = pytest.mark.parametrize("error", MACHINE, ids=repr)
each_content = pytest.mark.parametrize("error", CONTENT, ids=repr)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Exception], None]:
    """Lets a function raise an error whenever it is called."""

    def fail(name: str, error: Exception) -> None:
        def broken(*_: Any, **__: Any) -> None:
            raise error

        monkeypatch.setattr(name, broken)

    return fail


@each_machine
@pytest.mark.parametrize("what", LIBRARIES | PUT_UP_WITH)
def test_a_machine_that_fails_decides_nothing(failing: Any, what: str, error: Exception) -> None:
    kind, content, name = (LIBRARIES | PUT_UP_WITH)[what]
    failing(name, error)

    with pytest.raises(type(error)) as caught:
        examine(kind, content)

    assert caught.value is error


@each_content
@pytest.mark.parametrize("what", LIBRARIES)
def test_the_file_is_blamed_for_what_its_content_leads_to(failing: Any, what: str, error: Exception) -> None:
    kind, content, name = LIBRARIES[what]
    failing(name, error)

    assert examine(kind, content).errors == [("source-error", None)]


@each_content
@pytest.mark.parametrize("what", PUT_UP_WITH)
def test_what_is_of_no_use_to_the_file_is_put_up_with(failing: Any, what: str, error: Exception) -> None:
    kind, content, name = PUT_UP_WITH[what]
    failing(name, error)

    assert examine(kind, content).errors == []


class Zlib:
    """What unpacks, as long as there is memory."""

    eof, unconsumed_tail, unused_data = False, b"", b""

    def __init__(self, *_: Any) -> None:
        pass

    def decompress(self, *_: Any) -> bytes:
        raise zlib.error("Error -4 while decompressing data")


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (KINDS["png"], IMAGES["png"]),
        (pdf.FORMAT, DOCUMENT),
        (compressed.FORMATS[0], zlib.compress(b"text", wbits=31)),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_unpacking_without_memory_decides_nothing(
    monkeypatch: pytest.MonkeyPatch, kind: Format, content: bytes
) -> None:
    monkeypatch.setattr(zlib, "decompressobj", Zlib)

    with pytest.raises(zlib.error):
        examine(kind, content)


class Parser:
    """What reads XML, as long as there is memory."""

    CurrentByteIndex = 0

    def SetParamEntityParsing(self, *_: Any) -> None:  # noqa: N802
        pass

    def Parse(self, *_: Any) -> None:  # noqa: N802
        error = ExpatError("out of memory")
        error.code, error.lineno, error.offset = 1, 1, 0
        raise error


@pytest.mark.parametrize(
    ("kind", "content"), [(xml.FORMATS[0], b"<a/>"), (excel.FORMAT, WORKBOOK)], ids=["xml", "xlsx"]
)
def test_xml_without_memory_decides_nothing(
    monkeypatch: pytest.MonkeyPatch, kind: Format, content: bytes
) -> None:
    monkeypatch.setattr("xml.parsers.expat.ParserCreate", lambda *_, **__: Parser())

    with pytest.raises(ExpatError):
        examine(kind, content)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("parquet") / "a.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT range AS a FROM range(100)) TO '{path}'")
    return path


FULL = 'Could not write file "/tmp/spilled/1.tmp": No space left on device'
BROKEN_OFF = 'Could not read enough bytes from file "/tmp/content": attempted to read 5 bytes'


@pytest.mark.parametrize(
    "error",
    [
        duckdb.IOException(FULL),
        duckdb.IOException('Cannot open file "/tmp/content": Too many open files'),
        duckdb.FatalException("database has been invalidated because of a previous fatal error"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("query", ["parquet_metadata", "min("])
def test_a_disk_that_fails_duckdb_decides_nothing(
    monkeypatch: pytest.MonkeyPatch, table: Path, error: Exception, query: str
) -> None:
    answer_with(monkeypatch, query, error)

    with pytest.raises(type(error)):
        examine(parquet.FORMAT, table)


@pytest.mark.parametrize("query", ["parquet_metadata", "min("])
def test_a_table_that_ends_too_early_is_to_blame_itself(
    monkeypatch: pytest.MonkeyPatch, table: Path, query: str
) -> None:
    answer_with(monkeypatch, query, duckdb.IOException(BROKEN_OFF))

    assert [error for error, _ in examine(parquet.FORMAT, table).errors] == ["source-error"]


def answer_with(monkeypatch: pytest.MonkeyPatch, query: str, error: Exception) -> None:
    """Let queries that contain a text fail."""
    asked = parquet._Table._rows

    def rows(self: Any, sql: str) -> Any:
        if query in sql:
            raise error
        return asked(self, sql)

    monkeypatch.setattr(parquet._Table, "_rows", rows)


def test_duckdb_says_by_text_alone_that_its_disk_is_full() -> None:
    with pytest.raises(duckdb.IOException) as caught:
        duckdb.connect().execute("COPY (SELECT range FROM range(1000000)) TO '/dev/full' (FORMAT csv)")

    assert of_database(caught.value)


def test_what_a_library_wraps_counts() -> None:
    wrapped = ValueError("cannot be read")
    wrapped.__cause__ = OSError(errno.EIO, "Input/output error")

    assert of_machine(wrapped)
    assert not of_machine(ValueError("cannot be read"))


@pytest.mark.parametrize("error", [zlib.error("Error -3 while decompressing data"), struct.error("short")])
def test_broken_content_is_not_of_the_machine(error: Exception) -> None:
    assert not of_machine(error)
