"""DuckDB, as formats use it: one bounded database in memory, reaching nothing but temporary files."""

from __future__ import annotations

import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from processor.workspace import spill_folder

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "100MB"
SPILL_LIMIT = "2GB"
THREADS = 2

_once = threading.Lock()


def connect(folder: Path, *files: Path) -> duckdb.DuckDBPyConnection:
    """A connection that reads and writes `folder`, and reads these files. Whoever asks for it closes it.

    Where all of them lie under the system's folder for temporary files, connections share one database,
    which saves 10 ms and bounds the memory of all of them together.
    """
    shared = Path(tempfile.gettempdir()).resolve()
    if all(path.resolve().is_relative_to(shared) for path in (folder, *files)):
        with _once:
            return _shared(shared).cursor()
    return _database([folder, *(file.parent for file in files)], folder / "spilled")


def forget() -> None:
    """Use a new database from now on: something went wrong that may have spoilt the shared one."""
    with _once:
        _shared.cache_clear()


@cache
def _shared(folder: Path) -> duckdb.DuckDBPyConnection:
    return _database([folder], spill_folder())


def _database(folders: list[Path], spill: Path) -> duckdb.DuckDBPyConnection:
    import duckdb  # 0.2 s: only the first table pays for it

    connection = duckdb.connect(
        config={
            "threads": THREADS,
            "memory_limit": MEMORY_LIMIT,
            "max_temp_directory_size": SPILL_LIMIT,
            "temp_directory": str(spill),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    # Otherwise a column's whole chunk is held at once, and a large one is too much for the memory limit.
    connection.execute("SET GLOBAL disable_parquet_prefetching = true")
    allowed = ", ".join(literal(str(folder.resolve())) for folder in folders)
    connection.execute(f"SET allowed_directories = [{allowed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'
