"""Puts the processor's parts together with clients of AWS, for the processor and for the sweep."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from contracts.model import bundled
from processor.dead_letters import DeadLetters
from processor.intake import Intake
from processor.objects import Objects
from processor.operations import Operations
from processor.queue import Queue
from processor.reading import Reader
from processor.retries import Automatic, Retries
from records.aws.clients import dynamodb
from records.operations import OperationStore
from records.prefixes import PrefixRegister
from records.reconciliation import SweepStore
from records.store import RecordStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.model import Contracts
    from processor.settings import Settings

CONNECTIONS = 16


@dataclass(frozen=True)
class Parts:
    """Everything that works on messages."""

    records: RecordStore
    objects: Objects
    intake: Intake
    retries: Retries
    operations: Operations
    queue: Queue
    dead_letters: DeadLetters
    sweeps: SweepStore
    prefixes: PrefixRegister


def build(settings: Settings) -> Parts:
    """The parts as the environment describes them."""
    # A call that hangs must end long before the function does.
    config = Config(
        connect_timeout=5,
        read_timeout=20,
        max_pool_connections=CONNECTIONS,
        retries={"mode": "standard", "max_attempts": 4},
        user_agent="silent-scalper",  # botocore makes its own anew for each request, as slowly as a signature
    )
    made: dict[str, Any] = {name: boto3.client(name, config=config) for name in ("s3", "sqs")}
    made["dynamodb"] = dynamodb(os.environ, most_idle=CONNECTIONS, seconds=10, attempts=5)
    return assemble(made, settings, bundled())


def _now() -> datetime:
    return datetime.now(UTC)


def assemble(
    clients: dict[str, Any],
    settings: Settings,
    contracts: Contracts,
    *,
    clock: Callable[[], datetime] = _now,
) -> Parts:
    """The parts over these clients."""
    prefixes = PrefixRegister(clients["dynamodb"], settings.records_table, clock=clock)
    records = RecordStore(
        clients["dynamodb"],
        settings.records_table,
        shards=settings.index_shards,
        retention_days=settings.record_retention_days,
        prefixes=prefixes,
    )
    objects = Objects(
        clients["s3"],
        settings.quarantine_bucket,
        settings.accepted_bucket,
        max_file_bytes=settings.max_file_bytes,
    )
    reader = Reader(
        objects, max_file_bytes=settings.max_file_bytes, contracts=contracts, ceilings=settings.ceilings
    )
    store = OperationStore(clients["dynamodb"], settings.records_table)
    retries = Retries(records, objects, reader, store, Automatic(most=settings.automatic_retries))
    queue = Queue(clients["sqs"], settings.queue_url)
    dead_letters = DeadLetters(clients["sqs"], settings.dead_letter_queue_url)
    return Parts(
        records=records,
        objects=objects,
        intake=Intake(records, objects, reader, retries),
        retries=retries,
        operations=Operations(store, records, queue, dead_letters),
        queue=queue,
        dead_letters=dead_letters,
        sweeps=SweepStore(clients["dynamodb"], settings.records_table),
        prefixes=prefixes,
    )
