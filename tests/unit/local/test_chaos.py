"""The chaos command's own parts: its files, and how it counts."""

from __future__ import annotations

import gzip
import hashlib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from local.chaos.command import Chaos
from local.chaos.reckoning import Found, Promise, Sent, reckon
from local.chaos.samples import ORDERS, write_samples
from local.emulator import LocalError
from local.faults.options import Faults

if TYPE_CHECKING:
    from pathlib import Path

GOOD = Sent("good", "uploads/good/orders.csv", "a", good=True)
BAD = Sent("bad", "uploads/straight/empty.csv", "b", good=False)
ALL = [GOOD, BAD]
KEPT = Found(
    statuses={"good": "processed", "bad": "quarantined"},
    incoming=Counter("a"),
    quarantine=Counter("b"),
    mails=1,
)


def broken(sent: list[Sent], found: Found) -> dict[str, int]:
    return {promise.text: promise.broken for promise in reckon(sent, found) if promise.broken}


def changed(**known: Any) -> Found:
    return replace(KEPT, **known)


def test_promises_that_are_kept() -> None:
    assert broken(ALL, KEPT) == {}
    assert [promise.of for promise in reckon(ALL, KEPT)] == [2, 2, 2, 2, 1, 1]


@pytest.mark.parametrize(
    "statuses",
    [
        {"bad": "quarantined"},
        {"good": "awaiting_upload", "bad": "quarantined"},
        {"good": "retrying", "bad": "quarantined"},
    ],
)
def test_an_object_without_a_final_record_breaks_a_promise(statuses: dict[str, str]) -> None:
    assert broken(ALL, changed(statuses=statuses)) == {"each object has one record in a final state": 1}


def test_an_object_whose_event_was_lost_is_told_of_as_such() -> None:
    first = reckon(ALL, changed(statuses={"bad": "quarantined"}, lost={GOOD.key, BAD.key}))[0]
    assert first == Promise(
        "each object has one record in a final state",
        2,
        1,
        "of 1 of them the event was lost, and no sweep found them",
    )


def test_a_file_that_failed_is_in_a_final_state_and_has_no_verdict() -> None:
    assert broken([GOOD], Found({"good": "failed"}, Counter("a"), Counter(), 0)) == {}


def test_a_record_of_nothing_that_was_put_breaks_a_promise() -> None:
    statuses = dict(KEPT.statuses) | {"stranger": "processed"}
    assert broken(ALL, changed(statuses=statuses)) == {"no record but theirs": 1}


@pytest.mark.parametrize("status", ["awaiting_upload", "expired"])
def test_an_announcement_that_was_made_again_breaks_none(status: str) -> None:
    assert broken(ALL, changed(statuses=dict(KEPT.statuses) | {"announced": status})) == {}


def test_a_wrong_verdict_breaks_a_promise() -> None:
    swapped = Found({"good": "quarantined", "bad": "processed"}, Counter("b"), Counter("a"), mails=1)
    assert broken(ALL, swapped) == {"good files are processed, bad ones quarantined": 2}


@pytest.mark.parametrize(
    ("incoming", "quarantine", "times"),
    [
        ("", "b", 1),  # lost
        ("ab", "b", 1),  # in both buckets
        ("aa", "b", 1),  # twice in one
        ("", "ab", 1),  # in the wrong one
        ("b", "a", 2),
        ("x", "b", 1),  # other bytes
    ],
)
def test_bytes_that_are_not_in_exactly_one_bucket_break_a_promise(
    incoming: str, quarantine: str, times: int
) -> None:
    found = changed(incoming=Counter(incoming), quarantine=Counter(quarantine))
    assert broken(ALL, found) == {"the bytes of each object are in exactly one bucket": times}


def test_quarantined_files_that_nobody_is_told_of_break_a_promise() -> None:
    assert broken(ALL, changed(mails=0)) == {"somebody is told of quarantined files": 1}
    assert broken(ALL, changed(mails=13)) == {"no more mails than the limit of an hour": 1}
    assert broken([GOOD], Found({"good": "processed"}, Counter("a"), Counter(), 0)) == {}


def test_the_samples_are_what_they_are_said_to_be(tmp_path: Path) -> None:
    samples = write_samples(tmp_path, 200, 0.2, seed=1)
    assert len(samples) == 200
    assert sum(not sample.good for sample in samples) == 40
    assert 60 < sum(sample.announced for sample in samples) < 140
    for sample in samples:
        assert hashlib.sha256(sample.path.read_bytes()).hexdigest() == sample.sha256
    hashes = Counter(sample.sha256 for sample in samples if sample.path.stat().st_size)
    assert set(hashes.values()) == {1}


def test_bad_samples_are_empty_cut_off_or_have_bad_rows(tmp_path: Path) -> None:
    bad = write_samples(tmp_path, 60, 1, seed=1)
    empty = [sample for sample in bad if sample.path.stat().st_size == 0]
    cut = [sample for sample in bad if sample.path.suffix == ".gz"]
    rows = [sample for sample in bad if b",yesterday," in sample.path.read_bytes()]
    assert min(len(empty), len(cut), len(rows)) > 5
    assert len(empty) + len(cut) + len(rows) == 60
    assert {sample.prefix for sample in rows} == {ORDERS}
    for sample in cut:
        with pytest.raises(EOFError):
            gzip.decompress(sample.path.read_bytes())


def test_the_same_seed_writes_the_same_samples(tmp_path: Path) -> None:
    def written(name: str, seed: int) -> list[str]:
        (folder := tmp_path / name).mkdir()
        return [sample.sha256 for sample in write_samples(folder, 50, 0.1, seed)]

    assert written("first", 1) == written("second", 1) != written("third", 2)


@pytest.mark.parametrize(
    ("files", "bad", "told"),
    [(0, 0.1, "--files 0: it must be from 1 to 100,000"), (1, 1.5, "--bad 1.5: it must be a share")],
)
def test_what_cannot_be_is_refused(files: int, bad: float, told: str) -> None:
    with pytest.raises(LocalError, match=told):
        Chaos(files=files, bad=bad, faults=Faults(), timeout_seconds=1)
