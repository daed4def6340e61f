"""Uploads in parts: announced, looked at, signed, completed and aborted."""

from __future__ import annotations

import base64
import hashlib
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from api.keys import Scope
from api.multipart import Multipart
from api.parts import MIB, USUAL_PART_BYTES
from api.schemas import RecordView
from api.schemas_uploads import AnnouncedUpload, PartLinks, PartPage
from records.model import Act, Reason, Status
from tests.unit.api.client import Client

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from api.deps import World
    from tests.unit.conftest import Calls

pytestmark = pytest.mark.usefixtures("incoming")

FIVE = 5 * MIB
"""What S3, and moto, take for a part that is not the last."""


@pytest.fixture
def world(world: World) -> World:
    return replace(world, max_file_bytes=10**12, multipart_threshold_bytes=3 * USUAL_PART_BYTES)


def announce(client: Client, size: int, **more: Any) -> dict[str, Any]:
    answer = client.post("/uploads", {"fileName": "big.csv", "sizeBytes": size, **more})
    assert answer.status == 201, answer
    AnnouncedUpload.model_validate_json(answer.body)
    announced: dict[str, Any] = answer.json()
    return announced


@pytest.fixture
def two(client: Client, world: World, s3: S3Client) -> dict[str, Any]:
    """The record of an upload in two parts of five and one MiB, as an older version may have cut it."""
    announced: dict[str, Any] = announce(client, 6 * MIB, multipart=True)["record"]
    record = world.records.get(announced["recordId"])
    assert record
    assert world.records.move(replace(record, part_size_bytes=FIVE), record) is None
    return announced


def send(s3: S3Client, record: dict[str, Any], number: int, content: bytes) -> str:
    answer = s3.upload_part(
        Bucket="incoming",
        Key=record["objectKey"],
        UploadId=record["uploadId"],
        PartNumber=number,
        Body=content,
    )
    return answer["ETag"]


def act(client: Client, record: dict[str, Any], what: str) -> Any:
    return client.post(f"/uploads/{record['recordId']}/{what}", "")


def _wait(event: threading.Event) -> None:
    assert event.wait(30)


def _config(client: S3Client) -> Any:
    return client.meta.config


def settle(world: World, record: dict[str, Any], status: Status) -> None:
    found = world.records.get(record["recordId"])
    assert found
    assert world.records.move(replace(found, status=status), found) is None


@pytest.mark.parametrize(
    ("size", "wanted", "method"),
    [
        (3 * USUAL_PART_BYTES, {}, "POST"),
        (3 * USUAL_PART_BYTES + 1, {}, "MULTIPART"),
        (1, {"multipart": True}, "MULTIPART"),
        (4 * USUAL_PART_BYTES, {"multipart": False}, "POST"),
        (0, {"multipart": True}, "POST"),
    ],
)
def test_large_files_come_in_parts_and_others_if_wanted(
    client: Client, size: int, wanted: dict[str, Any], method: str
) -> None:
    assert announce(client, size, **wanted)["upload"]["method"] == method


def test_what_is_larger_than_one_post_comes_in_parts_whatever_the_threshold(
    world: World, client: Client
) -> None:
    generous = Client.of(replace(world, multipart_threshold_bytes=10**12), client.key)

    assert announce(generous, 5 * 1024**3 + 1)["upload"]["method"] == "MULTIPART"


def test_the_answer_says_how_the_file_is_cut_and_where_each_part_goes(client: Client, s3: S3Client) -> None:
    announced = announce(client, 4 * USUAL_PART_BYTES + 7, mediaType="text/csv")
    record, upload = announced["record"], announced["upload"]

    assert (upload["partSizeBytes"], upload["partCount"], upload["partChecksums"]) == (16 * MIB, 5, False)
    assert [part["sizeBytes"] for part in upload["items"]] == [16 * MIB] * 4 + [7]
    assert "nextPartNumber" not in upload
    (begun,) = s3.list_multipart_uploads(Bucket="incoming")["Uploads"]
    assert (begun["Key"], begun["UploadId"]) == (record["objectKey"], record["uploadId"])
    for number, part in enumerate(upload["items"], 1):
        url = urlsplit(part["url"])
        query = {name: value for name, (value,) in parse_qs(url.query).items()}
        assert url.path == f"/{record['objectKey']}"
        assert (query["partNumber"], query["uploadId"]) == (str(number), record["uploadId"])
        assert query["X-Amz-SignedHeaders"] == "content-length;host"
        assert query["X-Amz-Expires"] == "3600"


