"""The bill, the simulation and the command, from the stored counts."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from dataclasses import replace
from typing import Any

import pytest

from bench.cost import amounts
from bench.cost.__main__ import main
from bench.cost.bill import Month, batch_seconds, besides_puts, bill, file_ms, total, work
from bench.cost.burst import Burst, simulate
from bench.cost.items import Table, size_of
from bench.cost.prices import prices

MILLION = Month(1e6)
SMALL = Burst(files=2_000, seconds=2)


@pytest.mark.parametrize(
    ("read", "text", "amount"),
    [
        (amounts.number, "1e6", 1e6),
        (amounts.number, "3M", 3e6),
        (amounts.number, "250,000", 250_000),
        (amounts.size, "200KB", 200_000),
        (amounts.size, "64 KiB", 65_536),
        (amounts.share, "2%", 0.02),
        (amounts.share, "0.02", 0.02),
        (amounts.burst, "100000/min", (100_000, 60)),
        (amounts.burst, "500/s", (500, 1)),
    ],
)
def test_amounts_are_read_as_people_write_them(read: Any, text: str, amount: object) -> None:
    assert read(text) == amount


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (amounts.number, "many"),
        (amounts.number, "-1"),
        (amounts.number, "1e99"),
        (amounts.size, "200 parsecs"),
        (amounts.size, "11GB"),
        (amounts.share, "120%"),
        (amounts.share, "2 KB"),
        (amounts.burst, "100000"),
        (amounts.burst, "5/fortnight"),
    ],
)
def test_other_amounts_are_refused_with_an_example(read: Any, text: str) -> None:
    with pytest.raises(ArgumentTypeError, match=r"is not|at most"):
        read(text)


def test_a_bad_argument_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--avg-size", "200 parsecs"])

    assert "'parsecs' is no unit of size" in capsys.readouterr().err.splitlines()[-1]


def test_the_sum_is_that_of_the_lines_without_the_senders_puts() -> None:
    lines = bill(MILLION)

    assert total(lines) == pytest.approx(sum(line.dollars for line in lines) - 5)
    assert total(lines, puts=True) == pytest.approx(total(lines) + 5)


def test_twice_the_files_cost_twice_as_much() -> None:
    assert total(bill(Month(2e6))) == pytest.approx(2 * total(bill(MILLION)))


@pytest.mark.parametrize(
    "dearer", [{"alone": True}, {"announced": True}, {"bad": 0.1}, {"average_bytes": 10**6}, {"traced": True}]
)
def test_what_takes_more_costs_more(dearer: dict[str, Any]) -> None:
    assert total(bill(replace(MILLION, **dearer))) > total(bill(MILLION))


def test_what_is_free_for_ever_is_taken_off_on_demand_alone() -> None:
    charged, free = bill(MILLION), bill(MILLION, free_tier=True)

    assert total(charged) - total(free) == pytest.approx(sum(line.free for line in charged))


def test_a_million_files_cost_no_more_than_was_reached() -> None:
    assert besides_puts(bill(MILLION)) <= 2.50, "from counted calls and stored work: it grew"


def test_work_is_interpolated_between_what_was_measured() -> None:
    known = work()["fileMs"]

    assert file_ms(200_000) == pytest.approx(known["200000"])
    assert known["200000"] < file_ms(1_000_000) < known["2000000"]
    assert batch_seconds(20, 200_000) < 20 * batch_seconds(1, 200_000)


def test_every_price_has_its_page() -> None:
    for price in prices().prices.values():
        assert price.source.startswith("https://aws.amazon.com/")
        assert price.dollars > 0
        assert len(price.what) > 10


def test_a_hundred_thousand_files_in_a_minute_are_worked_on_within_ten_minutes() -> None:
    (run,) = simulate(Burst(), seeds=1)

    assert run.processed == 100_000
    assert run.drained < 600
    assert run.throttles == 0


def test_the_same_seed_gives_the_same_run() -> None:
    assert simulate(SMALL, seeds=2) == simulate(SMALL, seeds=2)


def test_more_processors_drain_sooner_until_the_table_is_the_limit() -> None:
    few, many = (simulate(replace(SMALL, concurrency=n), seeds=1)[0] for n in (2, 20))
    bound = simulate(replace(SMALL, concurrency=1_000, shards=1, table_writes=100), seeds=1)[0]

    assert few.drained > many.drained
    assert bound.drained > 2_000 / 100 * 0.9
    assert bound.throttles > 0
    assert few.processed == many.processed == bound.processed == SMALL.files


def test_items_are_as_large_as_dynamodb_takes_them() -> None:
    assert size_of({"id": {"S": "ä"}, "n": {"N": "-1.50"}, "l": {"L": [{"BOOL": True}]}}) == 4 + 4 + 6


def test_a_write_counts_the_table_and_each_index_that_it_touches() -> None:
    keys = [{"AttributeName": "id"}]
    index = {
        "KeySchema": [{"AttributeName": "shard"}],
        "Projection": {"NonKeyAttributes": ["status"]},
    }
    table = Table.of({"KeySchema": keys, "GlobalSecondaryIndexes": [index]})
    bare, listed = {"id": {"S": "1"}}, {"id": {"S": "1"}, "shard": {"S": "a"}, "status": {"S": "x"}}

    assert table.write_units({}, bare) == 1
    assert table.write_units({}, listed) == 2
    assert table.write_units(listed, listed | {"other": {"S": "y" * 1_024}}) == 2, "the index has nothing new"
    assert table.write_units(listed, listed | {"shard": {"S": "b"}}) == 3, "deleted there, written here"


def test_the_command_prints_the_bill_and_the_burst(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--files", "1e6", "--burst", "2000/s", "--runs", "1"])
    text = capsys.readouterr().out

    assert "| together" in text
    assert "Beside it, always on" in text
    assert "| files lost" in text

    main(["--burst", "2000/s", "--runs", "1", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["dollars"] == pytest.approx(total(bill(MILLION)), abs=1e-4)
    assert told["burst"]["runs"][0]["lost"] == 0
