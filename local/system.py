"""The whole local system as one context manager: emulator, program, sidecar, gateway, an API key."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import tempfile
import time
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from api.keys import KeyStore, split_key
from local.deploy import Deployment, Differences
from local.emulator import Emulator, LocalError, free_port, require_free
from local.faults.switch import Switch
from local.gateway import Gateway
from local.outbox import Outbox
from local.program import run_program
from local.schedules import SPEED, Ticker, due_targets
from local.sidecar import Sidecar
from local.traces import Traces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.faults.options import Faults

REGION = "us-east-1"
STACK = "dev"
OPERATOR = "operator@example.com"
FIRST_ANSWER_SECONDS = 20


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to start.

    Attributes:
        folder: where data lies between runs; None for a temporary folder that is removed at the end.
        config: stack configuration besides what a local run needs, without the project's namespace.
        tls: the emulator speaks TLS and every policy is deployed as declared; browsers cannot upload then.
        schedule_speed: how many times faster than declared the scheduled rules tick; 0 ticks nothing.
        alarm_speed: how many times faster than declared alarms look; None for as fast as the rules tick.
        faults: what goes wrong; None for no faults, and nothing in the way.
        visibility_seconds: instead of the visibility timeout that queues declare; 20 with faults.
    """

    port: int = 8000
    aws_port: int = 4566
    api_key: str | None = None
    folder: Path | None = None
    config: dict[str, Any] = field(default_factory=dict)
    tls: bool = False
    schedule_speed: float = SPEED
    alarm_speed: float | None = None
    faults: Faults | None = None
    visibility_seconds: int | None = None


@dataclass(frozen=True, kw_only=True)
class System:
    """A running system and where everything is."""

    url: str
    api_key: str
    outbox: Path
    traces: Traces
    outputs: dict[str, Any]
    deployment: Deployment
    emulator: Emulator
    seconds: float
    switch: Switch | None = None

    def described(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "url": self.url,
            "dashboardUrl": self.outputs["dashboardUrl"],
            "docsUrl": self.outputs["docsUrl"],
            "apiKey": self.api_key,
            "awsEndpoint": self.emulator.endpoint,
            "incomingBucket": self.outputs["incomingBucket"],
            "quarantineBucket": self.outputs["quarantineBucket"],
            "recordsTable": self.outputs["recordsTable"],
            "outbox": str(self.outbox),
        }


@contextmanager
def running(options: Options) -> Iterator[System]:
    """Start everything, and stop it in reverse order whatever happens.

    Raises:
        LocalError: a port or the folder is in use, or a part does not come up; the text says which.
    """
    begun = time.monotonic()
    _check(options)
    with ExitStack() as stack:
        folder = stack.enter_context(_folder(options.folder))
        require_free(options.port, "--port")
        # Lambdas may be calling until the emulator is gone, so what stands before it goes last.
        switch = stack.enter_context(Switch(options.faults, options.aws_port)) if options.faults else None
        traces = stack.enter_context(Traces(folder / "traces.jsonl"))
        emulator = stack.enter_context(_emulator(options, folder, traces))
        deployment = stack.enter_context(closing(_deployment(options, emulator, switch)))
        outputs = run_program(deployment, stack_name=STACK, config=_config(options))
        gateway = stack.enter_context(_gateway(options, deployment, emulator))
        stack.enter_context(_sidecar(options, deployment, Outbox(deployment, folder / "outbox"), gateway))
        stack.enter_context(_ticker(deployment, options.schedule_speed))
        if switch:
            stack.enter_context(switch.on(deployment, emulator))
        api_key = _api_key(options, folder, KeyStore(deployment.client("dynamodb"), outputs["apiKeysTable"]))
        _await_answer(deployment.api_url, emulator)
        yield System(
            url=deployment.api_url,
            api_key=api_key,
            outbox=folder / "outbox",
            traces=traces,
            outputs=outputs,
            deployment=deployment,
            emulator=emulator,
            seconds=time.monotonic() - begun,
            switch=switch,
        )


