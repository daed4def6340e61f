"""A delimited file as DuckDB reads it: every cell a text, nothing guessed, nothing forgiven."""

from __future__ import annotations

from itertools import islice, takewhile
from typing import TYPE_CHECKING

from processor.formats.csv_dialect import NO_QUOTE
from processor.formats.csv_records import Entry, Records, is_utf8
from processor.formats.engine import literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from processor.formats.csv_dialect import Dialect

_SLICES = 8
_SLICE_BYTES = 16_384
_ROWS = 512
_FIRST_LINES = 4_096
"""Where none of so many belongs to a row, nobody can tell what the columns are."""
_BUFFERED_LINES = 4
# With an empty text for NULL, DuckDB takes a row that has an empty cell too many for a good one.
_NEVER = "\N{REPLACEMENT CHARACTER}never\N{REPLACEMENT CHARACTER}"


def source(
    path: Path,
    dialect: Dialect,
    width: int,
    *,
    skip: int,
    most_bytes: int,
    broken: bool = False,
    missing: Sequence[str] = ("",),
) -> str:
    """A FROM clause whose columns are `c1` to `c<width>`, as text.

    Args:
        skip: lines at the beginning that are no data.
        broken: whether line breaks stand within quotes: then DuckDB must not begin in the middle.
        missing: the texts that stand for a missing value.
    """
    others = [text for text in missing if text] or [_NEVER]
    options = _options(dialect, width) | {
        "skip": str(skip),
        "nullstr": "[" + ", ".join(literal(text) for text in others) + "]",
        "max_line_size": str(most_bytes),
        "parallel": str(not broken).lower(),
        # The default of 32 MB a thread takes three times the memory for a tenth of the time.
        "buffer_size": str(most_bytes * _BUFFERED_LINES),
    }
    return _cells(f"read_csv({literal(str(path))}, {_written(options)})", width, empty="" in missing)


def _cells(read: str, width: int, *, empty: bool) -> str:
    cells = (f"nullif(c{n}, '') AS c{n}" if empty else f"c{n}" for n in range(1, width + 1))
    return f"(SELECT {', '.join(cells)} FROM {read})"


def sample(path: Path, dialect: Dialect, width: int, *, skip: int) -> list[list[str]]:
    """Some rows from all over a file, if they are sound on one line; if none is, the first ones."""
    rows: list[list[str]] = []
    with path.open("rb") as file:
        for _ in range(skip):
            file.readline()
        begin, size = file.tell(), path.stat().st_size
        slices = _SLICES if size - begin > _SLICES * _SLICE_BYTES else 1
        for number in range(slices):
            file.seek(begin + (size - begin) * number // slices)
            if number:
                file.readline(_SLICE_BYTES)
            lines = file.read(_SLICE_BYTES * _SLICES // slices).split(b"\n")
            # The last one is cut off, or empty, unless the file ends with it.
            ended = file.tell() == size and lines[-1]
            whole = lines if ended or len(lines) == 1 else lines[:-1]
            # What the rows look like is held against all rows later: so many are enough, evenly spread.
            some = whole[:: max(1, len(whole) * slices // _ROWS)]
            sound = (line for line in some if _is_sound(line, dialect))
            rows += [cells for cells in map(dialect.split, sound) if len(cells) == width]
    return rows or list(islice(_sound(path, dialect, width, skip=skip), _ROWS))


def _is_sound(line: bytes, dialect: Dialect) -> bool:
    return b"\0" not in line and is_utf8(line) and dialect.record.fullmatch(line) is not None


def _sound(path: Path, dialect: Dialect, width: int, *, skip: int) -> Iterator[list[str]]:
    """The first rows of the records that are sound and as wide as they should be."""
    items = Records(path, dialect, most_bytes=_SLICES * _SLICE_BYTES).read(width=width)
    for item in takewhile(lambda item: item.line <= _FIRST_LINES, items):
        if isinstance(item, Entry) and item.line > skip and item.width == width and not item.wrong:
            yield dialect.split(item.text)


def _options(dialect: Dialect, width: int) -> dict[str, str]:
    columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(1, width + 1))
    quote = literal("" if dialect.quote == NO_QUOTE else dialect.quote.decode())
    return {
        "columns": f"{{{columns}}}",
        "delim": literal(dialect.delimiter.decode()),
        "quote": quote,
        "escape": quote,
        "header": "false",
        "auto_detect": "false",
    }


def _written(options: dict[str, str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in options.items())
