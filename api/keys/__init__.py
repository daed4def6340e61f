"""API keys: `ss_<keyId>_<secret>`, of which the table knows only a hash.

The secret has 256 random bits, so one round of SHA-256 is as good as a slow hash: there is nothing to
guess. All keys stand in one small partition, which lets them be listed by a query.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from records.errors import code_of, translated
from records.items import from_item, to_item
from records.model import utc_text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CACHE_SECONDS = 30
"""How long a key that was checked is trusted: a revoked one stops working within this time."""

_FORM = re.compile(r"ss_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_PARTITION = {"S": "api"}
_MOST_CACHED = 1_000


@dataclass(frozen=True)
class ApiKey:
    """What is known of a key besides its secret."""

    key_id: str
    name: str
    created_at: str
    revoked_at: str | None = None
    prefix: str | None = None


class KeyStore:
    """The table of API keys.

    Args:
        client: a DynamoDB client.
        table_name: the table; partition key `keySet`, sort key `keyId`.
    """

    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._client = client
        self._table_name = table_name
        self._trusted: dict[str, tuple[float, ApiKey]] = {}

    def create(self, name: str) -> tuple[ApiKey, str]:
        """A new key and the text to give to its holder, which cannot be read again."""
        key = ApiKey(secrets.token_hex(6), name, utc_text(datetime.now(UTC)))
        return key, self._store(key, secrets.token_urlsafe(32))

    def adopt(self, name: str, text: str) -> ApiKey:
        """Store a key whose text was made elsewhere, or find that it is stored already.

        Raises:
            ValueError: the text has not the form of a key, or its id belongs to another one.
        """
        key_id, secret = split_key(text)
        item = self._read(key_id)
        if item is None:
            key = ApiKey(key_id, name, utc_text(datetime.now(UTC)))
            self._store(key, secret)
            return key
        if not hmac.compare_digest(item["secretHash"], _hash(text)):
            raise ValueError(f"the id {key_id} belongs to another key")
        return _api_key(item)

    def list(self) -> list[ApiKey]:
        """Every key, revoked ones included."""
        keys: list[ApiKey] = []
        with translated("listing API keys"):
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table_name,
                KeyConditionExpression="keySet = :api",
                ExpressionAttributeValues={":api": _PARTITION},
            )
            for page in pages:
                keys += [_api_key(from_item(dict(item))) for item in page["Items"]]
        return sorted(keys, key=lambda key: key.created_at)

    def revoke(self, key_id: str) -> None:
        """Make a key useless, within `CACHE_SECONDS` everywhere.

        Raises:
            KeyError: there is no key with this id.
        """
        try:
            with translated(f"revoking key {key_id}"):
                self._client.update_item(
                    TableName=self._table_name,
                    Key={"keySet": _PARTITION, "keyId": {"S": key_id}},
                    UpdateExpression="SET revokedAt = if_not_exists(revokedAt, :now)",
                    ConditionExpression="attribute_exists(keyId)",
                    ExpressionAttributeValues={":now": {"S": utc_text(datetime.now(UTC))}},
                )
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            raise KeyError(key_id) from error

    def verify(self, text: str) -> ApiKey | None:
        """The key that a caller presented, or None if it is not one, or was revoked."""
        form = _FORM.fullmatch(text)
        if not form:
            return None
        digest = _hash(text)
        trusted = self._trusted.get(digest)
        if trusted and trusted[0] > time.monotonic():
            return trusted[1]
        return self._verify_stored(form.group(1), digest)

    def _verify_stored(self, key_id: str, digest: str) -> ApiKey | None:
        item = self._read(key_id)
        if item is None or not hmac.compare_digest(item["secretHash"], digest) or "revokedAt" in item:
            self._trusted.pop(digest, None)
            return None
        if len(self._trusted) >= _MOST_CACHED:
            self._trusted.clear()
        self._trusted[digest] = (time.monotonic() + CACHE_SECONDS, _api_key(item))
        return self._trusted[digest][1]

    def _read(self, key_id: str) -> dict[str, Any] | None:
        with translated("checking an API key"):
            answer = self._client.get_item(
                TableName=self._table_name,
                Key={"keySet": _PARTITION, "keyId": {"S": key_id}},
                ConsistentRead=True,  # a key works from the moment it is shown
            )
        item = answer.get("Item")
        return from_item(dict(item)) if item else None

    def _store(self, key: ApiKey, secret: str) -> str:
        text = f"ss_{key.key_id}_{secret}"
        attributes = {
            "keySet": "api",
            "keyId": key.key_id,
            "name": key.name,
            "createdAt": key.created_at,
            "secretHash": _hash(text),
        }
        with translated("storing an API key"):
            self._client.put_item(
                TableName=self._table_name,
                Item=to_item(attributes),
                ConditionExpression="attribute_not_exists(keyId)",
            )
        return text


def split_key(text: str) -> tuple[str, str]:
    """The id and the secret in a key's text.

    Raises:
        ValueError: the text is not of the form `ss_<12 hexadecimal digits>_<43 characters>`.
    """
    form = _FORM.fullmatch(text)
    if not form:
        raise ValueError("an API key has the form ss_<12 hexadecimal digits>_<43 letters, digits, _ or ->")
    return form.group(1), form.group(2)


def _api_key(attributes: dict[str, Any]) -> ApiKey:
    return ApiKey(
        attributes["keyId"], attributes["name"], attributes["createdAt"], attributes.get("revokedAt")
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
