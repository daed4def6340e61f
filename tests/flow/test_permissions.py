"""Least privilege, tried out: with one permission less, something breaks.

Over TLS, so that every policy is deployed as it is declared. What the emulator does not enforce is
listed; tests/graph/test_roles.py holds those to the letter.
"""

from __future__ import annotations

import json
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from local.emulator import free_port
from local.system import Options, running
from records.alerts import LEDGER_ID, key
from tests.flow import permitted
from tests.flow.conftest import Client, eventually
from tests.flow.test_drops import event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Tell

FUNCTIONS = ("processor", "sweep", "notifier", "api")
NOT_ENFORCED = {
    # the emulator moves messages, stream records, logs and traces by itself
    ("processor", "sqs:GetQueueAttributes"),
    ("notifier", "dynamodb:DescribeStream"),
    ("notifier", "dynamodb:GetRecords"),
    ("notifier", "dynamodb:GetShardIterator"),
    ("notifier", "dynamodb:ListStreams"),
    ("notifier", "sqs:SendMessage"),
    *((name, action) for name in FUNCTIONS for action in ("logs:CreateLogStream",)),
    *((name, action) for name in FUNCTIONS for action in ("logs:PutLogEvents",)),
    *((name, action) for name in FUNCTIONS for action in ("xray:PutTraceSegments",)),
    *((name, action) for name in FUNCTIONS for action in ("xray:PutTelemetryRecords",)),
    # it copies tags without asking, and answers 404 to whoever may not list
    ("processor", "s3:GetObjectVersionTagging"),
    ("processor", "s3:GetObjectTagging"),
    ("processor", "s3:PutObjectTagging"),
    ("processor", "s3:ListBucket"),
    ("processor", "s3:ListBucketVersions"),
    ("sweep", "s3:ListBucket"),
    # only after a copy in parts that failed
    ("processor", "s3:AbortMultipartUpload"),
}


@pytest.fixture(scope="module")
def tls() -> Iterator[Client]:
    # A tick that runs just when a test calls the same function would take its work.
    options = Options(
        port=free_port(),
        aws_port=free_port(),
        tls=True,
        config={"maxAlertsPerHour": 100},
        schedule_speed=0,
    )
    with running(options) as system:
        client = Client(system)
        with client.api:
            yield client


def deliver(client: Client, key: str, version: str) -> bool:
    """Whether the processor, under its role, brings a version to its outcome."""
    body = event(client, key, version)
    attributes = {"ApproximateReceiveCount": "1"}
    message = {"messageId": "1", "receiptHandle": "none", "body": body, "attributes": attributes}
    answer = client.system.deployment.client("lambda").invoke(
        FunctionName=client.system.outputs["processorFunction"], Payload=json.dumps({"Records": [message]})
    )
    return bool(json.loads(answer["Payload"].read()) == {"batchItemFailures": []})


def drop(client: Client, content: bytes) -> bool:
    key = f"drops/{uuid.uuid4()}"
    return deliver(client, key, client.drop(key, content))


def a_good_drop(client: Client) -> bool:
    return drop(client, b"a,b\n1,2\n")


def a_bad_drop(client: Client) -> bool:
    return drop(client, b"")


def a_postponement(client: Client) -> bool:
    """Whether the processor may say when a message that failed comes again."""
    body = f"no event {uuid.uuid4()}"
    attributes = {"ApproximateReceiveCount": "1"}
    message = {"messageId": "1", "receiptHandle": "none", "body": body, "attributes": attributes}
    client.system.deployment.client("lambda").invoke(
        FunctionName=client.system.outputs["processorFunction"], Payload=json.dumps({"Records": [message]})
    )
    (group,) = (
        r.inputs["loggingConfig"]["logGroup"]
        for r in client.system.deployment.resources
        if r.name == "processor"
    )
    logs = client.system.deployment.client("logs")

    def line() -> str | None:
        events = logs.filter_log_events(logGroupName=group, filterPattern=f'"{body}"')["events"]
        return events[0]["message"] if events else None

    return "AccessDenied" not in eventually(line, "the line of the failure")


def an_upload(client: Client) -> bool:
    """Whether an announced file comes to its outcome, and can be downloaded."""
    answer = client.api.post("/uploads", json={"fileName": "a.csv", "sizeBytes": 8})
    if answer.status_code != 201:
        return False
    announced = answer.json()
    record = announced["record"]
    with httpx.Client(verify=_trusted(client), trust_env=False, timeout=30) as s3:
        form = announced["upload"]
        if not s3.post(form["url"], data=form["fields"], files={"file": b"a,b\n1,2\n"}).is_success:
            return False
        (version,) = client.versions(client.incoming, record["objectKey"])
        if not deliver(client, record["objectKey"], version["VersionId"]):
            return False
        link = client.api.get(f"/records/{record['recordId']}/download")
        return link.status_code == 200 and s3.get(link.json()["url"]).content == b"a,b\n1,2\n"


