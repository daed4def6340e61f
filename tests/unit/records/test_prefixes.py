"""The register of prefixes that have lists: who is told of one, and when."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from records import prefixes as records_prefixes
from records.errors import TransientError
from records.prefixes import (
    COMPLETE_AFTER,
    STILL_TRUSTED,
    TRUSTED,
    USED_AFTER,
    Listed,
    Prefixes,
    PrefixRegister,
)
from tests.unit.conftest import NOON

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from tests.unit.conftest import Calls

ACME, BETA, BELOW = (Listed(prefix, "2026", "2026") for prefix in ("acme", "beta/in", "acme/x/y"))
THREE = Prefixes([ACME, BETA, BELOW])


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, time: timedelta) -> None:
        self.now += time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def register(dynamodb: DynamoDBClient, records_table: str, clock: Clock) -> PrefixRegister:
    return PrefixRegister(dynamodb, records_table, clock=clock)


@pytest.fixture
def another(dynamodb: DynamoDBClient, records_table: str, clock: Clock) -> PrefixRegister:
    """That of another process."""
    return PrefixRegister(dynamodb, records_table, clock=clock)


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("acme/a.csv", "acme"),
        ("acme/", "acme"),
        ("acme/deep/er/a.csv", "acme"),
        ("acme/x/y/a.csv", "acme/x/y"),
        ("acme/x/y", "acme"),
        ("acme/x/yy/a.csv", "acme"),
        ("acme", None),
        ("acmes/a.csv", None),
        ("beta/a.csv", None),
        ("beta/in/a.csv", "beta/in"),
        ("/acme/a.csv", None),
        ("", None),
        ("//", None),
    ],
)
def test_the_longest_prefix_that_a_key_is_under(text: str, prefix: str | None) -> None:
    listed = THREE.above(text)
    assert (listed.prefix if listed else None) == prefix


@pytest.mark.parametrize(
    ("text", "prefixes"),
    [
        ("", ["acme", "acme/x/y", "beta/in"]),
        ("acme/", ["acme", "acme/x/y"]),
        ("acme/x", ["acme/x/y"]),
        ("acme/x/y/", ["acme/x/y"]),
        ("acme/x/y/a", []),
        ("b", ["beta/in"]),
    ],
)
def test_the_prefixes_below_a_text(text: str, prefixes: list[str]) -> None:
    assert THREE.below(text) == prefixes


def test_a_prefix_is_used_once_every_reader_knows_it(
    register: PrefixRegister, another: PrefixRegister, clock: Clock
) -> None:
    assert another.of_new("acme/a.csv") is None
    register.add("acme")

    assert register.of_new("acme/a.csv") is None
    clock.pass_(USED_AFTER - timedelta(milliseconds=1))
    assert [each.of_new("acme/a.csv") for each in (register, another)] == [None, None]
    assert "acme" in another.known()
    clock.pass_(timedelta(milliseconds=1))
    assert [each.of_new("acme/a.csv") for each in (register, another)] == ["acme", "acme"]
    assert TRUSTED < USED_AFTER < COMPLETE_AFTER - TRUSTED


def test_until_a_prefix_is_used_records_belong_to_the_one_above(
    register: PrefixRegister, clock: Clock
) -> None:
    register.add("acme")
    clock.pass_(USED_AFTER)
    register.add("acme/x")

    assert register.of_new("acme/x/a.csv") == "acme"
    clock.pass_(USED_AFTER)
    assert register.of_new("acme/x/a.csv") == "acme/x"


def test_a_list_is_completed_only_once_every_writer_knows_it(register: PrefixRegister, clock: Clock) -> None:
    register.add("acme")
    clock.pass_(COMPLETE_AFTER)
    assert register.to_complete() == []

    clock.pass_(timedelta(milliseconds=1))

    (listed,) = register.to_complete()
    assert listed.complete_from == "2026-01-31T12:05:00.000Z#" + "0" * 32


def test_a_complete_list_needs_no_more(register: PrefixRegister, clock: Clock) -> None:
    register.add("acme")
    register.add("beta")
    clock.pass_(COMPLETE_AFTER * 2)
    acme, beta = register.to_complete()

    assert register.completed(acme, "")
    assert register.to_complete() == [beta]
    half = register.completed(beta, "2026-01-01T00:00:00.000Z#" + "0" * 32)
    assert register.to_complete() == [half]


def test_a_prefix_is_added_once(register: PrefixRegister, clock: Clock, calls: Calls) -> None:
    register.add("acme")
    clock.pass_(TRUSTED)
    calls.clear()
    before = register.known().all()

    register.add("acme")

    assert calls.names == ["GetItem"]
    assert register.known().all() == before


def test_a_prefix_that_another_one_added_meanwhile_stays_as_it_is(
    register: PrefixRegister, another: PrefixRegister, clock: Clock
) -> None:
    register.known()
    another.add("acme")
    before = another.known().all()
    clock.pass_(TRUSTED / 2)

    register.add("acme")

    clock.pass_(TRUSTED)
    assert register.known().all() == before


def test_the_register_is_read_once_a_minute(register: PrefixRegister, clock: Clock, calls: Calls) -> None:
    for _ in range(3):
        register.known()
    clock.pass_(TRUSTED)
    register.of_new("a/b")

    assert calls.names == ["GetItem", "GetItem"]


def test_two_who_add_at_the_same_moment_do_not_undo_each_other(
    register: PrefixRegister, another: PrefixRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = register._read

    def and_then_another_one_writes() -> Prefixes:
        found = read()
        another.add("beta")
        return found

    register.known()
    monkeypatch.setattr(register, "_read", and_then_another_one_writes)
    register.add("acme")
    monkeypatch.undo()

    assert "beta" in register.known()
    assert "acme" not in register.known()
    register.add("acme")
    assert [listed.prefix for listed in register.known().all()] == ["acme", "beta"]


def test_progress_that_another_one_made_first_is_not_written_over(
    register: PrefixRegister, another: PrefixRegister, clock: Clock
) -> None:
    register.add("acme")
    clock.pass_(COMPLETE_AFTER * 2)
    (listed,) = register.to_complete()
    assert another.completed(listed, "")

    assert register.completed(listed, "2026-01-01T00:00:00.000Z#" + "0" * 32) is None
    assert register.to_complete() == []


def test_a_full_register_takes_no_more(register: PrefixRegister, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records_prefixes, "MOST_PREFIXES", 1)
    register.add("acme")
    register.add("beta")

    assert [listed.prefix for listed in register.known().all()] == ["acme"]


def test_the_most_prefixes_fit_into_an_item(register: PrefixRegister) -> None:
    longest = [Listed(f"{number:0200}", "2026", "2026") for number in range(records_prefixes.MOST_PREFIXES)]

    assert register._write(Prefixes(longest))
    assert len(register.known().all()) == len(longest)


@pytest.fixture
def throttled(dynamodb: DynamoDBClient, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of operations that are refused from now on; it is empty at first."""
    names: list[str] = []

    def refuse(model: Any, **_: Any) -> None:
        if model.name in names:
            error: Any = {"Error": {"Code": "ThrottlingException", "Message": "slow down"}}
            raise ClientError(error, model.name)

    dynamodb.meta.events.register("before-call.dynamodb", refuse)
    return names


