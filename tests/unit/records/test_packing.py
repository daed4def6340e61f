"""What was found in a file is packed on its record, and read wherever a record is read."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.items import from_item, to_item, to_record_item
from records.model import from_attributes, to_attributes
from records.packing import PACKED, pack, unpack

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from records.model import Record
    from records.store import RecordStore
    from tests.unit.conftest import MakeRecord

FIRST_FORM = "AatGTyWQ+DPGGkeHl2AJfFiYGkIt0zUCGgsA"
PROFILE = {"format": "csv", "rows": 3, "columns": [{"name": "ä", "type": "number", "mean": 0.1, "min": -2}]}
FINDINGS = ({"type": "missing-cell", "message": "The row has 3 cells.", "lineNumber": 4},)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_was_packed_is_read_from_bytes_and_from_base64(value: Any) -> None:
    packed = pack(value)

    assert unpack(packed) == unpack(b64encode(packed).decode()) == value


def test_a_record_is_read_as_it_was_written(
    store: RecordStore, dynamodb: DynamoDBClient, make_record: MakeRecord
) -> None:
    record = make_record(profile=PROFILE, errors=FINDINGS, warnings=FINDINGS)

    assert store.add(record) is None

    item: Any = dynamodb.get_item(TableName="records", Key={"recordId": {"S": record.record_id}})["Item"]
    assert {name for name, value in item.items() if "B" in value} == PACKED
    assert store.get(record.record_id) == record


def test_a_record_that_is_not_packed_is_read_as_well(make_record: MakeRecord) -> None:
    record = make_record(profile=PROFILE, errors=FINDINGS)

    assert from_attributes(from_item(to_item(to_attributes(record)))) == record


def test_the_stream_brings_it_in_base64(make_record: MakeRecord) -> None:
    record: Record = make_record(profile=PROFILE)
    item = to_record_item(to_attributes(record))
    streamed = json.loads(json.dumps(item, default=lambda value: b64encode(value).decode()))

    assert from_attributes(from_item(streamed)) == record


def test_what_was_packed_once_is_read_for_ever() -> None:
    assert unpack(FIRST_FORM) == PROFILE


@pytest.mark.parametrize("packed", [b"", b"\x02x", b"\x01x", "AatW", "no base64!", b"\x01" + b"\xff" * 9])
def test_other_bytes_are_an_error_that_says_so(packed: bytes | str) -> None:
    with pytest.raises(ValueError, match=r"packed|base64|padding|JSON|Expecting"):
        unpack(packed)
