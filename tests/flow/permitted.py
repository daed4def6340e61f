"""What roles may do beyond taking files in, tried out: retries, operations, redrives, and the sweep."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from processor.objects import Version
from records.actions import discarded, retrying
from records.commands import Discard, Proceed, Retry, body_of
from records.model import Reason, Record, Source, Status, derived_record_id, new_record_id, utc_text
from records.operations import Kind, Operation, OperationStore
from tests.flow.conftest import eventually

if TYPE_CHECKING:
    from tests.flow.conftest import Client

_hours = itertools.count(1)
PAST = "2026-01-31T08:15:30.250Z"


def works_off(client: Client, body: str) -> bool:
    """Whether the processor, under its role, comes to the end of a message."""
    attributes = {"ApproximateReceiveCount": "1"}
    message = {"messageId": "1", "receiptHandle": "none", "body": body, "attributes": attributes}
    return bool(client.told("processorFunction", {"Records": [message]}) == {"batchItemFailures": []})


def in_quarantine(client: Client, content: bytes = b"a,b\n1,2\n") -> Record:
    """A record of a file in quarantine that nothing is wrong with any more."""
    name = f"{uuid.uuid4()}.csv"
    record = Record(
        record_id=derived_record_id(client.incoming, name, "v1"),
        status=Status.QUARANTINED,
        source=Source.BUCKET,
        bucket=client.incoming,
        object_key=name,
        file_name=name,
        created_at=PAST,
        version_id="v1",
        reason=Reason.BAD_ROWS,
        quarantine_key=f"{name}/original/{name}",
    )
    client.s3.put_object(Bucket=client.quarantine, Key=record.quarantine_key, Body=content)
    assert client.records.add(record) is None
    return record


def a_retry(client: Client) -> bool:
    """Whether a file that passes is put back under its key."""
    record = in_quarantine(client)
    retry_id = uuid.uuid4().hex
    assert client.records.move(retrying(record, by="key1", action_id=retry_id), record) is None
    done = works_off(client, body_of(Retry(record.record_id, retry_id)))
    return done and len(client.versions(client.incoming, record.object_key)) == 1


def a_discarded_file(client: Client) -> bool:
    record = in_quarantine(client)
    gone = discarded(record, by="key1", action_id=uuid.uuid4().hex)
    assert client.records.move(gone, record) is None
    return works_off(client, body_of(Discard(record.record_id)))


def begun(client: Client, kind: Kind, **wanted: Any) -> str:
    store = OperationStore(client.dynamodb, client.system.outputs["recordsTable"])
    operation = Operation(
        operation_id=uuid.uuid4().hex, kind=kind, requested_by="key1", created_at=PAST, wanted=wanted
    )
    assert store.add(operation) is None
    return body_of(Proceed(operation.operation_id, 0))


def an_operation(client: Client) -> bool:
    """Whether records are found, asked for, and counted."""
    record = in_quarantine(client, b"")
    body = begun(client, Kind.RETRY, status="quarantined", prefix=record.object_key)
    return works_off(client, body)


def a_redrive(client: Client) -> bool:
    """Whether dead letters are moved back."""
    url = client.system.outputs["deadLetterQueueUrl"]
    client.sqs.send_message(QueueUrl=url, MessageBody='{"Event": "s3:TestEvent"}')
    return works_off(client, begun(client, Kind.REDRIVE, dryRun=False))


def a_look_at_dead_letters(client: Client) -> bool:
    """Whether they are given back at once."""
    url = client.system.outputs["deadLetterQueueUrl"]
    client.sqs.send_message(QueueUrl=url, MessageBody='{"Event": "s3:TestEvent"}')
    done = works_off(client, begun(client, Kind.REDRIVE, dryRun=True))
    _empty(client, url)
    return done


def a_request_for_a_retry(client: Client) -> bool:
    record = in_quarantine(client, b"")
    return client.api.post(f"/records/{record.record_id}/retry", json={}).status_code == 202


def a_look_at_the_statistics(client: Client) -> bool:
    """Whether they are read, and not taken from what was read within the last minute."""
    begin = utc_text(datetime.now(UTC) - timedelta(hours=next(_hours)))
    return client.api.get("/stats", params={"from": begin}).status_code == 200


def a_key_that_is_revoked(client: Client) -> bool:
    made = client.api.post("/keys", json={"name": "n", "scopes": ["read"]})
    if made.status_code != 201:
        return False
    return client.api.delete(f"/keys/{made.json()['keyId']}").status_code == 200


def a_look_at_an_operation(client: Client) -> bool:
    return client.api.get(f"/operations/{'0' * 32}").status_code == 404


def a_sweep(client: Client) -> bool:
    """Whether one run of the sweep does everything that a sweep may have to do."""
    _empty(client, client.system.outputs["deadLetterQueueUrl"])
    lost, late = _lost_object(client), _late_upload(client)
    _dead_letters(client)
    in_quarantine(client)
    left = in_quarantine(client)
    passed = replace(left, status=Status.RETRYING)
    assert client.records.move(passed, left) is None
    done = replace(passed, status=Status.PROCESSED, due_at=PAST, revision=2)
    assert client.records.move(done, replace(passed, revision=2)) is None
    # A run goes on with the pass that another one has left; then there is one over all of the bucket.
    for _ in range(2):
        answer = client.invoke("sweepFunction", {"reconcile": True, "graceSeconds": 0})
        if "FunctionError" in answer:
            _empty(client, client.system.outputs["deadLetterQueueUrl"])
            return False
    _empty(client, client.system.outputs["deadLetterQueueUrl"])
    cleaned = client.records.get(left.record_id)
    eventually(lambda: client.records.get(lost), "the record of the lost object")
    expired = client.records.get(late)
    return bool(cleaned and not cleaned.quarantine_key and expired and expired.status is Status.EXPIRED)


def _lost_object(client: Client) -> str:
    """An object whose event never comes; the id that its record will have."""
    key = f"lost/{uuid.uuid4()}.csv"
    with client.without_events():
        version = client.drop(key, b"a,b\n1,2\n")
    return derived_record_id(client.incoming, key, version)


def _late_upload(client: Client) -> str:
    """An upload in parts that nobody completed in time; its id."""
    record_id = new_record_id()
    place = {"Bucket": client.incoming, "Key": f"uploads/{record_id}/a.csv"}
    late = Record(
        record_id=record_id,
        status=Status.AWAITING_UPLOAD,
        source=Source.UPLOAD,
        bucket=client.incoming,
        object_key=place["Key"],
        file_name="a.csv",
        created_at=PAST,
        due_at=PAST,
        upload_id=client.s3.create_multipart_upload(**place)["UploadId"],
    )
    assert client.records.add(late) is None
    return record_id


def _dead_letters(client: Client) -> None:
    """One that is settled, one of an announced upload, and one of a drop, whose bytes are looked for."""
    record_id = new_record_id()
    announced = Record(
        record_id=record_id,
        status=Status.AWAITING_UPLOAD,
        source=Source.UPLOAD,
        bucket=client.incoming,
        object_key=f"uploads/{record_id}/a.csv",
        file_name="a.csv",
        created_at=PAST,
    )
    assert client.records.add(announced) is None
    url = client.system.outputs["deadLetterQueueUrl"]
    client.sqs.send_message(QueueUrl=url, MessageBody='{"Event": "s3:TestEvent"}')
    for key in (announced.object_key, f"dead/{uuid.uuid4()}.csv"):
        with client.without_events():
            version = Version(key, client.drop(key, b"x"), datetime.now(UTC), 1)
        client.sqs.send_message(QueueUrl=url, MessageBody=version.notification(client.incoming))


def _empty(client: Client, url: str) -> None:
    while messages := client.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            client.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
