"""How many requests a key may make: a bucket of tokens, by an instance's own count and by what all report.

No AWS call is here. Each instance counts for itself and reports what it counted now and then; what it is
told back is what all instances together have used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_LEAST_REPORTS_A_SECOND = 5
_REPORTED_SHARE = 8


@dataclass(frozen=True)
class Policy:
    """What is allowed.

    Attributes:
        rate: requests a second that can go on for ever.
        burst: requests at once, after a while of quiet.
    """

    rate: int
    burst: int

    @property
    def window_seconds(self) -> int:
        """How long an empty bucket takes to be full, which is as long as a burst has to wait."""
        return math.ceil(self.burst / self.rate)


@dataclass(frozen=True)
class Allowance:
    """What a key may do at a moment.

    Attributes:
        refused: whether this request is one too many.
        remaining: requests that may follow at once.
        seconds: until the next one, if this one is refused; else until the bucket is full again.
    """

    policy: Policy
    refused: bool
    remaining: int
    seconds: int

    def headers(self) -> dict[str, str]:
        """As structured fields: draft-ietf-httpapi-ratelimit-headers, version 10."""
        headers = {
            "RateLimit-Policy": f'"key";q={self.policy.burst};w={self.policy.window_seconds}',
            "RateLimit": f'"key";r={self.remaining};t={self.seconds}',
        }
        return headers | ({"Retry-After": str(self.seconds)} if self.refused else {})


@dataclass
class Bucket:
    """One key's bucket, as an instance knows it.

    Attributes:
        full_at: when all tokens are back; a token is a request of this instance, or one that it was told of.
        unreported: requests that nobody else knows of.
        reported_at: when it reported last.
    """

    policy: Policy
    full_at: float = 0.0
    unreported: int = 0
    reported_at: float = 0.0

    def take(self, now: float) -> bool:
        """Whether there is a token for one more request."""
        if self.room(now) < 1:
            return False
        self.full_at = max(self.full_at, now) + 1 / self.policy.rate
        self.unreported += 1
        return True

    def room(self, now: float) -> float:
        """How many tokens there are; less than none, when other instances have used more."""
        return self.policy.burst - max(0.0, self.full_at - now) * self.policy.rate

    def worth_reporting(self, now: float) -> bool:
        """Whether enough was counted: the less room there is, the sooner.

        Close to the limit that is five times a second in each instance, whatever the rate.
        """
        least = max(1, self.policy.rate // _LEAST_REPORTS_A_SECOND)
        return self.unreported >= max(least, self.room(now) / _REPORTED_SHARE)

    def told(self, full_at: float, now: float) -> None:
        """What was counted is reported, and this is what all have used."""
        self.full_at, self.unreported, self.reported_at = full_at, 0, now

    def allowance(self, now: float, *, refused: bool) -> Allowance:
        """What to tell the caller."""
        room = self.room(now)
        wait = (1 - room) / self.policy.rate if refused else self.full_at - now
        return Allowance(self.policy, refused, max(0, math.floor(room)), max(int(refused), math.ceil(wait)))