def an_upload_in_parts(client: Client) -> bool:
    """Whether parts become an object."""
    body = {"fileName": "a.csv", "sizeBytes": 8, "multipart": True}
    announced = client.api.post("/uploads", json=body).json()
    (part,) = announced["upload"]["items"]
    with httpx.Client(verify=_trusted(client), trust_env=False, timeout=30) as s3:
        assert s3.put(part["url"], content=b"a,b\n1,2\n").is_success
    done = client.api.post(f"/uploads/{announced['record']['recordId']}/complete")
    return done.status_code == 202


def an_aborted_upload(client: Client) -> bool:
    body = {"fileName": "a.csv", "sizeBytes": 8, "multipart": True}
    record_id = client.api.post("/uploads", json=body).json()["record"]["recordId"]
    return client.api.post(f"/uploads/{record_id}/abort").status_code == 202


def _trusted(client: Client) -> Any:
    import ssl

    return ssl.create_default_context(cafile=client.system.emulator.ca_bundle)


def a_split_file(client: Client) -> bool:
    """Whether bad rows and good ones are kept apart, and both are handed out."""
    header = b"order_id,ordered_at,customer,country,quantity,price,note\n"
    rows = b"1,2026-11-20T10:00:00Z,C000001,DE,1,9.50,\n2,yesterday,C000002,DE,1,9.50,\n"
    key = f"orders/split/{uuid.uuid4()}.csv"
    version = client.drop(key, header + rows)
    if not deliver(client, key, version):
        return False
    record_id = client.record_of(key, version).record_id
    links = [client.api.get(f"/records/{record_id}/{kind}").json()["url"] for kind in ("rejects", "accepted")]
    with httpx.Client(verify=_trusted(client), trust_env=False, timeout=30) as s3:
        return all(s3.get(link).is_success for link in links)


def a_list(client: Client) -> bool:
    return client.api.get("/records").status_code == 200


def an_unknown_key(client: Client) -> bool:
    text = f"ss_{uuid.uuid4().hex[:12]}_{'x' * 43}"
    return client.api.get("/records", headers={"X-Api-Key": text}).status_code == 401


def a_look_at_the_subscriptions(client: Client) -> bool:
    return client.told("notifierFunction", {"flush": True}).get("unconfirmed") is not None


def a_notification(client: Client) -> bool:
    """Whether a change of a record is counted, and told when the window before it is over."""
    image = {
        "recordId": {"S": uuid.uuid4().hex},
        "status": {"S": "quarantined"},
        "source": {"S": "bucket"},
        "bucket": {"S": client.incoming},
        "objectKey": {"S": "a.csv"},
        "fileName": {"S": "a.csv"},
        "createdAt": {"S": "2026-01-31T08:15:30.250Z"},
    }
    change = {"NewImage": image, "SequenceNumber": str(uuid.uuid4().int)}
    # The other tests here quarantine more files than there may be alerts within an hour.
    client.dynamodb.delete_item(TableName=client.system.outputs["alertsTable"], Key=key(LEDGER_ID))
    before = published_at(client)
    answer = client.invoke("notifierFunction", {"Records": [{"eventName": "INSERT", "dynamodb": change}]})

    def ended() -> dict[str, Any] | None:
        nonlocal answer
        if "FunctionError" in answer or published_at(client) != before:
            return answer
        answer = client.invoke("notifierFunction", {"flush": True})
        return None

    return "FunctionError" not in eventually(ended, "the notifier's message")


def published_at(client: Client) -> Any:
    """When the notifier sent its last message."""
    table = client.system.outputs["alertsTable"]
    return client.dynamodb.get_item(TableName=table, Key=key(LEDGER_ID)).get("Item", {}).get("publishedAt")


def a_look_at_the_alerts(client: Client) -> bool:
    return bool(client.api.get("/health").json()["alerts"]["status"] != "unknown")


SWEEP = (
    "dynamodb:BatchGetItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListBucketVersions",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
)
NEEDED: dict[tuple[str, str], Callable[[Client], bool]] = {
    ("processor", "s3:GetObjectVersion"): a_good_drop,
    ("processor", "s3:DeleteObjectVersion"): a_bad_drop,
    ("processor", "s3:PutObject"): a_bad_drop,
    ("processor", "sqs:ChangeMessageVisibility"): a_postponement,
    ("processor", "dynamodb:GetItem"): a_bad_drop,
    ("processor", "dynamodb:PutItem"): a_good_drop,
    ("processor", "dynamodb:UpdateItem"): an_upload,
    ("processor", "dynamodb:BatchGetItem"): permitted.an_operation,
    ("processor", "dynamodb:Query"): permitted.an_operation,
    ("processor", "sqs:SendMessage"): permitted.an_operation,
    ("processor", "sqs:ReceiveMessage"): permitted.a_redrive,
    ("processor", "sqs:DeleteMessage"): permitted.a_redrive,
    ("processor", "s3:GetObject"): permitted.a_retry,
    ("processor", "s3:DeleteObject"): permitted.a_discarded_file,
    **{("sweep", action): permitted.a_sweep for action in SWEEP},
    ("notifier", "dynamodb:PutItem"): a_notification,
    ("notifier", "dynamodb:Query"): a_notification,
    ("notifier", "sns:Publish"): a_notification,
    ("notifier", "sns:ListSubscriptionsByTopic"): a_look_at_the_subscriptions,
    ("api", "dynamodb:BatchGetItem"): permitted.a_look_at_an_operation,
    ("api", "cloudwatch:GetMetricData"): permitted.a_look_at_the_statistics,
    ("api", "sqs:SendMessage"): permitted.a_request_for_a_retry,
    ("api", "dynamodb:GetItem"): an_unknown_key,
    ("api", "dynamodb:PutItem"): an_upload,
    ("api", "dynamodb:UpdateItem"): permitted.a_key_that_is_revoked,
    ("api", "dynamodb:Query"): a_list,
    ("api", "sqs:GetQueueAttributes"): a_look_at_the_alerts,
    ("api", "s3:PutObject"): an_upload,
    ("api", "s3:GetObjectVersion"): an_upload,
    ("api", "s3:GetObject"): a_split_file,
    ("api", "s3:ListMultipartUploadParts"): an_upload_in_parts,
    ("api", "s3:AbortMultipartUpload"): an_aborted_upload,
    ("api", "s3:ListBucketVersions"): an_aborted_upload,
}


