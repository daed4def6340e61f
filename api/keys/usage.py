"""What keys are used for: their rates, over all instances, and when each was used last.

Both are one write to the key's own item, now and then. It is best effort: if DynamoDB is slow, or says no,
requests go on, and each instance limits by what it counted itself.
"""

from __future__ import annotations

import logging
import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from api.keys.limits import Allowance, Bucket, Policy
from api.keys.trust import seconds_of, text_of
from records.errors import ScalperError, code_of, translated

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

    from api.keys.model import ApiKey

LAST_USE_SECONDS = 300
"""A key that is used all the time is noted so often."""
QUIET_SECONDS = 10
"""After a report that failed, no other is tried for so long: nobody shall wait twice."""
MOST_BUCKETS = 1_000
STILL_FULL = "attribute_not_exists(fullAt) OR fullAt <= :now"
BEING_USED = "fullAt > :now"
KEY_IS_THERE = "attribute_exists(keyId)"
_NO_LIMIT = Policy(rate=1_000_000, burst=1_000_000)
_log = logging.getLogger(__name__)


class Usage:
    """Counts the requests of keys, and says which are too many.

    Args:
        client: makes the client when it is first needed; its calls should end soon.
        table_name: the table of API keys.
        rate, burst: of each key; a rate of 0 is none.
        clock: seconds of the wall clock, which all instances share.
    """

    def __init__(
        self,
        client: Callable[[], DynamoDBClient],
        table_name: str,
        *,
        rate: int,
        burst: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._make_client = client
        self._table_name = table_name
        self._limited = rate > 0
        self._policy = Policy(rate, burst) if rate else _NO_LIMIT
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}
        self._quiet_until = 0.0

    @cached_property
    def _client(self) -> DynamoDBClient:
        return self._make_client()

    def admit(self, key: ApiKey) -> Allowance | None:
        """Count a request; what may follow it, if there is a limit."""
        now = self._clock()
        bucket = self._bucket(key, now)
        taken = bucket.take(now)
        unseen = now - bucket.reported_at >= LAST_USE_SECONDS
        if taken and (unseen or (self._limited and bucket.worth_reporting(now))):
            self._report(key.key_id, bucket, now)
        return bucket.allowance(now, refused=not taken) if self._limited else None

    def _bucket(self, key: ApiKey, now: float) -> Bucket:
        bucket = self._buckets.get(key.key_id)
        if bucket is None:
            if len(self._buckets) >= MOST_BUCKETS:
                self._buckets.clear()
            seen = seconds_of(key.last_used_at) if key.last_used_at else 0.0
            bucket = self._buckets[key.key_id] = Bucket(self._policy, reported_at=seen)
        return bucket

    def _report(self, key_id: str, bucket: Bucket, now: float) -> None:
        if now < self._quiet_until:
            return
        try:
            with translated(f"noting the use of key {key_id}"):
                full_at = self._noted(key_id, bucket, now)
        except (ScalperError, ClientError):
            _log.warning("the use of key %s cannot be noted", key_id, exc_info=True)
            self._quiet_until = now + QUIET_SECONDS
            return
        bucket.told(bucket.full_at if full_at is None else full_at, now)

    def _noted(self, key_id: str, bucket: Bucket, now: float) -> float | None:
        """When all tokens are back, by what all have used; None if nobody can say."""
        cost = bucket.unreported / self._policy.rate
        # No expression has a maximum, so there are two writes, of which one applies: which, is guessed.
        ways = [(BEING_USED, "fullAt + :cost", cost), (STILL_FULL, ":full", now + cost)]
        for condition, value, number in ways if bucket.full_at - cost > now else reversed(ways):
            try:
                return self._write(key_id, now, condition, value, number)
            except ClientError as error:
                if code_of(error) != "ConditionalCheckFailedException":
                    raise
        return None

    def _write(self, key_id: str, now: float, condition: str, value: str, number: float) -> float:
        of_a_key = not key_id.startswith("oidc:")
        values: dict[str, Any] = {
            ":now": _micros(now),
            ":used": {"S": text_of(now)},
            value.split()[-1]: _micros(number),
        }
        answer = self._client.update_item(
            TableName=self._table_name,
            Key={"keySet": {"S": "api" if of_a_key else "oidc"}, "keyId": {"S": key_id}},
            UpdateExpression=f"SET fullAt = {value}, usedAt = :used",
            ConditionExpression=f"{KEY_IS_THERE} AND ({condition})" if of_a_key else condition,
            ExpressionAttributeValues=values,
            ReturnValues="UPDATED_NEW",
        )
        return int(answer["Attributes"]["fullAt"]["N"]) / 1_000_000


def _micros(seconds: float) -> dict[str, str]:
    return {"N": str(round(seconds * 1_000_000))}
