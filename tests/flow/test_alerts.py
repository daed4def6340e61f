"""What a person gets to read: mails in the outbox about bad files."""

from __future__ import annotations

import email
import email.policy
import time
from typing import TYPE_CHECKING

from tests.flow.conftest import eventually

if TYPE_CHECKING:
    from email.message import EmailMessage

    from tests.flow.conftest import Client


def parsed(mail: str) -> EmailMessage:
    return email.message_from_string(mail, policy=email.policy.default)


def test_a_quarantined_file_is_told_by_a_mail_that_reads_well(client: Client) -> None:
    # What came before with the same cause is told first: a mail names three of its files.
    time.sleep(1.1)
    client.flush()
    version = client.drop("mail/empty-orders.csv", b"")
    record = client.record_of("mail/empty-orders.csv", version)
    mail = parsed(client.mails("mail/empty-orders.csv")[0])
    assert mail["To"] == "operator@example.com"
    assert mail["Subject"].startswith("[dev] ")
    assert mail["Subject"].endswith("quarantined: empty_file")
    text = mail.get_content()
    assert "Reason: empty_file" in text
    assert "What to do: Ask the sender" in text
    assert f"{client.system.url}/#/files/{record.record_id}" in text
    assert f"{client.system.url}/#/files?status=quarantined&reason=empty_file" in text


def test_a_processed_file_is_not_told(client: Client) -> None:
    version = client.drop("mail/good.csv", b"a,b\n1,2\n")
    client.record_of("mail/good.csv", version)
    client.record_of("mail/bad.csv", client.drop("mail/bad.csv", b""))
    client.mails("mail/bad.csv")
    assert not [path for path in client.system.outbox.glob("*.eml") if "mail/good.csv" in path.read_text()]


def test_a_message_that_is_no_event_is_counted_as_a_failed_delivery(client: Client) -> None:
    cloudwatch = client.system.deployment.client("cloudwatch")

    def failures() -> list[dict[str, object]]:
        metrics = cloudwatch.list_metrics(Namespace="SilentScalper", MetricName="DeliveriesFailed")["Metrics"]
        return list(metrics)

    client.sqs.send_message(QueueUrl=client.system.outputs["queueUrl"], MessageBody="no event at all")
    client.stuck += 1
    (metric, *_) = eventually(failures, "the metric DeliveriesFailed")
    assert metric["Dimensions"] == [{"Name": "Stack", "Value": "dev"}]
