"""What becomes of files that come all at once: a simulation of discrete events.

A file is put, its message waits in the queue, Lambda's pollers take batches of messages, and each batch keeps
one processor busy until its records are written. What is not taken waits, for four days if need be.
"""

from __future__ import annotations

import heapq
import random
from dataclasses import dataclass, field
from itertools import count

from bench.cost.bill import FIRST_BYTE_MS, WRITE_MS, file_ms, work
from components.config import StackConfig
from components.processing import BATCH_SIZE, BATCHING_SECONDS

# docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
FIRST_POLLERS, MORE_A_MINUTE, MOST_POLLERS = 5, 300, 1_250
# docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
ENVIRONMENTS_IN_TEN_SECONDS = 1_000
# docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html, of each prefix
PUTS_A_SECOND, GETS_A_SECOND = 3_500, 5_500
# docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html, of a new table; and
# .../bp-partition-key-design.html, of a partition. A table that once had more keeps it.
TABLE_WRITES_A_SECOND, PARTITION_WRITES_A_SECOND = 4_000, 1_000
NOTIFICATION_SECONDS = 0.5
"""From the PUT to the message it takes once to three times as long: S3's guide speaks of seconds."""
SPREAD = 0.25
"""A batch takes so much more or less: files, and moments, differ."""
RETRY_SECONDS = 0.2


@dataclass(frozen=True)
class Burst:
    """What comes, and with which settings."""

    files: int = 100_000
    seconds: float = 60
    average_bytes: int = 200_000
    concurrency: int = field(default_factory=lambda: StackConfig().processor_concurrency)
    shards: int = field(default_factory=lambda: StackConfig().index_shards)
    batch: int = BATCH_SIZE
    table_writes: int = TABLE_WRITES_A_SECOND


@dataclass
class Run:
    """What one run came to.

    Attributes:
        backlog: messages that wait, at the end of each second.
        drained: when the last record was written, in seconds after the first file.
        waits: from the PUT to the record, of each file.
        throttles: writes that DynamoDB, or reads that S3, refused at first.
    """

    backlog: list[int]
    drained: float
    waits: list[float]
    processed: int
    throttles: int
    cold_starts: int
    most_processors: int

    def wait(self, share: float) -> float:
        """So long, or less, a share of the files waited."""
        return self.waits[min(len(self.waits) - 1, int(share * len(self.waits)))]


class _Bucket:
    """So many tokens a second, of which a second's worth may be saved up."""

    def __init__(self, rate: float) -> None:
        self._rate, self._free, self._at = rate, rate, 0.0

    def wait(self, now: float, wanted: float) -> float:
        """How long until there are so many; they are taken."""
        self._free = min(self._rate, self._free + (now - self._at) * self._rate) - wanted
        self._at = now
        return max(0.0, -self._free / self._rate)


class _Simulation:
    """One run.

    Events are arrivals of messages, and processors that are free again.
    """

    def __init__(self, burst: Burst, seed: int) -> None:
        self._burst, self._random = burst, random.Random(seed)  # noqa: S311
        self._table = _Bucket(min(burst.table_writes, burst.shards * PARTITION_WRITES_A_SECOND))
        self._gets, self._puts = _Bucket(GETS_A_SECOND), _Bucket(PUTS_A_SECOND)
        self._new = _Bucket(ENVIRONMENTS_IN_TEN_SECONDS / 10)
        self._order = count()
        self._events: list[tuple[float, int, float | None]] = []
        self._waiting: list[float] = []  # when each was put
        self._taken = 0
        self._warm = self._busy = 0
        self.run = Run([], 0.0, [], 0, 0, 0, 0)

    def result(self) -> Run:
        """What became of all files."""
        burst, run = self._burst, self.run
        for number in range(burst.files):
            put = number * burst.seconds / burst.files
            put += self._puts.wait(put, 1)
            self._at(put + self._random.uniform(1, 3) * NOTIFICATION_SECONDS, put)
        started: float | None = None
        while self._events:
            now, _, put_at = heapq.heappop(self._events)
            started = now if started is None else started
            while len(run.backlog) <= now:
                run.backlog.append(len(self._waiting) - self._taken)
            if put_at is None:
                self._busy -= 1
            else:
                self._waiting.append(put_at)
            self._start(now, started)
        run.backlog.append(0)
        run.waits.sort()
        return run

    def _at(self, moment: float, put_at: float | None = None) -> None:
        heapq.heappush(self._events, (moment, next(self._order), put_at))

    def _start(self, now: float, started: float) -> None:
        pollers = min(MOST_POLLERS, FIRST_POLLERS + MORE_A_MINUTE * (now - started) / 60)
        allowed = int(min(pollers, self._burst.concurrency))
        while self._busy < allowed and (waiting := len(self._waiting) - self._taken):
            self._work(now, min(waiting, self._burst.batch))

    def _work(self, now: float, files: int) -> None:
        """A batch, from its first message's arrival to its last record."""
        run, burst = self.run, self._burst
        # Whoever does not find a full batch waits for one.
        begin = now + (BATCHING_SECONDS if files < burst.batch else 0)
        if self._busy >= self._warm:
            self._warm += 1
            run.cold_starts += 1
            begin += self._new.wait(now, 1) + work()["coldStartMs"] / 1_000
        self._busy += 1
        run.most_processors = max(run.most_processors, self._busy)
        busy = (files * file_ms(burst.average_bytes) + FIRST_BYTE_MS + WRITE_MS) / 1_000
        busy *= self._random.uniform(1 - SPREAD, 1 + SPREAD)
        refused = self._gets.wait(now, files), self._table.wait(now, files)
        run.throttles += files * sum(wait > RETRY_SECONDS for wait in refused)
        end = begin + busy + max(refused)
        run.waits += [end - put_at for put_at in self._waiting[self._taken : self._taken + files]]
        self._taken += files
        run.processed += files
        run.drained = max(run.drained, end)
        self._at(end)


def simulate(burst: Burst, *, seeds: int = 5) -> list[Run]:
    """Runs with seeds 1, 2, …; the same ones each time."""
    return [_Simulation(burst, seed).result() for seed in range(1, seeds + 1)]
