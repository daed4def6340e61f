"""What the API takes and gives about its own keys."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field

from api.keys import Scope
from api.schemas import NAME, Moment, RequestSchema, Schema, Time, whole
from contracts.model import LONGEST_PREFIX, PREFIX

KeyId = Annotated[str, Field(pattern="^[0-9a-f]{12}$", examples=["0a1b2c3d4e5f"])]
LONGEST_GRACE_SECONDS = 30 * 86_400


class KeyRequest(RequestSchema):
    """A key that is to be made; it can have no more than the key that makes it."""

    name: str = Field(min_length=1, max_length=100, pattern=NAME, description="Who it is for.")
    scopes: list[Scope] = Field(
        min_length=1,
        max_length=10,
        description="What it may do; none includes another. `read`: lists, records, downloads; `upload`: "
        "announce files; `operate`: retry, discard, redrive, rejected rows; `admin`: keys.",
    )
    prefix: str | None = Field(
        default=None,
        max_length=LONGEST_PREFIX,
        pattern=PREFIX,
        description="The folder that it is bound to; if none is named, that of the key that makes it.",
    )
    expires_at: Moment | None = Field(
        default=None, description="If none is given, that of the key that makes it."
    )


class SecretRequest(RequestSchema):
    """A second secret for a key."""

    grace_seconds: Annotated[int, BeforeValidator(whole)] = Field(
        default=86_400,
        ge=0,
        le=LONGEST_GRACE_SECONDS,
        strict=True,
        description="The secret before it works for so long; 0 ends it at once.",
    )


class KeyState(StrEnum):
    """Whether a key works."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


class KeyView(Schema):
    """A key, without its secrets."""

    key_id: KeyId
    name: str
    state: KeyState
    scopes: list[Scope]
    prefix: str | None = None
    created_at: Time
    created_by: str | None = Field(
        default=None, description="The id of the key that made it; absent for one made by the command."
    )
    expires_at: Time | None = None
    revoked_at: Time | None = None
    last_used_at: Time | None = Field(default=None, description="To within five minutes.")
    older_until: Time | None = Field(
        default=None, description="Until then the secret before the present one works, too."
    )


class KeyWithText(KeyView):
    """A key, and its text, which is shown this once."""

    api_key: str = Field(
        description="For the header `X-Api-Key`.",
        examples=["ss_0a1b2c3d4e5f_kr0hREmmHyHSWcMLiHS7uaqJqjmq7_TKJodEDUjU2w0"],
    )


class KeyList(Schema):
    """All keys, oldest first."""

    items: list[KeyView]
