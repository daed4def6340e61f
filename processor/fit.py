"""Cuts what is known of a file to what fits on its record: DynamoDB items stop at 400 KB."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from records.items import holds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from processor.findings import Finding
    from processor.formats.base import Profile

PROFILE_BYTES = 160_000
FINDINGS_BYTES = 80_000
"""For the errors, and as much for the warnings."""
_LONGEST_TEXT = 1_000
_AROUND = len('"": [], ')


def profile(whole: Profile) -> Profile:
    """The profile, or as much of its lists as fits, with `cut` where something was left out."""
    clean: Profile = _clean(whole)
    if _size(clean) <= PROFILE_BYTES:
        return clean
    if isinstance(clean.get("content"), dict):  # what was unpacked is described inside
        outer = {name: value for name, value in clean.items() if name != "content"}
        return outer | {"content": profile(clean["content"])}
    room = PROFILE_BYTES - _size(
        {name: value for name, value in clean.items() if not isinstance(value, list)}
    )
    for name, value in clean.items():
        if isinstance(value, list):
            clean[name] = _first(value, room - _AROUND)
            room -= _size(clean[name]) + len(name) + _AROUND
    if room < 0:  # it is not the lists: what is nested goes
        clean = {name: value for name, value in clean.items() if not isinstance(value, (dict, list))}
    return clean | {"cut": True}


def findings(found: Sequence[Finding]) -> tuple[dict[str, Any], ...]:
    """The first findings, as many as fit; the counts tell how many there are."""
    return tuple(_first([finding.attributes() for finding in found], FINDINGS_BYTES))


def _first(entries: list[Any], room: int) -> list[Any]:
    kept = []
    for entry in entries:
        room -= _size(entry) + len(", ")
        if room < 0:
            break
        kept.append(entry)
    return kept


def _clean(value: Any) -> Any:
    """Without what JSON and DynamoDB do not have, and with texts of a bounded length."""
    if isinstance(value, dict):
        return {str(name)[:_LONGEST_TEXT]: _clean(entry) for name, entry in value.items() if _known(entry)}
    if isinstance(value, (list, tuple)):
        return [_clean(entry) for entry in value if _known(entry)]
    if isinstance(value, str):
        return value[:_LONGEST_TEXT].encode("utf-8", "replace").decode()
    return value


def _known(value: Any) -> bool:
    return value is not None and (not isinstance(value, (int, float)) or holds(value))


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode())