def _check(options: Options) -> None:
    """Refuse what cannot be before anything is started."""
    if options.api_key is not None:
        check_key(options.api_key)
    if options.port == options.aws_port:
        raise LocalError(f"--port and --aws-port are both {options.port}; they must differ")
    if options.faults and options.tls:
        raise LocalError("faults need plain HTTP: what stands before the emulator does not speak TLS")
    for name in ("domainName", "certificateArn"):
        if options.config.get(name):
            raise LocalError(f"{name} cannot be used locally: no name but 127.0.0.1 leads to this machine")
    if options.schedule_speed < 0:
        raise LocalError(f"--schedule-speed {options.schedule_speed:g}: 0 or more, 12 is usual")


def _emulator(options: Options, folder: Path, traces: Traces) -> Emulator:
    keep = options.folder is not None
    return Emulator(options.aws_port, folder, REGION, keep=keep, tls=options.tls, xray=traces.address)


def _deployment(options: Options, emulator: Emulator, switch: Switch | None) -> Deployment:
    seconds = options.visibility_seconds
    return Deployment(
        emulator.endpoint,
        api_url=f"http://127.0.0.1:{options.port}",
        region=REGION,
        ca_bundle=emulator.ca_bundle,
        differences=switch.differences(seconds) if switch else Differences(visibility_seconds=seconds),
    )


def ephemeral(**config: Any) -> Options:
    """Options for a system of one's own: free ports, nothing kept."""
    return Options(port=free_port(), aws_port=free_port(), config=config)


def _gateway(options: Options, deployment: Deployment, emulator: Emulator) -> Gateway:
    upstream = f"{emulator.endpoint}/_aws/execute-api/{deployment.gateway_id}/$default"
    return Gateway(options.port, upstream, emulator.ca_bundle)


def _sidecar(options: Options, deployment: Deployment, outbox: Outbox, gateway: Gateway) -> Sidecar:
    speed = options.schedule_speed if options.alarm_speed is None else options.alarm_speed
    return Sidecar(deployment, outbox, gateway, alarm_speed=speed)


def _ticker(deployment: Deployment, speed: float) -> Ticker:
    return Ticker(deployment.waiting_client("lambda"), list(due_targets(deployment)), speed)


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is None:
        folder = Path(tempfile.mkdtemp(prefix="silent-scalper-"))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return
    try:
        kept.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LocalError(f"--state {kept}: {error.strerror}") from error
    with (kept / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LocalError(
                f"{kept} is in use by another local system; choose another with --state"
            ) from error
        yield kept.resolve()


def _config(options: Options) -> dict[str, Any]:
    ours = {
        "lambdaPlatform": "host",
        "alertEmails": [OPERATOR],
        "alertWindowSeconds": 1,
        "maxAlertsPerHour": 100,
        # One key is all there is, and no other caller has to be protected from it.
        "keyRateLimit": 1_000,
        "keyRateBurst": 5_000,
        # It costs nothing here.
        "tracing": True,
    }
    named = {f"silent-scalper:{name}": value for name, value in (ours | options.config).items()}
    return {"aws:region": REGION, **named}


def _api_key(options: Options, folder: Path, keys: KeyStore) -> str:
    """The key that was asked for, or one that stays the same from run to run."""
    kept = folder / "api-key.json"
    text = options.api_key
    if text is None and kept.exists():
        text = json.loads(kept.read_text())["apiKey"]
    if text is None:
        text = f"ss_{secrets.token_hex(6)}_{secrets.token_urlsafe(32)}"
    try:
        keys.adopt("local", text)
    except ValueError as error:
        raise LocalError(f"--api-key: {error}") from error
    with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({"apiKey": text}, file)
    return text


def check_key(text: str) -> None:
    """Refuse what can be no key before anything is started with it.

    Raises:
        LocalError: says what a key looks like.
    """
    try:
        split_key(text)
    except ValueError as error:
        raise LocalError(f"--api-key: {error}") from error


def _await_answer(url: str, emulator: Emulator) -> None:
    """Ready means that the API answers; the first request also makes its Lambda warm."""
    deadline = time.monotonic() + FIRST_ANSWER_SECONDS
    answer: httpx.Response | None = None
    while time.monotonic() < deadline:
        try:
            answer = httpx.get(f"{url}/health", timeout=FIRST_ANSWER_SECONDS, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)
            continue
        if answer.status_code == httpx.codes.OK:
            return
        break
    told = answer.text if answer is not None else "no answer"
    raise LocalError(f"the API does not answer /health: {told}\n{emulator.last_lines()}")
