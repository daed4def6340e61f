"""The table of API keys. All keys stand in one small partition, which lets them be listed by a query."""

from __future__ import annotations

import hmac
import secrets
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from api.keys.model import (
    ALL_SCOPES,
    DEFAULT_SCOPES,
    ApiKey,
    Scope,
    digest,
    from_attributes,
    key_text,
    split_key,
    to_attributes,
)
from api.keys.trust import Trust, text_of
from records.errors import TransientError, code_of, translated
from records.items import from_item, to_item

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

KEY_IS_NEW = "attribute_not_exists(keyId)"
KEY_EXISTS = "attribute_exists(keyId)"
SECRET_IS_AS_READ = "secretHash = :asRead AND attribute_not_exists(revokedAt)"  # noqa: S105
_PARTITION = {"S": "api"}
_MOST_ROTATIONS = 20


class KeyExists(Exception):
    """The id of a new key is taken.

    Attributes:
        key: whose it is.
        asked: for what that key was made, if it was made by a request that can be repeated.
        same: whether its secret is the one that was to be stored.
    """

    def __init__(self, key: ApiKey, asked: str | None, *, same: bool) -> None:
        super().__init__(f"the id {key.key_id} belongs to another key")
        self.key = key
        self.asked = asked
        self.same = same


class NotRotated(Exception):
    """A key got no new secret; the text says why."""


