"""Reads `--faults duplicate=0.2,delay=2s,…`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from local.emulator import LocalError

PROBABILITIES = ("duplicate", "reorder", "lose", "throttle", "crash")
LONGEST_DELAY_SECONDS = 60
ALLOWED = (
    f"allowed are {', '.join(PROBABILITIES)} with a probability from 0 to 1, "
    f"delay with a duration up to {LONGEST_DELAY_SECONDS}s such as 2s or 500ms, and seed with a whole number"
)
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s)")
_PROBABILITY = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SEED = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, kw_only=True)
class Faults:
    """How often what goes wrong.

    Attributes:
        duplicate, reorder, lose: of the messages that tell of objects.
        delay: the longest, in seconds; each message has one of its own.
        throttle, crash: of the calls that Lambdas make.
        seed: the same numbers are drawn again for the same seed; None for another seed each time.
    """

    duplicate: float = 0
    reorder: float = 0
    delay: float = 0
    lose: float = 0
    throttle: float = 0
    crash: float = 0
    seed: int | None = None

    def described(self) -> str:
        """As `--faults` takes it."""
        given = {name: getattr(self, name) for name in PROBABILITIES}
        texts = [f"{name}={value:g}" for name, value in given.items() if value]
        texts += [f"delay={self.delay:g}s"] if self.delay else []
        return ",".join([*texts, *([] if self.seed is None else [f"seed={self.seed}"])])


def parse_faults(text: str) -> Faults:
    """The faults that a text names.

    Raises:
        LocalError: a name is unknown or given twice, or a value is out of range; it says what is allowed.
    """
    values: dict[str, Any] = {}
    for entry in text.split(","):
        name, equals, value = entry.strip().partition("=")
        if name not in (*PROBABILITIES, "delay", "seed"):
            raise LocalError(f"--faults {text}: there is no fault {name!r}; {ALLOWED}")
        if name in values:
            raise LocalError(f"--faults {text}: {name} is given twice")
        known = _value(name, value) if equals else None
        if known is None:
            raise LocalError(f"--faults {text}: {entry.strip()!r} cannot be; {ALLOWED}")
        values[name] = known
    return Faults(**values)


def _value(name: str, text: str) -> float | int | None:
    if name == "seed":
        return int(text) if _SEED.fullmatch(text) else None
    if name == "delay":
        match = _DURATION.fullmatch(text)
        seconds = float(match[1]) / (1000 if match[2] == "ms" else 1) if match else None
        return seconds if seconds is not None and seconds <= LONGEST_DELAY_SECONDS else None
    probability = float(text) if _PROBABILITY.fullmatch(text) else None
    return probability if probability is not None and probability <= 1 else None
