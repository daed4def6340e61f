"""Metrics that AWS has of its own services, and the emulator does not: of queues, and of the HTTP API."""

from __future__ import annotations

import ssl
import time
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.deploy import Deployment
    from local.gateway import Gateway

    Data = list[dict[str, Any]]

DEPTH, AGE = "ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"


class QueueMeasures:
    """How much lies in the queues that alarms watch, and since when."""

    def __init__(self, deployment: Deployment) -> None:
        self._sqs = deployment.client("sqs")
        self._endpoint = deployment.endpoint
        self._watched = sorted(set(_watched_queues(deployment)))
        self._urls = {
            queue: self._sqs.get_queue_url(QueueName=queue)["QueueUrl"] for queue, _ in self._watched
        }
        self._http = httpx.Client(
            verify=ssl.create_default_context(cafile=deployment.ca_bundle) if deployment.ca_bundle else True,
            trust_env=False,
        )

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def depths(self) -> Iterator[tuple[str, Data]]:
        """The messages that a queue has to give."""
        for queue in self._queues(DEPTH):
            name = "ApproximateNumberOfMessages"
            answer = self._sqs.get_queue_attributes(QueueUrl=self._urls[queue], AttributeNames=[name])
            yield _queue_datum(queue, DEPTH, float(answer["Attributes"][name]))

    def ages(self) -> Iterator[tuple[str, Data]]:
        """For how long the oldest message has been there, also one that is being worked on."""
        for queue in self._queues(AGE):
            here = {"QueueUrl": self._urls[queue]}
            answer = self._http.get(f"{self._endpoint}/_ministack/sqs/messages", params=here)
            regions = answer.raise_for_status().json()["messages"].values()
            sent = [
                message["SentTimestamp"]
                for region in regions
                for messages in region.values()
                for listed in messages.values()
                for message in listed
            ]
            yield _queue_datum(queue, AGE, max(time.time() - min(sent), 0) if sent else 0.0)

    def _queues(self, metric: str) -> list[str]:
        return [queue for queue, watched in self._watched if watched == metric]


class GatewayMeasures:
    """What the HTTP API answered since it was asked last."""

    def __init__(self, deployment: Deployment, gateway: Gateway) -> None:
        self._dimensions = [{"Name": "ApiId", "Value": deployment.gateway_id}]
        self._answers = gateway.answers

    def since(self) -> Iterator[tuple[str, Data]]:
        """Server errors and latencies, if anybody asked."""
        answers = [self._answers.popleft() for _ in range(len(self._answers))]
        if answers:
            errors = sum(status >= httpx.codes.INTERNAL_SERVER_ERROR for status, _ in answers)
            latencies = [milliseconds for _, milliseconds in answers]
            data: Data = [
                {"MetricName": "5xx", "Unit": "Count", "Value": float(errors)},
                # PutMetricData takes 150 values at once.
                {"MetricName": "Latency", "Unit": "Milliseconds", "Values": latencies[-150:]},
            ]
            yield "AWS/ApiGateway", [datum | {"Dimensions": self._dimensions} for datum in data]


def _queue_datum(queue: str, metric: str, value: float) -> tuple[str, Data]:
    dimensions = [{"Name": "QueueName", "Value": queue}]
    return "AWS/SQS", [{"MetricName": metric, "Dimensions": dimensions, "Value": value}]


def _watched_queues(deployment: Deployment) -> Iterator[tuple[str, str]]:
    for resource in deployment.resources:
        inputs = resource.inputs
        if resource.type.endswith(":MetricAlarm") and inputs.get("namespace") == "AWS/SQS":
            yield inputs["dimensions"]["QueueName"], inputs["metricName"]
