"""The API's entry: builds the world from the environment once, and hands over to Mangum."""

from __future__ import annotations

import gc
import os

# What is imported stays, so looking for garbage in it is a tenth of a cold start. And pydantic needs not look
# for plugins among everything that is installed.
gc.disable()
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

import asyncio
from datetime import timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Any, cast

from mangum import Mangum
from mangum.adapter import DEFAULT_TEXT_MIME_TYPES

from api import errors
from api.alerting import AlertWatch
from api.app import create_app, hot_app
from api.aws import clients
from api.commands import CommandQueue
from api.deps import World
from api.hot import HotFirst
from api.keys import KeyStore
from api.links import Links
from api.settings import Settings
from contracts.model import bundled
from records.environment import read_settings
from records.operations import OperationStore
from records.reconciliation import SweepStore
from records.store import RecordStore

gc.freeze()
gc.enable()

if TYPE_CHECKING:
    from mangum.types import ASGI
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from contracts.model import Contracts


def build_world(settings: Settings, contracts: Contracts) -> World:
    """The clients and names that the environment describes, and the contracts."""
    light = clients.dynamodb(os.environ, most_idle=settings.index_shards + 2)
    dynamodb = cast("DynamoDBClient", light)
    return World(
        stack=settings.stack,
        incoming_bucket=settings.incoming_bucket,
        quarantine_bucket=settings.quarantine_bucket,
        accepted_bucket=settings.accepted_bucket,
        max_file_bytes=settings.max_file_bytes,
        upload_expiry=timedelta(hours=settings.upload_expiry_hours),
        operations=OperationStore(dynamodb, settings.records_table),
        sweeps=SweepStore(dynamodb, settings.records_table),
        commands=CommandQueue(clients.on_first_use(_queue), settings.queue_url),
        records=RecordStore(
            dynamodb, settings.records_table, shards=settings.index_shards, query_all=light.query_all
        ),
        keys=KeyStore(dynamodb, settings.api_keys_table),
        links=Links(clients.on_first_use(_signer)),
        contracts=contracts,
        alerts=AlertWatch(_watchers, settings.alerts_table, settings.undelivered_queue_url),
    )


# boto3 is not imported before somebody needs it: most requests read the table alone.


def _queue() -> SQSClient:
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=clients.CONNECT_SECONDS,
        read_timeout=clients.READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": clients.ATTEMPTS},
    )
    return boto3.client("sqs", config=config)


def _watchers() -> tuple[DynamoDBClient, SQSClient]:
    import boto3
    from botocore.config import Config

    # Whoever asks how the API is gets an answer soon, even if AWS gives none.
    config = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 1})
    return boto3.client("dynamodb", config=config), boto3.client("sqs", config=config)


def _signer() -> S3Client:
    import boto3
    from botocore.config import Config

    # The bucket's regional, virtual-hosted address: the global one redirects
    # the uploads of a new bucket for hours.
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    )
    return boto3.client("s3", config=config)


def adapt(app: ASGI) -> Mangum:
    """The app as a function of Lambda events."""
    _use_a_loop()
    return Mangum(app, lifespan="off", text_mime_types=[*DEFAULT_TEXT_MIME_TYPES, errors.MEDIA_TYPE])


@cache
def _use_a_loop() -> None:
    # Mangum runs the app on the thread's loop, and since Python 3.12 nobody makes one unasked.
    asyncio.set_event_loop(asyncio.new_event_loop())


@cache
def _adapter() -> Mangum:
    world = build_world(read_settings(Settings, os.environ), bundled())
    return adapt(HotFirst(hot_app(world), partial(create_app, world)))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """AWS Lambda's entry for an HTTP API event of payload version 2.0."""
    return _adapter()(event, context)
