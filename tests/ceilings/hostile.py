"""Files that are made to use up memory or time."""

from __future__ import annotations

import gzip
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MIB = 1_048_576
GB = 1_000_000_000


def _write(path: Path, chunks: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)


def large_table(path: Path) -> None:
    """A good table of 1 GB."""
    rows = b"".join(b"%d,2024-01-%02d,name %d,%d.5\n" % (n, n % 28 + 1, n, n % 977) for n in range(40_000))
    _write(path, (b"id,day,name,amount\n", *([rows] * (GB // len(rows)))))


def large_field(path: Path) -> None:
    """A table with one cell of 1 GB."""
    _write(path, (b"id,text\n1,", *([b"x" * MIB] * (GB // MIB)), b"\n2,y\n"))


def large_quoted_field(path: Path) -> None:
    """A table with a quote that opens and 1 GB of lines behind it."""
    _write(path, (b'id,text\n1,"', *([b"x" * 99 + b"\n"] * 10_000_000)))


def one_line_of_json(path: Path) -> None:
    """An array of 40 MB without a line break; as Python's values it would take ten times that."""
    element = b'{"id":12345,"name":"somebody","tags":["a","b"],"amount":1.5},' * 16_384
    _write(path, (b"[", *([element] * (40 * MIB // len(element))), b"0]"))


def large_text_in_json(path: Path) -> None:
    """One string of 1 GB."""
    _write(path, (b'{"text":"', *([b"x" * MIB] * (GB // MIB)), b'"}'))


def deep_json(path: Path) -> None:
    """Arrays in arrays, 100,000 levels deep."""
    path.write_bytes(b"[" * 100_000 + b"]" * 100_000)


def deep_line_of_json(path: Path) -> None:
    """The same as the second line of JSON Lines."""
    path.write_bytes(b'{"a": 1}\n' + b"[" * 100_000 + b"]" * 100_000 + b'\n{"a": 2}\n')


def gzip_bomb(path: Path) -> None:
    """1,000 bytes for each one; half a GB, as the ratio is told long before."""
    with gzip.open(path, "wb", compresslevel=9) as file:
        for _ in range(GB // 2 // MIB):
            file.write(bytes(MIB))


def million_entries(path: Path) -> None:
    """An archive with a million empty files; written by hand, because zipfile would hold it all."""
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 0, 0, 33, 0, 0, 0, 7, 0)
    central = struct.pack("<4sHHHHHHIIIHHHHHI", b"PK\1\2", 20, 20, 0, 0, 0, 33, 0, 0, 0, 7, 0, 0, 0, 0, 0)
    count, entry = 1_000_000, 37
    with path.open("wb") as file:
        file.writelines(local + b"%07d" % number for number in range(count))
        begin = file.tell()
        for number in range(count):
            file.write(central[:-4] + struct.pack("<I", number * entry) + b"%07d" % number)
        size = file.tell() - begin
        record = file.tell()
        file.write(struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, begin))
        file.write(struct.pack("<4sIQI", b"PK\6\7", 0, record, 1))
        file.write(struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 65_535, 65_535, 2**32 - 1, 2**32 - 1, 0))


def zip_bomb(path: Path) -> None:
    """One entry of 2 GB of zeros."""
    bomb = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)  # three times as fast as usual
    with bomb as archive, archive.open("zeros", "w") as file:
        for _ in range(2 * GB // MIB):
            file.write(bytes(MIB))


def billion_laughs(path: Path) -> None:
    """Entities that are made of ten entities each."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    path.write_text(f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "ha">{entities}]><l>&l9;</l>')


def large_attribute(path: Path) -> None:
    """XML with an attribute of 1 GB."""
    _write(path, (b'<?xml version="1.0"?><a b="', *([b"x" * MIB] * (GB // MIB)), b'"/>'))


def large_image(path: Path) -> None:
    """A PNG of 100,000 × 100,000 pixels, of which it has the first."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checked = kind + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(100))
    signature = b"\x89PNG\r\n\x1a\n"
    path.write_bytes(signature + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))
