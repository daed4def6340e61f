"""What is measured: each function does to one file what its library can of check, profile and SHA-256."""

from __future__ import annotations

import hashlib
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK_BYTES = 1_048_576


def bare(path: Path) -> Any:
    """Nothing: the handler's imports alone are what memory is counted from."""
    return path.name


def sha256(path: Path) -> str:
    """The hash alone."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def ours(path: Path) -> Any:
    """Our whole work on a file that has been fetched, the hash beside it, within the handler."""
    from processor.formats.base import Ceilings, File
    from processor.inspection import inspect
    from processor.media import HEAD_BYTES, detect

    with path.open("rb") as opened:
        head = opened.read(HEAD_BYTES)
    file = File(path, path.name, path.stat().st_size, head, detect(head))
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as pool:
        digest = pool.submit(sha256, path)
        found = inspect(file, Ceilings(), Path(folder))
        return {"rows": (found.profile or {}).get("rows"), "reason": found.reason, "sha256": digest.result()}


TYPES = {
    "order_id": "BIGINT",
    "ordered_at": "TIMESTAMP",
    "customer": "VARCHAR",
    "city": "VARCHAR",
    "quantity": "BIGINT",
    "price": "DOUBLE",
    "paid": "BOOLEAN",
    "due": "DATE",
    "comment": "VARCHAR",
}


def duckdb_csv(path: Path) -> Any:
    """One aggregate with the types told beforehand, without any check, and the hash."""
    import duckdb

    wanted = ", ".join(f"count({n}), min({n}), max({n}), approx_count_distinct({n})" for n in TYPES)
    columns = ", ".join(f"'{name}': '{type_}'" for name, type_ in TYPES.items())
    read = f"read_csv('{path}', columns = {{{columns}}}, header = true, auto_detect = false, delim = ',')"
    with ThreadPoolExecutor(1) as pool, duckdb.connect(config={"threads": 2, "memory_limit": "100MB"}) as one:
        digest = pool.submit(sha256, path)
        (row,) = one.execute(f"SELECT count(*), {wanted} FROM {read}").fetchall()
        return {"rows": row[0], "sha256": digest.result()}


def pandas_csv(path: Path) -> Any:
    import pandas

    # Dates stay texts unless it is told which columns they are; we and polars find that out.
    return _described_by_pandas(pandas.read_csv(path, parse_dates=["ordered_at", "due"]))


def pandas_json_lines(path: Path) -> Any:
    import pandas

    return _described_by_pandas(pandas.read_json(path, lines=True))


def pandas_parquet(path: Path) -> Any:
    import pandas

    return _described_by_pandas(pandas.read_parquet(path))


def _described_by_pandas(frame: Any) -> Any:
    frame.describe(include="all")
    return {
        "rows": len(frame),
        "nulls": int(frame.isna().sum().sum()),
        "distinct": int(frame.nunique().sum()),
    }


def polars_csv(path: Path) -> Any:
    import polars

    return _described_by_polars(polars.scan_csv(path, try_parse_dates=True))


def polars_json_lines(path: Path) -> Any:
    import polars

    return _described_by_polars(polars.scan_ndjson(path))


def polars_parquet(path: Path) -> Any:
    import polars

    return _described_by_polars(polars.scan_parquet(path))


def _described_by_polars(frame: Any) -> Any:
    import polars

    every = polars.all()
    wanted = [
        polars.len().alias("rows"),
        every.null_count().name.suffix(" nulls"),
        every.min().name.suffix(" min"),
        every.max().name.suffix(" max"),
        every.approx_n_unique().name.suffix(" distinct"),
    ]
    return {"rows": frame.select(wanted).collect(engine="streaming")["rows"][0]}


def pyarrow_csv(path: Path) -> Any:
    from pyarrow import csv

    return _described_by_pyarrow(csv.read_csv(path))


def pyarrow_json_lines(path: Path) -> Any:
    from pyarrow import json

    return _described_by_pyarrow(json.read_json(path))


def pyarrow_parquet(path: Path) -> Any:
    from pyarrow import parquet

    return _described_by_pyarrow(parquet.read_table(path))


def _described_by_pyarrow(table: Any) -> Any:
    from pyarrow import compute

    for column in table.columns:
        compute.min_max(column)
        compute.count_distinct(column)
    return {"rows": table.num_rows}


def frictionless_csv(path: Path) -> Any:
    import frictionless

    frictionless.system.trusted = True
    report = frictionless.validate(str(path))
    return {"rows": report.tasks[0].stats.get("rows"), "valid": report.valid}


# Imported before the clock starts; how long that takes is told by itself. Our memory is counted with all
# that the handler holds.
HANDLER = ("processor.handler", "duckdb", "orjson")
IMPORTS = {
    "bare": ("processor.handler",),
    "sha256": (),
    "ours": HANDLER,
    "duckdb": ("duckdb",),
    "pandas": ("pandas",),
    "polars": ("polars",),
    "pyarrow": ("pyarrow.csv", "pyarrow.json", "pyarrow.parquet", "pyarrow.compute"),
    "frictionless": ("frictionless",),
}
TOOLS: dict[str, dict[str, Callable[[Path], Any]]] = {
    "csv": {
        "bare": bare,
        "sha256": sha256,
        "ours": ours,
        "duckdb": duckdb_csv,
        "pandas": pandas_csv,
        "polars": polars_csv,
        "pyarrow": pyarrow_csv,
        "frictionless": frictionless_csv,
    },
    "jsonl": {
        "bare": bare,
        "sha256": sha256,
        "ours": ours,
        "pandas": pandas_json_lines,
        "polars": polars_json_lines,
        "pyarrow": pyarrow_json_lines,
    },
    "parquet": {
        "bare": bare,
        "sha256": sha256,
        "ours": ours,
        "pandas": pandas_parquet,
        "polars": polars_parquet,
        "pyarrow": pyarrow_parquet,
    },
}
