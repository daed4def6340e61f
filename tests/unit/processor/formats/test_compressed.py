"""What is unpacked of gzip and Zstandard files, and what is refused."""

from __future__ import annotations

import gzip
import random
from typing import TYPE_CHECKING, Any

import pytest

from processor.formats.base import Ceilings
from processor.formats.compressed import FORMATS
from tests.unit.processor.formats.examining import examine
from tests.unit.processor.formats.makers import SAMPLES, cut, each_cut, survived, zstd_library

if TYPE_CHECKING:
    from processor.formats.base import File, Profile

GZIP, ZSTD = FORMATS
TABLE = b"id,name\n" + b"".join(b"%d,name %d\n" % (number, number * 7919) for number in range(2_000))


def zstd(content: bytes, **parameters: int) -> bytes:
    library = zstd_library()
    options = {library.CompressionParameter[name]: value for name, value in parameters.items()}
    compressor = library.ZstdCompressor(options={library.CompressionParameter.checksum_flag: 1} | options)
    packed: bytes = compressor.compress(content) + compressor.flush()
    return packed


PACKED = {"gzip": (GZIP, gzip.compress(TABLE)), "zstd": (ZSTD, zstd(TABLE))}
either = pytest.mark.parametrize(("kind", "packed"), PACKED.values(), ids=PACKED)


class Inner:
    """Stands in for whoever examines the file in it."""

    def __call__(self, file: File) -> Profile:
        self.file = file
        self.content = file.path.read_bytes()
        return {"rows": 2_000}


@either
def test_the_file_in_it_is_unpacked_and_examined_under_its_own_name(kind: Any, packed: bytes) -> None:
    inner = Inner()

    seen = examine(kind, packed, f"table.csv.{'gz' if kind is GZIP else 'zst'}", nested=inner)

    assert inner.content == TABLE
    assert (inner.file.name, inner.file.media_type, inner.file.size_bytes) == (
        "table.csv",
        "text/csv",
        len(TABLE),
    )
    assert inner.file.head == TABLE[:65_536]
    assert seen.profile == {
        "unpackedBytes": len(TABLE),
        "ratio": round(len(TABLE) / len(packed), 2),
        "members": 1,
        "content": {"rows": 2_000},
    }
    assert not seen.findings.errors


@either
def test_without_an_examiner_its_media_type_is_described(kind: Any, packed: bytes) -> None:
    seen = examine(kind, packed)

    assert seen.profile["content"] == {"mediaType": "text/csv"}


@pytest.mark.parametrize(
    ("name", "inner_name"),
    [
        ("a.tgz", "a.tar"),
        ("A.CSV.GZ", "A.CSV"),
        ("a.gzip", "a"),
        ("a.tar.zst", "a.tar"),
        ("a", "a"),
        (".gz", ".gz"),
        ("a.csv", "a.csv"),
    ],
)
def test_the_name_loses_its_ending(name: str, inner_name: str) -> None:
    inner = Inner()

    examine(GZIP, gzip.compress(TABLE), name, nested=inner)

    assert inner.file.name == inner_name


@either
def test_several_parts_are_one_content(kind: Any, packed: bytes) -> None:
    inner = Inner()

    seen = examine(kind, packed * 3, nested=inner)

    assert (seen.profile["members"], inner.content) == (3, TABLE * 3)


@either
@each_cut()
def test_a_truncated_file_is_corrupt(kind: Any, packed: bytes, where: str) -> None:
    seen = examine(kind, cut(packed, where))

    assert seen.errors == [("source-error", None)]
    assert "incomplete" in seen.messages


