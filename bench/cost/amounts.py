"""Reads amounts as people write them: `1e6`, `200KB`, `2%`, `100000/min`."""

from __future__ import annotations

import argparse
import re

_NUMBER = r"\d+(?:[_,]\d{3})*(?:\.\d+)?(?:e\d+)?"
_SHORT = {"": 1, "k": 1e3, "m": 1e6, "g": 1e9, "b": 1e9}
_SIZES = {"": 1, "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_TIMES = {"s": 1, "sec": 1, "second": 1, "min": 60, "minute": 60, "h": 3_600, "hour": 3_600}
LARGEST_FILE = 10 * 10**9


def _split(text: str, wanted: str) -> tuple[float, str]:
    found = re.fullmatch(rf"({_NUMBER})\s*([a-z%]*)", text.strip().lower())
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}")
    return float(re.sub("[_,]", "", found[1])), found[2]


def number(text: str) -> float:
    """So many files."""
    wanted = "a number of files, such as 1e6, 250000 or 3M"
    amount, unit = _split(text, wanted)
    if unit not in _SHORT or not 1 <= amount * _SHORT[unit] <= 1e12:
        raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}, from 1 to a million million")
    return amount * _SHORT[unit]


def size(text: str) -> int:
    """So many bytes."""
    wanted = "a size, such as 200KB, 1.5MB or 64KiB"
    amount, unit = _split(text, wanted)
    if unit not in _SIZES:
        raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}: {unit!r} is no unit of size")
    if not 1 <= amount * _SIZES[unit] <= LARGEST_FILE:
        raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}, of at most 10GB")
    return int(amount * _SIZES[unit])


def share(text: str) -> float:
    """A share of all."""
    wanted = "a share, such as 2% or 0.02"
    amount, unit = _split(text, wanted)
    part = amount / 100 if unit == "%" else amount
    if unit not in ("", "%") or not 0 <= part <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}, from nothing to all")
    return part


def burst(text: str) -> tuple[int, float]:
    """So many files, within so many seconds."""
    wanted = "a burst, such as 100000/min or 500/s"
    files, _, time = text.partition("/")
    if time.strip() not in _TIMES:
        raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}")
    found = int(number(files))
    if found > 10_000_000:
        raise argparse.ArgumentTypeError(f"{text!r}: at most ten million files are simulated")
    return found, float(_TIMES[time.strip()])