def test_an_upload_that_is_new_costs_one_call_of_s3(
    client: Client, world: World, calls: Calls, s3: S3Client
) -> None:
    watched = Client.of(replace(world, multipart=Multipart(lambda: (s3, s3))), client.key)
    announce(watched, 9, multipart=True)

    assert calls.names == ["CreateMultipartUpload"]


def test_links_come_in_pages(client: Client) -> None:
    record = announce(client, 250 * USUAL_PART_BYTES)["record"]
    path, numbers, first = f"/uploads/{record['recordId']}/parts", [], 1
    while first:
        answer = client.get(path, firstPartNumber=first, limit=120)
        page = PartPage.model_validate_json(answer.body)
        numbers += [part.part_number for part in page.items]
        first = page.next_part_number or 0

    assert numbers == list(range(1, 251))
    assert PartPage.model_validate_json(client.get(path, firstPartNumber=9_000).body).items == []


def test_the_first_page_is_in_the_first_answer(client: Client) -> None:
    upload = announce(client, 101 * USUAL_PART_BYTES)["upload"]

    assert (len(upload["items"]), upload["nextPartNumber"]) == (100, 101)


def test_parts_that_s3_has_are_told_and_have_no_link(
    client: Client, two: dict[str, Any], s3: S3Client
) -> None:
    etag = send(s3, two, 1, b"x" * FIVE)

    one, other = client.get(f"/uploads/{two['recordId']}/parts").json()["items"]

    assert one == {
        "partNumber": 1,
        "sizeBytes": FIVE,
        "received": {"sizeBytes": FIVE, "etag": etag},
    }
    assert other.keys() == {"partNumber", "sizeBytes", "url"}


def test_a_part_of_another_size_is_not_had(client: Client, two: dict[str, Any], s3: S3Client) -> None:
    send(s3, two, 1, b"short")

    (one, _) = client.get(f"/uploads/{two['recordId']}/parts").json()["items"]

    assert one.keys() == {"partNumber", "sizeBytes", "url"}


def test_a_link_is_bound_to_the_checksum_of_its_part(client: Client) -> None:
    announced = announce(client, 4 * USUAL_PART_BYTES, partChecksums=True)
    assert not [part for part in announced["upload"]["items"] if "url" in part]
    path, sha256 = f"/uploads/{announced['record']['recordId']}/parts", hashlib.sha256(b"").hexdigest()

    answer = client.post(path, {"parts": [{"partNumber": 2, "sha256": sha256}]})

    (link,) = PartLinks.model_validate_json(answer.body).items
    query = parse_qs(urlsplit(link.url).query)
    assert query["X-Amz-SignedHeaders"] == ["content-length;host;x-amz-checksum-sha256"]
    assert link.headers == {"x-amz-checksum-sha256": base64.b64encode(bytes.fromhex(sha256)).decode()}
    assert (link.part_number, link.size_bytes) == (2, USUAL_PART_BYTES)


def test_s3_is_told_whether_parts_have_checksums(client: Client, world: World, s3: S3Client) -> None:
    """Were it told of one that nobody wants, it would refuse parts without it."""
    told: list[Any] = []
    s3.meta.events.register("before-call.s3.CreateMultipartUpload", lambda params, **_: told.append(params))
    clients = replace(world, multipart=Multipart(lambda: (s3, s3)))
    announce(Client.of(clients, client.key), FIVE, multipart=True, partChecksums=True)

    assert told[0]["headers"]["x-amz-checksum-algorithm"] == "SHA256"


def test_the_real_client_asks_for_no_checksum_of_its_own(world: World) -> None:
    usual, patient = map(_config, world.multipart._clients)

    assert usual.request_checksum_calculation == "when_required"
    assert patient.request_checksum_calculation == "when_required"
    assert patient.retries["total_max_attempts"] == 1


