"""What our API is measured beside: one Lambda, no framework, boto3's table resource and `json.dumps`."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from typing import Any

import boto3
from boto3.dynamodb.conditions import Key

table = boto3.resource("dynamodb").Table(os.environ["NAIVE_TABLE"])


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The newest records of one partition; nobody asks for a key."""
    asked = event.get("queryStringParameters") or {}
    answer = table.query(
        IndexName="byArrival",
        KeyConditionExpression=Key("arrivalShard").eq("shard#0"),
        ScanIndexForward=False,
        Limit=int(asked.get("limit", 50)),
    )
    body: dict[str, Any] = {"items": answer["Items"]}
    if last := answer.get("LastEvaluatedKey"):
        body["nextCursor"] = last
    headers = {"content-type": "application/json"}
    return {"statusCode": 200, "headers": headers, "body": json.dumps(body, default=plain)}


def plain(value: Any) -> int | float:
    """A number of DynamoDB as JSON has it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"no JSON for {type(value).__name__}")
