"""Parquet: the footer is looked at first, then DuckDB decodes every value of every column."""

from __future__ import annotations

import threading
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from processor.findings import Finding
from processor.formats.base import About, Profile, Rejected
from processor.formats.compressed import check_unpacked
from processor.formats.engine import connect, literal
from processor.formats.machine import of_database
from processor.formats.parquet_columns import LONGEST_COMPARED, Column, batches

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from processor.formats.base import Examination, File

_MAGIC, _ENCRYPTED_MAGIC = b"PAR1", b"PARE"
_LEAST_BYTES = 12  # magic, footer length, magic
_MOST_FOOTER_BYTES = 33_554_432
_DEADLINE_SECONDS = 120.0
_LARGE_CHUNK_BYTES = 33_554_432
_LONGEST_NAME = 100


class Parquet:
    name = "parquet"
    label = "a Parquet table"
    media_types = frozenset({"application/vnd.apache.parquet"})
    suffixes = frozenset({".parquet", ".pq"})
    about = About(
        recognised="`.parquet`, `.pq`; the signature `PAR1`.",
        checked="The signature at both ends, the footer, and every value of every column, which is decoded. "
        "Encrypted columns, and what the reader does not know, are warned of.",
        described="Rows, row groups, codecs, the program that wrote it; of each column its type, nulls, "
        "minimum, maximum, mean, and about how many values are distinct. Of nested columns the type only.",
        bounded="`maxUnpackedBytes` and `maxUnpackRatio` by what the footer says, a footer of 32 MiB, "
        "100 MB of memory, 2 minutes. `maxColumns` columns are described.",
    )

    def examine(self, file: File, work: Examination) -> Profile:
        import duckdb

        if _check_ends(file):
            _warn(work, "It is encrypted, so its content cannot be checked.")
            return {"encrypted": True}
        with closing(connect(work.folder, file.path)) as connection, _deadline(connection) as late:
            table = _Table(connection, file, work, late)
            try:
                return table.examined()
            except duckdb.InterruptException as error:
                raise _too_long() from error


def _check_ends(file: File) -> bool:
    """Whether it is encrypted as a whole.

    Raises:
        Rejected: one of its ends is missing, or its footer cannot be.
    """
    magic = file.head[:4]
    if magic not in (_MAGIC, _ENCRYPTED_MAGIC):
        raise Rejected("format-error", "It is not a Parquet file: the signature at its beginning is missing.")
    with file.path.open("rb") as stream:
        stream.seek(max(file.size_bytes - 8, 0))
        end = stream.read(8)
    if file.size_bytes < _LEAST_BYTES or end[4:] != magic:
        what = "The Parquet file is incomplete: the signature at its end is missing. Send it again."
        raise Rejected("source-error", what)
    footer_bytes = int.from_bytes(end[:4], "little")
    if not 0 < footer_bytes <= file.size_bytes - _LEAST_BYTES:
        raise Rejected(
            "source-error", "The Parquet file is broken: its footer cannot have the size it tells."
        )
    if footer_bytes > _MOST_FOOTER_BYTES:
        what = f"The footer has {footer_bytes:,} bytes; at most {_MOST_FOOTER_BYTES:,} are read."
        raise Rejected("ceiling-error", what)
    return magic == _ENCRYPTED_MAGIC


