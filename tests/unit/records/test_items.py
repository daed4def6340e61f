"""DynamoDB's typed JSON, to and from plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from boto3.dynamodb.types import TypeDeserializer
from hypothesis import given
from hypothesis import strategies as st

from records.items import from_item, to_item
from records.model import Record, Status, from_attributes, to_attributes

if TYPE_CHECKING:
    from tests.unit.conftest import MakeRecord

NAMES = st.text(min_size=1, max_size=20)
PLAIN = st.text(max_size=40) | st.booleans() | st.integers(-(10**37), 10**37)
FRACTIONS = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e100, max_value=1e100).filter(
    lambda number: number == 0 or abs(number) > 1e-100
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(NAMES, VALUES, max_size=6))
def test_plain_values_survive(attributes: dict[str, Any]) -> None:
    assert from_item(to_item(attributes)) == attributes


@given(st.dictionaries(NAMES, VALUES, max_size=6))
def test_items_mean_the_same_to_boto3(attributes: dict[str, Any]) -> None:
    read = TypeDeserializer().deserialize

    assert {name: read(value) for name, value in to_item(attributes).items()} == attributes


@given(FRACTIONS)
def test_fractions_survive(number: float) -> None:
    assert from_item(to_item({"mean": number})) == {"mean": number}


@given(data=st.data())
def test_records_survive(data: st.DataObject, any_record: st.SearchStrategy[Record]) -> None:
    record = data.draw(any_record)

    assert from_attributes(from_item(to_item(to_attributes(record)))) == record


def test_truth_values_are_no_numbers() -> None:
    assert to_item({"yes": True, "one": 1}) == {"yes": {"BOOL": True}, "one": {"N": "1"}}
    assert from_item({"yes": {"BOOL": True}})["yes"] is True


def test_a_state_is_written_as_plain_text() -> None:
    written = to_item({"status": Status.PROCESSED})["status"]["S"]

    assert (written, type(written)) == ("processed", str)


@pytest.mark.parametrize(
    "value", [None, float("nan"), float("-inf"), 1e200, 1e-200, 10**38, b"x", {1}, object()]
)
def test_values_that_no_record_has_are_refused(value: object) -> None:
    with pytest.raises(TypeError, match=f"no attribute of type {type(value).__name__}"):
        to_item({"nested": [{"value": value}]})


@pytest.mark.parametrize("typed", [{"NULL": True}, {"SS": ["x"]}, {"BS": [b"x"]}])
def test_dynamodb_types_that_no_record_has_are_refused(typed: dict[str, Any]) -> None:
    (kind,) = typed
    with pytest.raises(TypeError, match=f"no attribute of DynamoDB type {kind}"):
        from_item({"nested": {"L": [{"M": {"value": typed}}]}})


def test_a_number_is_read_as_a_whole_number(make_record: MakeRecord) -> None:
    size = 5_368_709_120

    assert from_item(to_item(to_attributes(make_record(size_bytes=size))))["sizeBytes"] == size
