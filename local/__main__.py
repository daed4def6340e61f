"""`python -m local up` and `ingest`: the whole system on this machine; `infer`: contracts from examples."""

from __future__ import annotations

import argparse
import json
import logging
import signal
import sys
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from components.bundle import BundleError
from components.config import ConfigError, StackConfig, camel
from local.api_client import Refused
from local.emulator import LocalError
from local.faults.options import parse_faults
from local.faults.switch import Reporter
from local.ingest import Ingest, Result, files_of
from local.program import ROOT, ProgramError
from local.schedules import SPEED
from local.showing import Bars, summarise
from local.system import OPERATOR, Options, System, check_key, ephemeral, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]

USUAL_FAULTS = "duplicate=0.2,reorder=0.2,delay=2s,lose=0.01,throttle=0.05,crash=0.02"
FAULTS_HELP = f"what goes wrong, such as {USUAL_FAULTS}; seed=N repeats a run's numbers"

_told = Console(stderr=True, highlight=False)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        return int(options.run(options))
    except (LocalError, ProgramError, BundleError, ConfigError, Refused) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    _add_up(commands)
    _add_ingest(commands)
    _add_chaos(commands)
    infer = commands.add_parser("infer", help="write a first contract from a good table")
    infer.add_argument("file", type=Path, metavar="FILE", help="a CSV or TSV table")
    infer.add_argument("--prefix", help="of the contract; one like the file's name without it")
    infer.set_defaults(run=_infer)
    return parser


def _add_up(commands: _Commands) -> None:
    up = commands.add_parser("up", help="start the system and serve until Ctrl-C")
    up.add_argument("--port", type=int, default=8000, help="where the API is served (8000)")
    up.add_argument("--aws-port", type=int, default=4566, help="where the emulated AWS is (4566)")
    up.add_argument("--api-key", metavar="KEY", help="a key to accept, instead of one made up")
    up.add_argument("--config", action="append", default=[], metavar="NAME=VALUE", help="stack configuration")
    kept = up.add_mutually_exclusive_group()
    kept.add_argument(
        "--state", type=Path, metavar="DIR", default=ROOT / ".local", help="where data is kept (.local)"
    )
    kept.add_argument("--ephemeral", action="store_true", help="keep nothing")
    up.add_argument("--faults", metavar="LIST", help=FAULTS_HELP)
    up.add_argument(
        "--schedule-speed",
        type=float,
        default=SPEED,
        metavar="TIMES",
        help=f"how much faster than declared schedules tick and alarms look ({SPEED}); 0 for never",
    )
    up.add_argument("--json", action="store_true", help="print where everything is as one line of JSON")
    up.set_defaults(run=_up)


def _add_ingest(commands: _Commands) -> None:
    ingest = commands.add_parser("ingest", help="send files and wait for their outcome")
    ingest.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder with all in it"
    )
    ingest.add_argument("--url", help="a running API; without it a system is started for this run")
    ingest.add_argument("--api-key", metavar="KEY", help="the key for --url")
    ingest.add_argument("--prefix", default="uploads", help="the folder of the incoming bucket (uploads)")
    ingest.add_argument("--timeout", type=float, default=300, metavar="SECONDS", help="for each file (300)")
    ingest.add_argument("--faults", metavar="LIST", help=f"{FAULTS_HELP}; not with --url")
    ingest.add_argument("--json", action="store_true", help="print one line of JSON for each file")
    ingest.set_defaults(run=_ingest)


def _add_chaos(commands: _Commands) -> None:
    chaos = commands.add_parser(
        "chaos", help="put many files while things go wrong, and count what came of it"
    )
    chaos.add_argument("--files", type=int, default=1_000, help="how many (1000)")
    chaos.add_argument("--bad", type=float, default=0.05, metavar="SHARE", help="of them that are bad (0.05)")
    chaos.add_argument("--faults", default=USUAL_FAULTS, metavar="LIST", help=FAULTS_HELP)
    chaos.add_argument(
        "--timeout", type=float, default=1_800, metavar="SECONDS", help="to come to rest (1800)"
    )
    chaos.set_defaults(run=_chaos)


