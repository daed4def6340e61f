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
from silent_scalper_client.api.keys import create_key
from silent_scalper_client.api.records import download_record, download_rejects, get_record, list_records
from silent_scalper_client.api.uploads import (
    abort_upload,
    complete_upload,
    create_upload,
    list_parts,
    sign_parts,
)
from silent_scalper_client.models import (
    ActionRequest,
    KeyRequest,
    MultipartUpload,
    PartsToSign,
    PartToSign,
    PresignedPost,
    ProblemView,
    Reason,
    RecordPage,
    RecordView,
    Scope,
    Status,
    UploadRequest,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from silent_scalper_client.models import RecordSummary
    from silent_scalper_client.types import Unset

T = TypeVar("T")
GOOD = b"id,amount\n1,10\n2,20\n"
LARGE = b"id,note\n" + b"".join(b"%d,%s\n" % (number, b"x" * 1_000) for number in range(17 * 1_024))
"""Of more than 16 MiB: so it has two parts."""
BAD = b"order_id,ordered_at,customer,country,quantity,price,note\n1,yesterday,C000001,DE,1,2.50,\n"


def using(key: str) -> AuthenticatedClient:
    """A client with a key."""
    return AuthenticatedClient(
        base_url=os.environ["API"],
        token=key,
        prefix="",
        auth_header_name="X-Api-Key",
        raise_on_unexpected_status=True,
        httpx_args={"trust_env": False},
    )


@pytest.fixture(scope="module")
def client() -> Iterator[AuthenticatedClient]:
    with using(os.environ["KEY"]) as client:
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
    assert isinstance(announced.upload, PresignedPost)
    form = announced.upload.fields.to_dict()
    httpx.post(announced.upload.url, data=form, files={"file": content}, trust_env=False).raise_for_status()
    return announced.record.record_id


def in_parts(
    client: AuthenticatedClient, content: bytes, *, checksums: bool = False
) -> tuple[str, MultipartUpload]:
    """Announce a file that is to come in parts; the id of its record, and where to send them."""
    wanted = UploadRequest(
        "large.csv", len(content), prefix="python", multipart=True, part_checksums=checksums
    )
    announced = given(create_upload.sync(client=client, body=wanted))
    assert isinstance(announced.upload, MultipartUpload)
    return announced.record.record_id, announced.upload


def cut(content: bytes, upload: MultipartUpload) -> list[bytes]:
    """The parts of a file."""
    size = upload.part_size_bytes
    return [content[begin : begin + size] for begin in range(0, len(content), size)]


def put(url: str | Unset, part: bytes, headers: dict[str, str] | None = None) -> None:
    """Send a part."""
    assert url
    httpx.put(url, content=part, headers=headers, trust_env=False).raise_for_status()


def outcome(client: AuthenticatedClient, record_id: str) -> RecordView:
    """The record as soon as its file has been looked at."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        record = get_record.sync(record_id, client=client)
        assert isinstance(record, RecordView), record
        if record.status not in (Status.AWAITING_UPLOAD, Status.RETRYING):
            return record
        time.sleep(0.1)
    raise AssertionError(f"{record_id} has no outcome")


def pages(client: AuthenticatedClient, prefix: str, limit: int) -> Iterator[list[RecordSummary]]:
    """Every page of a list."""
    page = list_records.sync(client=client, prefix=prefix, limit=limit)
    assert isinstance(page, RecordPage), page
    yield page.items
    while page.next_cursor:
        page = list_records.sync(client=client, prefix=prefix, limit=limit, cursor=page.next_cursor)
        assert isinstance(page, RecordPage), page
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


def test_an_upload_that_is_announced_twice_is_one(client: AuthenticatedClient) -> None:
    key, wanted = uuid.uuid4().hex, UploadRequest("orders.csv", len(GOOD), prefix="python")

    first, second = (
        given(create_upload.sync(client=client, body=wanted, idempotency_key=key)) for _ in range(2)
    )
    other = create_upload.sync(client=client, body=UploadRequest("other.csv", 1), idempotency_key=key)

    assert first.record.record_id == second.record.record_id
    assert refused(other).type_.endswith("idempotency-key-reused")


def test_a_large_file_is_sent_in_parts(client: AuthenticatedClient) -> None:
    record_id, upload = in_parts(client, LARGE)
    first, second = cut(LARGE, upload)
    put(upload.items[0].url, first)

    problem = refused(complete_upload.sync(record_id, client=client))
    there, missing = given(list_parts.sync(record_id, client=client)).items

    assert (problem.status, problem.detail) == (409, "1 of 2 parts are missing: 2.")
    assert problem.type_.endswith("parts-missing")
    assert there.received
    assert there.received.size_bytes == len(first)
    put(missing.url, second)
    given(complete_upload.sync(record_id, client=client))
    assert outcome(client, record_id).status is Status.PROCESSED
    assert content(given(download_record.sync(record_id, client=client)).url) == LARGE


def test_parts_are_bound_to_what_is_in_them(client: AuthenticatedClient) -> None:
    record_id, upload = in_parts(client, LARGE, checksums=True)
    parts = cut(LARGE, upload)
    sums = [hashlib.sha256(part).hexdigest() for part in parts]
    wanted = PartsToSign([PartToSign(number, sha256) for number, sha256 in enumerate(sums, start=1)])

    links = given(sign_parts.sync(record_id, client=client, body=wanted)).items
    for link, part in zip(links, parts, strict=True):
        put(link.url, part, link.headers.to_dict())

    received = [part.received for part in given(list_parts.sync(record_id, client=client)).items]
    assert [part.sha256 for part in received if part] == sums
    given(complete_upload.sync(record_id, client=client))
    assert outcome(client, record_id).status is Status.PROCESSED
    assert content(given(download_record.sync(record_id, client=client)).url) == LARGE


def test_an_upload_that_is_aborted_is_over(client: AuthenticatedClient) -> None:
    record_id, _ = in_parts(client, LARGE)

    assert given(abort_upload.sync(record_id, client=client)).status is Status.EXPIRED

    assert refused(complete_upload.sync(record_id, client=client)).status == 410


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
    assert refused(list_records.sync(client=using("ss_000000000000_wrong"))).status == 401


def test_a_key_that_may_only_read_announces_nothing(client: AuthenticatedClient) -> None:
    key = given(create_key.sync(client=client, body=KeyRequest("reader", [Scope.READ])))
    reader = using(key.api_key)

    problem = refused(create_upload.sync(client=reader, body=UploadRequest("a.csv", 1)))

    assert given(list_records.sync(client=reader)).items
    assert problem.status == 403
    assert problem.type_.endswith("scope-missing")
