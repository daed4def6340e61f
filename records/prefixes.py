"""The prefixes that have lists of their own: which there are, and how far back their lists go.

Whoever writes a record has to know them, so they lie in the records table, in one item under an id that no
record has, and everybody reads it again after `TRUSTED`.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from records.errors import TransientError, code_of, translated
from records.items import from_item, to_item
from records.model import utc_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mypy_boto3_dynamodb import DynamoDBClient

TRUSTED = timedelta(seconds=60)
STILL_TRUSTED = timedelta(seconds=110)
"""So long, if it cannot be read just now; less than `USED_AFTER`."""
USED_AFTER = timedelta(minutes=2)
"""By then every reader knows the prefix: records may be put into its list."""
COMPLETE_AFTER = timedelta(minutes=5)
"""By then every writer does: from here on, its list has every record."""
_log = logging.getLogger(__name__)
MOST_PREFIXES = 1_000
"""An item holds 400 KB, and each prefix takes up to 300 bytes of it."""

REGISTER_IS_NEW = "attribute_not_exists(recordId)"
REGISTER_IS_AS_READ = "revision = :revision"
_KEY = {"recordId": {"S": "lists#prefixes"}}
_OLDEST_ID = "0" * 32


@dataclass(frozen=True)
class Listed:
    """A prefix with a list of its own.

    Attributes:
        used_from: when writers begin to put records into it.
        complete_from: the arrival key from which on every record under the prefix is in it, or in the list
            of a prefix below it; empty once all of them are.
    """

    prefix: str
    used_from: str
    complete_from: str


class Prefixes:
    """All of them, and what they say of a key."""

    def __init__(self, listed: Iterable[Listed] = (), revision: int = 0) -> None:
        self._listed = {each.prefix: each for each in listed}
        self.revision = revision

    def __contains__(self, prefix: str) -> bool:
        return prefix in self._listed

    def all(self) -> list[Listed]:
        """In a steady order."""
        return sorted(self._listed.values(), key=lambda each: each.prefix)

    def above(self, text: str, now: str | None = None) -> Listed | None:
        """The longest prefix that everything which begins with `text` is under; with `now`, one in use."""
        folder = text.rpartition("/")[0]
        while folder:
            listed = self._listed.get(folder)
            if listed and (now is None or listed.used_from <= now):
                return listed
            folder = folder.rpartition("/")[0]
        return None

    def below(self, text: str) -> list[str]:
        """The prefixes under which everything begins with `text`."""
        return [prefix for prefix in sorted(self._listed) if f"{prefix}/".startswith(text)]

    def with_(self, listed: Listed) -> Prefixes:
        """These and another one, or these with another state of one."""
        return Prefixes((self._listed | {listed.prefix: listed}).values(), self.revision)


def _now() -> datetime:
    return datetime.now(UTC)


class PrefixRegister:
    """Reads and writes that item."""

    def __init__(
        self, client: DynamoDBClient, table_name: str, *, clock: Callable[[], datetime] = _now
    ) -> None:
        self._client = client
        self._table_name = table_name
        self._clock = clock
        self._known = Prefixes()
        self._read_at: datetime | None = None
        self._lock = threading.Lock()

    def known(self) -> Prefixes:
        """The prefixes, as they were within the last minute; of threads that ask at once, one reads them."""
        with self._lock:
            now = self._clock()
            if self._read_at is None or now - self._read_at >= TRUSTED:
                try:
                    self._known, self._read_at = self._read(), now
                except TransientError:
                    if self._read_at is None or now - self._read_at >= STILL_TRUSTED:
                        raise
            return self._known

    def of_new(self, object_key: str) -> str | None:
        """The prefix in whose list a record of this key belongs that is written now."""
        listed = self.known().above(object_key, utc_text(self._clock()))
        return listed.prefix if listed else None

    def add(self, prefix: str) -> None:
        """Give a prefix a list of its own, unless it has one.

        When somebody else changes the register at the same moment, or it is full, nothing happens: lists are
        as right without, only dearer.
        """
        known = self.known()
        if prefix in known or len(known.all()) >= MOST_PREFIXES:
            return
        try:
            self._add(prefix)
        except TransientError:
            _log.warning("prefix %s gets its list another time", prefix, exc_info=True)

    def _add(self, prefix: str) -> None:
        there = self._read()
        if prefix in there or len(there.all()) >= MOST_PREFIXES:
            return
        now = self._clock()
        complete = f"{utc_text(now + COMPLETE_AFTER)}#{_OLDEST_ID}"
        self._write(there.with_(Listed(prefix, utc_text(now + USED_AFTER), complete)))

    def to_complete(self) -> list[Listed]:
        """The prefixes that miss older records, and get every newer one."""
        now = utc_text(self._clock())
        return [each for each in self.known().all() if each.complete_from and each.complete_from <= now]

    def completed(self, listed: Listed, back_to: str) -> Listed | None:
        """Write down that a list is complete from an earlier record on; None if another one wrote first."""
        later = replace(listed, complete_from=back_to)
        return later if self._write(self.known().with_(later)) else None

    def _read(self) -> Prefixes:
        with translated("reading the prefixes that have lists"):
            answer = self._client.get_item(TableName=self._table_name, Key=_KEY, ConsistentRead=True)
        if "Item" not in answer:
            return Prefixes()
        stored = from_item(dict(answer["Item"]))
        listed = [Listed(prefix, *entry) for prefix, entry in stored["prefixes"].items()]
        return Prefixes(listed, stored["revision"])

    def _write(self, prefixes: Prefixes) -> bool:
        entries: Any = {each.prefix: (each.used_from, each.complete_from) for each in prefixes.all()}
        item = to_item({"prefixes": entries, "revision": prefixes.revision + 1}) | _KEY
        self._read_at = None
        with translated("writing the prefixes that have lists"):
            try:
                self._client.put_item(
                    TableName=self._table_name,
                    Item=item,
                    **_as_read(prefixes.revision),
                )
            except ClientError as error:
                if code_of(error) != "ConditionalCheckFailedException":
                    raise
                return False
        return True


def _as_read(revision: int) -> Any:
    if not revision:
        return {"ConditionExpression": REGISTER_IS_NEW}
    values = {":revision": {"N": str(revision)}}
    return {"ConditionExpression": REGISTER_IS_AS_READ, "ExpressionAttributeValues": values}
