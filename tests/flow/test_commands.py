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


def test_up_says_where_everything_is_serves_and_leaves_nothing_behind(tmp_path: Path, file: Path) -> None:
    state = tmp_path / "state"
    with up("--state", str(state)) as system:
        assert list(system) == KEYS
        assert httpx.get(f"{system['url']}/health").json() == {
            "status": "ok",
            "stack": "dev",
            "alerts": {"status": "ok"},
        }
        assert httpx.get(system["docsUrl"]).status_code == 200
        assert "<title>Silent Scalper</title>" in httpx.get(system["dashboardUrl"]).text
        assert send(system, file)["status"] == "processed"
        assert processes_of(state)
    assert processes_of(state) == []
    assert not listening(system["url"])
    assert not listening(system["awsEndpoint"])
    assert not (state / "tmp").exists()


def test_data_and_the_key_survive_a_restart(tmp_path: Path, file: Path) -> None:
    state = str(tmp_path / "state")
    with up("--state", state) as first:
        before = send(first, file)
    with up("--state", state) as second:
        assert second["apiKey"] == first["apiKey"]
        api = httpx.Client(base_url=second["url"], headers={"X-Api-Key": second["apiKey"]})
        with api:
            assert api.get(f"/records/{before['recordId']}").json() == before
            link = api.get(f"/records/{before['recordId']}/download").json()
        assert httpx.get(link["url"]).content == file.read_bytes()
        assert send(second, file)["status"] == "processed"


def test_an_ephemeral_system_takes_the_key_it_is_given(file: Path) -> None:
    key = f"ss_{'0' * 12}_{'k' * 43}"
    with up("--ephemeral", "--api-key", key) as system:
        assert system["apiKey"] == key
        assert send(system, file)["status"] == "processed"


def test_a_port_in_use_is_named_with_the_option_that_helps() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for option in ("--port", "--aws-port"):
            other = "--aws-port" if option == "--port" else "--port"
            done = run("up", "--ephemeral", option, port, other, str(free_port()))
            assert done.returncode == 1
            assert f"error: port {port} is in use; choose another with {option}" in done.stderr


def test_ports_that_cannot_be_are_named() -> None:
    free = str(free_port())
    assert "a port is a number from 1 to 65535" in run("up", "--ephemeral", "--port", "70000").stderr
    done = run("up", "--ephemeral", "--port", free, "--aws-port", free)
    assert done.returncode == 1
    assert "they must differ" in done.stderr


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


def test_after_a_hard_end_the_system_starts_again(tmp_path: Path, file: Path) -> None:
    state = tmp_path / "state"
    ports = ["--port", str(free_port()), "--aws-port", str(free_port())]
    command = [sys.executable, "-m", "local", "up", "--state", str(state), *ports, "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        system = json.loads(process.stdout.readline())
        send(system, file)
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        for child in children:
            child.kill()
    with up("--state", str(state)) as again:
        assert send(again, file)["status"] == "processed"


def test_a_state_folder_in_use_is_named(tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    with up("--state", state):
        ports = ["--port", str(free_port()), "--aws-port", str(free_port())]
        done = run("up", "--state", state, *ports)
    assert done.returncode == 1
    assert f"error: {state} is in use by another local system; choose another with --state" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["up", "--ephemeral", "--api-key", "secret"], "an API key has the form ss_<12 hexadecimal"),
        (["up", "--ephemeral", "--config", "indexShards=0"], "indexShards is '0': it must be from 1 to 64"),
        (["up", "--ephemeral", "--config", "indexShards"], "write it as NAME=VALUE"),
        (
            ["up", "--ephemeral", "--config", "shards=3"],
            "there is no such key; it could be one of alertEmails",
        ),
        (["ingest", "--url", "http://127.0.0.1:1", "README.md"], "--url and --api-key go together"),
        (["ingest", "README.md", "--url", "http://127.0.0.1:1", "--api-key", "ss_…"], "an API key has"),
        (
            ["ingest", "README.md", "--url", "http://127.0.0.1:1", "--api-key", f"ss_{'0' * 12}_{'x' * 43}"],
            "there is no API at http://127.0.0.1:1",
        ),
        (["up", "--ephemeral", "--state", "x"], "not allowed with argument"),
        (["ingest", "no/such/file"], "no/such/file does not exist"),
    ],
)
def test_a_wrong_argument_is_explained(arguments: list[str], told: str) -> None:
    ports = ["--port", str(free_port()), "--aws-port", str(free_port())] if arguments[0] == "up" else []
    done = run(*arguments, *ports)
    assert done.returncode in (1, 2)
    assert told in done.stderr
    assert "Traceback" not in done.stderr


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
