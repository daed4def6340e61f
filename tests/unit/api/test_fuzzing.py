"""Schemathesis against the app: every check and phase, with a key and without one.

`make fuzz` gives it ten minutes and another seed each time.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypercorn.asyncio import serve
from hypercorn.config import Config

from api.app import create_app
from contracts.model import Contracts
from local.emulator import free_port
from local.program import ROOT
from records.model import Status
from tests.unit.api.examples import ASIA, ORDERS, complete, dropped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_sqs import SQSClient

    from api.deps import World
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


def fuzzed(url: str, key: str | None, examples: int, folder: Path) -> int:
    """How many cases were tried; each must be as the document says."""
    authorized = ["--header", f"X-Api-Key:{key}"] if key else ["--warnings", "off"]
    length = ["--max-time", str(SECONDS)] if SECONDS else ["--seed", "1", "--max-examples", str(examples)]
    schemathesis = Path(sys.executable).with_name("schemathesis")
    configuration = folder / "schemathesis.toml"
    configuration.write_text(CONFIGURATION.read_text() + ("" if SECONDS else STEADY))
    done = subprocess.run(
        [schemathesis, "--config-file", configuration, "run", f"{url}/openapi.json", *authorized, *length],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    return sum(int(number) for number in re.findall(r"^ +(\d+) generated", done.stdout, re.MULTILINE))


@pytest.fixture
def filled(world: World, queue: SQSClient, alerts_table: str) -> World:
    """With the records that the configuration names: in each state, and with everything that there can be."""
    queue.create_queue(QueueName="undelivered")
    states = [*Status, Status.PROCESSED, Status.PROCESSED]
    records = [dropped(number, status) for number, status in enumerate(states)]
    for number, record in enumerate([complete(), *records], start=1):
        world.records.add(replace(record, record_id=f"{number:032x}"))
    # No schema says how many bytes a contract wants at least.
    return replace(world, contracts=Contracts([ASIA, replace(ORDERS, min_bytes=None)]))


@pytest.mark.timeout(7200 if SECONDS else 600)
def test_the_api_is_what_its_document_says(filled: World, tmp_path: Path, tell: Tell) -> None:
    with served(filled) as url:
        with_key = fuzzed(url, filled.keys.create("fuzzing")[1], 55, tmp_path)
        without_key = fuzzed(url, None, 15, tmp_path)

    tell("Schemathesis", "with a key", "cases", with_key)
    tell("Schemathesis", "without a key", "cases", without_key)
    assert with_key + without_key >= LEAST_CASES
