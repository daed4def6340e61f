"""Prices, from one file with date and source for each."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("prices.toml")


@dataclass(frozen=True)
class Price:
    """What so many of something cost."""

    dollars: float
    per: int
    what: str
    source: str

    def of(self, amount: float) -> float:
        """In dollars."""
        return amount * self.dollars / self.per


@dataclass(frozen=True)
class Prices:
    """Of one region.

    Attributes:
        free: how much of it each month is free for ever.
    """

    region: str
    looked_up: str
    prices: dict[str, Price]
    free: dict[str, float]


@cache
def prices() -> Prices:
    """As they stand in the file."""
    read = tomllib.loads(FILE.read_text())
    known = {name: Price(**each) for name, each in read["prices"].items()}
    return Prices(read["region"], read["looked_up"], known, read["free"])
