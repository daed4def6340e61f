"""What is asked of the processor through its queue, besides S3's events.

A command names a record and what was asked for; whether that still holds is seen when it is worked on.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from records.model import camel


@dataclass(frozen=True)
class Retry:
    """Work on a record's file again: the retry with this id, and no other."""

    record_id: str
    retry_id: str


@dataclass(frozen=True)
class Discard:
    """Delete the bytes of a record that was discarded."""

    record_id: str


@dataclass(frozen=True)
class Proceed:
    """Take an operation's next step, if it stands where it stood: after so many steps."""

    operation_id: str
    step: int


Command = Retry | Discard | Proceed
_KINDS: dict[str, type[Command]] = {"retry": Retry, "discard": Discard, "proceed": Proceed}


def body_of(command: Command) -> str:
    """The command as a queue message: `{"retry": {"recordId": …, "retryId": …}}`."""
    fields = {camel(name): value for name, value in asdict(command).items()}
    return json.dumps({type(command).__name__.lower(): fields})


def command_in(message: dict[str, Any]) -> Command | None:
    """The command in a message's JSON; None if it holds something else.

    Raises:
        KeyError, TypeError: it has the name of a command, but not its form.
    """
    for name, kind in _KINDS.items():
        if name in message:
            told = message[name]
            return kind(**{field: told[camel(field)] for field in kind.__dataclass_fields__})
    return None
