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
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from mangum import Mangum
from mangum.adapter import DEFAULT_TEXT_MIME_TYPES
from pydantic_core import from_json

from api import errors
from api.alerting import AlertWatch
from api.app import create_app, hot_app
from api.commands import CommandQueue
from api.deps import World
from api.hot import HotFirst
from api.keys import KeyStore
from api.keys.oidc import Oidc
from api.keys.usage import Usage
from api.links import Links
from api.multipart import Multipart
from api.overview import Overviews
from api.page import Page, origin
from api.queues import QueueWatch
from api.settings import Settings
from api.statistics import Statistics
from api.tracing import Traced
from contracts.model import bundled
from records.aws import clients
from records.environment import read_settings
from records.operations import OperationStore
from records.prefixes import PrefixRegister
from records.reconciliation import SweepStore
from records.store import RecordStore
from records.tracing import Tracer

gc.freeze()
gc.enable()

if TYPE_CHECKING:
    from types import ModuleType

    from mangum.types import ASGI
    from mypy_boto3_dynamodb import DynamoDBClient

    from contracts.model import Contracts


def build_world(settings: Settings, contracts: Contracts) -> World:
    """The clients and names that the environment describes, and the contracts."""
    light = clients.dynamodb(
        os.environ,
        most_idle=settings.index_shards + 2,
        loads=from_json,  # pages of records, in half the time that the standard library takes
    )
    dynamodb = cast("DynamoDBClient", light)
    prefixes = PrefixRegister(dynamodb, settings.records_table)
    return World(
        stack=settings.stack,
        incoming_bucket=settings.incoming_bucket,
        quarantine_bucket=settings.quarantine_bucket,
        accepted_bucket=settings.accepted_bucket,
        max_file_bytes=settings.max_file_bytes,
        multipart_threshold_bytes=settings.multipart_threshold_bytes,
        upload_expiry=timedelta(hours=settings.upload_expiry_hours),
        operations=OperationStore(dynamodb, settings.records_table),
        sweeps=SweepStore(dynamodb, settings.records_table),
        commands=CommandQueue(clients.on_first_use(lambda: _sdk().queue()), settings.queue_url),
        records=RecordStore(
            dynamodb,
            settings.records_table,
            shards=settings.index_shards,
            prefixes=prefixes,
            query_all=light.query_all,
        ),
        prefixes=prefixes,
        keys=KeyStore(dynamodb, settings.api_keys_table),
        links=Links(clients.on_first_use(lambda: _sdk().signer())),
        multipart=Multipart(lambda: _sdk().uploaders()),
        contracts=contracts,
        alerts=AlertWatch(lambda: _sdk().watchers(), settings.alerts_table, settings.undelivered_queue_url),
        queues=QueueWatch(
            lambda: _sdk().queue_watchers(), settings.queue_url, settings.dead_letter_queue_url
        ),
        overviews=Overviews(),
        statistics=Statistics(lambda: _sdk().metrics(), settings.stack),
        usage=_usage(settings),
        page=_page(settings),
        oidc=_oidc(settings),
    )


def _sdk() -> ModuleType:
    from api import sdk

    return sdk


def _usage(settings: Settings) -> Usage:
    # Noting the use of a key is best effort: no caller waits long for it.
    light = clients.dynamodb(os.environ, most_idle=1, seconds=0.5, attempts=1)
    return Usage(
        lambda: cast("DynamoDBClient", light),
        settings.api_keys_table,
        rate=settings.key_rate_limit,
        burst=settings.key_rate_burst,
    )


def _page(settings: Settings) -> Page:
    buckets = settings.incoming_bucket, settings.quarantine_bucket, settings.accepted_bucket
    return Page(Path(__file__).with_name("page"), (origin(bucket, os.environ) for bucket in buckets))


def _oidc(settings: Settings) -> Oidc | None:
    if not settings.oidc_issuer:
        return None
    return Oidc(settings.oidc_issuer, settings.oidc_prefix_claim, settings.oidc_scope_prefix)


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
    app = HotFirst(hot_app(world), partial(create_app, world))
    return adapt(Traced(app, Tracer(os.environ)))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """AWS Lambda's entry for an HTTP API event of payload version 2.0."""
    return _adapter()(event, context)
