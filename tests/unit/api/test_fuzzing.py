"""Schemathesis against the app: every check and phase, with a key and without one.

`make fuzz` gives it ten minutes and another seed each time.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypercorn.asyncio import serve
from hypercorn.config import Config

from api.app import create_app
from api.keys import ApiKey, Scope
from api.parts import USUAL_PART_BYTES
from contracts.model import Contracts
from local.emulator import free_port
from local.program import ROOT
from records.model import Status, utc_text
from tests.unit.api.examples import ASIA, ORDERS, complete, dropped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from api.deps import World
    from records.model import Record
    from tests.conftest import Tell

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
# Whoever searches for long learns from answers; what CI tries does not depend on ids made by chance.
STEADY = """
[phases]
examples.extra-data-sources.responses = false
coverage.extra-data-sources.responses = false
fuzzing.extra-data-sources.responses = false
fuzzing.error-feedback.enabled = false
"""
SECONDS = int(os.environ.get("FUZZ_SECONDS", "0"))
LEAST_CASES = 2_000
OWN_KEY = "f" * 12
SECRET = "s" * 43


def ids(first: int, count: int, digits: int = 32) -> list[str]:
    """Ids that come one after the other."""
    return [f"{number:0{digits}x}" for number in range(first, first + count)]


THERE = {
    "records": ids(0x100, 11),
    "bad": ids(0x200, 60),
    "uploads": ids(0x300, 2),
    "sent": ids(0x400, 2),
    "unwanted": ids(0x500, 2),
    "keys": ids(1, 2, digits=12),
    "revoked": ids(3, 2, digits=12),
}
"""What the configuration names: ids by what is done with them."""


@contextmanager
def served(world: World) -> Iterator[str]:
    """The app at an address of its own."""
    config, loop, stop = Config(), asyncio.new_event_loop(), asyncio.Event()
    config.bind = [f"127.0.0.1:{free_port()}"]
    config.errorlog = None
    serving = serve(create_app(world), config, shutdown_trigger=stop.wait)  # type: ignore[arg-type]
    thread = threading.Thread(target=loop.run_until_complete, args=(serving,), name="fuzzed", daemon=True)
    thread.start()
    try:
        yield f"http://{config.bind[0]}"
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def dictionaries() -> str:
    """What is there, for the configuration: also hours of which there may be numbers."""
    now = datetime.now(UTC)
    moments = [utc_text(now - timedelta(hours=hours)) for hours in range(0, 200, 20)]
    named = {**THERE, "moments": moments}
    return "".join(
        f"[dictionaries.{name}]\nvalues = {json.dumps(values)}\n" for name, values in named.items()
    )


def fuzzed(url: str, key: str | None, examples: int, folder: Path) -> int:
    """How many cases were tried; each must be as the document says."""
    authorized = ["--header", f"X-Api-Key:{key}"] if key else ["--warnings", "off"]
    length = ["--max-time", str(SECONDS)] if SECONDS else ["--seed", "1", "--max-examples", str(examples)]
    schemathesis = Path(sys.executable).with_name("schemathesis")
    configuration = folder / "schemathesis.toml"
    configuration.write_text(CONFIGURATION.read_text() + dictionaries() + ("" if SECONDS else STEADY))
    done = subprocess.run(
        [schemathesis, "--config-file", configuration, "run", f"{url}/openapi.json", *authorized, *length],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OWN_KEY": OWN_KEY},
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    return sum(int(number) for number in re.findall(r"^ +(\d+) generated", done.stdout, re.MULTILINE))


def in_parts(world: World, s3: S3Client, number: int) -> Record:
    """A record whose file is to come in parts: in one, which S3 has."""
    record = dropped(number, Status.AWAITING_UPLOAD, expected_size_bytes=1, part_size_bytes=USUAL_PART_BYTES)
    upload_id = world.multipart.create(record, "text/csv", checksums=False)
    s3.upload_part(Bucket=record.bucket, Key=record.object_key, UploadId=upload_id, PartNumber=1, Body=b"1")
    return replace(record, upload_id=upload_id, part_checksums=False)


@pytest.fixture
def filled(world: World, queue: SQSClient, s3: S3Client, alerts_table: str, incoming: str) -> World:
    """With what the configuration names: records in each state, and with everything that there can be."""
    queue.create_queue(QueueName="undelivered")
    states = [*Status, Status.PROCESSED, Status.PROCESSED]
    records = [complete(), *(dropped(number, status) for number, status in enumerate(states))]
    for record_id, record in zip(THERE["records"], records, strict=True):
        world.records.add(replace(record, record_id=record_id))
    for number, record_id in enumerate(THERE["bad"], start=20):
        bad = dropped(number, Status.QUARANTINED, quarantine_key=f"{number}.csv")
        world.records.add(replace(bad, record_id=record_id))
    uploads = [*THERE["uploads"], *THERE["sent"], *THERE["unwanted"]]
    for number, record_id in enumerate(uploads, start=100):
        world.records.add(replace(in_parts(world, s3, number), record_id=record_id))
    for key_id in [*THERE["keys"], *THERE["revoked"]]:
        world.keys.add(ApiKey(key_id, "partner", world.keys.now()), SECRET)
    # No schema says how many bytes a contract wants at least.
    return replace(world, contracts=Contracts([ASIA, replace(ORDERS, min_bytes=None)]))


@pytest.mark.timeout(7200 if SECONDS else 600)
def test_the_api_is_what_its_document_says(filled: World, tmp_path: Path, tell: Tell) -> None:
    with served(filled) as url:
        own = ApiKey(OWN_KEY, "fuzzing", filled.keys.now(), scopes=frozenset(Scope))
        with_key = fuzzed(url, filled.keys.add(own, SECRET), 30, tmp_path)
        without_key = fuzzed(url, None, 8, tmp_path)

    tell("Schemathesis", "with a key", "cases", with_key)
    tell("Schemathesis", "without a key", "cases", without_key)
    assert with_key + without_key >= LEAST_CASES
