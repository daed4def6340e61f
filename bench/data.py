"""Files to measure with: orders, the same ones each time, as CSV, JSON Lines and Parquet."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEADER = "order_id,ordered_at,customer,city,quantity,price,paid,due,comment"
CITIES = ("Berlin", "New York", "São Paulo", "Tōkyō", "Paris", "Lagos", "Oslo")
COMMENTS = ("", "gift", "fast delivery", "please ring twice at the door", "leave it with the neighbours")
_POOL = 20_000
_BLOCK = 5_000


def csv(path: Path, size_bytes: int) -> Path:
    """A table of at least so many bytes; one comment of twenty is quoted and holds quotes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER + "\n")
        written = 0
        for block in _blocks():
            text = "".join(_csv_row(number, order) for number, order in block)
            file.write(text)
            written += len(text.encode())
            if written >= size_bytes:
                return path
    raise AssertionError("the blocks never end")


def small_csv(path: Path, size_bytes: int) -> Path:
    """A table of at most so many bytes."""
    rows = [HEADER]
    for number, order in next(_blocks()):
        row = _csv_row(number, order).rstrip("\n")
        if len("\n".join([*rows, row]).encode()) >= size_bytes:
            break
        rows.append(row)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def bad_csv(path: Path, size_bytes: int) -> Path:
    """As `csv`, with ten bad rows on the way."""
    csv(path, size_bytes)
    text = path.read_bytes()
    parts = [text[size_bytes * n // 10 : size_bytes * (n + 1) // 10] for n in range(10)]
    parts[-1] += text[size_bytes:]
    path.write_bytes(
        b"".join(
            part[: part.rindex(b"\n") + 1] + b"1,short\n" + part[part.rindex(b"\n") + 1 :] for part in parts
        )
    )
    return path


def json_lines(path: Path, size_bytes: int) -> Path:
    """One order a line, of at least so many bytes together."""
    with path.open("w", encoding="utf-8") as file:
        written = 0
        for block in _blocks():
            text = "".join(
                json.dumps({"order_id": number} | order, ensure_ascii=False) + "\n" for number, order in block
            )
            file.write(text)
            written += len(text.encode())
            if written >= size_bytes:
                return path
    raise AssertionError("the blocks never end")


def parquet(path: Path, size_bytes: int) -> Path:
    """Row groups of orders with random numbers, which do not compress well, by pyarrow."""
    import numpy
    import pyarrow
    from pyarrow import parquet as pq

    random_numbers = numpy.random.default_rng(7)
    rows = 250_000
    schema = None
    writer = None
    while not path.exists() or path.stat().st_size < size_bytes:
        table = pyarrow.table(
            {
                "order_id": random_numbers.integers(0, 10**9, rows),
                "price": random_numbers.random(rows) * 1_000,
                "quantity": random_numbers.integers(1, 100, rows),
                "city": pyarrow.array(random_numbers.choice(CITIES, rows)),
                "customer": pyarrow.array([f"C{n:07d}" for n in random_numbers.integers(0, 10**7, rows)]),
                "ordered_at": pyarrow.array(
                    random_numbers.integers(1_700_000_000, 1_730_000_000, rows), pyarrow.timestamp("s")
                ),
            }
        )
        if writer is None:
            schema = table.schema
            writer = pq.ParquetWriter(path, schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()
    return path


def _blocks() -> Iterator[list[tuple[int, dict[str, Any]]]]:
    """Numbered orders without end, drawn from a pool."""
    chance = random.Random(7)  # noqa: S311 - the same files each time
    pool = [_order(chance) for _ in range(_POOL)]
    number = 0
    while True:
        block = [(number + n, chance.choice(pool)) for n in range(1, _BLOCK + 1)]
        number += _BLOCK
        yield block


def _order(chance: random.Random) -> dict[str, Any]:
    moment = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(10**7))
    return {
        "ordered_at": moment.strftime("%Y-%m-%d %H:%M:%S"),
        "customer": f"C{chance.randrange(10**6):06d}",
        "city": chance.choice(CITIES),
        "quantity": chance.randrange(1, 100),
        "price": round(chance.random() * 1_000, 2),
        "paid": chance.random() < 0.5,
        "due": (moment + timedelta(days=30)).strftime("%Y-%m-%d"),
        "comment": 'they said "hello", and left' if chance.random() < 0.05 else chance.choice(COMMENTS),
    }


def _csv_row(number: int, order: dict[str, Any]) -> str:
    comment = order["comment"]
    if '"' in comment:
        comment = '"' + comment.replace('"', '""') + '"'
    paid = "true" if order["paid"] else "false"
    values = (
        number,
        order["ordered_at"],
        order["customer"],
        order["city"],
        order["quantity"],
        order["price"],
    )
    return ",".join(map(str, (*values, paid, order["due"], comment))) + "\n"
