"""Makes the program's resources at an AWS endpoint, through boto3: the emulator's, never AWS itself.

Each resource type has one function that turns its inputs into calls. Names that Pulumi would choose are
derived from the logical name, so a second run finds the data of the first.
"""

from __future__ import annotations

import hashlib
import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from local.program import ProgramError
from local.shapes import request

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.program import Registration

Made = tuple[str, dict[str, Any]]
CREDENTIALS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
"""The emulator's root; a Lambda there has the credentials of its role."""
_CONFIG = Config(
    retries={"mode": "standard"},
    s3={"addressing_style": "path"},
    max_pool_connections=32,
    proxies={},
)


class Deployment:
    """A backend for `local.program` that makes what is registered.

    Args:
        endpoint: the emulator's URL.
        api_url: where people reach the HTTP API; the emulator's own address of it is longer.
        region: the region of everything.
        ca_bundle: the certificate that the endpoint shows, when it speaks TLS.

    Over plain HTTP the statements that refuse plain HTTP are left out, and `left_out` says so.
    """

    def __init__(self, endpoint: str, *, api_url: str, region: str, ca_bundle: str | None = None) -> None:
        self.endpoint = endpoint
        self.api_url = api_url
        self.region = region
        self.left_out: list[str] = []
        self.resources: list[Registration] = []
        self.gateway_id = ""
        self._verify = ca_bundle
        # Nothing of the developer's own AWS configuration: no profile, no proxy.
        bare = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
        self._session = boto3.session.Session(**CREDENTIALS, region_name=region, botocore_session=bare)
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    def client(self, service: str) -> Any:
        """A client of one service at the endpoint."""
        # Registrations come on several threads; one session reads botocore's models once, but is not for two.
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._session.client(  # type: ignore[call-overload]
                    service, endpoint_url=self.endpoint, config=_CONFIG, verify=self._verify
                )
            return self._clients[service]

    def close(self) -> None:
        """Close every connection; no client works afterwards."""
        for client in self._clients.values():
            client.close()

    def create(self, resource: Registration) -> Made:
        """Make one resource.

        Raises:
            ProgramError: the type is new to us.
            UnknownProperty: one of its inputs is.
        """
        make = MAKERS.get(resource.type)
        if make is None:
            raise ProgramError(
                f"{resource.type} ({resource.name}) cannot be made locally: add it to local/deploy.py"
            )
        self.resources.append(resource)
        return make(self, resource, dict(resource.inputs))

    def call(self, token: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The one function that the program asks the provider."""
        if token == "aws:index/getCallerIdentity:getCallerIdentity":  # noqa: S105
            identity = self.client("sts").get_caller_identity()
            return {"accountId": identity["Account"], "arn": identity["Arn"], "userId": identity["UserId"]}
        raise ProgramError(f"{token} cannot be answered locally: add it to local/deploy.py")

    def name(self, resource: Registration) -> str:
        """A physical name: the logical one and seven digits, as Pulumi's, but the same each time."""
        digest = hashlib.sha256(f"{resource.type}/{resource.name}".encode()).hexdigest()
        return f"{resource.name}-{digest[:7]}"

    def do(self, service: str, operation: str, properties: dict[str, Any]) -> dict[str, Any]:
        """Call an operation, named as AWS names it, with Pulumi's properties."""
        client = self.client(service)
        method = client.meta.method_to_api_mapping
        python_name = next(name for name, api_name in method.items() if api_name == operation)
        answer: dict[str, Any] = getattr(client, python_name)(**request(client, operation, properties))
        return answer

    def policy(self, resource: Registration, text: str) -> str:
        """The policy, without what would refuse plain HTTP when plain HTTP is all there is."""
        if self.endpoint.startswith("https:"):
            return text
        document = json.loads(text)
        kept = [s for s in document["Statement"] if s.get("Sid") != "TlsOnly"]
        if len(kept) < len(document["Statement"]):
            self.left_out.append(resource.name)
        return json.dumps(document | {"Statement": kept}) if kept else ""


MAKERS: dict[str, Callable[[Deployment, Registration, dict[str, Any]], Made]] = {}


def _makes(token: str) -> Callable[[Any], Any]:
    def register(make: Any) -> Any:
        MAKERS[token] = make
        return make

    return register


@_makes("pulumi:providers:aws")
def _provider(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    if inputs["region"] != to.region:
        raise ProgramError(f"the program's region is {inputs['region']}, the emulator's {to.region}")
    return "aws", {}


# --- S3 ---------------------------------------------------------------------------------------------


@_makes("aws:s3/bucket:Bucket")
def _bucket(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    inputs.pop("forceDestroy")  # what happens on destroy; nothing is destroyed here
    name = to.name(resource)
    try:
        to.do("s3", "CreateBucket", inputs | {"bucket": name})
    except ClientError as error:  # its objects were kept, but not its name: the last run did not end well
        if error.response["Error"]["Code"] != "BucketAlreadyOwnedByYou":
            raise
    return name, {"bucket": name, "arn": f"arn:aws:s3:::{name}"}


def _bucket_setting(operation: str, wrapper: str = "") -> Callable[..., Made]:
    """A setting of a bucket: everything besides the bucket's name, under one word of the request."""

    def make(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
        bucket = inputs.pop("bucket")
        to.do("s3", operation, {"bucket": bucket, wrapper: inputs})
        return bucket, {}

    return make


MAKERS |= {
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _bucket_setting(
        "PutPublicAccessBlock", "publicAccessBlockConfiguration"
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _bucket_setting(
        "PutBucketEncryption", "serverSideEncryptionConfiguration"
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _bucket_setting(
        "PutBucketLifecycleConfiguration", "lifecycleConfiguration"
    ),
    "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": _bucket_setting(
        "PutBucketCors", "CORSConfiguration"
    ),
}


@_makes("aws:s3/bucketVersioning:BucketVersioning")
def _versioning(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    to.do("s3", "PutBucketVersioning", inputs)
    return inputs["bucket"], {}


@_makes("aws:s3/bucketOwnershipControls:BucketOwnershipControls")
def _ownership(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    controls = {"rules": [inputs.pop("rule")]}
    to.do("s3", "PutBucketOwnershipControls", inputs | {"ownershipControls": controls})
    return inputs["bucket"], {}


@_makes("aws:s3/bucketPolicy:BucketPolicy")
def _bucket_policy(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    policy = to.policy(resource, inputs.pop("policy"))
    if policy:
        to.do("s3", "PutBucketPolicy", inputs | {"policy": policy})
    return inputs["bucket"], {}


@_makes("aws:s3/bucketNotification:BucketNotification")
def _notification(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    queues = inputs.pop("queues")
    configuration = {"queueConfigurations": queues}
    to.do("s3", "PutBucketNotificationConfiguration", inputs | {"notificationConfiguration": configuration})
    return inputs["bucket"], {}


# --- DynamoDB ---------------------------------------------------------------------------------------


@_makes("aws:dynamodb/table:Table")
def _table(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name = to.name(resource)
    ttl, recovery = inputs.pop("ttl", None), inputs.pop("pointInTimeRecovery")
    try:
        to.do("dynamodb", "CreateTable", _table_properties(inputs) | {"tableName": name})
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceInUseException":
            raise
    if ttl:
        _time_to_live(to, name, ttl)
    specification = {"pointInTimeRecoveryEnabled": recovery["enabled"]}
    to.do(
        "dynamodb",
        "UpdateContinuousBackups",
        {"tableName": name, "pointInTimeRecoverySpecification": specification},
    )
    table = to.client("dynamodb").describe_table(TableName=name)["Table"]
    return name, {"name": name, "arn": table["TableArn"], "streamArn": table.get("LatestStreamArn", "")}


def _table_properties(inputs: dict[str, Any]) -> dict[str, Any]:
    properties = dict(inputs)
    definitions = properties.pop("attributes")
    keys = [("HASH", properties.pop("hashKey")), ("RANGE", properties.pop("rangeKey", None))]
    properties["keySchema"] = [{"attributeName": name, "keyType": kind} for kind, name in keys if name]
    properties["attributeDefinitions"] = [
        {"attributeName": entry["name"], "attributeType": entry["type"]} for entry in definitions
    ]
    if "globalSecondaryIndexes" in properties:
        properties["globalSecondaryIndexes"] = [
            _index(entry) for entry in properties["globalSecondaryIndexes"]
        ]
    if properties.pop("streamEnabled", False):
        stream = {"streamEnabled": True, "streamViewType": properties.pop("streamViewType")}
        properties["streamSpecification"] = stream
    return properties


def _index(entry: dict[str, Any]) -> dict[str, Any]:
    index = dict(entry)
    projection = {
        "projectionType": index.pop("projectionType"),
        "nonKeyAttributes": index.pop("nonKeyAttributes"),
    }
    return index | {
        "indexName": index.pop("name"),
        "keySchema": index.pop("keySchemas"),
        "projection": projection,
    }


def _time_to_live(to: Deployment, table: str, ttl: dict[str, Any]) -> None:
    described = to.client("dynamodb").describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if described["TimeToLiveStatus"] != "ENABLED":
        to.do("dynamodb", "UpdateTimeToLive", {"tableName": table, "timeToLiveSpecification": ttl})


# --- SQS --------------------------------------------------------------------------------------------


@_makes("aws:sqs/queue:Queue")
def _queue(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    words = {
        "messageRetentionSeconds": "MessageRetentionPeriod",
        "visibilityTimeoutSeconds": "VisibilityTimeout",
        "sqsManagedSseEnabled": "SqsManagedSseEnabled",
        "redrivePolicy": "RedrivePolicy",
    }
    name, sqs = to.name(resource), to.client("sqs")
    try:
        attributes = {words[key]: _attribute(value) for key, value in inputs.items()}
    except KeyError as error:
        raise ProgramError(f"sqs queue {resource.name}: {error} is not known") from error
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return url, {"url": url, "arn": arn, "name": name}


def _attribute(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) else str(value)


@_makes("aws:sqs/queuePolicy:QueuePolicy")
def _queue_policy(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    policy = to.policy(resource, inputs["policy"])
    to.client("sqs").set_queue_attributes(QueueUrl=inputs["queueUrl"], Attributes={"Policy": policy})
    return inputs["queueUrl"], {}


@_makes("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy")
def _redrive_allow(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    attributes = {"RedriveAllowPolicy": inputs["redriveAllowPolicy"]}
    to.client("sqs").set_queue_attributes(QueueUrl=inputs["queueUrl"], Attributes=attributes)
    return inputs["queueUrl"], {}


# --- IAM, logs --------------------------------------------------------------------------------------


@_makes("aws:iam/role:Role")
def _role(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name = to.name(resource)
    inputs["assumeRolePolicyDocument"] = inputs.pop("assumeRolePolicy")
    role = to.do("iam", "CreateRole", inputs | {"roleName": name})["Role"]
    return name, {"name": name, "arn": role["Arn"]}


@_makes("aws:iam/rolePolicy:RolePolicy")
def _role_policy(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name = to.name(resource)
    properties = {"roleName": inputs["role"], "policyName": name, "policyDocument": inputs["policy"]}
    to.do("iam", "PutRolePolicy", properties)
    return f"{inputs['role']}:{name}", {"name": name}


@_makes("aws:cloudwatch/logGroup:LogGroup")
def _log_group(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name, logs = to.name(resource), to.client("logs")
    logs.create_log_group(logGroupName=name)
    to.do("logs", "PutRetentionPolicy", inputs | {"logGroupName": name})
    group = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0]
    return name, {"name": name, "arn": group["arn"].removesuffix(":*")}


# --- Lambda -----------------------------------------------------------------------------------------


@_makes("aws:lambda/function:Function")
def _function(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name = to.name(resource)
    code = {"zipFile": Path(inputs.pop("code").path).read_bytes()}
    function = to.do("lambda", "CreateFunction", inputs | {"functionName": name, "code": code})
    return name, {"name": name, "arn": function["FunctionArn"], "invokeArn": function["FunctionArn"]}


@_makes("aws:lambda/eventSourceMapping:EventSourceMapping")
def _mapping(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    mapping = to.do("lambda", "CreateEventSourceMapping", inputs)
    return mapping["UUID"], {"uuid": mapping["UUID"]}


@_makes("aws:lambda/permission:Permission")
def _permission(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    inputs["functionName"] = inputs.pop("function")
    to.do("lambda", "AddPermission", inputs | {"statementId": resource.name})
    return resource.name, {"statementId": resource.name}


# --- SNS, alarms ------------------------------------------------------------------------------------


@_makes("aws:sns/topic:Topic")
def _topic(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name = to.name(resource)
    attributes = {"DisplayName": inputs.pop("displayName")}
    arn = to.do("sns", "CreateTopic", inputs | {"name": name, "attributes": attributes})["TopicArn"]
    return arn, {"arn": arn, "name": name}


@_makes("aws:sns/topicPolicy:TopicPolicy")
def _topic_policy(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    policy = to.policy(resource, inputs["policy"])
    to.client("sns").set_topic_attributes(
        TopicArn=inputs["arn"], AttributeName="Policy", AttributeValue=policy
    )
    return inputs["arn"], {}


@_makes("aws:sns/topicSubscription:TopicSubscription")
def _subscription(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    topic = inputs.pop("topic")
    arn = to.do("sns", "Subscribe", inputs | {"topicArn": topic, "returnSubscriptionArn": True})[
        "SubscriptionArn"
    ]
    return arn, {"arn": arn}


@_makes("aws:cloudwatch/metricAlarm:MetricAlarm")
def _alarm(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name = to.name(resource)
    dimensions = [{"name": key, "value": value} for key, value in inputs.pop("dimensions").items()]
    to.do("cloudwatch", "PutMetricAlarm", inputs | {"alarmName": name, "dimensions": dimensions})
    if inputs["treatMissingData"] == "notBreaching":
        # CloudWatch finds so at its first look, before anybody is subscribed; the emulator waits for data.
        to.client("cloudwatch").set_alarm_state(AlarmName=name, StateValue="OK", StateReason="no data yet")
    return name, {"name": name}


# --- HTTP API ---------------------------------------------------------------------------------------


@_makes("aws:apigatewayv2/api:Api")
def _api(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    api = to.do("apigatewayv2", "CreateApi", inputs | {"name": to.name(resource)})
    to.gateway_id = api["ApiId"]
    account = to.call("aws:index/getCallerIdentity:getCallerIdentity", {})["accountId"]
    execution = f"arn:aws:execute-api:{to.region}:{account}:{api['ApiId']}"
    return api["ApiId"], {"apiEndpoint": to.api_url, "executionArn": execution, "name": to.name(resource)}


@_makes("aws:apigatewayv2/integration:Integration")
def _integration(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    return to.do("apigatewayv2", "CreateIntegration", inputs)["IntegrationId"], {}


@_makes("aws:apigatewayv2/route:Route")
def _route(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    return to.do("apigatewayv2", "CreateRoute", inputs)["RouteId"], {}


@_makes("aws:apigatewayv2/stage:Stage")
def _stage(to: Deployment, resource: Registration, inputs: dict[str, Any]) -> Made:
    name = inputs.pop("name")
    to.do("apigatewayv2", "CreateStage", inputs | {"stageName": name})
    return name, {"name": name}
