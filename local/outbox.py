"""Email as files: what SNS would send to each address lies in a folder, one `.eml` for each message."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from local.deploy import Deployment

_FOOTER = """

--
Amazon SNS would add a link here to stop these messages. This is the local system: nothing was sent.
"""


@dataclass(frozen=True)
class Mailbox:
    """An address of the program's subscriptions, and the queue in which its mail waits to be written."""

    address: str
    queue_url: str


class Outbox:
    """Subscribes a queue beside each email subscription, and writes what comes out as files."""

    def __init__(self, deployment: Deployment, folder: Path) -> None:
        self._sqs = deployment.client("sqs")
        self._sns = deployment.client("sns")
        self._folder = folder
        self._number = 0
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        subscriptions = [r.inputs for r in deployment.resources if r.type.endswith(":TopicSubscription")]
        self._mailboxes = [self._open(s) for s in subscriptions if s["protocol"] == "email"]

    def _open(self, subscription: dict[str, Any]) -> Mailbox:
        name = "outbox-" + re.sub(r"[^A-Za-z0-9]", "-", subscription["endpoint"])[:60]
        url = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        answer = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        arn = answer["Attributes"]["QueueArn"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        attributes = {"FilterPolicy": subscription["filterPolicy"]} if "filterPolicy" in subscription else {}
        self._sns.subscribe(
            TopicArn=subscription["topic"], Protocol="sqs", Endpoint=arn, Attributes=attributes
        )
        return Mailbox(subscription["endpoint"], url)

    def collect(self) -> None:
        """Write what has come since the last call."""
        for mailbox in self._mailboxes:
            answer = self._sqs.receive_message(QueueUrl=mailbox.queue_url, MaxNumberOfMessages=10)
            for message in answer.get("Messages", []):
                self._write(mailbox.address, json.loads(message["Body"]))
                self._sqs.delete_message(QueueUrl=mailbox.queue_url, ReceiptHandle=message["ReceiptHandle"])

    def _write(self, address: str, notification: dict[str, Any]) -> None:
        sent = datetime.fromisoformat(notification["Timestamp"])
        mail = EmailMessage(policy=SMTP)
        mail["From"] = "Silent Scalper <no-reply@sns.amazonaws.com>"
        mail["To"] = address
        mail["Subject"] = notification.get("Subject") or "AWS Notification Message"
        mail["Date"] = format_datetime(sent)
        mail["Message-ID"] = f"<{notification['MessageId']}@sns.amazonaws.com>"
        mail.set_content(_readable(notification["Message"]) + _FOOTER, cte="8bit")
        with self._lock:
            self._number += 1
            slug = re.sub(r"[^a-z0-9]+", "-", mail["Subject"].lower()).strip("-")[:60]
            path = self._folder / f"{sent:%Y%m%dT%H%M%S}-{self._number:04d}-{slug}.eml"
            temporary = path.with_suffix(".tmp")
            temporary.write_bytes(mail.as_bytes())
            temporary.rename(path)


def _readable(message: str) -> str:
    """CloudWatch publishes alarms as JSON, and SNS writes them out for email; so do we."""
    try:
        alarm = json.loads(message)
        return _alarm_text(alarm)
    except (ValueError, KeyError, TypeError):
        return message


def _alarm_text(alarm: dict[str, Any]) -> str:
    return "\n".join(
        [
            f'The alarm "{alarm["AlarmName"]}" in {alarm["Region"]} went from {alarm["OldStateValue"]} to '
            f"{alarm['NewStateValue']} at {alarm['StateChangeTime']}.",
            "",
            str(alarm["AlarmDescription"]),
            "",
            f"Reason: {alarm['NewStateReason']}",
            f"Account: {alarm['AWSAccountId']}",
        ]
    )
