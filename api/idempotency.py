"""`Idempotency-Key`: the same request sent twice is one request, and another one under its key is refused."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Annotated, Any

from fastapi import Header

from api.errors import Problem
from api.keys import ApiKey
from api.problems import ProblemKind
from records.actions import action_id_of

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=255,
        pattern="^[!-~]+$",
        description="The same key again is the same request: it is answered, and nothing is done twice.",
    ),
]


def id_for(caller: ApiKey, what: tuple[str, ...], idempotency_key: str | None) -> str:
    """The id of what a request makes: the same for the same key of the same caller, else a new one."""
    if idempotency_key is None:
        return secrets.token_hex(16)
    return action_id_of(caller.key_id, *what, idempotency_key)


def asked(request: Any) -> str:
    """A hash of what was asked for, to know it again."""
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()


def reused() -> Problem:
    """The key stands for another request."""
    detail = "This Idempotency-Key was used for another request; choose a new one."
    return Problem(ProblemKind.IDEMPOTENCY_KEY_REUSED, detail)
