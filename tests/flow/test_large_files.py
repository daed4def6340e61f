"""Large files through the ingest command, also when it is killed: they arrive whole."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from local.program import ROOT
from local.system import ephemeral, running
from tests.flow.conftest import Client, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MB = 1_000_000


@pytest.fixture(scope="module")
def system() -> Iterator[Client]:
    """One that takes files as large as a stack does that nobody configured."""
    with running(replace(ephemeral(), schedule_speed=0)) as started:
        client = Client(started)
        with client.api:
            yield client


def write(path: Path, size: int) -> str:
    """A file of which no two parts are alike; its SHA-256."""
    digest, block, number = hashlib.sha256(), bytes(range(256)) * 4_096, 0
    with path.open("wb") as file:
        while left := size - file.tell():
            chunk = (number.to_bytes(8, "big") + block[8:])[:left]
            digest.update(chunk)
            file.write(chunk)
            number += 1
    return digest.hexdigest()


@contextmanager
def ingest(client: Client, path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "local", "ingest", str(path), "--json", "--timeout", "280"]
    command += ["--url", client.system.url, "--api-key", client.system.api_key]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ingested(client: Client, path: Path) -> dict[str, Any]:
    """What the command says of a file when it is left alone."""
    with ingest(client, path) as process:
        out, told = process.communicate(timeout=290)
    assert process.returncode == 0, told
    result: dict[str, Any] = json.loads(out)
    return result


def received(client: Client) -> dict[int, Any]:
    """When S3 got each part of the one upload that is under way."""
    for upload in client.s3.list_multipart_uploads(Bucket=client.incoming).get("Uploads", []):
        parts = client.s3.list_parts(Bucket=client.incoming, Key=upload["Key"], UploadId=upload["UploadId"])
        return {part["PartNumber"]: part["LastModified"] for part in parts.get("Parts", [])}
    return {}


def killed_after(client: Client, path: Path, parts: int) -> dict[int, Any]:
    """Kill the command as soon as S3 has so many parts; the parts."""
    with ingest(client, path) as process:
        eventually(lambda: len(received(client)) >= parts or None, f"{parts} parts", seconds=120)
        process.kill()
    assert process.returncode < 0, "it was still sending"
    # What was on its way arrives, or does not.
    before, seen = None, received(client)
    while before != seen:
        time.sleep(0.3)
        before, seen = seen, received(client)
    return seen


def content_of(client: Client, record_id: str) -> str:
    """The SHA-256 of what lies in the bucket."""
    record = client.records.get(record_id)
    assert record
    body = client.s3.get_object(Bucket=record.bucket, Key=record.object_key)["Body"]
    digest = hashlib.sha256()
    for chunk in body.iter_chunks(MB):
        digest.update(chunk)
    return digest.hexdigest()


def test_a_file_whose_upload_is_killed_twice_arrives_whole(system: Client, tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    sha256 = write(path, 300 * MB)

    first = killed_after(system, path, 3)
    second = killed_after(system, path, len(first) + 3)
    result = ingested(system, path)

    assert first.items() <= second.items(), "no part was sent twice"
    assert len(second) < 18, "the third run had something left to do"
    assert (result["status"], result["sha256"], result["sizeBytes"]) == ("processed", sha256, 300 * MB)
    assert content_of(system, result["recordId"]) == sha256
    assert len(system.records_under("uploads/")) == 1, "all runs were one upload"


@pytest.mark.large
def test_a_file_of_1_gb_arrives_whole(system: Client, tmp_path: Path) -> None:
    path = tmp_path / "larger.bin"
    sha256 = write(path, 1_000 * MB)

    result = ingested(system, path)

    assert (result["status"], result["sha256"], result["sizeBytes"]) == ("processed", sha256, 1_000 * MB)
    assert content_of(system, result["recordId"]) == sha256
