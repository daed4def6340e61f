"""The alerts table: one query for all of it, one conditional write for each move."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from notifier.alerts import Alert, Cause, Example, Tally
from notifier.board import Board, Ledger
from records.alerts import ALERT_SET, LEDGER_ID, delivery
from records.errors import TransientError, code_of, translated
from records.items import from_item, to_item
from records.model import camel

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ITEM_IS_NEW = "attribute_not_exists(alertId)"
ITEM_IS_UNCHANGED = "version = :version"

_LOST_A_RACE = frozenset({"ConditionalCheckFailed", "TransactionConflict"})
_PLAIN = ("since", "claimed_at", "told", "told_at", "heard_at", "held", "held_at", "expires_at")


class AlertStore:
    """Reads and writes the alerts table.

    Args:
        client: a DynamoDB client.
        table_name: the table; partition key `alertSet`, sort key `alertId`.
    """

    def __init__(self, client: DynamoDBClient, table_name: str) -> None:
        self._client = client
        self._table_name = table_name

    def board(self) -> Board:
        """Everything, read consistently."""
        with translated("reading the alerts"):
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table_name,
                KeyConditionExpression="alertSet = :alerts",
                ExpressionAttributeValues={":alerts": {"S": ALERT_SET}},
                ConsistentRead=True,
            )
            items = [from_item(dict(item)) for page in pages for item in page["Items"]]
        alerts = [_alert(item) for item in items if item["alertId"] != LEDGER_ID]
        ledgers = [_ledger(item) for item in items if item["alertId"] == LEDGER_ID]
        return Board({alert.cause.alert_id: alert for alert in alerts}, (*ledgers, Ledger())[0])

    def write(self, *changed: Alert | Ledger) -> bool:
        """Write what was changed since it was read, all of it or nothing.

        Returns:
            False if somebody else was faster: read again, and decide again.
        """
        puts: list[Any] = [self._put(entry) for entry in changed]
        with translated("writing the alerts"):
            try:
                if len(puts) == 1:
                    self._client.put_item(**puts[0])
                else:
                    # Its token is botocore's: a repeat after a lost answer is the same transaction.
                    self._client.transact_write_items(TransactItems=[{"Put": put} for put in puts])
            except ClientError as error:
                if not _lost_a_race(error):
                    raise
                return False
        return True

    def _put(self, entry: Alert | Ledger) -> dict[str, Any]:
        attributes = _ledger_item(entry) if isinstance(entry, Ledger) else _alert_item(entry)
        put = {
            "TableName": self._table_name,
            "Item": to_item(attributes | {"alertSet": ALERT_SET, "version": entry.version + 1}),
            "ConditionExpression": ITEM_IS_UNCHANGED if entry.version else ITEM_IS_NEW,
        }
        if entry.version:
            put["ExpressionAttributeValues"] = {":version": {"N": str(entry.version)}}
        return put


def _lost_a_race(error: ClientError) -> bool:
    if code_of(error) != "TransactionCanceledException":
        return code_of(error) in {"ConditionalCheckFailedException", "TransactionConflictException"}
    reasons: Any = error.response.get("CancellationReasons", [])
    codes = {reason["Code"] for reason in reasons} - {"None"}
    if not codes <= _LOST_A_RACE:
        raise TransientError(f"writing the alerts: {error}") from error
    return True


def _alert_item(alert: Alert) -> dict[str, Any]:
    tallies = {name: _tally_item(getattr(alert, name)) for name in ("waiting", "claimed")}
    plain = {camel(name): getattr(alert, name) for name in _PLAIN}
    return {"alertId": alert.cause.alert_id, "batches": alert.batches} | _known(
        asdict(alert.cause) | plain | tallies
    )


def _tally_item(tally: Tally | None) -> dict[str, Any] | None:
    if tally is None:
        return None
    examples = [_known({camel(k): v for k, v in asdict(e).items()}) for e in tally.examples]
    return {"count": tally.count, "since": tally.since, "examples": examples}


def _known(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if value is not None}


def _alert(item: dict[str, Any]) -> Alert:
    plain = {name: item[camel(name)] for name in _PLAIN if camel(name) in item}
    return Alert(
        cause=Cause(item["status"], item.get("reason")),
        waiting=_tally(item.get("waiting")),
        claimed=_tally(item.get("claimed")),
        batches=tuple(item["batches"]),
        version=item["version"],
        **plain,
    )


def _tally(item: dict[str, Any] | None) -> Tally | None:
    if item is None:
        return None
    names = ("record_id", "object_key", "detail", "size_bytes", "arrived_at")
    examples = (Example(**{n: e[camel(n)] for n in names if camel(n) in e}) for e in item["examples"])
    return Tally(item["count"], item["since"], tuple(examples))


def _ledger_item(ledger: Ledger) -> dict[str, Any]:
    told = {camel(name): value for name, value in asdict(ledger.delivery).items()}
    return {"alertId": LEDGER_ID, "sent": ledger.sent} | _known(told)


def _ledger(item: dict[str, Any]) -> Ledger:
    return Ledger(sent=tuple(item["sent"]), delivery=delivery(item), version=item["version"])
