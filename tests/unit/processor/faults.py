"""Breaks a client's calls where a test wants them broken, through botocore's own events."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

BEFORE, AFTER = "before-call", "after-call"


class Died(Exception):
    """The process ended here: nothing in the program may catch this."""


def refusal(code: str, status: int = 400) -> ClientError:
    """How a service says no."""
    answer: Any = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Operation")


@contextmanager
def at(client: Any, moment: str, operation: str, action: Callable[[], object]) -> Iterator[None]:
    """Do something once, just before or just after an operation of the client."""
    done: list[bool] = []

    def once(**_: Any) -> None:
        if not done:
            done.append(True)
            action()

    event = f"{moment}.{client.meta.service_model.service_name}.{operation}"
    client.meta.events.register_first(event, once)
    try:
        yield
    finally:
        client.meta.events.unregister(event, once)
    assert done, f"{operation} was never called"


@contextmanager
def failing(client: Any, moment: str, operation: str, error: Exception | None = None) -> Iterator[None]:
    """The operation fails once: before it took effect, or after it did and nobody was told."""

    def fail() -> None:
        raise error or Died(f"{moment} {operation}")

    with at(client, moment, operation, fail):
        yield


@contextmanager
def failing_call(
    clients: Sequence[Any], moment: str, number: int, error: BaseException
) -> Iterator[list[str]]:
    """The call with this number, of all that the clients make, fails; the names of those made so far."""
    made: list[str] = []

    def count(model: Any, **_: Any) -> None:
        made.append(model.name)
        if len(made) == number:
            raise error

    events = [
        (client.meta.events, f"{moment}.{client.meta.service_model.service_name}") for client in clients
    ]
    for emitter, event in events:
        emitter.register_first(event, count)
    try:
        yield made
    finally:
        for emitter, event in events:
            emitter.unregister(event, count)