def _up(options: argparse.Namespace) -> int:
    # Until everything is up, a signal ends the start; from then on, the waiting.
    _end_by_signals()
    how = Options(
        port=options.port,
        aws_port=options.aws_port,
        api_key=options.api_key,
        folder=None if options.ephemeral else options.state,
        config=dict(_setting(text) for text in options.config),
        faults=parse_faults(options.faults) if options.faults else None,
        schedule_speed=options.schedule_speed,
    )
    _told.print("Starting …")
    with running(how) as system, _faults_told(system):
        if options.json:
            print(json.dumps(system.described()), flush=True)
        else:
            _tell(system, kept=None if options.ephemeral else options.state)
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.wait(0.5):
            if not system.emulator.running():
                raise LocalError(f"the emulator ended by itself:\n{system.emulator.last_lines()}")
        _told.print("Stopping …")
    return 0


@contextmanager
def _faults_told(system: System) -> Iterator[None]:
    """Say what differs from AWS while faults are injected, and how many there were."""
    if system.switch is None:
        yield
        return
    for line in system.switch.described(system.deployment):
        _told.print(line, soft_wrap=True)
    with Reporter(system.switch.dice, lambda told: _told.print(told, soft_wrap=True)):
        yield


def _end_by_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _setting(text: str) -> tuple[str, object]:
    name, equals, value = text.partition("=")
    if not equals:
        raise LocalError(f"--config {text}: write it as NAME=VALUE, for example maxFileBytes=1000000")
    known = sorted(camel(item.name) for item in fields(StackConfig))
    if name not in known:
        raise LocalError(f"--config {name}: there is no such key; it could be one of {', '.join(known)}")
    return name, value


def _tell(system: System, kept: Path | None) -> None:
    described = system.described()
    lines = {
        "dashboard": f"{described['dashboardUrl']} (asks for the API key)",
        "API key": described["apiKey"],
        "API": described["url"],
        "Swagger UI": described["docsUrl"],
        "incoming bucket": described["incomingBucket"],
        "quarantine bucket": described["quarantineBucket"],
        "records table": described["recordsTable"],
        "API keys table": system.outputs["apiKeysTable"],
        "AWS endpoint": f"{described['awsEndpoint']} (region us-east-1, credentials test / test)",
        f"mail to {OPERATOR}": described["outbox"],
        "traces": system.traces.file,
        "data": kept.resolve() if kept else "is gone at the end",
        "log": system.emulator.log,
    }
    print(f"Ready after {system.seconds:.1f} s. Ctrl-C stops it.\n")
    for label, value in lines.items():
        print(f"  {label:<29} {value}")
    left_out = ", ".join(sorted(system.deployment.left_out))
    print(f"\nThis is plain HTTP, so the TLS-only statements are left out of {left_out}.", flush=True)


def _ingest(options: argparse.Namespace) -> int:
    if bool(options.url) != bool(options.api_key):
        raise LocalError("--url and --api-key go together")
    if options.url and options.faults:
        raise LocalError("--faults is for a system of one's own; give it to `up` instead of --url")
    faults = parse_faults(options.faults) if options.faults else None
    if options.api_key:
        check_key(options.api_key)
    try:
        files = files_of(options.paths)
    except FileNotFoundError as error:
        raise LocalError(f"{error} does not exist") from error
    with ExitStack() as stack:
        url, api_key = options.url, options.api_key
        if not url:
            _told.print("Starting a system for this run …")
            system = stack.enter_context(running(replace(ephemeral(), faults=faults)))
            stack.enter_context(_faults_told(system))
            url, api_key = system.url, system.api_key
        size = sum(path.stat().st_size for path in files)
        bars = stack.enter_context(Bars(len(files), size, _told))
        sender = Ingest(
            url.rstrip("/"),
            api_key,
            prefix=options.prefix,
            timeout_seconds=options.timeout,
            sent=bars.sent,
        )
        stack.enter_context(sender).check()
        results = list(_watched(sender.send(files), bars, as_json=options.json))
    summarise(results, Console(stderr=options.json, highlight=False))
    return 0 if all(result.final for result in results) else 1


def _watched(results: Iterator[Result], bars: Bars, *, as_json: bool) -> Iterator[Result]:
    for result in results:
        bars.ended()
        if as_json:
            print(json.dumps(result.described(), ensure_ascii=False), flush=True)
        yield result


def _chaos(options: argparse.Namespace) -> int:
    from local.chaos.command import Chaos, run, show

    chaos = Chaos(
        files=options.files,
        bad=options.bad,
        faults=parse_faults(options.faults),
        timeout_seconds=options.timeout,
    )
    _end_by_signals()
    outcome = run(chaos, lambda line: _told.print(line, soft_wrap=True))
    show(outcome, Console(highlight=False))
    return 0 if outcome.kept else 1


def _infer(options: argparse.Namespace) -> int:
    from local.infer import infer

    print(infer(options.file, options.prefix), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