@pytest.mark.parametrize(
    ("checksums", "part", "kind"),
    [
        (True, {"partNumber": 1}, "part-checksum-required"),
        (False, {"partNumber": 1, "sha256": "ab" * 32}, "part-checksum-not-announced"),
        (False, {"partNumber": 2}, "no-such-part"),
    ],
)
def test_links_that_s3_would_not_accept_are_not_given(
    client: Client, checksums: bool, part: dict[str, Any], kind: str
) -> None:
    record = announce(client, 9, multipart=True, partChecksums=checksums)["record"]

    client.post(f"/uploads/{record['recordId']}/parts", {"parts": [part]}).problem(422, kind)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"parts": []}, "#/parts"),
        ({"parts": [{"partNumber": 0}]}, "#/parts/0/partNumber"),
        ({"parts": [{"partNumber": 10_001}]}, "#/parts/0/partNumber"),
        ({"parts": [{"partNumber": "1"}]}, "#/parts/0/partNumber"),
        ({"parts": [{"partNumber": 1, "sha256": "zz"}]}, "#/parts/0/sha256"),
        ({"parts": [{"partNumber": 1}] * 1_001}, "#/parts"),
    ],
)
def test_a_wrong_request_for_links(client: Client, body: dict[str, Any], pointer: str) -> None:
    assert client.post(f"/uploads/{'0' * 32}/parts", body).pointers() == [pointer]


def test_a_part_number_may_be_written_as_any_whole_number(client: Client, two: dict[str, Any]) -> None:
    """JSON Schema: 2.0 is an integer."""
    answer = client.post(f"/uploads/{two['recordId']}/parts", {"parts": [{"partNumber": 2.0}]})
    assert [link["partNumber"] for link in answer.json()["items"]] == [2]


def test_parts_become_the_object(client: Client, two: dict[str, Any], s3: S3Client, world: World) -> None:
    send(s3, two, 2, b"y" * MIB)
    send(s3, two, 1, b"x" * FIVE)

    answer = act(client, two, "complete")

    assert answer.status == 202
    assert RecordView.model_validate_json(answer.body).status is Status.AWAITING_UPLOAD
    made = s3.get_object(Bucket="incoming", Key=two["objectKey"])["Body"].read()
    assert made == b"x" * FIVE + b"y" * MIB
    # The event has not been worked on yet, and S3 does not know the upload any more.
    assert act(client, two, "complete").status == 202
    settle(world, two, Status.PROCESSED)
    assert act(client, two, "complete").json()["status"] == "processed"
    assert len(s3.list_object_versions(Bucket="incoming")["Versions"]) == 1


@pytest.mark.parametrize("there", [[], [(2, b"y" * MIB)], [(1, b"x" * FIVE), (2, b"y")]])
def test_parts_that_are_missing_are_named(
    client: Client, two: dict[str, Any], s3: S3Client, there: list[tuple[int, bytes]]
) -> None:
    for number, content in there:
        send(s3, two, number, content)

    problem = act(client, two, "complete").problem(409, "parts-missing")

    missing = ", ".join(
        str(n) for n, size in ((1, FIVE), (2, MIB)) if (n, size) not in [(a, len(b)) for a, b in there]
    )
    assert problem["detail"].endswith(f"of 2 parts are missing: {missing}.")


def test_only_the_first_missing_parts_are_named(client: Client) -> None:
    record = announce(client, 200 * USUAL_PART_BYTES)["record"]

    detail = act(client, record, "complete").problem(409, "parts-missing")["detail"]

    assert detail.startswith("200 of 200 parts are missing: 1, 2, 3, ")
    assert detail.endswith(", 19, 20, ….")


def test_s3_is_held_to_the_announced_size_and_to_the_checksums(
    client: Client, world: World, s3: S3Client, two: dict[str, Any]
) -> None:
    send(s3, two, 1, b"x" * FIVE)
    send(s3, two, 2, b"y" * MIB)
    told: list[Any] = []
    s3.meta.events.register("before-call.s3.CompleteMultipartUpload", lambda params, **_: told.append(params))

    assert (
        act(
            Client.of(replace(world, multipart=Multipart(lambda: (s3, s3))), client.key), two, "complete"
        ).status
        == 202
    )

    assert told[0]["headers"]["x-amz-mp-object-size"] == str(6 * MIB)


def test_a_completion_that_takes_long_is_asked_for_again(
    client: Client, world: World, s3: S3Client, two: dict[str, Any]
) -> None:
    send(s3, two, 1, b"x" * FIVE)
    send(s3, two, 2, b"y" * MIB)
    at_last, done = threading.Event(), threading.Event()
    s3.meta.events.register("after-call.s3.CompleteMultipartUpload", lambda **_: done.set())
    s3.meta.events.register("before-call.s3.CompleteMultipartUpload", lambda **_: _wait(at_last))
    impatient = Multipart(lambda: (s3, s3), completion_seconds=0.01)
    hasty = Client.of(replace(world, multipart=impatient), client.key)

    answer = act(hasty, two, "complete")

    assert answer.problem(503, "try-again")
    assert answer.headers["retry-after"]
    at_last.set()
    _wait(done)
    assert act(client, two, "complete").status == 202


