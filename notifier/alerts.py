"""What is known of each cause, and the moves between: pure, so that every one can be tried out."""

from __future__ import annotations

from dataclasses import dataclass, replace

EXAMPLES = 3
# More than can come between a batch and its return: each shard has one at a time on its way.
REMEMBERED_BATCHES = 100
# Longer than any run of the notifier, so that nobody takes a claim over from somebody who still lives.
SHORTEST_LEASE = 60.0
SHORTEST_QUIET = 1_800.0
# Longer than the stream brings anything again: until then a quiet cause knows the batches it has counted.
KEPT_WHEN_QUIET = 2 * 86_400


@dataclass(frozen=True)
class Rules:
    """How often people are told, in seconds; everything that is late is late by the clock's minute."""

    window: float
    per_hour: int

    @property
    def lease(self) -> float:
        """For so long nobody else tells what somebody has claimed."""
        return max(self.window, SHORTEST_LEASE)

    @property
    def quiet(self) -> float:
        """After so long without a file a cause is over."""
        return max(2 * self.window, SHORTEST_QUIET)


@dataclass(frozen=True)
class Cause:
    """Why people are told: a record's status and reason."""

    status: str
    reason: str | None = None

    @property
    def alert_id(self) -> str:
        return f"{self.status}#{self.reason or ''}"


UNREADABLE = Cause("unreadable")
"""Stream records that nobody can read are a cause like any other."""


@dataclass(frozen=True)
class Example:
    """One file of a cause, with what a message says of it."""

    record_id: str
    object_key: str | None = None
    detail: str | None = None
    size_bytes: int | None = None
    arrived_at: str | None = None


@dataclass(frozen=True)
class Tally:
    """So many files, the time of the first, and a few of them."""

    count: int
    since: str
    examples: tuple[Example, ...]

    def __add__(self, later: Tally) -> Tally:
        examples = (*self.examples, *later.examples)[:EXAMPLES]
        return Tally(self.count + later.count, min(self.since, later.since), examples)


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One cause: what came, and what of it people know. Times are seconds since 1970.

    Attributes:
        since: the time of the first file; None while the cause is quiet.
        waiting: counted, not told.
        claimed: being told, by whoever set `claimed_at`; told again when nobody settles it.
        told: so many files were told of since the cause began.
        told_at: when the last message was claimed that went out; its window begins there.
        heard_at: when the last file was counted.
        held, held_at: messages that the hourly limit held back since the last one, and when.
        batches: what was counted already.
        version: of the item this was read from; 0 when there is none.
    """

    cause: Cause
    since: str | None = None
    waiting: Tally | None = None
    claimed: Tally | None = None
    claimed_at: float | None = None
    told: int = 0
    told_at: float | None = None
    heard_at: float = 0.0
    held: int = 0
    held_at: float = 0.0
    batches: tuple[str, ...] = ()
    expires_at: int | None = None
    version: int = 0

    def counted(self, batch: str, tally: Tally, now: float) -> Alert:
        """With a batch's files; the same batch again changes nothing."""
        if batch in self.batches:
            return self
        return replace(
            self,
            since=min(self.since or tally.since, tally.since),
            waiting=self.waiting + tally if self.waiting else tally,
            heard_at=now,
            batches=(*self.batches, batch)[-REMEMBERED_BATCHES:],
            expires_at=None,
        )

    def may_speak(self, now: float, rules: Rules) -> bool:
        """Whether its window is over, and nobody is about to tell of it."""
        if self.claimed_at is not None:
            return now >= self.claimed_at + rules.lease
        return self.told_at is None or now >= self.told_at + rules.window

    def has_news(self) -> bool:
        """Whether there are files to tell of."""
        return self.waiting is not None or self.claimed is not None

    def is_over(self, now: float, rules: Rules) -> bool:
        """Whether nothing came for so long that people may forget it."""
        return self.since is not None and not self.has_news() and now >= self.heard_at + rules.quiet

    def claim(self, now: float) -> Alert:
        """All there is to tell is about to be told; with nothing to tell, that the cause is over."""
        news = [tally for tally in (self.claimed, self.waiting) if tally]
        claimed = news[0] + news[1] if len(news) > 1 else (*news, None)[0]
        return replace(self, claimed=claimed, claimed_at=now, waiting=None)

    def settled(self) -> Alert:
        """What was claimed went out."""
        if self.claimed is None:
            return self.closed()
        return replace(
            self,
            told=self.told + self.claimed.count,
            told_at=self.claimed_at,
            claimed=None,
            claimed_at=None,
            held=0,
        )

    def released(self) -> Alert:
        """What was claimed certainly did not go out."""
        if self.claimed is None:
            return replace(self, claimed_at=None)
        waiting = self.claimed + self.waiting if self.waiting else self.claimed
        return replace(self, waiting=waiting, claimed=None, claimed_at=None)

    def closed(self) -> Alert:
        """The cause is over; a file that came meanwhile begins it anew, and is told at once."""
        return replace(
            self,
            since=self.waiting.since if self.waiting else None,
            claimed_at=None,
            told=0,
            told_at=None,
            held=0,
            expires_at=None if self.waiting else int(self.heard_at) + KEPT_WHEN_QUIET,
        )

    def held_back(self, now: float, rules: Rules) -> Alert:
        """A message of its could not go out: one for each window."""
        if self.held and now < self.held_at + rules.window:
            return self
        return replace(self, held=self.held + 1, held_at=now)
