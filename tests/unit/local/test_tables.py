"""A table that was kept from an earlier run gets the indexes that the program has learnt since."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from local.program import Registration
    from tests.unit.conftest import InMoto


def test_an_index_that_is_new_is_added_to_a_table_that_was_kept(
    in_moto: InMoto, declared: list[Registration], dynamodb: DynamoDBClient
) -> None:
    (records,) = [resource for resource in declared if resource.name == "records"]
    indexes = records.inputs["globalSecondaryIndexes"]
    earlier = [index for index in indexes if index["name"] != "byDue"]
    used = {key["attributeName"] for index in earlier for key in index["keySchemas"]} | {"recordId"}
    attributes = [entry for entry in records.inputs["attributes"] if entry["name"] in used]
    changed = {"globalSecondaryIndexes": earlier, "attributes": attributes}
    in_moto.create(replace(records, inputs=records.inputs | changed))

    in_moto.create(records)

    table = dynamodb.describe_table(TableName="records")["Table"]
    assert {index["IndexName"] for index in table["GlobalSecondaryIndexes"]} == {
        index["name"] for index in indexes
    }
