"""What a strict parser of tables accepts we accept, and what it refuses we refuse."""

from __future__ import annotations

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.processor.formats.test_csv_table import table

CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=8
)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 5).flatmap(
        lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=2, max_size=12)
    )
)
def test_what_a_strict_writer_writes_is_accepted_row_by_row(rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([["x"] * len(rows[0]), *rows])

    examined = table(text.getvalue().encode())

    assert examined.errors == []
    assert (examined.profile["rows"], examined.profile["columnCount"]) == (len(rows), len(rows[0]))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text('ab,"\n', max_size=12), min_size=1, max_size=6))
def test_a_strict_parser_and_we_agree_on_what_is_a_table(lines: list[str]) -> None:
    text = "x,y\n" + "\n".join(lines) + "\n"
    try:
        rows = [row for row in csv.reader(io.StringIO(text), strict=True) if row]
        sound = all(len(row) == 2 for row in rows) and not _has_stray_quotes(text)
    except csv.Error:
        sound = False

    assert (table(text.encode()).errors == []) == sound


def _has_stray_quotes(text: str) -> bool:
    """Python's reader takes a quote inside a cell that is not wrapped for a letter; RFC 4180 does not."""
    wrapped = False
    for place, letter in enumerate(text):
        if letter != '"':
            continue
        if not wrapped and place and text[place - 1] not in ',\n"':
            return True
        if not wrapped and text[place - 1 : place] == '"' and text[:place].count('"') % 2 == 0:
            wrapped = True
            continue
        wrapped = not wrapped
    return False
