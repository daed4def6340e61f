"""Good files by other programs are processed; broken ones are quarantined with the right reason."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from processor.formats import FORMATS
from processor.formats.base import Ceilings
from processor.inspection import inspect
from records.model import Reason
from tests.unit.processor.formats.examining import file_of
from tests.unit.processor.formats.real_files import TYPICAL, found, write_all

if TYPE_CHECKING:
    from processor.formats.base import Format
    from processor.inspection import Inspection

CORRUPT, ENCODING, ROWS = Reason.CORRUPT_FILE, Reason.BROKEN_ENCODING, Reason.BAD_ROWS
WRONG = Reason.WRONG_FORMAT
NAMES = sorted(kind.name for kind in FORMATS)
TEXTS = frozenset({"csv", "json", "jsonl", "xml", "svg", "text"})
Place = int | float | bytes
"""A byte, counted from the end if negative; a share of the whole file; or where this stands first."""

each_format = pytest.mark.parametrize("name", NAMES)
each_kind = pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    write_all(folder)
    return folder


def look(path: Path, name: str) -> Inspection:
    with tempfile.TemporaryDirectory() as folder:
        return inspect(file_of(path, name=name), Ceilings(), Path(folder))


def reason_of(content: bytes, name: str) -> Reason | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "content")
        path.write_bytes(content)
        return look(path, name).reason


def typical(name: str) -> tuple[bytes, str]:
    """A good file of a format, and a name for it."""
    suffix, content = TYPICAL[name]
    return content(), f"file{suffix}"


def place_in(content: bytes, place: Place) -> int:
    if isinstance(place, bytes):
        assert place in content
        return content.index(place)
    return int(place * len(content)) if isinstance(place, float) else place % len(content)


@each_kind
def test_good_files_are_processed(kind: Format, made: Path) -> None:
    files = found(kind.name, made)

    verdicts = {path.name: look(path, path.name) for path in files}

    assert len(files) >= 2
    assert {name: verdict.detail for name, verdict in verdicts.items() if verdict.reason} == {}
    assert all(verdict.profile for verdict in verdicts.values())


@each_kind
def test_good_files_are_taken_for_what_they_are(kind: Format, made: Path) -> None:
    promised = [path for path in found(kind.name, made) if path.suffix in kind.suffixes]

    formats = {(look(path, path.name).profile or {}).get("format") for path in promised}

    assert formats == {kind.name}


@each_format
def test_the_file_that_is_broken_below_is_good(name: str) -> None:
    assert reason_of(*typical(name)) is None


ENDS_EARLY: dict[Place, Reason | None] = {0.25: CORRUPT, 0.5: CORRUPT, 0.75: CORRUPT, -1: CORRUPT}
CUT: dict[str, dict[Place, Reason | None]] = {
    # A cell may be cut, and whole rows may be missing: nothing tells of it.
    "csv": {b"a\xc3\x9f,": ROWS, b"\x9f": ROWS, -1: None},
    "json": ENDS_EARLY,
    "jsonl": {0.25: ROWS, 0.5: ROWS, 0.75: ROWS, -2: ROWS, -1: None},
    "xml": ENDS_EARLY,
    "svg": {0.25: CORRUPT, 0.5: CORRUPT, -1: CORRUPT},
    # Any part of a text is a text, unless a character is cut in two.
    "text": {0.5: None, b"\xbc": ENCODING, -1: None},
    "parquet": ENDS_EARLY | {3: WRONG},
    "xlsx": ENDS_EARLY | {3: WRONG},
    "pdf": ENDS_EARLY | {3: WRONG},
    "png": ENDS_EARLY | {7: WRONG},
    "jpeg": ENDS_EARLY | {1: WRONG},
    "gif": ENDS_EARLY | {3: WRONG},
    "webp": ENDS_EARLY | {8: WRONG},
    "tiff": ENDS_EARLY | {2: WRONG},
    "zip": ENDS_EARLY | {3: WRONG},
    "gzip": ENDS_EARLY | {1: WRONG},
    "zstd": ENDS_EARLY | {3: WRONG},
}


@each_format
def test_a_truncated_file_is_quarantined(name: str) -> None:
    content, named = typical(name)

    reasons = {place: reason_of(content[: place_in(content, place)], named) for place in CUT[name]}

    assert reasons == CUT[name]


@dataclass(frozen=True)
class Flips:
    """Which flipped bits are found.

    Attributes:
        covered: where every byte counts, from and to, as a checksum covers it: any flip there is found.
        found: single places, which bit is flipped, and the reason that follows.
        beyond: places where no format can know that a bit has been flipped, and why.
    """

    covered: tuple[Place, Place] | None = None
    found: dict[tuple[Place, int], Reason] = field(default_factory=dict)
    beyond: dict[str, Place] = field(default_factory=dict)


FLIPS = {
    "csv": Flips(
        found={(b",a", 0): ROWS, (b"city", 7): ENCODING},
        beyond={"a letter is another one": b"city"},
    ),
    "json": Flips(
        found={(0, 0): WRONG, (b'"id"', 0): CORRUPT, (b"id", 7): ENCODING},
        beyond={"a letter is another one": b"id"},
    ),
    "jsonl": Flips(
        found={(b'"name"', 0): ROWS, (b"name", 7): ROWS}, beyond={"a letter is another one": b"name"}
    ),
    "xml": Flips(
        found={(b"<b", 0): CORRUPT, (b"</b", 1): CORRUPT, (b"gr", 7): ENCODING},
        beyond={"a letter is another one": b"gr"},
    ),
    "svg": Flips(
        found={(b"<g>", 0): CORRUPT, (b"2000", 0): WRONG, (b"gr", 7): ENCODING},
        beyond={"a letter is another one": b"gr"},
    ),
    "text": Flips(
        found={(b"one", 7): ENCODING, (b" ", 5): CORRUPT}, beyond={"a letter is another one": b"one"}
    ),
    "parquet": Flips(
        found={(0, 0): WRONG, (-1, 0): CORRUPT, (-5, 6): CORRUPT},
        beyond={"a value is another one, as readers do not need checksums of pages": 28},
    ),
    "xlsx": Flips(covered=(0.2, 0.3), found={(0, 0): WRONG}, beyond={"a time of day": 10}),
    "pdf": Flips(
        found={(0, 0): WRONG, (b"startxref", 0): CORRUPT, (b"/Kids", 2): CORRUPT},
        beyond={"the version is another one": 5},
    ),
    "png": Flips(covered=(24, -1), found={(0, 0): WRONG, (16, 0): Reason.CEILING_EXCEEDED}),
    "jpeg": Flips(
        found={(0, 0): WRONG, (-1, 0): CORRUPT, (b"\xff\xc0", 3): CORRUPT},
        beyond={"another picture comes out": -30},
    ),
    "gif": Flips(found={(0, 0): WRONG, (-1, 0): CORRUPT}, beyond={"a colour is another one": 20}),
    "webp": Flips(found={(0, 0): WRONG, (8, 0): WRONG, (4, 3): CORRUPT}, beyond={"what fills it up": -1}),
    "tiff": Flips(covered=(0.3, 0.4), found={(0, 0): WRONG}),
    "zip": Flips(covered=(39, 70), found={(0, 0): WRONG, (-22, 0): CORRUPT}, beyond={"a time of day": 10}),
    "gzip": Flips(covered=(10, -1), found={(0, 0): WRONG}, beyond={"the time of the file": 4}),
    "zstd": Flips(covered=(5, -1), found={(0, 0): WRONG}),
}


def flipped(content: bytes, place: int, bit: int = 0) -> bytes:
    return content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]


@each_format
def test_flipped_bits_are_found_where_the_format_can_know(name: str) -> None:
    content, named = typical(name)
    table = FLIPS[name]

    reasons = {
        (place, bit): reason_of(flipped(content, place_in(content, place), bit), named)
        for place, bit in table.found
    }

    assert reasons == table.found


@pytest.mark.parametrize("name", [name for name, table in FLIPS.items() if table.covered])
def test_any_flipped_bit_is_found_where_there_is_a_checksum(name: str) -> None:
    content, named = typical(name)
    begin, end = (place_in(content, place) for place in FLIPS[name].covered or ())
    places = range(begin, end, max(1, (end - begin) // 40))

    missed = {place: reason_of(flipped(content, place, place % 8), named) for place in places}

    assert len(places) >= 20
    assert set(missed.values()) == {CORRUPT}


@pytest.mark.parametrize("name", [name for name, table in FLIPS.items() if table.beyond])
def test_flipped_bits_that_nothing_tells_of_do_no_harm(name: str) -> None:
    content, named = typical(name)

    reasons = {
        why: reason_of(flipped(content, place_in(content, place)), named)
        for why, place in FLIPS[name].beyond.items()
    }

    assert reasons == dict.fromkeys(FLIPS[name].beyond)


# What may have the name of another format: each is a text, and a drawing is XML. All else is `wrong_format`.
OTHER_NAMES: dict[tuple[str, str], Reason | None] = {
    **{(name, "text"): None for name in TEXTS},
    ("json", "jsonl"): None,
    ("svg", "xml"): None,
    ("xlsx", "zip"): None,
    ("text", "csv"): None,
    # What has no signature may be a broken file of what the name promises; that is the better guess.
    ("text", "xml"): CORRUPT,
    ("text", "svg"): CORRUPT,
}


@each_format
def test_a_file_with_the_name_of_another_format_is_quarantined(name: str) -> None:
    content, _ = typical(name)
    others = [other for other in NAMES if other != name]

    reasons = {other: reason_of(content, f"file{TYPICAL[other][0]}") for other in others}

    assert reasons == {other: OTHER_NAMES.get((name, other), WRONG) for other in others}


ENCODINGS: dict[str, dict[str, Reason | None]] = {
    # A row with bytes of another encoding is a bad row, and others may be good.
    "csv": {"utf-8-sig": None, "utf-16": None, "utf-16-le": ENCODING, "utf-32": None, "cp1252": ENCODING},
    "json": {"utf-8-sig": None, "utf-16": ENCODING, "utf-16-le": ENCODING, "cp1252": ENCODING},
    "jsonl": {"utf-8-sig": None, "utf-16": ENCODING, "utf-16-le": ENCODING, "cp1252": ROWS},
    "xml": {"utf-8-sig": None, "utf-16": None, "utf-16-le": None, "utf-32": None, "cp1252": ENCODING},
    "svg": {"utf-8-sig": None, "utf-16": None, "utf-16-le": None, "utf-32": None, "cp1252": ENCODING},
    "text": {"utf-8-sig": None, "utf-16": None, "utf-16-le": ENCODING, "utf-32": None, "cp1252": ENCODING},
}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_another_encoding_is_read_where_it_is_told_and_refused_elsewhere(name: str) -> None:
    content, named = typical(name)

    reasons = {encoding: reason_of(content.decode().encode(encoding), named) for encoding in ENCODINGS[name]}

    assert reasons == ENCODINGS[name]


def test_each_format_has_samples_and_a_row_in_each_table() -> None:
    assert sorted(TYPICAL) == sorted(CUT) == sorted(FLIPS) == NAMES
    assert set(ENCODINGS) == TEXTS < set(NAMES)
