"""What happens in a month, each once, with every call counted; `python -m bench.cost --count` writes it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.cost.api_stage import serving
from bench.cost.stage import CONTEXT, Counted, Stage, staged
from bench.cost.typical import bad_table, message, table
from components.processing import BATCH_SIZE
from records.prefixes import COMPLETE_AFTER

if TYPE_CHECKING:
    from local.graph import Graph

COUNTS = Path(__file__).with_name("counts.json")
TYPICAL_BYTES = 200_000
LOG_TOLERANCE = 0.05
"""Times and durations in log lines have more digits or fewer."""


def counted(graph: Graph) -> dict[str, Counted]:
    """Every journey of a stack, each on a stage of its own where it needs one."""
    found: dict[str, Counted] = {}
    with staged(graph) as stage:
        found |= _idle(stage)
        found["batch of good files"] = _batch(stage, BATCH_SIZE, table(TYPICAL_BYTES))
        found["good file alone"] = _batch(stage, 1, table(TYPICAL_BYTES))
        found["bad rows"] = _batch(stage, 1, bad_table(TYPICAL_BYTES))
        found["broken file"] = _batch(stage, 1, b"%PDF-1.7 and nothing else", name="broken.pdf")
        found |= _alerts(stage)
        with serving(stage, graph) as api:
            found |= _api(stage, api)
            found["good file of a bound key"] = _bound(stage, api)
    return found


def _messages(stage: Stage, keys: list[str], content: bytes) -> list[dict[str, Any]]:
    return [message(key, stage.put(key, content), len(content)) for key in keys]


def _batch(stage: Stage, files: int, content: bytes, *, name: str = "orders.csv") -> Counted:
    keys = [f"drop/{stage.meter.calls.total()}-{number:05}/{name}" for number in range(files)]
    return _worked_on(stage, _messages(stage, keys, content))


def _worked_on(stage: Stage, messages: list[dict[str, Any]]) -> Counted:
    """A batch in a process that begins, which is dearer: it reads which prefixes have lists."""
    processor = stage.processor()
    with stage.counting(len(messages)) as of_batch:
        _all_done(processor.run(messages, CONTEXT))
    return of_batch


def _all_done(failed: list[str]) -> None:
    if failed:
        raise RuntimeError(f"these were not worked on: {failed}")


def _idle(stage: Stage) -> dict[str, Counted]:
    with stage.counting():  # the first pass over the bucket, which is one a day
        stage.sweep().run(lambda: True)
    with stage.counting() as of_sweep:
        stage.sweep().run(lambda: True)
    with stage.counting() as of_clock:
        stage.notifier().flush()
    return {"idle: a run of the sweep": of_sweep, "idle: a minute of the notifier": of_clock}


def _alerts(stage: Stage) -> dict[str, Counted]:
    bad = [item for item in stage.items() if item["status"]["S"] == "quarantined"]
    changes = [_streamed(item, number) for number, item in enumerate(bad)]
    with stage.counting() as first:
        stage.notifier().run(changes[:1])
    with stage.counting() as later:
        stage.notifier().run([_streamed(bad[0], len(bad))])
    return {"alert with a mail": first, "alert that is only counted": later}


def _streamed(item: Any, number: int) -> dict[str, Any]:
    """A change of a record, as the table's stream brings it."""
    image = {"Keys": {"recordId": item["recordId"]}, "NewImage": item, "SequenceNumber": str(number)}
    return {"eventID": str(number), "dynamodb": image}


def _api(stage: Stage, api: Any) -> dict[str, Counted]:
    api.request("GET", "/records", query="limit=1")  # the key is known from here on
    found: dict[str, Counted] = {}
    content = table(TYPICAL_BYTES)
    announced = {"fileName": "orders.csv", "sizeBytes": len(content), "mediaType": "text/csv"}
    with stage.counting() as found["api: announce an upload"]:
        record = api.request("POST", "/uploads", announced)["record"]
    found["announced file"] = _worked_on(stage, _messages(stage, [record["objectKey"]], content))
    reads = {
        "a page of records": ("/records", "limit=10"),
        "one record": (f"/records/{record['recordId']}", ""),
    }
    for name, (path, query) in reads.items():
        with stage.counting() as found[f"api: {name}"]:
            api.request("GET", path, query=query)
    return found


def _bound(stage: Stage, api: Any) -> Counted:
    """A file under a prefix that has a list of its own, because a key is bound to it."""
    prefixes = api.world.prefixes
    prefixes.add("partner")
    later = prefixes._clock() + 2 * COMPLETE_AFTER
    processor = stage.processor()
    register = processor._parts.prefixes
    register._clock = lambda: later
    content = table(TYPICAL_BYTES)
    messages = _messages(stage, ["partner/orders.csv"], content)
    with stage.counting() as of_file:
        _all_done(processor.run(messages, CONTEXT))
    return of_file


def stored() -> dict[str, Any]:
    """The counts as they were written last."""
    found: dict[str, Any] = json.loads(COUNTS.read_text())
    return found


def write(found: dict[str, Counted]) -> None:
    """Write the counts, by which bills are computed."""
    COUNTS.write_text(json.dumps({name: asdict(each) for name, each in found.items()}, indent=2) + "\n")


def differences(found: dict[str, Counted], known: dict[str, Any]) -> list[str]:
    """In words, where the code makes other calls than are stored, or bills more or less."""
    told = [f"{name}: it is not counted any more" for name in known.keys() - found.keys()]
    for name, each in found.items():
        now: dict[str, float] = {**each.calls, **each.units}
        then = known.get(name, {"calls": {}, "units": {}})
        before: dict[str, float] = {**then["calls"], **then["units"]}
        for key in sorted(now.keys() | before.keys()):
            old, new = before.get(key, 0), now.get(key, 0)
            room = LOG_TOLERANCE * old if key == "logs.bytes" else 0
            if abs(new - old) > room:
                told.append(f"{name}: {key} {old:g} → {new:g} ({'more' if new > old else 'fewer'})")
    return told
