"""Reads one object version and judges it, within the memory, the storage and the time there are."""

from __future__ import annotations

import math
import threading
import time
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from processor.formats.base import File
from processor.inspection import inspect
from processor.media import UNKNOWN
from processor.objects import Content
from processor.work import Verdict, Work, judge
from processor.workspace import working_folder
from records.errors import ObjectGone, TransientError
from records.model import Reason, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contracts.model import Contracts
    from processor.events import ObjectCreated
    from processor.formats.base import Ceilings
    from processor.objects import Objects

RESERVE_MS = 15_000
"""What must be left of the Lambda's time for a file to be begun, besides the time that it takes itself."""
READ_BYTES_PER_MS = 40_000
EXAMINED_BYTES_PER_MS = 8_000
COPIED_BYTES_PER_MS = 100_000
"""Careful guesses: one file alone is read at 75 MB/s, and the slowest format examined at 10. What is over the
limit is only copied, which S3 does by itself, in parts at the same time."""
MOST_NEEDED_MS = 400_000
"""A function that has just begun has more: whatever a file may need, there is a time when it is begun."""

LARGE_BYTES = 67_108_864


class OutOfTime(TransientError):
    """There is not enough time left for this file; another call has more."""


class Reader:
    """Reads one version at a time for each thread; several threads may share it.

    Args:
        contracts: what the prefixes accept.
        ceilings: how much work one file may make.
    """

    def __init__(
        self, objects: Objects, *, max_file_bytes: int, contracts: Contracts, ceilings: Ceilings
    ) -> None:
        self._objects = objects
        self._max_file_bytes = max_file_bytes
        self._contracts = contracts
        self._ceilings = ceilings
        self._large = threading.Lock()
        self._examining = threading.Lock()

    @contextmanager
    def read(
        self, event: ObjectCreated, remaining_ms: Callable[[], float] = lambda: math.inf, *, key: str = ""
    ) -> Iterator[Work]:
        """The version that an event names, read and judged; what was made of it is gone afterwards.

        Args:
            remaining_ms: says how much time is left.
            key: of the object as it came, where the event names a copy.

        Raises:
            OutOfTime: too little is left.
            TransientError, ConfigurationError: nothing was decided; the message must come again.
        """
        # One large file at a time is on local storage, and one file at a time is examined: that bounds
        # what all of them take. Small ones wait for S3 and DynamoDB together.
        large = self._large if event.size_bytes > LARGE_BYTES else nullcontext()
        check_time(event, remaining_ms, self._max_file_bytes)
        with large, working_folder() as folder:
            # The others of the batch may have taken all the time meanwhile.
            check_time(event, remaining_ms, self._max_file_bytes)
            yield self._read(event, key or event.key, Path(folder), remaining_ms)

    def _read(self, event: ObjectCreated, key: str, folder: Path, remaining_ms: Callable[[], float]) -> Work:
        started = time.monotonic()
        path = folder / "content"
        try:
            content = self._objects.fetch(event, path)
        except ObjectGone:
            gone = Verdict(Status.MISSING, Reason.OBJECT_GONE, "The object was deleted before it was read.")
            return Work(event, Content(0, None, None), gone, started)
        verdict = judge(key, content, self._max_file_bytes)
        if verdict.status is not Status.PROCESSED or content.size_bytes == 0:
            return Work(event, content, verdict, started)
        name = key.rpartition("/")[2]
        file = File(path, name, content.size_bytes, content.head, content.media_type or UNKNOWN)
        (working := folder / "work").mkdir()
        with self._examining:
            check_time(event, remaining_ms, self._max_file_bytes)
            found = inspect(file, self._ceilings, working, self._contracts.for_key(key))
        if found.reason:
            verdict = Verdict(Status.QUARANTINED, found.reason, found.detail)
        return Work(event, replace(content, media_type=found.media_type), verdict, started, found)


def check_time(event: ObjectCreated, remaining_ms: Callable[[], float], max_file_bytes: int) -> None:
    """See whether the file can be read and examined before the time is over.

    Raises:
        OutOfTime: it cannot.
    """
    size = event.size_bytes
    work = size / READ_BYTES_PER_MS + size / EXAMINED_BYTES_PER_MS
    if size > max_file_bytes:
        work = size / COPIED_BYTES_PER_MS
    needed = min(RESERVE_MS + work, MOST_NEEDED_MS)
    if remaining_ms() < needed:
        raise OutOfTime(f"{event.key} needs up to {needed / 1_000:.0f} s")
