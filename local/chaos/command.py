"""`python -m local chaos`: shows that the promises hold while things go wrong."""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from rich.table import Table

from local.chaos.reckoning import Found, Promise, Sent, reckon
from local.chaos.samples import ORDERS, PLAIN, Sample, write_samples
from local.chaos.settling import NotAtRest, Settling
from local.emulator import LocalError
from local.faults.switch import Reporter
from local.ingest import Ingest
from local.system import STACK, System, ephemeral, running
from records.model import derived_record_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from local.faults.options import Faults

AT_ONCE = 4
"""Processors, and files that are being put: more of them only wait for each other on a small machine."""
AS_ON_AWS = {"alertWindowSeconds": 300, "maxAlertsPerHour": 12}
"""A local system would send more mails, and sooner."""
READERS = 16
MOST_FILES = 100_000


@dataclass(frozen=True, kw_only=True)
class Chaos:
    """What to do.

    Attributes:
        bad: the share of files that are bad.
        timeout_seconds: for coming to rest, after the last file was put.
    """

    files: int
    bad: float
    faults: Faults
    timeout_seconds: float

    def __post_init__(self) -> None:
        if not 1 <= self.files <= MOST_FILES:
            raise LocalError(f"--files {self.files}: it must be from 1 to {MOST_FILES:,}")
        if not 0 <= self.bad <= 1:
            raise LocalError(f"--bad {self.bad:g}: it must be a share from 0 to 1")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of it."""

    sent: list[Sent]
    found: Found
    promises: list[Promise]
    told: dict[str, str]

    @property
    def kept(self) -> bool:
        """Whether no promise is broken."""
        return not any(promise.broken for promise in self.promises)


def run(chaos: Chaos, tell: Callable[[str], None]) -> Outcome:
    """Start a system of its own, put the files, wait until everything has come to rest, and count."""
    options = replace(ephemeral(processorConcurrency=AT_ONCE, **AS_ON_AWS), faults=chaos.faults)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-")))
        tell("Starting a system for this run …")
        system = stack.enter_context(running(options))
        assert system.switch is not None  # noqa: S101 — it was asked for
        for line in system.switch.described(system.deployment):
            tell(line)
        stack.enter_context(Reporter(system.switch.dice, tell))
        seed = system.switch.dice.faults.seed or 0
        samples = write_samples(folder, chaos.files, chaos.bad, seed)
        begun = time.monotonic()
        sent = put(system, samples)
        put_seconds = time.monotonic() - begun
        tell(f"{len(sent):,} files put within {put_seconds:.0f} s; waiting until nothing moves any more …")
        with Settling(system, chaos.timeout_seconds) as settling:
            restless = _settle(settling)
            found = look(system, settling.records())
            told = _told(sent, found, settling) | {
                "seconds": f"{put_seconds:,.0f} to put them, {time.monotonic() - begun:,.0f} in all",
                "faults": system.switch.dice.told().partition(": ")[2],
            }
    return Outcome(sent=sent, found=found, promises=[*restless, *reckon(sent, found)], told=told)


def _settle(settling: Settling) -> list[Promise]:
    try:
        settling.settle()
    except NotAtRest as error:
        return [Promise("everything comes to rest in time", 1, 1, str(error))]
    return [Promise("everything comes to rest in time", 1, 0)]


def put(system: System, samples: list[Sample]) -> list[Sent]:
    """Put every file, through the API or straight into the bucket, a few at a time."""
    with ExitStack() as stack:
        senders = {
            prefix: stack.enter_context(Ingest(system.url, system.api_key, prefix=prefix))
            for prefix in (PLAIN, ORDERS)
        }
        pool = stack.enter_context(ThreadPoolExecutor(max_workers=AT_ONCE))
        return list(pool.map(partial(_put, system, senders), samples))


def _put(system: System, senders: dict[str, Ingest], sample: Sample) -> Sent:
    if sample.announced:
        record = senders[sample.prefix].upload(sample.path)
        return Sent(record["recordId"], record["objectKey"], sample.sha256, sample.good)
    bucket, key = system.outputs["incomingBucket"], f"{sample.prefix}/straight/{sample.path.name}"
    s3 = system.deployment.client("s3")
    version = s3.put_object(Bucket=bucket, Key=key, Body=sample.path.read_bytes())["VersionId"]
    return Sent(derived_record_id(bucket, key, version), key, sample.sha256, sample.good)


def look(system: System, statuses: dict[str, str]) -> Found:
    """What is there now."""
    assert system.switch is not None  # noqa: S101 — it was asked for
    return Found(
        statuses=statuses,
        incoming=_hashes(system, system.outputs["incomingBucket"], lambda key: True),
        quarantine=_hashes(system, system.outputs["quarantineBucket"], lambda key: "/original/" in key),
        mails=sum(f"Subject: [{STACK}]" in mail.read_text() for mail in system.outbox.glob("*.eml")),
        most_mails=AS_ON_AWS["maxAlertsPerHour"],
        lost={key for detour in system.switch.detours for body in detour.lost for key in _keys(body)},
    )


def _hashes(system: System, bucket: str, wanted: Callable[[str], bool]) -> Counter[str]:
    s3 = system.deployment.client("s3")

    def sha256(key: str) -> str:
        return hashlib.sha256(s3.get_object(Bucket=bucket, Key=key)["Body"].read()).hexdigest()

    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    with ThreadPoolExecutor(max_workers=READERS) as pool:
        return Counter(pool.map(sha256, filter(wanted, keys)))


def _keys(body: str) -> Iterator[str]:
    for record in json.loads(body).get("Records", []):
        yield unquote_plus(record["s3"]["object"]["key"])


def _told(sent: list[Sent], found: Found, settling: Settling) -> dict[str, str]:
    statuses = Counter(found.statuses.values())
    return {
        "objects put": f"{len(sent):,}, of which {sum(not item.good for item in sent):,} are bad",
        "records": ", ".join(f"{count:,} {status}" for status, count in sorted(statuses.items())) or "none",
        "mails of the notifier": f"{found.mails:,}",
        "sweeps called": f"{settling.sweeps:,}",
        "dead letters moved back": f"{settling.redriven:,}",
    }


def show(outcome: Outcome, console: Console) -> None:
    """Print what was counted, and every promise."""
    for label, text in outcome.told.items():
        console.print(f"{label:<24} {text}", soft_wrap=True, markup=False)
    table = Table("promise", "tried", "broken")
    for promise in outcome.promises:
        table.add_row(promise.text, f"{promise.of:,}", f"{promise.broken:,}")
    console.print(table)
    for promise in outcome.promises:
        if promise.broken:
            note: Any = f": {promise.note}" if promise.note else ""
            console.print(f"broken: {promise.text}{note}", soft_wrap=True, markup=False)