def test_what_was_known_holds_a_while_longer_if_it_cannot_be_read(
    register: PrefixRegister, clock: Clock, throttled: list[str]
) -> None:
    register.add("acme")
    assert "acme" in register.known()
    throttled.append("GetItem")
    clock.pass_(STILL_TRUSTED - timedelta(seconds=1))
    assert "acme" in register.known()
    clock.pass_(timedelta(seconds=1))
    with pytest.raises(TransientError):
        register.known()


def test_a_prefix_that_cannot_be_written_now_is_another_time(
    register: PrefixRegister, another: PrefixRegister, throttled: list[str]
) -> None:
    throttled.append("PutItem")
    register.add("acme")
    throttled.clear()
    assert "acme" not in another.known()
    register.add("acme")
    assert "acme" in register.known()


def test_a_register_that_was_deleted_is_not_brought_back(
    register: PrefixRegister, dynamodb: DynamoDBClient, records_table: str, clock: Clock
) -> None:
    register.add("acme")
    clock.pass_(COMPLETE_AFTER * 2)
    (listed,) = register.to_complete()
    dynamodb.delete_item(TableName=records_table, Key=records_prefixes._KEY)
    assert register.completed(listed, "") is None
    assert "acme" not in register.known()


def test_threads_that_ask_at_once_read_it_once(clock: Clock) -> None:
    asked = []

    class Slow:
        def get_item(self, **_: Any) -> dict[str, Any]:
            asked.append("GetItem")
            time.sleep(0.1)
            return {}

    register: Any = PrefixRegister(Slow(), "records", clock=clock)  # type: ignore[arg-type]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(register.of_new, ["acme/a.csv"] * 8))

    assert asked == ["GetItem"]
