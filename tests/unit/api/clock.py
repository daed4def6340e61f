"""Time that passes when told to."""

from __future__ import annotations


class Clock:
    """Seconds of the wall clock, for whoever takes one."""

    def __init__(self) -> None:
        self.now = 1_795_265_196.0

    def __call__(self) -> float:
        return self.now