@either
def test_a_flipped_bit_is_corrupt(kind: Any, packed: bytes) -> None:
    content = bytearray(packed)
    content[len(content) // 2] ^= 4

    seen = examine(kind, bytes(content))

    assert seen.errors == [("source-error", None)]
    assert "broken before byte" in seen.messages


@either
def test_something_after_the_content_is_corrupt(kind: Any, packed: bytes) -> None:
    seen = examine(kind, packed + b"and more")

    assert seen.errors == [("source-error", None)]
    assert "follows the compressed content" in seen.messages


def test_zeros_may_follow_gzip_content() -> None:
    seen = examine(GZIP, gzip.compress(TABLE) + bytes(200_000))

    assert (seen.errors, seen.profile["members"]) == ([], 1)


def test_zeros_after_zstandard_content_are_corrupt() -> None:
    seen = examine(ZSTD, zstd(TABLE) + bytes(512))

    assert seen.errors == [("source-error", None)]


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
def test_other_content_is_corrupt(kind: Any) -> None:
    seen = examine(kind, b"this is not compressed at all")

    assert seen.errors == [("source-error", None)]


@pytest.mark.parametrize(
    ("kind", "packed"),
    [(GZIP, gzip.compress(b"")), (ZSTD, zstd(b"")), (GZIP, b"")],
    ids=["gzip", "zstd", "no bytes"],
)
def test_a_file_with_nothing_in_it_is_refused(kind: Any, packed: bytes) -> None:
    seen = examine(kind, packed)

    assert seen.errors == [("source-error", None)]
    assert "unpacks to nothing" in seen.messages


@pytest.mark.parametrize(("kind", "pack"), [(GZIP, gzip.compress), (ZSTD, zstd)], ids=["gzip", "zstd"])
def test_a_bomb_goes_over_the_ratio(kind: Any, pack: Any) -> None:
    seen = examine(kind, pack(bytes(40_000_000)), nested=Inner())

    assert seen.errors == [("ceiling-error", None)]
    assert "maxUnpackRatio" in seen.messages


@either
def test_large_content_goes_over_the_ceiling(kind: Any, packed: bytes) -> None:
    seen = examine(kind, packed, ceilings=Ceilings(max_unpacked_bytes=len(TABLE) - 1), nested=Inner())

    assert seen.errors == [("ceiling-error", None)]
    assert "maxUnpackedBytes" in seen.messages


def test_too_many_parts_go_over_the_ceiling() -> None:
    seen = examine(GZIP, gzip.compress(b"x") * 11, ceilings=Ceilings(max_entries=10))

    assert seen.errors == [("ceiling-error", None)]
    assert "maxEntries" in seen.messages


def test_a_large_zstandard_window_is_refused() -> None:
    seen = examine(ZSTD, zstd(TABLE, window_log=28))

    assert seen.errors == [("ceiling-error", None)]
    assert "128 MiB" in seen.messages


def test_zstandard_with_a_dictionary_says_so() -> None:
    library = zstd_library()
    dice = random.Random(1)
    dictionary = library.train_dict([dice.randbytes(100) for _ in range(200)], 1_000)
    packed = library.compress(TABLE, zstd_dict=dictionary)

    seen = examine(ZSTD, packed)

    assert seen.errors == [("source-error", None)]
    assert "dictionary" in seen.messages


def test_a_skippable_zstandard_frame_is_no_content() -> None:
    skippable = b"\x50\x2a\x4d\x18\x04\x00\x00\x00note"

    seen = examine(ZSTD, zstd(TABLE) + skippable)

    assert (seen.errors, seen.profile["unpackedBytes"]) == ([], len(TABLE))


def test_files_of_other_programs_are_good() -> None:
    files = sorted((SAMPLES / "sklearn").rglob("*.gz"))[:20] + sorted((SAMPLES / "matplotlib").rglob("*.gz"))

    seen = [examine(GZIP, path) for path in files]

    assert len(files) > 15
    assert not any(one.errors for one in seen)


@either
def test_whatever_is_broken_nothing_else_happens(kind: Any, packed: bytes) -> None:
    counts = survived(kind, packed, 100)

    assert counts["bad"] > 90
