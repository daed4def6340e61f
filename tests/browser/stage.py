"""Makes a local system look as if it had run for days: files, their times, metrics, keys, an operation."""

from __future__ import annotations

import math
import random
import re
import tempfile
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.ingest import Ingest
from records.model import Reason, Record, Source, Status, new_record_id, utc_text
from records.telemetry import NAMESPACE
from tests.browser.exhibits import SEED, Exhibit, exhibits
from tests.flow.conftest import Client, eventually

if TYPE_CHECKING:
    from local.system import System

_TIME = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_FAR = 20 * 3_600
"""How many seconds ago the oldest file came."""
_METRIC_DAYS = 13
"""The emulator keeps no more than two weeks."""
PARTNERS: tuple[dict[str, Any], ...] = (
    {"name": "Nordwind Logistics", "scopes": ["read", "upload"], "prefix": "orders"},
    {"name": "sensor gateway", "scopes": ["upload"], "prefix": "sensors"},
    {"name": "night shift", "scopes": ["read", "operate"]},
)


def set_up(system: System) -> dict[str, str]:
    """Fill a system that is empty.

    Returns:
        The record ids of the files by their names, and `operation`.
    """
    client = Client(system)
    with client.api, tempfile.TemporaryDirectory() as folder:
        shown = exhibits(Path(folder))
        _send(client, shown, Path(folder))
        ids = {item["fileName"]: item["recordId"] for item in _records(client, len(shown))}
        client.idle()
        client.told("sweepFunction", {})
        _fail(client)
        _announce(client)
        _spread(client)
        _measure(client)
        for partner in PARTNERS:
            client.api.post("/keys", json=partner).raise_for_status()
        return ids | {"operation": _retry(client)}


def _send(client: Client, shown: list[Exhibit], folder: Path) -> None:
    """Half of what is good comes through the API, and the rest straight into the bucket."""
    by_prefix: dict[str, list[Path]] = defaultdict(list)
    for number, exhibit in enumerate(shown):
        if exhibit.prefix == "orders" and number % 2 == 0 and exhibit.name.endswith("-20.csv"):
            path = folder / exhibit.name
            path.write_bytes(exhibit.content)
            by_prefix[exhibit.prefix].append(path)
        else:
            client.drop(f"{exhibit.prefix}/{exhibit.name}", exhibit.content)
    for prefix, paths in by_prefix.items():
        with Ingest(client.system.url, client.system.api_key, prefix=prefix) as ingest:
            list(ingest.send(paths))


def _records(client: Client, count: int) -> list[dict[str, Any]]:
    def look() -> list[dict[str, Any]] | None:
        items: list[dict[str, Any]] = client.api.get("/records", params={"limit": 200}).json()["items"]
        return items if len(items) >= count else None

    return eventually(look, f"{count} records", 120)


def _fail(client: Client) -> None:
    now = utc_text(datetime.now(UTC))
    failed = Record(
        record_id=new_record_id(),
        status=Status.FAILED,
        source=Source.BUCKET,
        bucket=client.incoming,
        object_key="sensors/meters-2026-11-18.jsonl",
        file_name="meters-2026-11-18.jsonl",
        created_at=now,
        arrived_at=now,
        finished_at=now,
        size_bytes=97_130,
        reason=Reason.UNAVAILABLE,
        detail="S3 answered SlowDown in every one of 6 attempts.",
    )
    client.records.add(failed)


def _announce(client: Client) -> None:
    body = {"fileName": "orders-bordeaux-2026-11-20.csv", "sizeBytes": 48_210, "prefix": "orders"}
    client.api.post("/uploads", json=body).raise_for_status()


def _spread(client: Client) -> None:
    """Let the files have come one after the other, the last one just now."""
    table = client.system.outputs["recordsTable"]
    items = [item for item in client.dynamodb.scan(TableName=table)["Items"] if "objectKey" in item]
    dice = random.Random(SEED)
    dice.shuffle(items)
    for number, item in enumerate(items):
        back = timedelta(seconds=_FAR * (number / len(items)) ** 2 + dice.uniform(0, 40))
        client.dynamodb.put_item(TableName=table, Item=_earlier(item, back))


def _earlier(value: Any, back: timedelta) -> Any:
    """The same with every time in it so much earlier, also where one is a part of a key."""
    if isinstance(value, dict):
        return {name: _earlier(part, back) for name, part in value.items()}
    if isinstance(value, list):
        return [_earlier(part, back) for part in value]
    if isinstance(value, str):
        return _TIME.sub(lambda found: utc_text(datetime.fromisoformat(found[0]) - back), value)
    return value


def _measure(client: Client) -> None:
    """Metrics as the processor writes them: busy by day, quiet by night, a few bad ones always."""
    dice = random.Random(SEED)
    cloudwatch = client.system.deployment.client("cloudwatch")
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    for ago in range(_METRIC_DAYS * 24):
        moment = hour - timedelta(hours=ago)
        busy = max(0.06, math.sin((moment.hour - 5) / 24 * 2 * math.pi)) * (
            0.3 if moment.weekday() > 4 else 1
        )
        files = round(420 * busy * dice.uniform(0.8, 1.2))
        bad = round(files * (0.3 if ago == 7 else dice.uniform(0, 0.04)))
        data = [
            *_metrics(moment, Status.PROCESSED, files, dice),
            *_metrics(moment, Status.QUARANTINED, bad, dice),
        ]
        cloudwatch.put_metric_data(Namespace=NAMESPACE, MetricData=data)


def _metrics(moment: datetime, status: Status, files: int, dice: random.Random) -> list[dict[str, Any]]:
    if not files:
        return []
    dimensions = [{"Name": "Stack", "Value": "dev"}, {"Name": "Status", "Value": str(status)}]
    common = {"Dimensions": dimensions, "Timestamp": moment + timedelta(minutes=20)}
    different = min(files, 40)
    times = [round(dice.lognormvariate(4.4, 0.7), 1) for _ in range(different)]
    counts = [float(files // different + (number < files % different)) for number in range(different)]
    received = files * dice.uniform(40_000, 70_000)
    return [
        {"MetricName": "ProcessingTime", "Unit": "Milliseconds", "Values": times, "Counts": counts} | common,
        {"MetricName": "BytesReceived", "Unit": "Bytes", "Value": received} | common,
    ]


def _retry(client: Client) -> str:
    """An operation that came to its end."""
    asked = {"reason": "bad_rows", "prefix": "orders/", "why": "the contract was fixed"}
    operation_id: str = client.api.post("/retries", json=asked).raise_for_status().json()["operationId"]

    def ended() -> bool:
        told = client.api.get(f"/operations/{operation_id}").json()
        return bool(told["state"] != "running")

    eventually(ended, "the end of the operation", 60)
    client.idle()
    return operation_id
