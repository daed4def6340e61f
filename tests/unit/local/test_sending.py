"""Sending files while S3 and the API have bad moments."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from local.api_client import TRIES, ApiClient, Refused, Stopped, Waiting
from local.sending import Sending

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

API, S3 = "http://api.invalid", "http://s3.invalid"
CONTENT = b"0123456789"
PAGE = {
    "method": "MULTIPART",
    "partSizeBytes": 4,
    "partCount": 3,
    "items": [
        {"partNumber": 1, "sizeBytes": 4},
        {"partNumber": 2, "sizeBytes": 4, "received": {"sizeBytes": 4, "etag": "e"}},
    ],
    "nextPartNumber": 3,
}
Bad = int | type[httpx.TransportError]


class Waits(Waiting):
    """Remembers how long it should have waited."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def wait(self, seconds: float) -> None:
        self.seconds.append(seconds)
        super().wait(0)


class Stage:
    """An API and an S3 that first answer as they are told, and then as they should."""

    def __init__(self) -> None:
        self.bad: list[Bad] = []
        self.bad_of_api: list[Bad] = []
        self.parts: dict[str, bytes] = {}
        self.signed: dict[int, str] = {}
        self.links = 0
        self.calls: list[str] = []
        self.retry_after: dict[str, str] = {}

    def s3(self, request: httpx.Request) -> httpx.Response:
        content = request.read()
        if self.bad:
            return self._fail(self.bad.pop(0))
        self.parts[request.url.path] = content
        assert request.headers["Content-Length"] == str(len(content))
        return httpx.Response(200)

    def api(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(f"{request.method} {request.url.path}")
        if self.bad_of_api:
            return self._fail(self.bad_of_api.pop(0))
        if request.url.path.endswith("/complete"):
            return httpx.Response(202, json={"status": "awaiting_upload"})
        if request.method == "GET":
            return httpx.Response(200, json={"items": [{"partNumber": 3, "sizeBytes": 2}]})
        (part,) = json.loads(request.read())["parts"]
        self.signed[part["partNumber"]] = part["sha256"]
        self.links += 1
        link = {"url": f"{S3}/{part['partNumber']}", "headers": {"x-amz-checksum-sha256": "x"}}
        return httpx.Response(200, json={"items": [link]})

    def _fail(self, how: Bad) -> httpx.Response:
        if isinstance(how, int):
            return httpx.Response(how, headers=self.retry_after, json={"detail": "a bad moment"})
        raise how("broken")


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def api(stage: Stage, waits: Waits) -> Iterator[ApiClient]:
    with closing(ApiClient(API, "key", waits, transport=httpx.MockTransport(stage.api))) as client:
        yield client


@pytest.fixture
def progress() -> list[int]:
    return []


@pytest.fixture
def sending(stage: Stage, api: ApiClient, waits: Waits, progress: list[int]) -> Iterator[Sending]:
    with httpx.Client(transport=httpx.MockTransport(stage.s3)) as s3:
        yield Sending(api, s3, waits, progress.append)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.bin"
    path.write_bytes(CONTENT)
    return path


def form() -> dict[str, Any]:
    return {"method": "POST", "url": f"{S3}/form", "fields": {"key": "a"}}


def test_only_the_parts_that_are_missing_are_sent_each_with_its_checksum(
    sending: Sending, stage: Stage, file: Path, progress: list[int]
) -> None:
    sending.send(file, "r1", PAGE)

    assert stage.parts == {"/1": b"0123", "/3": b"89"}
    assert stage.signed == {1: hashlib.sha256(b"0123").hexdigest(), 3: hashlib.sha256(b"89").hexdigest()}
    assert stage.calls[-1] == "POST /uploads/r1/complete"
    assert sum(progress) == len(CONTENT)


@pytest.mark.parametrize("bad", [500, 503, 403, httpx.ReadError, httpx.ConnectError])
def test_a_part_is_sent_again_with_a_fresh_link(sending: Sending, stage: Stage, file: Path, bad: Bad) -> None:
    stage.bad = [bad] * 3

    sending.send(file, "r1", PAGE)

    assert stage.parts == {"/1": b"0123", "/3": b"89"}
    assert stage.links == 2 + 3


def test_what_s3_refuses_for_good_is_told_at_once(sending: Sending, stage: Stage, file: Path) -> None:
    stage.bad = [400, 400]

    with pytest.raises(Refused, match="S3 answered 400"):
        sending.send(file, "r1", PAGE)

    assert "POST /uploads/r1/complete" not in stage.calls


def test_a_part_is_not_tried_for_ever(sending: Sending, stage: Stage, file: Path) -> None:
    stage.bad = [503] * 100

    with pytest.raises(Refused, match="S3 answered 503"):
        sending.send(file, "r1", PAGE)

    assert len(stage.bad) >= 100 - 2 * TRIES


def test_a_form_is_sent_again_only_if_s3_said_that_it_has_nothing(
    sending: Sending, stage: Stage, file: Path, progress: list[int]
) -> None:
    stage.bad = [503]
    sending.send(file, "r1", form())
    assert CONTENT in stage.parts["/form"]
    assert progress == [len(CONTENT)]

    stage.bad = [httpx.ReadError]
    with pytest.raises(httpx.ReadError):
        sending.send(file, "r1", form())


def test_nothing_is_sent_of_a_file_that_has_come(
    sending: Sending, stage: Stage, file: Path, progress: list[int]
) -> None:
    sending.send(file, "r1", {"method": "NONE"})

    assert (stage.parts, stage.calls, progress) == ({}, [], [len(CONTENT)])


def test_the_api_is_asked_again_when_it_says(stage: Stage, api: ApiClient, waits: Waits) -> None:
    stage.bad_of_api, stage.retry_after = [503, 429], {"Retry-After": "7"}

    assert api.request("POST", "/uploads/r1/complete") == {"status": "awaiting_upload"}

    assert waits.seconds == [7, 7]


def test_waits_grow_where_nobody_says_how_long(stage: Stage, api: ApiClient, waits: Waits) -> None:
    stage.bad_of_api = [503, httpx.ConnectError, 502]

    api.request("POST", "/uploads/r1/complete")

    assert waits.seconds == [0.5, 1, 2]


@pytest.mark.parametrize("status", [409, 410, 422, 500])
def test_what_the_api_refuses_for_good_is_told_in_its_words(
    stage: Stage, api: ApiClient, status: int
) -> None:
    stage.bad_of_api = [status]

    with pytest.raises(Refused, match="a bad moment"):
        api.request("GET", "/records")

    assert len(stage.calls) == 1


def test_an_api_that_is_not_there_is_not_waited_for_when_it_is_looked_for(
    stage: Stage, api: ApiClient, waits: Waits
) -> None:
    stage.bad_of_api = [httpx.ConnectError]

    with pytest.raises(Refused, match="there is no API at"):
        api.check()

    assert waits.seconds == []


def test_who_is_stopped_does_not_try_again(stage: Stage, api: ApiClient, waits: Waits) -> None:
    stage.bad_of_api = [503]
    waits.stop()

    with pytest.raises(Stopped):
        api.request("GET", "/records")
