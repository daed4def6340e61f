"""Where batches of changed records end that the notifier could not tell people of.

A component of its own, made before the API, which shows whether anything lies here, and before Alerting,
which needs the API's address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import sqs

from components import policies

if TYPE_CHECKING:
    from components.encryption import Keys

RETENTION_SECONDS = 14 * 86_400


class Undelivered(pulumi.ComponentResource):
    """The notifier's failure destination."""

    queue: sqs.Queue

    def __init__(self, name: str, keys: Keys, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("silent-scalper:undelivered:Undelivered", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.queue = sqs.Queue(
            "undelivered-alerts",
            message_retention_seconds=RETENTION_SECONDS,
            **keys.queue(),
            opts=child,
        )
        sqs.QueuePolicy(
            "undelivered-alerts-policy",
            queue_url=self.queue.url,
            policy=pulumi.Output.json_dumps(self.queue.arn.apply(policies.queue)),
            opts=child,
        )
        self.register_outputs({"queueUrl": self.queue.url})
