"""Starts and stops ministack, the AWS emulator; the only place that knows its switches.

What is kept between runs is data alone (objects, items, messages). Everything else is made anew by the
program, so that a change of the program is a change of the local system.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from local.certificate import write_certificate
from records.tracing import DAEMON

if TYPE_CHECKING:
    from types import TracebackType

READY_SECONDS = 30
STOP_SECONDS = 15
DATA_SERVICES = ("s3", "dynamodb", "sqs")
SERVICES = "s3,sqs,dynamodb,lambda,logs,iam,sts,sns,cloudwatch,apigateway,kms"


class LocalError(Exception):
    """The local system cannot do what was asked; the text says why and what helps."""


@dataclass
class Emulator:
    """One ministack process that listens on 127.0.0.1.

    Attributes:
        port: where it listens.
        folder: its state, its log and its temporary files.
        keep: load the data of an earlier run, and save it at the end.
        tls: speak TLS with a certificate of its own; `ca_bundle` is then that certificate.
        xray: where functions send their traces; nowhere if it is empty.
    """

    port: int
    folder: Path
    region: str
    keep: bool
    tls: bool = False
    xray: str = ""
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def endpoint(self) -> str:
        """Its URL."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def ca_bundle(self) -> str | None:
        """The certificate to trust, when it speaks TLS."""
        return str(self.folder / "tmp" / "server.crt") if self.tls else None

    @property
    def log(self) -> Path:
        """What it prints."""
        return self.folder / "emulator.log"

    def __enter__(self) -> Emulator:
        require_free(self.port, "--aws-port")
        self._prepare()
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ministack"],
                env=self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                # Its own group: Ctrl-C reaches us alone, and we stop it in our order.
                start_new_session=True,
            )
        try:
            self._await_ready()
        except BaseException:  # Ctrl-C, too: `with` stops only what it has entered
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            # Without data to save there is nothing to wait for but connections that nobody needs.
            self._process.wait(STOP_SECONDS if self.keep else STOP_SECONDS / 5)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)  # it leads a session of its own
            self._process.wait()
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)

    @property
    def pid(self) -> int | None:
        """Its process, whose children are the Lambdas' workers; None before it is started."""
        return self._process.pid if self._process else None

    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and self._process.poll() is None

    def _prepare(self) -> None:
        for name in ("tmp", "state", "objects"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        if self.tls:
            write_certificate(self.folder / "tmp")
        for saved in (self.folder / "state").glob("*.json"):
            if saved.stem not in DATA_SERVICES:
                saved.unlink()
        shutil.rmtree(self.folder / "state" / "lambda-blobs", ignore_errors=True)

    def _environment(self) -> dict[str, str]:
        foreign = ("AWS_", "PYTHONPATH")
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(foreign) and not name.lower().endswith("_proxy")
        }
        if self.ca_bundle:
            kept["MINISTACK_SSL_CERT"] = self.ca_bundle
            kept["MINISTACK_SSL_KEY"] = self.ca_bundle.replace(".crt", ".key")
        return kept | {
            "AUTH": "true",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            DAEMON: self.xray,
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "IOT_MTLS_ENABLED": "0",
            "LAMBDA_EXECUTOR": "local",
            "LOG_LEVEL": "INFO",
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": self.region,
            "PERSIST_STATE": "1" if self.keep else "0",
            "S3_DATA_DIR": str(self.folder / "objects"),
            "S3_PERSIST": "1" if self.keep else "0",
            "SERVICES": SERVICES,
            "SFTP_ENABLED": "0",
            "STATE_DIR": str(self.folder / "state"),
            "TMPDIR": str(self.folder / "tmp"),
            "USE_SSL": "1" if self.tls else "0",
        }

    def _await_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if not self.running():
                raise LocalError(f"the emulator ended at once:\n{self.last_lines()}")
            if self._healthy():
                return
            time.sleep(0.05)
        raise LocalError(f"the emulator did not answer within {READY_SECONDS} s:\n{self.last_lines()}")

    def _healthy(self) -> bool:
        try:
            return httpx.get(
                f"{self.endpoint}/_ministack/health", timeout=2, verify=self._trusted(), trust_env=False
            ).is_success
        except httpx.TransportError:
            return False

    def _trusted(self) -> ssl.SSLContext | bool:
        return ssl.create_default_context(cafile=self.ca_bundle) if self.ca_bundle else True

    def last_lines(self, count: int = 15) -> str:
        """The end of its log, for an error message."""
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join(f"  {line}" for line in lines[-count:])


def require_free(port: int, option: str) -> None:
    """Refuse to go on with a port that somebody listens on.

    Raises:
        LocalError: names the port and the option that chooses another.
    """
    if not 1 <= port <= 65_535:
        raise LocalError(f"{option} {port}: a port is a number from 1 to 65535")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise LocalError(f"port {port} is in use; choose another with {option}") from error


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
