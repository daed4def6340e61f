"""All causes and the hour's budget together: who may speak next."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from notifier.alerts import Alert, Cause
from records.alerts import Delivery
from records.model import Status

if TYPE_CHECKING:
    from collections.abc import Collection

    from notifier.alerts import Rules

_HOUR = 3_600.0


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """The messages of the last hour, and how the last ones went.

    Attributes:
        sent: when each message of the last hour was claimed.
        version: of the item this was read from; 0 when there is none.
    """

    sent: tuple[float, ...] = ()
    delivery: Delivery = field(default_factory=Delivery)
    version: int = 0

    def has_room(self, now: float, rules: Rules) -> bool:
        """Whether one more message is within the limit of any hour, not only of a clock's."""
        return len(self._last_hour(now)) < rules.per_hour

    def spent(self, now: float) -> Ledger:
        """One message more."""
        return replace(self, sent=(*self._last_hour(now), now))

    def published(self, moment: str, subject: str) -> Ledger:
        """The message went out."""
        return replace(self, delivery=Delivery(published_at=moment, subject=subject))

    def failed(self, moment: str, why: str, *, unspent: float | None = None) -> Ledger:
        """The message did not go out; if that is certain, the time it was claimed at is given back."""
        sent = list(self.sent)
        if unspent in sent:
            sent.remove(unspent)
        delivery = replace(self.delivery, failed_at=moment, failure=why)
        return replace(self, sent=tuple(sent), delivery=delivery)

    def _last_hour(self, now: float) -> tuple[float, ...]:
        return tuple(moment for moment in self.sent if moment > now - _HOUR)


@dataclass(frozen=True)
class Board:
    """Everything the notifier knows, as one read found it."""

    alerts: dict[str, Alert]
    ledger: Ledger

    def alert(self, cause: Cause) -> Alert:
        """The cause's alert; a new one if it was never heard of."""
        return self.alerts.get(cause.alert_id) or Alert(cause=cause)

    def due(self, now: float, rules: Rules, skip: Collection[str] = ()) -> list[Alert]:
        """Whose turn it is, the most urgent first.

        What nobody has heard of goes before what people know, and that before what is over.

        Args:
            skip: the ids of those who had their turn already.
        """
        speakers = [
            alert
            for alert in self.alerts.values()
            if alert.cause.alert_id not in skip
            and alert.may_speak(now, rules)
            and (alert.has_news() or (alert.is_over(now, rules) and not _ends_silently(alert)))
        ]
        return sorted(speakers, key=lambda alert: (not alert.has_news(), alert.told > 0, alert.since or ""))

    def over_without_a_word(self, now: float, rules: Rules) -> list[Alert]:
        """Causes whose end nobody needs to be told."""
        return [a for a in self.alerts.values() if _ends_silently(a) and a.is_over(now, rules)]


def _ends_silently(alert: Alert) -> bool:
    return alert.cause.status == Status.PROCESSED
