"""How far the sweep is, and what it found: one item of the records table, under an id that no record has."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from records.errors import code_of, translated
from records.items import from_item, to_item
from records.model import camel

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

STATE_IS_AS_READ = "attribute_not_exists(recordId) OR revision = :revision"
_KEY = {"recordId": {"S": "sweep#state"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One comparison of the incoming bucket with the records, from the first key to the last.

    Attributes:
        position: key and version after which it goes on; None at the beginning and at the end.
        all_keys: whether the bucket's end was reached; then come the records that need somebody.
        attention_position: where among these it goes on.
        versions: object versions that were looked at.
        unrecorded: of these, without a record; they are in the queue now.
        half_moved: of these, in quarantine as well; the queue brings what deletes them.
        gone: records that need somebody, and whose bytes are not there any more.
        lost: of these, before the time was over for which quarantine keeps them.
    """

    started_at: str
    finished_at: str | None = None
    position: tuple[str, str] | None = None
    all_keys: bool = False
    attention_position: str | None = None
    versions: int = 0
    unrecorded: int = 0
    half_moved: int = 0
    gone: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweeps:
    """The last run of the sweep, the pass that is under way, and the last one that came to its end.

    Attributes:
        due: what was done with records that were due, by what it was.
        dead_letters: what the dead-letter queue held, likewise.
    """

    ran_at: str | None = None
    due: dict[str, int] = field(default_factory=dict)
    dead_letters: dict[str, int] = field(default_factory=dict)
    current: Pass | None = None
    last: Pass | None = None
    revision: int = 0


class SweepStore:
    """Reads and writes that item."""

    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._client = client
        self._table_name = table_name

    def get(self) -> Sweeps:
        """What was written last; an empty one before the first run."""
        with translated("reading the sweep's state"):
            answer = self._client.get_item(TableName=self._table_name, Key=_KEY, ConsistentRead=True)
        item = answer.get("Item")
        return _sweeps(from_item(dict(item))) if item else Sweeps()

    def put(self, sweeps: Sweeps) -> Sweeps | None:
        """Write it, if nobody else did meanwhile; as it stands there then."""
        written = replace(sweeps, revision=sweeps.revision + 1)
        with translated("writing the sweep's state"):
            try:
                self._client.put_item(
                    TableName=self._table_name,
                    Item=to_item(_named(written)) | _KEY,
                    ConditionExpression=STATE_IS_AS_READ,
                    ExpressionAttributeValues={":revision": {"N": str(sweeps.revision)}},
                )
            except ClientError as error:
                if code_of(error) != "ConditionalCheckFailedException":
                    raise
                return None
        return written


def _named(state: Sweeps | Pass) -> dict[str, Any]:
    named = {camel(item.name): getattr(state, item.name) for item in fields(state)}
    named = {name: _named(value) if isinstance(value, Pass) else value for name, value in named.items()}
    return {name: value for name, value in named.items() if value is not None}


def _sweeps(attributes: dict[str, Any]) -> Sweeps:
    known = _known(Sweeps, attributes)
    passes: dict[str, Any] = {name: _pass(known[name]) for name in ("current", "last") if name in known}
    return Sweeps(**known | passes)


def _pass(attributes: dict[str, Any]) -> Pass:
    known = _known(Pass, attributes)
    if "position" in known:
        key, version = known["position"]
        known["position"] = (key, version)
    return Pass(**known)


def _known(kind: type[Sweeps | Pass], attributes: dict[str, Any]) -> dict[str, Any]:
    names = {item.name: camel(item.name) for item in fields(kind)}
    return {name: attributes[stored] for name, stored in names.items() if stored in attributes}
