"""Moves a record for somebody who asked for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from api.errors import Problem
from api.problems import ProblemKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.deps import World
    from records.model import Record


def moved(world: World, record: Record, move: Callable[[Record], Record]) -> Record:
    """The record after the move, which is the other one's if somebody did the same at the same moment."""
    after = move(record)
    refused = world.records.move(after, record)
    if refused is None:
        return replace(after, revision=record.revision + 1)
    if refused.existing and refused.existing.status is after.status:
        return refused.existing
    detail = f"Record {record.record_id} was changed at the same moment; read it again."
    raise Problem(ProblemKind.CHANGED_MEANWHILE, detail)
