"""The HTTP API in front of the API Lambda, and the stack's outputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from components.api import EXPOSED_HEADERS

if TYPE_CHECKING:
    from local.graph import Graph


def test_every_request_goes_to_the_function(dev: Graph) -> None:
    assert dev["gateway"]["protocolType"] == "HTTP"
    assert dev["gateway-integration"] == {
        "apiId": "gateway-id",
        "integrationType": "AWS_PROXY",
        "integrationUri": "arn:api",
        "payloadFormatVersion": "2.0",
    }
    assert dev["gateway-route"] == {
        "apiId": "gateway-id",
        "routeKey": "$default",
        "target": "integrations/gateway-integration-id",
    }


def test_other_pages_may_announce_uploads_only_where_they_are_configured(dev: Graph, prod: Graph) -> None:
    assert "corsConfiguration" not in dev["gateway"]
    assert prod["gateway"]["corsConfiguration"] == {
        "allowOrigins": ["https://files.example.com"],
        "allowMethods": ["GET", "POST", "DELETE"],
        "allowHeaders": ["content-type", "idempotency-key", "if-none-match", "x-api-key"],
        "exposeHeaders": list(EXPOSED_HEADERS),
        "maxAge": 3_600,
    }


def test_this_api_alone_may_invoke_the_function(dev: Graph) -> None:
    assert dev["gateway-permission"] == {
        "action": "lambda:InvokeFunction",
        "function": "api-name",
        "principal": "apigateway.amazonaws.com",
        "sourceArn": "arn:execution:gateway/*/*",
    }


def test_the_stage_is_throttled_and_logs_each_request(dev: Graph) -> None:
    stage = dev["gateway-stage"]
    assert (stage["name"], stage["autoDeploy"]) == ("$default", True)
    assert stage["defaultRouteSettings"] == {"throttlingRateLimit": 50, "throttlingBurstLimit": 100}
    assert stage["accessLogSettings"]["destinationArn"] == "arn:gateway-logs"
    logged = json.loads(stage["accessLogSettings"]["format"])
    assert {"requestId", "status", "method", "path", "latencyMs"} <= set(logged)


def test_the_outputs(dev: Graph) -> None:
    assert dev.outputs == {
        "apiUrl": "https://gateway.example",
        "dashboardUrl": "https://gateway.example/",
        "docsUrl": "https://gateway.example/docs",
        "cloudWatchDashboardUrl": "https://eu-central-1.console.aws.amazon.com/cloudwatch/home"
        "?region=eu-central-1#dashboards/dashboard/silent-scalper-dev-story",
        "incomingBucket": "incoming-bucket",
        "quarantineBucket": "quarantine-bucket",
        "acceptedBucket": "accepted-bucket",
        "recordsTable": "records-name",
        "apiKeysTable": "api-keys-name",
        "alertsTable": "alert-state-name",
        "undeliveredQueueUrl": "https://sqs.example/undelivered-alerts",
        "topicArn": "arn:alerts",
        "queueUrl": "https://sqs.example/events",
        "deadLetterQueueUrl": "https://sqs.example/dead-letters",
        "processorFunction": "processor-name",
        "sweepFunction": "sweep-name",
        "apiFunction": "api-name",
        "notifierFunction": "notifier-name",
    }


def test_everything_hangs_under_a_component_and_uses_the_one_provider(dev: Graph) -> None:
    for resource in dev.resources:
        if resource.name != "aws":
            assert "silent-scalper:" in resource.parent, resource.name
            assert resource.provider.endswith("::aws-id"), resource.name
    provider = dev["aws"]
    assert provider["region"] == "eu-central-1"
    assert json.loads(provider["defaultTags"])["tags"] == {
        "project": "silent-scalper",
        "stack": "dev",
        "managed-by": "pulumi",
    }


def test_names_are_left_to_pulumi(dev: Graph) -> None:
    named = {r.name for r in dev.resources if "name" in r.inputs or "namePrefix" in r.inputs}
    # Stages and saved queries have the names that people see; there are no others.
    assert named == {"gateway-stage", *dev.of("QueryDefinition")}
    assert not [r.name for r in dev.resources if r.type == "aws:s3/bucket:Bucket" and "bucket" in r.inputs]
