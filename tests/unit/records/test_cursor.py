"""Cursors: what was given out comes back, and nothing else is taken."""

from __future__ import annotations

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from records.cursor import decode_cursor, encode_cursor
from records.errors import InvalidCursor

POSITION = "2026-01-31T08:15:30.250Z#" + "0123456789abcdef" * 2
FILTERS = {"status": "quarantined", "prefix": "in box/ä"}
IDS = st.text("0123456789abcdef", min_size=32, max_size=32)
MOMENTS = st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds") + "Z")
POSITIONS = st.builds(lambda moment, record_id: f"{moment}#{record_id}", MOMENTS, IDS)
ANY_FILTERS = st.dictionaries(st.sampled_from(["status", "prefix"]), st.text(max_size=20))


@given(POSITIONS, ANY_FILTERS)
def test_a_position_survives_its_cursor(position: str, filters: dict[str, str]) -> None:
    assert decode_cursor(encode_cursor(position, filters), filters) == position


@given(POSITIONS)
def test_a_cursor_needs_no_escaping_in_a_url(position: str) -> None:
    assert set(encode_cursor(position, FILTERS)) <= set(string.ascii_letters + string.digits + "-_")


def test_the_order_of_the_filters_does_not_matter() -> None:
    backwards = dict(reversed(FILTERS.items()))

    assert decode_cursor(encode_cursor(POSITION, FILTERS), backwards) == POSITION


@given(POSITIONS, ANY_FILTERS, ANY_FILTERS)
def test_a_cursor_of_other_filters_is_refused(
    position: str, given_for: dict[str, str], used_with: dict[str, str]
) -> None:
    assume(given_for != used_with)
    with pytest.raises(InvalidCursor, match="another filter"):
        decode_cursor(encode_cursor(position, given_for), used_with)


@given(st.data(), POSITIONS)
def test_a_cursor_with_one_character_changed_is_refused(data: st.DataObject, position: str) -> None:
    cursor = encode_cursor(position, FILTERS)
    place = data.draw(st.integers(0, len(cursor) - 1))
    changed = cursor[:place] + data.draw(st.characters()) + cursor[place + 1 :]
    assume(changed != cursor)

    with pytest.raises(InvalidCursor):
        decode_cursor(changed, FILTERS)


@pytest.mark.parametrize("character", "=+/-_ \n!A\u00e9")
def test_a_cursor_with_any_one_character_replaced_is_refused(character: str) -> None:
    # Some position's cursor has every letter of the alphabet: that of the standard one must not pass for it.
    positions = [POSITION, *(f"2026-01-31T08:15:30.250Z#{number:032x}" for number in range(50))]
    for cursor in (encode_cursor(position, FILTERS) for position in positions):
        for place in range(len(cursor)):
            changed = cursor[:place] + character + cursor[place + 1 :]
            if changed != cursor:
                with pytest.raises(InvalidCursor):
                    decode_cursor(changed, FILTERS)


@pytest.mark.parametrize("character", "=+ \n!A")
def test_a_cursor_with_one_character_added_is_refused(character: str) -> None:
    cursor = encode_cursor(POSITION, FILTERS)
    for place in range(len(cursor) + 1):
        with pytest.raises(InvalidCursor):
            decode_cursor(cursor[:place] + character + cursor[place:], FILTERS)


@given(st.integers(0, 87))
def test_a_cursor_that_was_cut_is_refused(length: int) -> None:
    with pytest.raises(InvalidCursor):
        decode_cursor(encode_cursor(POSITION, FILTERS)[:length], FILTERS)


@pytest.mark.parametrize("position", ["", "shard#1", POSITION[:-1], POSITION + "0", POSITION + "\n", "é"])
def test_what_is_no_position_is_refused_even_when_its_checksum_is_right(position: str) -> None:
    with pytest.raises(InvalidCursor):
        decode_cursor(encode_cursor(position, FILTERS), FILTERS)


@given(st.text(max_size=120))
def test_any_other_text_is_refused_and_nothing_else_is_raised(text: str) -> None:
    with pytest.raises(InvalidCursor):
        decode_cursor(text, FILTERS)
