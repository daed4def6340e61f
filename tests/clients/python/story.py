"""What a partner does with the client: each test is a part of the story, told to the local system."""

from __future__ import annotations

import hashlib
import os
import time
import uuid
from typing import TYPE_CHECKING, TypeVar

import httpx
import pytest
from silent_scalper_client import AuthenticatedClient
from silent_scalper_client.api.actions import retry_record
from silent_scalper_client.api.records import download_record, download_rejects, get_record, list_records
from silent_scalper_client.api.uploads import create_upload
from silent_scalper_client.models import ActionRequest, ProblemView, Reason, Status, UploadRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from silent_scalper_client.models import RecordSummary, RecordView

T = TypeVar("T")
GOOD = b"id,amount\n1,10\n2,20\n"
BAD = b"order_id,ordered_at,customer,country,quantity,price,note\n1,yesterday,C000001,DE,1,2.50,\n"


@pytest.fixture(scope="module")
def client() -> Iterator[AuthenticatedClient]:
    with AuthenticatedClient(
        base_url=os.environ["API"],
        token=os.environ["KEY"],
        prefix="",
        auth_header_name="X-Api-Key",
        raise_on_unexpected_status=True,
        httpx_args={"trust_env": False},
    ) as client:
        yield client


def given(answer: T | ProblemView | None) -> T:
    """What was asked for, where no problem is expected."""
    assert answer is not None
    assert not isinstance(answer, ProblemView), answer
    return answer


def refused(answer: object) -> ProblemView:
    """The problem that is expected."""
    assert isinstance(answer, ProblemView), answer
    return answer


def sent(client: AuthenticatedClient, name: str, content: bytes, prefix: str) -> str:
    """Announce a file and send it in one request; the id of its record."""
    wanted = UploadRequest(
        file_name=name, size_bytes=len(content), prefix=prefix, sha256=hashlib.sha256(content).hexdigest()
    )
    announced = given(create_upload.sync(client=client, body=wanted))
    assert announced.record.status is Status.AWAITING_UPLOAD
    form = announced.upload.fields.to_dict()
    httpx.post(announced.upload.url, data=form, files={"file": content}, trust_env=False).raise_for_status()
    return announced.record.record_id


def outcome(client: AuthenticatedClient, record_id: str) -> RecordView:
    """The record as soon as its file has been looked at."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        record = given(get_record.sync(record_id, client=client))
        if record.status not in (Status.AWAITING_UPLOAD, Status.RETRYING):
            return record
        time.sleep(0.1)
    raise AssertionError(f"{record_id} has no outcome")


def pages(client: AuthenticatedClient, prefix: str, limit: int) -> Iterator[list[RecordSummary]]:
    """Every page of a list."""
    page = given(list_records.sync(client=client, prefix=prefix, limit=limit))
    yield page.items
    while page.next_cursor:
        page = given(list_records.sync(client=client, prefix=prefix, limit=limit, cursor=page.next_cursor))
        yield page.items


def content(url: str) -> bytes:
    """What a presigned link leads to."""
    return httpx.get(url, trust_env=False).raise_for_status().content


def test_a_file_is_sent_and_comes_back_as_it_was(client: AuthenticatedClient) -> None:
    record = outcome(client, sent(client, "orders.csv", GOOD, "python"))

    assert record.status is Status.PROCESSED
    assert record.profile
    assert record.profile.rows == 2
    link = given(download_record.sync(record.record_id, client=client))
    assert link.file_name == "orders.csv"
    assert content(link.url) == GOOD


def test_a_list_is_read_by_pages(client: AuthenticatedClient) -> None:
    folder = f"python/{uuid.uuid4()}"
    ids = [sent(client, f"{number}.csv", GOOD, folder) for number in range(5)]

    read = list(pages(client, folder, limit=2))

    assert max(len(page) for page in read) == 2
    assert [item.record_id for page in read for item in page] == ids[::-1]


def test_a_bad_file_is_quarantined_and_its_bad_rows_come_back(client: AuthenticatedClient) -> None:
    record = outcome(client, sent(client, "orders.csv", BAD, "orders/python"))

    assert (record.status, record.reason) == (Status.QUARANTINED, Reason.BAD_ROWS)
    assert record.errors
    assert [finding.field_name for finding in record.errors] == ["ordered_at"]
    report = given(download_rejects.sync(record.record_id, client=client))
    assert b"yesterday" in content(report.url)


def test_a_retry_is_one_more_attempt(client: AuthenticatedClient) -> None:
    record_id = sent(client, "orders.csv", BAD, "orders/python")
    outcome(client, record_id)

    retried = given(retry_record.sync(record_id, client=client, body=ActionRequest(why="to see")))

    assert retried.status is Status.RETRYING
    again = outcome(client, record_id)
    assert (again.status, again.attempt_count) == (Status.QUARANTINED, 2)
    assert again.actions
    assert [action.why for action in again.actions] == ["to see"]


def test_a_record_that_does_not_exist_is_a_problem(client: AuthenticatedClient) -> None:
    answer = get_record.sync_detailed("0" * 32, client=client)

    problem = refused(answer.parsed)
    assert answer.status_code == problem.status == 404
    assert problem.type_.endswith("record-not-found")


def test_a_file_that_cannot_be_downloaded_is_a_problem(client: AuthenticatedClient) -> None:
    record = outcome(client, sent(client, "empty.csv", b"", "python"))

    assert record.reason is Reason.EMPTY_FILE
    assert refused(download_record.sync(record.record_id, client=client)).status == 409


def test_a_request_that_is_wrong_is_told_where(client: AuthenticatedClient) -> None:
    problem = refused(
        create_upload.sync(client=client, body=UploadRequest(file_name="a.csv", size_bytes=-1, prefix="../b"))
    )

    assert problem.status == 422
    assert problem.errors
    assert {error.pointer for error in problem.errors} == {"#/sizeBytes", "#/prefix"}


def test_a_wrong_key_is_a_problem(client: AuthenticatedClient) -> None:
    wrong = AuthenticatedClient(
        base_url=os.environ["API"],
        token="ss_000000000000_wrong",
        prefix="",
        auth_header_name="X-Api-Key",
        httpx_args={"trust_env": False},
    )

    assert refused(list_records.sync(client=wrong)).status == 401
