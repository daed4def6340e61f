"""The same request twice is the same key, with the same secret, which nobody stores.

A secret for a request with an `Idempotency-Key` is made of that and of the text that the caller presented
with it. Who has that text may make such keys anyhow, and nobody else can tell the secret.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Any

from records.actions import action_id_of

_PURPOSE = "silent-scalper api key"


@dataclass(frozen=True)
class Repeatable:
    """What a request shall be known by, and what it makes.

    Attributes:
        key_id: of a key that it makes.
        secret: of a key that it makes, or gives a new one to.
        by, asked: who asked under which key, and for what; None for a request that is not to be repeated.
    """

    key_id: str
    secret: str
    by: str | None = None
    asked: str | None = None


def repeatable(
    caller_id: str, presented: str, idempotency_key: str | None, act: str, body: dict[str, Any]
) -> Repeatable:
    """The ids and the secret of one request.

    Args:
        presented: the text of the caller's key, which has 256 random bits.
        act: what is done, and to which key.
        body: what was asked for.
    """
    if idempotency_key is None:
        return Repeatable(secrets.token_hex(6), secrets.token_urlsafe(32))
    # The id depends on the caller's id alone: with another secret of the same caller, the repeated
    # request finds the key that it made before, instead of making a second one.
    by = action_id_of(caller_id, act, idempotency_key)
    message = "\0".join([_PURPOSE, act, idempotency_key]).encode()
    mac = hmac.new(presented.encode(), message, hashlib.sha256).digest()
    secret = base64.urlsafe_b64encode(mac).decode().rstrip("=")
    asked = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    return Repeatable(by[:12], secret, by, asked)
