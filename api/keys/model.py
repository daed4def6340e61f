"""What an API key is: its text, its scopes, and the folder that it is bound to.

The secret has 256 random bits, so one round of SHA-256 is as good as a slow hash: there is nothing to
guess.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_FORM = re.compile(r"ss_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


class Scope(StrEnum):
    """What a key may do; none includes another."""

    READ = "read"
    UPLOAD = "upload"
    OPERATE = "operate"
    ADMIN = "admin"


ALL_SCOPES = frozenset(Scope)
DEFAULT_SCOPES = ALL_SCOPES - {Scope.ADMIN}
"""Of a key that was made before there were scopes, and of one for which none are named."""


@dataclass(frozen=True)
class ApiKey:
    """What is known of a key besides its secrets.

    Attributes:
        prefix: the folder of the incoming bucket that the key is bound to; None for all of it.
        created_by: the id of the key that made it; None for one made by the command.
        older_until: until then the secret before the present one works, too.
        last_used_at: within about five minutes.
    """

    key_id: str
    name: str
    created_at: str
    revoked_at: str | None = None
    prefix: str | None = None
    scopes: frozenset[Scope] = DEFAULT_SCOPES
    expires_at: str | None = None
    created_by: str | None = None
    older_until: str | None = None
    last_used_at: str | None = None

    def covers(self, object_key: str) -> bool:
        """Whether an object is one that this key may see."""
        return self.prefix is None or object_key.startswith(f"{self.prefix}/")

    def covers_folder(self, folder: str | None) -> bool:
        """Whether all objects in a folder are; None is the whole bucket."""
        return self.prefix is None or (folder is not None and self.covers(f"{folder}/"))

    def includes(self, other: ApiKey) -> bool:
        """Whether the other one can do, see and outlast nothing that this one cannot."""
        lasts = self.expires_at is None or (
            other.expires_at is not None and other.expires_at <= self.expires_at
        )
        return other.scopes <= self.scopes and self.covers_folder(other.prefix) and lasts

    def state(self, now: str) -> str:
        """`valid`, `expired` or `revoked`."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at and self.expires_at <= now else "valid"


def split_key(text: str) -> tuple[str, str]:
    """The id and the secret in a key's text.

    Raises:
        ValueError: the text is not of the form `ss_<12 hexadecimal digits>_<43 characters>`.
    """
    form = _FORM.fullmatch(text)
    if not form:
        raise ValueError("an API key has the form ss_<12 hexadecimal digits>_<43 letters, digits, _ or ->")
    return form.group(1), form.group(2)


def key_text(key_id: str, secret: str) -> str:
    """What a key's holder is given."""
    return f"ss_{key_id}_{secret}"


def digest(text: str) -> str:
    """What the table knows of a key's text."""
    return hashlib.sha256(text.encode()).hexdigest()


def to_attributes(key: ApiKey) -> dict[str, Any]:
    """What the table holds of a key besides its secrets."""
    known = {
        "keyId": key.key_id,
        "name": key.name,
        "createdAt": key.created_at,
        "scopes": sorted(key.scopes),
        "prefix": key.prefix,
        "expiresAt": key.expires_at,
        "createdBy": key.created_by,
    }
    return {name: value for name, value in known.items() if value is not None}


def from_attributes(attributes: dict[str, Any]) -> ApiKey:
    """The inverse, with what was written later."""
    return ApiKey(
        key_id=attributes["keyId"],
        name=attributes["name"],
        created_at=attributes["createdAt"],
        revoked_at=attributes.get("revokedAt"),
        prefix=attributes.get("prefix"),
        scopes=_known(attributes["scopes"]) if "scopes" in attributes else DEFAULT_SCOPES,
        expires_at=attributes.get("expiresAt"),
        created_by=attributes.get("createdBy"),
        older_until=attributes.get("olderUntil"),
        last_used_at=attributes.get("usedAt"),
    )


def _known(scopes: list[str]) -> frozenset[Scope]:
    # A scope that a later version wrote must not keep this one from reading the key.
    return frozenset(Scope(scope) for scope in scopes if scope in ALL_SCOPES)
