"""What `python -m local` says of arguments that cannot be; in this process, as another one starts slowly."""

from __future__ import annotations

import signal
import socket
from typing import TYPE_CHECKING

import pytest

from local.__main__ import main
from local.emulator import free_port
from local.program import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """The process's own handlers are back afterwards."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_a_port_in_use_is_named_with_the_option_that_helps(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for option in ("--port", "--aws-port"):
            other = "--aws-port" if option == "--port" else "--port"
            assert main(["up", "--ephemeral", option, port, other, str(free_port())]) == 1
            told = capsys.readouterr().err
            assert f"error: port {port} is in use; choose another with {option}" in told


def test_ports_that_cannot_be_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    free = str(free_port())
    assert main(["up", "--ephemeral", "--port", "70000"]) == 1
    assert "a port is a number from 1 to 65535" in capsys.readouterr().err
    assert main(["up", "--ephemeral", "--port", free, "--aws-port", free]) == 1
    assert "they must differ" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["up", "--ephemeral", "--api-key", "secret"], "an API key has the form ss_<12 hexadecimal"),
        (["up", "--ephemeral", "--config", "indexShards=0"], "indexShards is '0': it must be from 1 to 64"),
        (["up", "--ephemeral", "--config", "indexShards"], "write it as NAME=VALUE"),
        (
            ["up", "--ephemeral", "--config", "shards=3"],
            "there is no such key; it could be one of alarms, alertEmails",
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
def test_a_wrong_argument_is_explained(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    ports = ["--port", str(free_port()), "--aws-port", str(free_port())] if arguments[0] == "up" else []
    assert code_of([*arguments, *ports]) in (1, 2)
    assert told in capsys.readouterr().err


def code_of(arguments: list[str]) -> object:
    try:
        return main(arguments)
    except SystemExit as ended:
        return ended.code
