"""Finds and kills the process of a Lambda that makes a call."""

from __future__ import annotations

from dataclasses import dataclass

import psutil


@dataclass
class Workers:
    """The processes that the emulator runs Lambdas in; no other process is ever touched.

    Attributes:
        emulator_pid: None as long as there is no emulator.
    """

    emulator_pid: int | None = None

    def kill(self, source_port: int, proxy_port: int) -> bool:
        """End the process that has such a connection, as AWS ends one that is out of memory.

        Returns:
            Whether there is one.
        """
        if self.emulator_pid is None:
            return False
        try:
            children = psutil.Process(self.emulator_pid).children()
        except psutil.NoSuchProcess:
            return False
        for child in children:
            try:
                if _connects(child, source_port, proxy_port):
                    child.kill()
                    return True
            except psutil.Error:  # it ended while it was looked at
                continue
        return False


def _connects(process: psutil.Process, source_port: int, proxy_port: int) -> bool:
    return any(
        connection.raddr and connection.laddr.port == source_port and connection.raddr.port == proxy_port
        for connection in process.net_connections(kind="tcp")
    )