class _Table:
    """One file, while it is read."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, file: File, work: Examination, late: threading.Event
    ) -> None:
        self._connection = connection
        self._late = late
        self._size_bytes = file.size_bytes
        self._work = work
        self._path = literal(str(file.path))
        self._scan = f"read_parquet({self._path}, hive_partitioning = false)"
        self._profile: Profile = {}

    def examined(self) -> Profile:
        columns = self._described()
        rows, unpacked = self._profile.get("rows", 0), self._profile.pop("unpacked", 0)
        check_unpacked(unpacked, self._size_bytes, self._work.ceilings)
        # A run of equal values takes no space: cells are counted, too, as if each took one bit.
        check_unpacked(rows * len(columns) // 8, self._size_bytes, self._work.ceilings)
        facts: dict[str, dict[str, Any]] = {}
        for batch in batches(columns):
            facts |= self._facts(batch)
        most = self._work.ceilings.max_columns
        shown = [column.described(rows, facts.get(column.reader, {})) for column in columns[:most]]
        cut = {"cut": True} if len(columns) > most else {}
        return self._profile | {"columnCount": len(columns), "columns": shown} | cut

    def _described(self) -> list[Column]:
        """The columns; what the footer says goes into the profile."""
        import duckdb

        try:
            self._profile |= self._footer()
            names = self._names()
            chunks = dict(self._rows(_LARGEST_CHUNKS.format(path=self._path)))
            readers = self._rows(f"DESCRIBE FROM {self._scan}")
        except duckdb.InterruptException:
            raise
        except (duckdb.Error, UnicodeDecodeError) as error:
            if of_database(error):
                raise
            if "non-root column" in str(error):
                return []
            raise _broken("its footer cannot be read") from error
        if len(readers) != len(names):
            raise _broken("its footer contradicts itself")
        return [
            Column(name, reader[0], reader[1], chunks.get(name) or 0)
            for name, reader in zip(names, readers, strict=True)
        ]

    def _footer(self) -> Profile:
        import duckdb

        rows, groups, unpacked, codecs = self._rows(_ROW_GROUPS.format(path=self._path))[0]
        footer = {"rows": rows, "rowGroups": groups, "compression": codecs, "unpacked": unpacked}
        try:
            known = self._rows(f"SELECT created_by FROM parquet_file_metadata({self._path})")
        except duckdb.InvalidInputException:  # it has a signature for encryption, which is no text
            return footer
        return footer | ({"createdBy": known[0][0][:_LONGEST_NAME]} if known[0][0] else {})

    def _names(self) -> list[str]:
        """Of the top-level columns, in the file's order; the schema is a tree, written depth first."""
        tree = self._rows(f"SELECT name, num_children FROM parquet_schema({self._path})")
        names, left = [], [tree[0][1] or 0]
        for name, children in tree[1:]:
            if len(left) == 1:
                names.append(name)
            left[-1:] = [left[-1] - 1, children] if children else [left[-1] - 1]
            while len(left) > 1 and left[-1] <= 0:
                left.pop()
        return names

    def _facts(self, batch: list[Column]) -> dict[str, dict[str, Any]]:
        """What is known of each column; those that cannot be decoded go to the findings."""
        import duckdb

        try:
            return self._asked(self._compared(batch))
        except duckdb.InterruptException:
            raise
        except (duckdb.Error, UnicodeDecodeError) as error:
            if of_database(error):
                raise
            if len(batch) == 1:
                self._undecodable(batch[0], error)
                return {}
        half = len(batch) // 2
        return self._facts(batch[:half]) | self._facts(batch[half:])

    def _asked(self, batch: list[Column]) -> dict[str, dict[str, Any]]:
        asked = {column.reader: column.facts(self._work.values) for column in batch}
        answers = iter(self._row([fact for facts in asked.values() for fact in facts.values()]))
        return {reader: {key: next(answers) for key in facts} for reader, facts in asked.items()}

    def _compared(self, batch: list[Column]) -> list[Column]:
        """The columns, with those left uncompared whose values are too long."""
        asked = [column for column in batch if column.longest]
        if not asked:
            return batch
        longest = self._row([str(column.longest) for column in asked])
        long = {
            column.reader
            for column, size in zip(asked, longest, strict=True)
            if (size or 0) > LONGEST_COMPARED
        }
        return [replace(column, compared=column.reader not in long) for column in batch]

    def _row(self, expressions: list[str]) -> tuple[Any, ...]:
        return self._rows(f"SELECT {', '.join(expressions)} FROM {self._scan}")[0]

    def _undecodable(self, column: Column, error: Exception) -> None:
        import duckdb

        large = column.chunk_bytes > _LARGE_CHUNK_BYTES
        if "encrypted" in str(error):
            self._profile["encrypted"] = True
            _warn(self._work, "The column, or a part of it, is encrypted, so it cannot be checked.", column)
        elif isinstance(error, duckdb.NotImplementedException | duckdb.BinderException):
            _warn(self._work, "The column has a type or encoding that cannot be checked here.", column)
        elif isinstance(error, duckdb.OutOfMemoryException) and large:
            what = "The column takes more memory than there is, so its values were not checked."
            _warn(self._work, f"{what} Write smaller row groups.", column)
        elif isinstance(error, duckdb.OutOfMemoryException):
            what = "The column needs far more memory than its size says: it is broken, or made to do harm."
            self._work.findings.error(Finding(type="source-error", message=what, field_name=column.name))
        elif "not valid UTF8" in str(error):
            what = "The column is declared to be text, but has values that are not UTF-8."
            self._work.findings.error(Finding(type="encoding-error", message=what, field_name=column.name))
        else:
            what = "The column is broken: its values cannot be decoded. Send the file again."
            self._work.findings.error(Finding(type="source-error", message=what, field_name=column.name))

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        rows = self._connection.execute(query).fetchall()
        if self._late.is_set():  # the interruption came between two queries
            raise _too_long()
        return rows


_ROW_GROUPS = """
    SELECT CAST(coalesce(sum(row_group_num_rows) FILTER (column_id = 0), 0) AS BIGINT),
        count(DISTINCT row_group_id), CAST(coalesce(sum(total_uncompressed_size), 0) AS BIGINT),
        list_sort(list(DISTINCT lower(compression)))
    FROM parquet_metadata({path})"""
_LARGEST_CHUNKS = """
    SELECT split_part(path_in_schema, ', ', 1), max(total_uncompressed_size)
    FROM parquet_metadata({path}) GROUP BY 1"""


@contextmanager
def _deadline(connection: duckdb.DuckDBPyConnection) -> Iterator[threading.Event]:
    """Interrupts the query that runs then; the event says that it is late."""
    late = threading.Event()

    def interrupt() -> None:
        late.set()
        connection.interrupt()

    timer = threading.Timer(_DEADLINE_SECONDS, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
        timer.join()  # the connection is closed next


def _too_long() -> Rejected:
    what = f"Decoding its values takes more than {_DEADLINE_SECONDS:.0f} seconds"
    return Rejected("ceiling-error", f"{what}, which is longer than a file may take.")


def _broken(why: str) -> Rejected:
    return Rejected("source-error", f"The Parquet file is broken: {why}. Send it again.")


def _warn(work: Examination, message: str, column: Column | None = None) -> None:
    name = column.name if column else None
    work.findings.warning(Finding(type="source-error", message=message, field_name=name))


FORMAT = Parquet()
