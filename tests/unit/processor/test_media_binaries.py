"""What a file that is no text is, told by its first bytes."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import sqlite3
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.media import HEAD_BYTES, UNKNOWN, detect

OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."
CONTENT = b"name,amount\nAda,1\n"


def archive(*names: str, stored: dict[str, bytes] | None = None) -> bytes:
    """A zip of these files; `stored` ones come first and are not compressed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in (stored or {}).items():
            file.writestr(name, content, zipfile.ZIP_STORED)
        for name in names:
            file.writestr(name, "<x/>")
    return packed.getvalue()


def tar() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as file:
        info = tarfile.TarInfo("table.csv")
        info.size = len(CONTENT)
        file.addfile(info, io.BytesIO(CONTENT))
    return packed.getvalue()


def database() -> bytes:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE TABLE t (x)")
        return connection.serialize()
    finally:
        connection.close()


BINARIES = {
    "png": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06", "image/png"),
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00", "image/jpeg"),
    "jpeg of a camera": (b"\xff\xd8\xff\xe1\x00\x18Exif\x00\x00II*\x00", "image/jpeg"),
    "gif": (b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00;", "image/gif"),
    "webp": (b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(20), "image/webp"),
    "tiff": (b"II*\x00\x08\x00\x00\x00" + bytes(20), "image/tiff"),
    "mp4": (b"\x00\x00\x00\x1cftypisom\x00\x00\x02\x00isomiso2mp41", "video/mp4"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "application/pdf"),
    "pdf of text only": (b"%PDF-1.4\n1 0 obj\n", "application/pdf"),
    "zip": (archive("table.csv"), "application/zip"),
    "xlsx": (
        archive("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"),
        OFFICE + "spreadsheetml.sheet",
    ),
    "docx": (archive("[Content_Types].xml", "word/document.xml"), OFFICE + "wordprocessingml.document"),
    "pptx": (archive("[Content_Types].xml", "ppt/presentation.xml"), OFFICE + "presentationml.presentation"),
    "an unknown office file": (archive("[Content_Types].xml", "other/x.xml"), "application/zip"),
    "odt": (archive("content.xml", stored={"mimetype": OPEN.encode() + b"text"}), OPEN + "text"),
    "ods": (
        archive("content.xml", stored={"mimetype": OPEN.encode() + b"spreadsheet"}),
        OPEN + "spreadsheet",
    ),
    "epub": (archive("META-INF/x", stored={"mimetype": b"application/epub+zip"}), "application/epub+zip"),
    "gzip": (gzip.compress(CONTENT), "application/gzip"),
    "bzip2": (bz2.compress(CONTENT), "application/x-bzip2"),
    "xz": (lzma.compress(CONTENT), "application/x-xz"),
    "zstd": (bytes.fromhex("28b52ffd240001000099e9d851"), "application/zstd"),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(24), "application/x-7z-compressed"),
    "tar": (tar(), "application/x-tar"),
    "parquet": (b"PAR1\x15\x04\x15\x10\x15\x14\x4c\x15\x02", "application/vnd.apache.parquet"),
    "orc": (b"ORC\x08\x03\x12\x09\x00\x01", "application/vnd.apache.orc"),
    "arrow": (b"ARROW1\x00\x00\xff\xff\xff\xff\x10\x00", "application/vnd.apache.arrow.file"),
    "feather 1": (b"FEA1\x00\x00\x00\x00\x01", "application/vnd.apache.arrow.file"),
    "avro": (b"Obj\x01\x04\x16avro.schema\x02{", "application/vnd.apache.avro"),
    "npy": (b"\x93NUMPY\x01\x00v\x00{'descr': '<f8'", "application/x-npy"),
    "hdf5": (b"\x89HDF\r\n\x1a\n\x00\x00", "application/x-hdf5"),
    "sqlite": (database(), "application/vnd.sqlite3"),
    "elf": (b"\x7fELF\x02\x01\x01" + bytes(9), "application/x-elf"),
    "ttf": (b"\x00\x01\x00\x00\x00\x0c\x00\x80", "font/ttf"),
    "zeroes": (bytes(1_000), UNKNOWN),
    "one byte": (b"\xff", UNKNOWN),
}


@pytest.mark.parametrize(("head", "media_type"), BINARIES.values(), ids=BINARIES)
def test_a_binary_is_told_by_its_signature(head: bytes, media_type: str) -> None:
    assert detect(head[:HEAD_BYTES]) == media_type


def test_a_document_is_told_by_the_names_in_it_not_by_its_content() -> None:
    # Among 64 KiB of compressed content, one document in 250 has these three bytes by chance.
    stored = {"[Content_Types].xml": b"<x/>", "word/document.xml": b"see example.com/xl/ for more"}
    document = archive(stored=stored)

    assert detect(document) == OFFICE + "wordprocessingml.document"


def test_noise_is_nothing_in_particular() -> None:
    noise = random.Random(20_260_131)

    assert {detect(noise.randbytes(2_000)) for _ in range(300)} == {UNKNOWN}


@given(st.sampled_from([head for head, _ in BINARIES.values()]), st.integers(0, 300))
def test_a_binary_that_was_cut_has_an_answer(head: bytes, length: int) -> None:
    assert detect(head[:length]).count("/") == 1


@given(st.sampled_from([head for head, _ in BINARIES.values()]), st.binary(max_size=300))
def test_a_signature_before_anything_at_all_has_an_answer(head: bytes, rest: bytes) -> None:
    assert detect(head[:12] + rest).count("/") == 1