@contextmanager
def without(client: Client, function: str, action: str) -> Iterator[None]:
    """Take one action out of a role for a while."""
    iam = client.system.deployment.client("iam")
    (role,) = [r.inputs["role"] for r in client.system.deployment.resources if r.name == f"{function}-policy"]
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    taken = {action, f"{action}Batch"}  # the emulator knows batches by a name of their own
    statements = [s | {"Action": [a for a in s["Action"] if a not in taken]} for s in document["Statement"]]
    reduced = document | {"Statement": [s for s in statements if s["Action"]]}
    assert reduced != document
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(reduced))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))


def test_policies_are_deployed_as_declared(tls: Client) -> None:
    assert tls.system.deployment.left_out == []


def test_the_whole_flow_passes_with_iam_enforced(tls: Client) -> None:
    version = tls.drop("flow/good.csv", b"a,b\n1,2\n")
    assert tls.record_of("flow/good.csv", version).status == "processed"
    bad = tls.record_of("flow/bad.csv", tls.drop("flow/bad.csv", b""))
    assert bad.status == "quarantined"
    eventually(lambda: not tls.versions(tls.incoming, "flow/bad.csv"), "the source is gone")
    assert tls.mails("flow/bad.csv")
    assert all(works(tls) for works in set(NEEDED.values()))


@pytest.mark.parametrize(("function", "action"), sorted(NEEDED), ids=lambda part: part)
def test_without_this_permission_something_breaks(
    tls: Client, tell: Tell, function: str, action: str
) -> None:
    works = NEEDED[function, action]
    tell("permissions", f"{function} {action}", "is needed for", works.__name__.replace("_", " "))
    assert works(tls)
    with without(tls, function, action):
        assert not works(tls)
    assert works(tls)


def test_every_permission_of_every_role_is_in_one_of_the_two_lists(tls: Client, tell: Tell) -> None:
    for function, action in sorted(NOT_ENFORCED):
        tell("permissions", f"{function} {action}", "is needed for", "(not enforced by the emulator)")
    declared = {
        (resource.name.removesuffix("-policy"), action)
        for resource in tls.system.deployment.resources
        if resource.type == "aws:iam/rolePolicy:RolePolicy"
        for statement in json.loads(resource.inputs["policy"])["Statement"]
        for action in statement["Action"]
    }
    assert declared == set(NEEDED) | NOT_ENFORCED
    assert not set(NEEDED) & NOT_ENFORCED


@pytest.mark.parametrize(
    "action", sorted({action for function, action in NOT_ENFORCED if action.startswith("s3:")})
)
def test_what_is_said_not_to_be_enforced_is_not(tls: Client, action: str) -> None:
    """When the emulator learns to enforce one, this fails, and it belongs in the other list."""
    with without(tls, "processor", action):
        assert a_bad_drop(tls)


def test_while_the_topic_takes_nothing_the_api_says_so(tls: Client) -> None:
    def state() -> dict[str, str]:
        told: dict[str, str] = tls.api.get("/health").json()["alerts"]
        return told

    assert a_notification(tls)
    assert state()["status"] == "ok"
    with without(tls, "notifier", "sns:Publish"):
        assert not a_notification(tls)
        failing = state()
    assert failing["status"] == "failing"
    assert failing["since"]
    assert "could not be sent: " in failing["detail"]
    assert a_notification(tls)
    assert state()["status"] == "ok"


def test_the_overview_reads_everything_under_its_role(tls: Client) -> None:
    """The emulator does not tell how old messages are, as nobody measures it there."""
    overview = tls.api.get("/overview").json()
    assert overview["unknown"] == []
    assert {"queue", "deadLetters", "underway", "sweep"} <= overview.keys()
    assert overview["alerts"]["status"] != "unknown"


def test_plain_http_style_access_without_credentials_is_refused(tls: Client) -> None:
    url = f"{tls.system.emulator.endpoint}/{tls.incoming}/flow/good.csv"
    answer = httpx.get(url, verify=_trusted(tls), trust_env=False)
    assert answer.status_code == 403
