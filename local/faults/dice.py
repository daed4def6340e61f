"""Says which message and which call is hit, and counts."""

from __future__ import annotations

import random
import secrets
import threading
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.faults.options import Faults

MOST_SEED = 1_000_000


class Dice:
    """Draws for each kind of fault from a sequence of its own; several threads may share it.

    The same seed gives the first message, the second and so on the same faults each time. Which message
    is the first is up to the system, which does many things at once.
    """

    def __init__(self, faults: Faults) -> None:
        seed = secrets.randbelow(MOST_SEED) if faults.seed is None else faults.seed
        self.faults = replace(faults, seed=seed)
        self._sequences: dict[str, random.Random] = {}
        self._counts: Counter[str] = Counter()
        self._over: set[str] = set()
        self._lock = threading.Lock()

    def falls(self, kind: str) -> bool:
        """Whether the next one is hit; `count` is for whoever does it."""
        probability: float = getattr(self.faults, kind)
        return bool(probability) and kind not in self._over and self.uniform(kind, 1) < probability

    def end(self, kind: str) -> None:
        """From now on nothing is hit by this kind."""
        self._over.add(kind)

    def uniform(self, kind: str, below: float) -> float:
        """A number from 0 to below `below`."""
        with self._lock:
            if kind not in self._sequences:
                self._sequences[kind] = random.Random(f"{self.faults.seed}/{kind}")  # noqa: S311
            return self._sequences[kind].random() * below

    def count(self, what: str) -> None:
        """Note that a fault was injected."""
        with self._lock:
            self._counts[what] += 1

    def counts(self) -> dict[str, int]:
        """How many faults were injected so far, by kind."""
        with self._lock:
            return dict(sorted(self._counts.items()))

    def told(self) -> str:
        """The counts as a line."""
        counts = [f"{what} {count:,}" for what, count in self.counts().items()]
        return f"faults injected: {', '.join(counts) or 'none'}"
