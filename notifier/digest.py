"""Turns what is known of a cause into a message that reads well as an email."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from notifier.alerts import UNREADABLE
from notifier.words import advice, words
from records.model import Status, utc_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from notifier.alerts import Alert, Cause, Example, Rules, Tally

_LONGEST_SUBJECT = 99  # SNS: "must be … less than 100 characters long", ASCII, no control characters


@dataclass(frozen=True)
class Message:
    """One message to publish: a subject of ASCII, a text, and attributes to filter on."""

    subject: str
    text: str
    attributes: dict[str, str]


@dataclass(frozen=True)
class Writer:
    """Writes the messages of one stack.

    Attributes:
        api_url: where the dashboard is, to which the links lead.
    """

    stack: str
    api_url: str
    rules: Rules

    def message(self, alert: Alert, held: Sequence[Alert] = ()) -> Message:
        """What is to be said of an alert that was claimed.

        Args:
            alert: with a claim of files, or of none: then its cause is over.
            held: other alerts that wait because of the hourly limit.
        """
        cause, news = alert.cause, alert.claimed
        if news:
            counted = words(cause).counted(news.count, more=alert.told > 0)
            subject, paragraphs = f"{counted} {_label(cause)}", self._news(alert, news)
        else:
            subject, paragraphs = f"No more {words(cause).things} {_label(cause)}", self._recovery(alert)
        paragraphs += [self._links(cause), _held_back(alert, held, self.rules)]
        if news:
            paragraphs.append(self._what_follows(cause))
        text = "\n\n".join("\n".join(lines) for lines in paragraphs if lines)
        return Message(self._subject(subject), text, self._attributes(cause, news))

    def _subject(self, what: str) -> str:
        room = _LONGEST_SUBJECT - len(f"[] {what}")
        return f"[{self.stack if len(self.stack) <= room else self.stack[: room - 3] + '...'}] {what}"

    def _attributes(self, cause: Cause, news: Tally | None) -> dict[str, str]:
        attributes = {"stack": self.stack, "kind": "alert" if news else "recovery", "status": cause.status}
        if cause.reason:
            attributes["reason"] = cause.reason
        return attributes | {"count": str(news.count if news else 0)}

    def _news(self, alert: Alert, news: Tally) -> list[list[str]]:
        cause, how = alert.cause, words(alert.cause)
        counted = how.counted(news.count, more=alert.told > 0)
        when = f"{'at' if news.count == 1 else 'since'} {news.since}"
        happened = [f"{counted} {how.happened(news.count)} in stack {self.stack} {when}."]
        if alert.told:
            happened.append(f"That makes {alert.told + news.count:,} since {alert.since}.")
        todo = [f"Reason: {cause.reason}"] if cause.reason else []
        if advice(cause):
            todo.append(f"What to do: {advice(cause)}")
        further = news.count - len(news.examples)
        rest = [f"  … and {further:,} more"] if further else []
        return [happened, todo, *(self._example(example) for example in news.examples), rest]

    def _example(self, example: Example) -> list[str]:
        facts = [_one_line(example.detail)] if example.detail else []
        if example.size_bytes is not None:
            facts.append(f"{example.size_bytes:,} bytes, arrived {example.arrived_at}")
        facts.append(f"{self.api_url}/#/files/{quote(example.record_id, safe='')}")
        title = _one_line(example.object_key or f"record {example.record_id}")
        return [f"  {title}", *(f"    {fact}" for fact in facts)]

    def _recovery(self, alert: Alert) -> list[list[str]]:
        cause, how = alert.cause, words(alert.cause)
        reason = f" with the reason {cause.reason}" if cause.reason else ""
        last = utc_text(datetime.fromtimestamp(alert.heard_at, UTC))
        return [
            [
                f"For {_span(self.rules.quiet)}, no {how.thing} {how.was}{reason} in stack {self.stack}.",
                f"The last one was noticed at {last}; there were {alert.told:,} since {alert.since}.",
            ],
            ["Nothing has to be done because of this message. What it is about is still there:"],
        ]

    def _links(self, cause: Cause) -> list[str]:
        named = {} if cause == UNREADABLE else {"status": cause.status, "reason": cause.reason}
        query = urlencode({name: value for name, value in named.items() if value})
        return [
            f"{'All of them' if query else 'All files'}: {self.api_url}/#/files{'?' if query else ''}{query}",
            "The links lead to the dashboard, which asks for an API key.",
        ]

    def _what_follows(self, cause: Cause) -> list[str]:
        text = f"What comes from now on is counted, and told in one message after {_span(self.rules.window)}."
        if cause.status == Status.PROCESSED:
            return [text]
        return [text, f"When nothing came for {_span(self.rules.quiet)}, you are told that, too."]


def _held_back(alert: Alert, held: Sequence[Alert], rules: Rules) -> list[str]:
    """What the hourly limit did, so that nothing is kept from people without a word."""
    messages = alert.held + sum(other.held for other in held)
    if not messages:
        return []
    own = alert.claimed.count if alert.claimed and alert.held else 0
    files = own + sum(_untold(other) for other in held)
    limit = f"no more than {rules.per_hour:,} an hour are sent (maxAlertsPerHour)"
    told = f"Held back: {_plural(messages, 'message')} about {_plural(files, 'file')}, because {limit}."
    if not held:
        return [told, "This message tells of all of them."]
    rest = [f"  {words(o.cause).counted(_untold(o))} {_label(o.cause)}" for o in held]
    return [told, "These still wait for room:", *rest]


def _untold(alert: Alert) -> int:
    return sum(tally.count for tally in (alert.waiting, alert.claimed) if tally)


def _label(cause: Cause) -> str:
    return f"{words(cause).label}: {cause.reason}" if cause.reason else words(cause).label


def _plural(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _span(seconds: float) -> str:
    for unit, length in (("hour", 3_600), ("minute", 60)):
        if seconds and seconds % length == 0:
            return _plural(int(seconds // length), unit)
    return _plural(int(seconds), "second")


def _one_line(text: str) -> str:
    """A key may hold anything; in a mail it must not begin lines of its own."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