class KeyStore:
    """Reads and writes keys, and checks what callers present.

    Args:
        client: a DynamoDB client.
        table_name: the table; partition key `keySet`, sort key `keyId`.
        clock: seconds of the wall clock.
    """

    def __init__(
        self, client: DynamoDBClient, table_name: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._client = client
        self._table_name = table_name
        self._clock = clock
        self._trust = Trust(clock)

    def now(self) -> str:
        """The moment, as keys have it."""
        return text_of(self._clock())

    def create(
        self,
        name: str,
        *,
        scopes: frozenset[Scope] = DEFAULT_SCOPES,
        prefix: str | None = None,
        expires_at: str | None = None,
    ) -> tuple[ApiKey, str]:
        """A new key and the text to give to its holder, which cannot be read again."""
        key = ApiKey(
            secrets.token_hex(6), name, self.now(), prefix=prefix, scopes=scopes, expires_at=expires_at
        )
        return key, self.add(key, secrets.token_urlsafe(32))

    def add(self, key: ApiKey, secret: str, asked: str | None = None) -> str:
        """Store a key with this secret; the text to give to its holder.

        Args:
            asked: by which a repeated request is known.

        Raises:
            KeyExists: there is one with this id.
        """
        text = key_text(key.key_id, secret)
        attributes = {"keySet": "api", "secretHash": digest(text), **to_attributes(key)}
        if asked:
            attributes["asked"] = asked
        try:
            with translated("storing an API key"):
                self._client.put_item(
                    TableName=self._table_name, Item=to_item(attributes), ConditionExpression=KEY_IS_NEW
                )
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            item = self._read(key.key_id)
            if item is None:
                raise TransientError(f"key {key.key_id} came and went") from error
            same = hmac.compare_digest(item["secretHash"], digest(text))
            raise KeyExists(from_attributes(item), item.get("asked"), same=same) from error
        return text

    def adopt(self, name: str, text: str, scopes: frozenset[Scope] = ALL_SCOPES) -> ApiKey:
        """Store a key whose text was made elsewhere, or find that it is stored already.

        A stored one gets these scopes if it has others.

        Raises:
            ValueError: the text has not the form of a key, or its id belongs to another one.
        """
        key_id, secret = split_key(text)
        key = ApiKey(key_id, name, self.now(), scopes=scopes)
        try:
            self.add(key, secret)
        except KeyExists as taken:
            if not taken.same:
                raise ValueError(str(taken)) from taken
            if taken.key.scopes == scopes:
                return taken.key
            return self._update(key_id, "SET scopes = :scopes", KEY_EXISTS, {":scopes": sorted(scopes)})
        return key

    def list(self) -> list[ApiKey]:
        """Every key, oldest first, revoked ones included."""
        keys: list[ApiKey] = []
        start: dict[str, Any] = {}
        while True:
            with translated("listing API keys"):
                page = self._client.query(
                    TableName=self._table_name,
                    KeyConditionExpression="keySet = :api",
                    ExpressionAttributeValues={":api": _PARTITION},
                    **start,
                )
            keys += [from_attributes(from_item(dict(item))) for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                return sorted(keys, key=lambda key: key.created_at)
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def get(self, key_id: str) -> ApiKey | None:
        """The key with this id."""
        item = self._read(key_id)
        return from_attributes(item) if item else None

    def rotate(
        self, key_id: str, secret: str, keep_seconds: int, asked: tuple[str, str] | None = None
    ) -> tuple[ApiKey, str]:
        """Give a key another secret; the one before works for so long as well.

        Args:
            asked: by whom and for what, by which a repeated request is known.

        Raises:
            KeyError: there is no key with this id.
            KeyExists: the request is a repeated one, and was not for this or has another secret now.
            NotRotated: the key is of no use any more, or has two secrets already.
        """
        item = self._read(key_id)
        if item is None:
            raise KeyError(key_id)
        key, text = from_attributes(item), key_text(key_id, secret)
        earlier = dict(entry.split(":") for entry in item.get("rotations", []))
        if asked and asked[0] in earlier:
            same = hmac.compare_digest(item["secretHash"], digest(text))
            if same and earlier[asked[0]] == asked[1]:
                return key, text
            raise KeyExists(key, earlier[asked[0]], same=same)
        now = self.now()
        if (state := key.state(now)) != "valid":
            raise NotRotated(f"the key is {state}")
        if keep_seconds and key.older_until and key.older_until > now:
            raise NotRotated(f"the key has two secrets until {key.older_until}")
        return self._rotated(item, digest(text), keep_seconds, asked), text

    def _rotated(
        self, item: dict[str, Any], hashed: str, keep_seconds: int, asked: tuple[str, str] | None
    ) -> ApiKey:
        values: dict[str, Any] = {":asRead": item["secretHash"], ":new": hashed}
        sets, removes = ["secretHash = :new"], []
        if keep_seconds:
            sets += ["olderHash = :asRead", "olderUntil = :until"]
            values[":until"] = text_of(self._clock() + keep_seconds)
        else:
            removes += ["olderHash", "olderUntil"]
        if asked:
            # None may bring back a secret that has ended, so more than the last one are kept.
            sets += ["rotations = :rotations"]
            values[":rotations"] = [*item.get("rotations", []), ":".join(asked)][-_MOST_ROTATIONS:]
        change = "SET " + ", ".join(sets) + (" REMOVE " + ", ".join(removes) if removes else "")
        try:
            return self._update(item["keyId"], change, SECRET_IS_AS_READ, values)
        except KeyError as error:
            # The answer to our own write may have been lost: then the secret is there already.
            now = self._read(item["keyId"])
            if now and hmac.compare_digest(now["secretHash"], hashed) and "revokedAt" not in now:
                return from_attributes(now)
            raise NotRotated("the key was changed at the same moment") from error

    def revoke(self, key_id: str) -> ApiKey:
        """Make a key useless, within `CACHE_SECONDS` everywhere.

        Raises:
            KeyError: there is no key with this id.
        """
        change = "SET revokedAt = if_not_exists(revokedAt, :now)"
        return self._update(key_id, change, KEY_EXISTS, {":now": self.now()})

    def verify(self, text: str) -> ApiKey | None:
        """The key that a caller presented, or None if it is not one, was revoked, or has expired."""
        try:
            key_id, _ = split_key(text)
        except ValueError:
            return None
        hashed = digest(text)
        verdict = self._trust.look(hashed) or self._trust.judge(self._read(key_id), hashed)
        return verdict.key

    def _read(self, key_id: str) -> dict[str, Any] | None:
        with translated("checking an API key"):
            answer = self._client.get_item(
                TableName=self._table_name,
                Key={"keySet": _PARTITION, "keyId": {"S": key_id}},
                ConsistentRead=True,  # a key works from the moment it is shown
            )
        item = answer.get("Item")
        return from_item(dict(item)) if item else None

    def _update(self, key_id: str, change: str, condition: str, values: dict[str, Any]) -> ApiKey:
        """The key after a change; KeyError if the condition does not hold."""
        try:
            with translated(f"changing key {key_id}"):
                answer = self._client.update_item(
                    TableName=self._table_name,
                    Key={"keySet": _PARTITION, "keyId": {"S": key_id}},
                    UpdateExpression=change,
                    ConditionExpression=condition,
                    ExpressionAttributeValues=to_item(values),
                    ReturnValues="ALL_NEW",
                )
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            raise KeyError(key_id) from error
        return from_attributes(from_item(dict(answer["Attributes"])))
