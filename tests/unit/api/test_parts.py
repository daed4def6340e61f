"""How files are cut into parts, up to S3's limits: without the bytes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.parts import (
    LARGEST_OBJECT_BYTES,
    LARGEST_PART_BYTES,
    LEAST_PART_BYTES,
    MIB,
    MOST_PARTS,
    USUAL_PART_BYTES,
    cut,
)

MOST_IN_USUAL_PARTS = MOST_PARTS * USUAL_PART_BYTES


@given(size=st.integers(min_value=1, max_value=LARGEST_OBJECT_BYTES))
@example(size=1)
@example(size=USUAL_PART_BYTES)
@example(size=USUAL_PART_BYTES + 1)
@example(size=MOST_IN_USUAL_PARTS)
@example(size=MOST_IN_USUAL_PARTS + 1)
@example(size=LARGEST_OBJECT_BYTES - 1)
@example(size=LARGEST_OBJECT_BYTES)
def test_any_size_is_cut_as_s3_demands(size: int) -> None:
    parts = cut(size)

    assert 1 <= parts.count <= MOST_PARTS
    assert LEAST_PART_BYTES <= parts.part_size_bytes <= LARGEST_PART_BYTES
    assert parts.part_size_bytes % MIB == 0
    assert (parts.count - 1) * parts.part_size_bytes + parts.size_of(parts.count) == size
    assert 1 <= parts.size_of(parts.count) <= parts.part_size_bytes
    assert parts.count == 1 or parts.size_of(1) == parts.size_of(parts.count - 1) == parts.part_size_bytes


@given(size=st.integers(min_value=1, max_value=300 * USUAL_PART_BYTES))
def test_all_parts_together_are_the_file(size: int) -> None:
    parts = cut(size)

    assert sum(parts.size_of(number) for number in range(1, parts.count + 1)) == size


@pytest.mark.parametrize(
    ("size", "part_mib", "count"),
    [
        (0, 16, 1),
        (1, 16, 1),
        (16 * MIB, 16, 1),
        (16 * MIB + 1, 16, 2),
        (MOST_IN_USUAL_PARTS, 16, 10_000),
        (MOST_IN_USUAL_PARTS + 1, 17, 9_412),
        (LARGEST_OBJECT_BYTES, 525, 9_987),
    ],
)
def test_parts_grow_only_when_there_would_be_too_many(size: int, part_mib: int, count: int) -> None:
    parts = cut(size)

    assert (parts.part_size_bytes, parts.count) == (part_mib * MIB, count)
