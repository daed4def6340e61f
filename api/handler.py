"""The API's entry: builds the world from the environment once, and hands over to Mangum."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from mangum import Mangum
from mangum.adapter import DEFAULT_TEXT_MIME_TYPES

from api import errors
from api.alerting import AlertWatch
from api.app import create_app
from api.commands import CommandQueue
from api.deps import World
from api.keys import KeyStore
from api.keys.oidc import Oidc
from api.keys.usage import Usage
from api.links import Links
from api.multipart import COMPLETION_SECONDS, Multipart
from api.settings import Settings
from api.statistics import Statistics
from contracts.model import bundled
from records.environment import read_settings
from records.operations import OperationStore
from records.prefixes import PrefixRegister
from records.reconciliation import SweepStore
from records.store import RecordStore

if TYPE_CHECKING:
    from fastapi import FastAPI
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from contracts.model import Contracts


def build_world(settings: Settings, contracts: Contracts) -> World:
    """The clients and names that the environment describes, and the contracts."""
    # A call that hangs must end, and be answered with "try again", before the function does.
    config = Config(
        connect_timeout=2,
        read_timeout=3,
        max_pool_connections=settings.index_shards + 2,
        retries={"mode": "standard", "max_attempts": 2},
    )
    dynamodb = boto3.client("dynamodb", config=config)
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
        commands=CommandQueue(boto3.client("sqs", config=config), settings.queue_url),
        records=RecordStore(
            dynamodb, settings.records_table, shards=settings.index_shards, prefixes=prefixes
        ),
        prefixes=prefixes,
        keys=KeyStore(dynamodb, settings.api_keys_table),
        links=Links(_signer()),
        multipart=Multipart(_uploaders),
        contracts=contracts,
        alerts=AlertWatch(_watchers, settings.alerts_table, settings.undelivered_queue_url),
        statistics=Statistics(_metrics, settings.stack),
        usage=Usage(
            _hurried,
            settings.api_keys_table,
            rate=settings.key_rate_limit,
            burst=settings.key_rate_burst,
        ),
        oidc=_oidc(settings),
    )


def _oidc(settings: Settings) -> Oidc | None:
    if not settings.oidc_issuer:
        return None
    return Oidc(settings.oidc_issuer, settings.oidc_prefix_claim, settings.oidc_scope_prefix)


def _hurried() -> DynamoDBClient:
    # Noting the use of a key is best effort: no caller waits long for it.
    config = Config(
        connect_timeout=0.5, read_timeout=0.5, retries={"mode": "standard", "total_max_attempts": 1}
    )
    return boto3.client("dynamodb", config=config)


def _watchers() -> tuple[DynamoDBClient, SQSClient]:
    # Whoever asks how the API is gets an answer soon, even if AWS gives none.
    config = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 1})
    return boto3.client("dynamodb", config=config), boto3.client("sqs", config=config)


def _metrics() -> CloudWatchClient:
    config = Config(connect_timeout=2, read_timeout=8, retries={"mode": "standard", "total_max_attempts": 1})
    return boto3.client("cloudwatch", config=config)


def _uploaders() -> tuple[S3Client, S3Client]:
    # Without `when_required` botocore would ask S3 for a CRC32 of every part, and refuse those without one.
    usual = Config(
        signature_version="s3v4",
        s3={"us_east_1_regional_endpoint": "regional"},
        request_checksum_calculation="when_required",
        connect_timeout=2,
        read_timeout=3,
        retries={"mode": "standard", "total_max_attempts": 2},
    )
    patient = Config(read_timeout=COMPLETION_SECONDS, retries={"total_max_attempts": 1})
    return boto3.client("s3", config=usual), boto3.client("s3", config=usual.merge(patient))


def _signer() -> S3Client:
    # The bucket's regional, virtual-hosted address: the global one redirects
    # the uploads of a new bucket for hours.
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    )
    return boto3.client("s3", config=config)


def adapt(app: FastAPI) -> Mangum:
    """The app as a function of Lambda events."""
    _use_a_loop()
    return Mangum(app, lifespan="off", text_mime_types=[*DEFAULT_TEXT_MIME_TYPES, errors.MEDIA_TYPE])


@cache
def _use_a_loop() -> None:
    # Mangum runs the app on the thread's loop, and since Python 3.12 nobody makes one unasked.
    asyncio.set_event_loop(asyncio.new_event_loop())


@cache
def _adapter() -> Mangum:
    return adapt(create_app(build_world(read_settings(Settings, os.environ), bundled())))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """AWS Lambda's entry for an HTTP API event of payload version 2.0."""
    return _adapter()(event, context)
