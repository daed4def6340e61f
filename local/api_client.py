"""The HTTP API as the commands of this machine call it: what may work later is tried again."""

from __future__ import annotations

import threading
import time
from typing import Any

import httpx

TRY_AGAIN = frozenset({429, 502, 503, 504})
TRIES = 6
FIRST_WAIT_SECONDS = 0.5


class Refused(Exception):
    """The API or S3 did not take the file; the text is their reason."""


class Stopped(Exception):
    """Somebody said that what has not begun shall not begin."""


class Waiting:
    """Waits between tries, for longer and longer, until somebody says stop."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End all waits, now and from now on."""
        self._stopped.set()

    def wait(self, seconds: float) -> None:
        """Wait.

        Raises:
            Stopped: somebody said so.
        """
        if self._stopped.wait(seconds):
            raise Stopped("stopped")

    def before_try(self, number: int, answer: httpx.Response | None = None) -> None:
        """Wait before another try, the number 1 being the second: as long as the answer says, if it does.

        Raises:
            Stopped: somebody said so.
        """
        told = answer.headers.get("Retry-After", "") if answer is not None else ""
        self.wait(float(told) if told.isdigit() else FIRST_WAIT_SECONDS * 2 ** (number - 1))


class ApiClient:
    """Calls one API.

    Args:
        url: the API, without a slash at its end.
        patience_seconds: how long an answer of "try again" is followed.
        transport: another one than the network.
    """

    def __init__(
        self,
        url: str,
        api_key: str,
        waiting: Waiting,
        *,
        patience_seconds: float = 300,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.url = url
        self._client = httpx.Client(
            base_url=url,
            headers={"X-Api-Key": api_key},
            timeout=60,
            trust_env=not is_local(url),
            transport=transport,
        )
        self._waiting = waiting
        self._patience_seconds = patience_seconds

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def check(self) -> None:
        """See whether there is an API at all, before each file finds out by itself.

        Raises:
            Refused: there is not; the text says what was tried.
        """
        try:
            read(self._client.get("/health"))
        except (httpx.HTTPError, httpx.InvalidURL, Refused) as error:
            raise Refused(f"there is no API at {self.url} ({error}); is it running?") from error

    def request(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        """The body of the answer; every request of ours may be sent twice without harm.

        Raises:
            Refused: the API said no.
            httpx.HTTPError: it could not be reached, however often that was tried.
        """
        deadline = time.monotonic() + self._patience_seconds
        number = 0
        while True:
            number += 1
            try:
                answer = self._client.request(method, path, **arguments)
            except httpx.TransportError:
                if number == TRIES:
                    raise
                self._waiting.before_try(number)
                continue
            if answer.status_code not in TRY_AGAIN or time.monotonic() > deadline:
                return read(answer)
            self._waiting.before_try(min(number, TRIES), answer)


def read(answer: httpx.Response) -> dict[str, Any]:
    """The body of an answer.

    Raises:
        Refused: the answer is a problem.
    """
    if not answer.is_success:
        raise Refused(_reason(answer))
    body: dict[str, Any] = answer.json()
    return body


def _reason(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"the API answered {answer.status_code}: {answer.text[:300]}"


def is_local(url: str) -> bool:
    """Whether the URL leads to this machine, where no proxy stands in between."""
    return httpx.URL(url).host in ("127.0.0.1", "localhost")
