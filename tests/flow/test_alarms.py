"""Alarms of a system whose alarms are sixty times faster: each from its cause to the mail, and back to OK."""

from __future__ import annotations

import email
import email.policy
import json
import re
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from local.system import ephemeral, running
from tests.flow.conftest import Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SPEED = 60
SECONDS = 120
"""Much more than the slowest alarm needs: a message has to be as old as 30 minutes are at this speed."""


@pytest.fixture(scope="module")
def watched() -> Iterator[Client]:
    options = replace(ephemeral(quarantineRateFloor=4), schedule_speed=0, alarm_speed=SPEED)
    with running(options) as system:
        client = Client(system)
        with client.api:
            yield client


def mails(client: Client, state: str) -> dict[str, str]:
    """The text of the mails about alarms that went into a state, by the alarm."""
    found = {}
    for path in sorted(client.system.outbox.glob("*.eml")):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if name := re.match(rf'{state}: "([a-z-]+)-alarm-', mail["Subject"]):
            found[name[1]] = str(mail.get_content())
    return found


def until_told(client: Client, state: str, alarms: set[str], tick: Callable[[], None]) -> dict[str, str]:
    """Let the clocks tick until there is a mail about each of these alarms."""
    deadline = time.monotonic() + SECONDS
    while missing := alarms - mails(client, state).keys():
        assert time.monotonic() < deadline, f"no mail says {state} of {', '.join(sorted(missing))}"
        tick()
        time.sleep(1)
    return mails(client, state)


@contextmanager
def without_rights(client: Client, role: str, service: str) -> Iterator[None]:
    """A role that may not call a service, as after a change of its policy that went wrong."""
    iam = client.system.deployment.client("iam")
    denied = {"Effect": "Deny", "Action": f"{service}:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [denied]})
    names = [entry["RoleName"] for entry in iam.list_roles()["Roles"]]
    (name,) = [name for name in names if name.startswith(f"{role}-role-")]
    iam.put_role_policy(RoleName=name, PolicyName="wrong", PolicyDocument=document)
    try:
        yield
    finally:
        iam.delete_role_policy(RoleName=name, PolicyName="wrong")


@contextmanager
def without_processor(client: Client) -> Iterator[None]:
    """Nobody takes anything out of the queue of events."""
    functions = client.system.deployment.client("lambda")
    name = client.system.outputs["processorFunction"]
    (mapping,) = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        yield
    finally:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def sweep(client: Client) -> None:
    assert client.told("sweepFunction", {"reconcile": True, "graceSeconds": 0})["passing"] is False


def queue_is_filled(client: Client, output: str) -> None:
    client.sqs.send_message(QueueUrl=client.system.outputs[output], MessageBody="no event at all")


def bad_files_come(client: Client) -> None:
    for number in range(4):
        client.drop(f"bad/{number}.csv", b"")


def an_event_is_lost(client: Client) -> None:
    with client.without_events():
        client.drop("lost/orders.csv", b"a,b\n1,2\n")
    sweep(client)


def the_api_fails(client: Client) -> None:
    with without_rights(client, "api", "dynamodb"):
        answers = [client.api.get(f"/records/{number:032x}") for number in range(5)]
    assert {answer.status_code for answer in answers} == {500}


def deliveries_fail(client: Client) -> None:
    for _ in range(6):
        queue_is_filled(client, "queueUrl")


def the_notifier_fails(client: Client) -> None:
    with without_rights(client, "notifier", "dynamodb"):
        assert "FunctionError" in client.invoke("notifierFunction", {"flush": True})


def the_address_is_cancelled(client: Client) -> None:
    sns = client.system.deployment.client("sns")
    listed = sns.list_subscriptions_by_topic(TopicArn=client.system.outputs["topicArn"])["Subscriptions"]
    (address,) = [entry for entry in listed if entry["Protocol"] == "email"]
    sns.unsubscribe(SubscriptionArn=address["SubscriptionArn"])


def the_address_is_back(client: Client) -> None:
    client.system.deployment.client("sns").subscribe(
        TopicArn=client.system.outputs["topicArn"], Protocol="email", Endpoint="operator@example.com"
    )


CAUSES: dict[str, Callable[[Client], None]] = {
    "dead-letters": lambda client: queue_is_filled(client, "deadLetterQueueUrl"),
    "undelivered-alerts": lambda client: queue_is_filled(client, "undeliveredQueueUrl"),
    "quarantine-rate": bad_files_come,
    "reconciliation-mismatch": an_event_is_lost,
    "api-errors": the_api_fails,
    "deliveries-failed": deliveries_fail,
    "notifier-errors": the_notifier_fails,
    "unconfirmed-subscription": the_address_is_cancelled,
}
SILENCE = {"oldest-message", "sweep-not-running"}
"""What raises these is that something does not happen any more."""


def test_alarms_are_raised_by_their_causes_and_clear_when_these_are_over(watched: Client) -> None:
    def flush() -> None:
        watched.invoke("notifierFunction", {"flush": True})

    # One after the other, because each is over soon; their mails come while the slow ones are waited for.
    for cause in CAUSES.values():
        cause(watched)
    with without_processor(watched):
        watched.drop("waiting/orders.csv", b"a,b\n1,2\n")
        raised = until_told(watched, "ALARM", {*CAUSES, *SILENCE}, flush)

    for output in ("deadLetterQueueUrl", "undeliveredQueueUrl", "queueUrl"):
        watched.sqs.purge_queue(QueueUrl=watched.system.outputs[output])
    the_address_is_back(watched)

    def everything() -> None:
        flush()
        sweep(watched)

    cleared = until_told(watched, "OK", {*CAUSES, *SILENCE}, everything)

    for name in (*CAUSES, *SILENCE):
        assert "went from OK to ALARM" in raised[name]
        assert f"RUNBOOK: docs/runbooks/{name}.md" in raised[name]
        assert "went from ALARM to OK" in cleared[name]
    quiet = {"processor-errors", "processor-slow", "sweep-errors", "api-slow", "records-throttled"}
    assert not quiet & raised.keys()