def test_an_aborted_upload_is_over(client: Client, world: World, s3: S3Client, two: dict[str, Any]) -> None:
    send(s3, two, 1, b"x" * FIVE)

    answer = act(client, two, "abort")

    assert (answer.status, answer.json()["status"]) == (202, "expired")
    assert act(client, two, "abort").json()["status"] == "expired"
    assert "Uploads" not in s3.list_multipart_uploads(Bucket="incoming")
    record = world.records.get(two["recordId"])
    assert record
    assert (record.due_at, [action.act for action in record.actions]) == (None, [Act.ABORT])
    act(client, two, "complete").problem(410, "upload-expired")
    client.get(f"/uploads/{two['recordId']}/parts").problem(410, "upload-expired")


def test_a_form_can_be_taken_back_as_well(client: Client) -> None:
    record = announce(client, 9)["record"]

    assert act(client, record, "abort").json()["status"] == "expired"


def test_what_has_come_cannot_be_aborted(
    client: Client, world: World, s3: S3Client, two: dict[str, Any]
) -> None:
    send(s3, two, 1, b"x" * FIVE)
    send(s3, two, 2, b"y" * MIB)
    assert act(client, two, "complete").status == 202

    act(client, two, "abort").problem(409, "upload-completed")
    settle(world, two, Status.PROCESSED)
    act(client, two, "abort").problem(409, "upload-completed")
    client.get(f"/uploads/{two['recordId']}/parts").problem(409, "upload-completed")


def test_an_upload_that_s3_gave_up_is_gone(client: Client, s3: S3Client, two: dict[str, Any]) -> None:
    s3.abort_multipart_upload(Bucket="incoming", Key=two["objectKey"], UploadId=two["uploadId"])

    act(client, two, "complete").problem(410, "upload-gone")
    client.get(f"/uploads/{two['recordId']}/parts").problem(410, "upload-gone")


def test_a_completed_upload_whose_event_is_on_its_way_has_no_parts(
    client: Client, s3: S3Client, two: dict[str, Any]
) -> None:
    send(s3, two, 1, b"x" * FIVE)
    send(s3, two, 2, b"y" * MIB)
    act(client, two, "complete")

    client.get(f"/uploads/{two['recordId']}/parts").problem(409, "upload-completed")


def moved_on(world: World, record_id: str) -> None:
    """The file came, was quarantined, and its version is not in the bucket any more."""
    record = world.records.get(record_id)
    assert record
    after = replace(record, status=Status.QUARANTINED, reason=Reason.EMPTY_FILE, detail="nothing in it")
    assert world.records.move(after, record) is None


def test_a_completion_whose_file_went_on_meanwhile_is_one(
    client: Client, s3: S3Client, world: World, two: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    s3.abort_multipart_upload(Bucket="incoming", Key=two["objectKey"], UploadId=two["uploadId"])
    has_come = Multipart.has_come

    def late(self: Multipart, record: Any) -> bool:
        moved_on(world, record.record_id)
        return has_come(self, record)

    monkeypatch.setattr(Multipart, "has_come", late)
    assert act(client, two, "complete").json()["status"] == "quarantined"
    client.get(f"/uploads/{two['recordId']}/parts").problem(409, "upload-completed")


def test_who_may_not_read_learns_nothing_of_the_content(
    client: Client, world: World, two: dict[str, Any]
) -> None:
    moved_on(world, two["recordId"])
    uploader = client.with_key(world.keys.create("sender", scopes=frozenset({Scope.UPLOAD}))[1])
    told = act(uploader, two, "complete").json()
    assert (told["status"], told["fileName"]) == ("quarantined", "big.csv")
    assert not {"reason", "detail", "profile", "actions"} & told.keys()
    assert act(client, two, "complete").json()["reason"] == "empty_file"


def test_a_form_has_no_parts(client: Client) -> None:
    record = announce(client, 9)["record"]

    client.get(f"/uploads/{record['recordId']}/parts").problem(409, "not-multipart")
    act(client, record, "complete").problem(409, "not-multipart")
