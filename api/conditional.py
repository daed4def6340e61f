"""Answers that say whether they changed: entity tags and `304 Not Modified`, after RFC 9110."""

from __future__ import annotations

import hashlib
import re
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Header, Response
from pydantic_core import to_json

from api.document import HEADERS, Responses, headers

IfNoneMatch = Annotated[
    str | None,
    Header(
        alias="If-None-Match",
        description="The `ETag` of an earlier answer: if this one is the same, it is 304 without a body.",
    ),
]
# Browsers may keep it, and ask each time whether it is still right: whoever has another key hears so.
_KEPT = "private, no-cache"
_TAGS = re.compile(r'(?:W/)?("[^"]*")')


def answers(*more: str) -> Responses:
    """What the document says of conditional answers: their headers, these among them, and 304."""
    unchanged = "The answer is the one whose `ETag` was sent as `If-None-Match`; it has no body."
    return headers(HTTPStatus.OK, "ETag", *more) | {304: {"description": unchanged, HEADERS: ["ETag", *more]}}


def conditional(
    body: dict[str, Any], if_none_match: str | None, more: dict[str, str], *, aside: str | None = None
) -> Response:
    """The body as it is, with its entity tag; or 304, if the caller has it already.

    Args:
        aside: a field that may change without anything having changed: the tag is a weak one, then.
    """
    # Ready bytes: the values come from our own table, and validating them again would cost more than reading.
    content = to_json(body)
    tag = entity_tag(content)
    if aside:
        tag = f"W/{entity_tag(to_json({name: value for name, value in body.items() if name != aside}))}"
    told = more | {"ETag": tag, "Cache-Control": _KEPT}
    if if_none_match and matches(if_none_match, tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=told)
    return Response(content, headers=told, media_type="application/json")


def entity_tag(content: bytes) -> str:
    """A strong tag of these bytes."""
    return f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'


def matches(if_none_match: str, tag: str) -> bool:
    """Whether one of the tags is this one, by the weak comparison that is meant for it."""
    return if_none_match.strip() == "*" or tag.removeprefix("W/") in _TAGS.findall(if_none_match)
