"""Small files, good and bad, of which everything is known."""

from __future__ import annotations

import gzip
import hashlib
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = "uploads"
ORDERS = "orders"
"""The prefix that a contract speaks of."""
_HEADER = "order_id,ordered_at,customer,country,quantity,price,note"
_COUNTRIES = ("AT", "CH", "DE", "DK", "FR", "NL", "NO", "PL", "SE")


@dataclass(frozen=True)
class Sample:
    """A file on disk.

    Attributes:
        prefix: where in the incoming bucket it goes.
        announced: it is sent through the API; otherwise it is put straight into the bucket.
    """

    path: Path
    sha256: str
    prefix: str
    good: bool
    announced: bool


def write_samples(folder: Path, count: int, bad: float, seed: int) -> list[Sample]:
    """Files of which a share is bad: empty, cut off, or with rows that their contract does not accept.

    The same arguments give the same files.
    """
    dice = random.Random(seed)  # noqa: S311
    broken = set(dice.sample(range(count), round(count * bad)))
    return [_write(folder, number, good=number not in broken, dice=dice) for number in range(count)]


def _write(folder: Path, number: int, *, good: bool, dice: random.Random) -> Sample:
    orders = _orders(number, dice)
    name, prefix, content = f"{number:06d}.csv", dice.choice((PLAIN, ORDERS)), orders
    if not good:
        name, prefix, content = dice.choice(
            (
                (name, PLAIN, b""),
                (f"{name}.gz", PLAIN, gzip.compress(orders, mtime=0)[:-12]),
                (name, ORDERS, orders + f"{number},yesterday,C17,US,0,free,\n".encode()),
            )
        )
    path = folder / name
    path.write_bytes(content)
    return Sample(path, hashlib.sha256(content).hexdigest(), prefix, good, announced=dice.random() < 0.5)


def _orders(number: int, dice: random.Random) -> bytes:
    rows = [
        f"{number * 100 + row + 1},2026-11-{dice.randint(1, 28):02d}T09:15:00Z,C{dice.randrange(10**6):06d},"
        f"{dice.choice(_COUNTRIES)},{dice.randint(1, 99)},{dice.randint(1, 99_999) / 100:.2f},"
        for row in range(dice.randint(1, 30))
    ]
    return "\n".join([_HEADER, *rows, ""]).encode()
