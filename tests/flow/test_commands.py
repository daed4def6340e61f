"""`python -m local` as a person types it: what it prints, how it ends, what it leaves behind."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import psutil
import pytest

from local import emulator as emulator_module
from local.emulator import Emulator, LocalError, free_port
from local.ingest import Ingest
from local.program import ROOT
from tests.flow.conftest import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEYS = [
    "url",
    "dashboardUrl",
    "docsUrl",
    "apiKey",
    "awsEndpoint",
    "incomingBucket",
    "quarantineBucket",
    "recordsTable",
    "outbox",
]
RESULT_KEYS = [
    "path",
    "fileName",
    "recordId",
    "status",
    "reason",
    "detail",
    "mediaType",
    "sizeBytes",
    "sha256",
    "durationMs",
    "contract",
    "profile",
    "errors",
    "warnings",
    "errorCounts",
    "warningCounts",
]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "local", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


@contextmanager
def up(*arguments: str) -> Iterator[dict[str, Any]]:
    """`up --json` until the block ends, then Ctrl-C; the exit code must be 0."""
    ports = ["--port", str(free_port()), "--aws-port", str(free_port())]
    command = [sys.executable, "-m", "local", "up", *ports, "--json", *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        first = process.stdout.readline()
        try:
            assert first, process.communicate(timeout=30)[1]
            yield json.loads(first)
        finally:
            process.send_signal(signal.SIGINT)
            out, told = process.communicate(timeout=60)
        assert process.returncode == 0, told
        assert out == "", "only the first line is for programs"


def send(system: dict[str, Any], path: Path) -> dict[str, Any]:
    with Ingest(system["url"], system["apiKey"], timeout_seconds=30) as ingest:
        result = ingest.send_one(path)
    assert result.error is None
    return result.record


def processes_of(folder: Path) -> list[str]:
    """Command lines that name the folder: the emulator's Lambdas run from below it."""
    lines = []
    for process in psutil.process_iter():
        try:
            line = " ".join(process.cmdline())
        except psutil.Error:
            continue
        if str(folder) in line and process.pid != psutil.Process().pid:
            lines.append(line)
    return lines


def listening(url: str) -> bool:
    host, _, port = url.rpartition("//")[2].partition(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text("id,amount\n1,10\n")
    return path


def test_up_serves_leaves_nothing_behind_and_goes_on_where_it_was(tmp_path: Path, file: Path) -> None:
    """One folder, three starts: what is kept is there after Ctrl-C, and a hard end is no obstacle."""
    state = tmp_path / "state"
    with up("--state", str(state)) as first:
        it_says_where_everything_is(first)
        before = send(first, file)
        assert before["status"] == "processed"
        assert processes_of(state)
        the_folder_in_use_is_named(state)
    nothing_is_left(first, state)

    second, children = started(state)
    assert second["apiKey"] == first["apiKey"]
    api = httpx.Client(base_url=second["url"], headers={"X-Api-Key": second["apiKey"]})
    with api:
        assert api.get(f"/records/{before['recordId']}").json() == before
        link = api.get(f"/records/{before['recordId']}/download").json()
    assert httpx.get(link["url"]).content == file.read_bytes()
    assert send(second, file)["status"] == "processed"
    for process in children:
        process.kill()
    psutil.wait_procs(children)

    with up("--state", str(state)) as third:
        assert send(third, file)["status"] == "processed"


def it_says_where_everything_is(system: dict[str, Any]) -> None:
    assert list(system) == KEYS
    assert httpx.get(f"{system['url']}/health").json() == {
        "status": "ok",
        "stack": "dev",
        "alerts": {"status": "ok"},
    }
    assert httpx.get(system["docsUrl"]).status_code == 200
    assert "<title>Silent Scalper</title>" in httpx.get(system["dashboardUrl"]).text


def the_folder_in_use_is_named(state: Path) -> None:
    done = run("up", "--state", str(state), "--port", str(free_port()), "--aws-port", str(free_port()))
    assert done.returncode == 1
    assert f"error: {state} is in use by another local system; choose another with --state" in done.stderr


def nothing_is_left(system: dict[str, Any], state: Path) -> None:
    assert processes_of(state) == []
    assert not listening(system["url"])
    assert not listening(system["awsEndpoint"])
    assert not (state / "tmp").exists()


def started(state: Path) -> tuple[dict[str, Any], list[psutil.Process]]:
    """A system that nobody ends in order, and all of its processes."""
    ports = ["--port", str(free_port()), "--aws-port", str(free_port())]
    command = [sys.executable, "-m", "local", "up", "--state", str(state), *ports, "--json"]
    process = psutil.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with process.stdout:
        system: dict[str, Any] = json.loads(process.stdout.readline())
    return system, [process, *process.children(recursive=True)]


def test_an_ephemeral_system_takes_the_key_it_is_given(file: Path) -> None:
    key = f"ss_{'0' * 12}_{'k' * 43}"
    with up("--ephemeral", "--api-key", key) as system:
        assert system["apiKey"] == key
        assert send(system, file)["status"] == "processed"


def test_ctrl_c_while_starting_ends_the_start(tmp_path: Path) -> None:
    ports = ["--port", str(free_port()), "--aws-port", str(free_port())]
    command = [sys.executable, "-m", "local", "up", "--state", str(tmp_path / "state"), *ports]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        assert "Starting" in process.stderr.readline()
        eventually((tmp_path / "state" / "emulator.log").exists, "the emulator is started")
        process.send_signal(signal.SIGINT)
        out, told = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in told
    assert processes_of(tmp_path / "state") == []


def test_an_emulator_that_ends_at_once_is_told_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "emulator"
    program.write_text("#!/bin/sh\necho no room left; exit 3\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    with (
        pytest.raises(LocalError, match=r"ended at once:\n  no room left"),
        Emulator(free_port(), tmp_path, "us-east-1", keep=False),
    ):
        pass


def test_an_emulator_that_does_not_answer_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "emulator"
    program.write_text("#!/bin/sh\necho thinking; exec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(emulator_module, "READY_SECONDS", 1)
    emulator = Emulator(free_port(), tmp_path, "us-east-1", keep=False)
    with pytest.raises(LocalError, match="did not answer within 1 s"), emulator:
        pass
    assert not emulator.running()


def test_ingest_alone_starts_a_system_for_its_run(file: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    done = run("ingest", str(tmp_path), "--json")
    assert done.returncode == 0, done.stderr
    results = {entry["fileName"]: entry for entry in map(json.loads, done.stdout.splitlines())}
    assert {name: entry["status"] for name, entry in results.items()} == {
        "orders.csv": "processed",
        "empty.csv": "quarantined",
    }
    assert all(list(entry) == RESULT_KEYS for entry in results.values())
    assert results["empty.csv"]["reason"] == "empty_file"
    assert results["orders.csv"]["path"] == str(file)


def test_ingest_ends_with_a_table_for_people(client: Any, file: Path) -> None:
    address = ["--url", client.system.url, "--api-key", client.system.api_key]
    done = run("ingest", str(file), *address)
    assert done.returncode == 0, done.stderr
    assert [cell for cell in ("status", "processed", "15") if cell not in done.stdout] == []


def test_ingest_fails_for_a_file_that_was_not_taken_in(client: Any, file: Path) -> None:
    done = run(
        "ingest", str(file), "--url", client.system.url, "--api-key", f"ss_{'0' * 12}_{'x' * 43}", "--json"
    )
    assert done.returncode == 1
    (entry,) = map(json.loads, done.stdout.splitlines())
    assert entry["error"] == "The API key in X-Api-Key is unknown, revoked or expired."
    assert entry["status"] is None
