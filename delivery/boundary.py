"""The most that a role of a stack can do, so that who may make roles cannot make one that may do more."""

from __future__ import annotations

from components.policies import Document, allow, document
from delivery.sites import Site, grant, only_tagged


def boundary(site: Site) -> Document:
    """What no role of the stack gets beyond, whatever its own policy says."""
    data = [arn for bucket in site.bucket_arns() for arn in (bucket, f"{bucket}/*")]
    return document(
        grant(
            "s3",
            "GetObject GetObjectVersion GetObjectTagging GetObjectVersionTagging GetObjectAttributes "
            "PutObject PutObjectTagging DeleteObject DeleteObjectVersion AbortMultipartUpload ListBucket "
            "ListBucketVersions ListBucketMultipartUploads ListMultipartUploadParts",
            *data,
        ),
        grant(
            "dynamodb",
            "GetItem BatchGetItem PutItem UpdateItem DeleteItem ConditionCheckItem Query DescribeTable "
            "DescribeStream GetRecords GetShardIterator",
            site.arn("dynamodb", "table/"),
        ),
        # Streams are listed before there is a name.
        allow(["dynamodb:ListStreams"], "*"),
        grant(
            "sqs",
            "SendMessage ReceiveMessage DeleteMessage ChangeMessageVisibility GetQueueAttributes GetQueueUrl",
            site.arn("sqs"),
        ),
        allow(["sns:Publish", "sns:ListSubscriptionsByTopic", "sns:GetTopicAttributes"], site.arn("sns")),
        grant("logs", "CreateLogStream PutLogEvents", site.arn("logs", "log-group:")),
        grant("xray", "PutTraceSegments PutTelemetryRecords GetSampling*", "*"),
        grant("cloudwatch", "PutMetricData GetMetricData GetMetricStatistics DescribeAlarms", "*"),
        only_tagged(
            grant("kms", "Decrypt Encrypt GenerateDataKey* DescribeKey", "*"),
            site,
            "aws:ResourceTag",
        ),
    )
