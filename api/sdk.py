"""boto3's clients. It is imported when one is first needed, as most requests read the table alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from api.multipart import COMPLETION_SECONDS
from records.aws import clients

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient


def queue() -> SQSClient:
    """For commands to the processor."""
    config = Config(
        connect_timeout=clients.CONNECT_SECONDS,
        read_timeout=clients.READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": clients.ATTEMPTS},
    )
    return boto3.client("sqs", config=config)


def watchers() -> tuple[DynamoDBClient, SQSClient]:
    """For a look at the alerts: whoever asks how the API is gets an answer soon, even if AWS gives none."""
    config = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 1})
    return boto3.client("dynamodb", config=config), boto3.client("sqs", config=config)


def queue_watchers() -> tuple[SQSClient, CloudWatchClient]:
    """For a look at the queues: what is not told soon is left out of an answer."""
    config = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 1})
    return boto3.client("sqs", config=config), boto3.client("cloudwatch", config=config)


def metrics() -> CloudWatchClient:
    """For statistics."""
    config = Config(connect_timeout=2, read_timeout=8, retries={"mode": "standard", "total_max_attempts": 1})
    return boto3.client("cloudwatch", config=config)


def uploaders() -> tuple[S3Client, S3Client]:
    """For multipart uploads, and for completing them."""
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


def signer() -> S3Client:
    """For presigned requests, which name the bucket's regional, virtual-hosted address.

    The global one redirects the uploads of a new bucket for hours.
    """
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    )
    return boto3.client("s3", config=config)
