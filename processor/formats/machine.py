"""Tells an error of the machine that a file is examined on from one that its content leads to.

Libraries raise whatever a wrong number in a file leads to, and the file is blamed for all of it; but
not for memory that is not there, or for a disk that fails.
"""

from __future__ import annotations

import errno
import os
import zlib
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError, errors

if TYPE_CHECKING:
    from collections.abc import Iterator

# What a wrong offset in a file leads to, when it is passed on to the operating system.
_OF_CONTENT = frozenset({errno.EINVAL, errno.EOVERFLOW})
_NO_MEMORY_FOR_XML = errors.codes[errors.XML_ERROR_NO_MEMORY]
_NO_MEMORY_FOR_ZLIB = "Error -4 "
# DuckDB has one class for a disk that fails and a file that ends too early, and no number in it.
_DISK_FAILS = tuple(
    os.strerror(number)
    for number in (
        errno.EACCES,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EIO,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOENT,
        errno.ENOMEM,
        errno.ENOSPC,
        errno.EPERM,
        errno.EROFS,
    )
)


def of_machine(error: BaseException) -> bool:
    """Whether the machine failed, whatever the content is: then the file must come again."""
    return any(_is_of_machine(one) for one in _chain(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it, as libraries wrap what they catch."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _is_of_machine(error: BaseException) -> bool:
    if isinstance(error, MemoryError):
        return True
    if isinstance(error, OSError):  # without a number it comes from a library, not from the system
        return error.errno is not None and error.errno not in _OF_CONTENT
    if isinstance(error, ExpatError):
        return error.code == _NO_MEMORY_FOR_XML
    return isinstance(error, zlib.error) and str(error).startswith(_NO_MEMORY_FOR_ZLIB)


def of_database(error: BaseException) -> bool:
    """Whether DuckDB's disk failed, or DuckDB itself did before.

    What it may not have the memory for is another matter: the file is too large.
    """
    import duckdb

    if isinstance(error, duckdb.FatalException):
        return True
    return isinstance(error, duckdb.IOException) and any(text in str(error) for text in _DISK_FAILS)
