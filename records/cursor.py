"""Opaque cursors: where the last page ended, bound to the filter it was made for."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re

from records.errors import InvalidCursor

_POSITION = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#[0-9a-f]{32}")
_CHECK_BYTES = 9


def encode_cursor(position: str, filters: dict[str, str]) -> str:
    """A URL-safe text that stands for `position`, the arrival key after which the next page begins."""
    payload = position.encode()
    return base64.urlsafe_b64encode(_check(payload, filters) + payload).decode().rstrip("=")


def decode_cursor(cursor: str, filters: dict[str, str]) -> str:
    """The position in a cursor.

    Raises:
        InvalidCursor: the text was changed, or given out for other filters.
    """
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        position = raw[_CHECK_BYTES:].decode()
    except (binascii.Error, ValueError) as error:
        raise InvalidCursor("the cursor is damaged; start again without it") from error
    # Compared as text: decoding passes over characters that do not belong.
    if encode_cursor(position, filters) != cursor or not _POSITION.fullmatch(position):
        raise InvalidCursor("the cursor is damaged or belongs to another filter; start again without it")
    return position


def _check(payload: bytes, filters: dict[str, str]) -> bytes:
    # A checksum, not a signature: a forged position reveals nothing that the caller's own filters would not.
    bound = json.dumps(filters, sort_keys=True).encode() + b"\0" + payload
    return hashlib.sha256(bound).digest()[:_CHECK_BYTES]
