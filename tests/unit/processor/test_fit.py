"""What is known of a file fits into an item, whatever the file."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from processor import fit
from processor.findings import Finding
from records.items import from_item, to_item

NUMBERS = st.integers(-(10**45), 10**45) | st.floats()
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=15,
)


@given(st.dictionaries(st.text(max_size=9), VALUES, max_size=5))
def test_whatever_a_profile_holds_it_can_be_written(profile: dict[str, Any]) -> None:
    kept = fit.profile(profile)

    assert from_item(to_item(kept)) == kept


def test_a_small_profile_stays_as_it_is() -> None:
    profile = {"rows": 2, "columns": [{"name": "a", "mean": 1.5}], "encrypted": False}

    assert fit.profile(profile) == profile


def test_a_number_that_is_none_is_left_out() -> None:
    columns = [{"name": "a", "min": float("nan"), "max": float("inf"), "mean": None}]

    assert fit.profile({"columns": columns}) == {"columns": [{"name": "a"}]}


def test_a_large_profile_keeps_the_first_columns_and_says_so() -> None:
    columns = [{"name": f"column {number}", "min": "é" * 90, "max": "é" * 90} for number in range(2_000)]

    kept = fit.profile({"rows": 5, "columns": columns})

    assert kept["cut"] is True
    assert kept["rows"] == 5
    assert 100 < len(kept["columns"]) < 2_000
    assert kept["columns"] == columns[: len(kept["columns"])]
    assert len(json.dumps(kept, ensure_ascii=False).encode()) <= fit.PROFILE_BYTES + 20


def test_a_profile_that_is_large_by_its_nesting_loses_what_is_nested() -> None:
    nested = {str(number): "x" * 900 for number in range(500)}

    assert fit.profile({"format": "json", "shape": nested}) == {"format": "json", "cut": True}


def test_findings_stop_where_there_is_no_more_room() -> None:
    found = [Finding(type="type-error", message="m" * 500, field_name="é" * 500) for _ in range(100)]

    kept = fit.findings(found)

    assert 0 < len(kept) < 100
    assert len(json.dumps(kept, ensure_ascii=False).encode()) <= fit.FINDINGS_BYTES + 200
