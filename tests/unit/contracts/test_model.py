"""Contracts as values: which one applies, and that nothing is lost on the way into a bundle and out."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import model
from contracts.model import (
    HEADERS,
    ON_BAD_ROWS,
    TYPES,
    Contract,
    Contracts,
    Field,
    NotCompiled,
    bundled,
    from_json,
    load,
    to_json,
)

if TYPE_CHECKING:
    from pathlib import Path

ORDERS, EMEA = Contract(name="o", prefix="orders"), Contract(name="e", prefix="orders/emea")
BOTH = Contracts([EMEA, ORDERS])


@pytest.mark.parametrize(
    ("key", "contract"),
    [
        ("orders/a.csv", ORDERS),
        ("orders/", ORDERS),
        ("orders//a.csv", ORDERS),
        ("orders/asia/2026/a.csv", ORDERS),
        ("orders/emea2/a.csv", ORDERS),
        ("orders/emea", ORDERS),
        ("orders/emea/a.csv", EMEA),
        ("orders/emea/june/a.csv", EMEA),
        ("orders2/a.csv", None),
        ("order/a.csv", None),
        ("/orders/a.csv", None),
        ("uploads/orders/a.csv", None),
        ("orders", None),
        ("", None),
    ],
)
def test_a_key_is_under_the_most_specific_prefix(key: str, contract: Contract | None) -> None:
    assert BOTH.for_key(key) == contract


@pytest.mark.parametrize(
    ("prefix", "contract"),
    [("orders", ORDERS), ("orders/june", ORDERS), ("orders/emea", EMEA), ("orders/emea/june", EMEA)],
)
def test_a_prefix_has_its_own_contract_or_that_of_the_nearest_folder_above(
    prefix: str, contract: Contract
) -> None:
    assert BOTH.for_prefix(prefix) == contract
    assert Contracts().for_prefix(prefix) is None


def test_contracts_come_in_the_order_of_their_prefixes() -> None:
    assert list(BOTH) == [ORDERS, EMEA]
    assert len(BOTH) == 2
    assert Contracts([ORDERS, EMEA]) == BOTH != Contracts([ORDERS])


@pytest.mark.parametrize(
    ("rows", "share", "bad", "tolerated"),
    [
        (0, None, 0, True),
        (0, None, 1, False),
        (3, None, 3, True),
        (3, None, 4, False),
        (None, 0.29, 29, True),
        (None, 0.29, 30, False),
        (None, 0.07, 7, True),
        (None, 1.0, 100, True),
        (None, 0.0, 0, True),
        (None, 0.0, 1, False),
    ],
)
def test_so_many_of_100_rows_may_be_bad(
    rows: int | None, share: float | None, bad: int, *, tolerated: bool
) -> None:
    contract = replace(ORDERS, tolerated_bad_rows=rows, tolerated_bad_share=share)

    assert contract.tolerates(bad, 100) is tolerated


def optional(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | values


TEXTS = st.lists(st.text(max_size=5), max_size=3).map(tuple)
FIELDS = st.builds(
    Field,
    name=st.text(),
    type=st.sampled_from(TYPES),
    format=st.sampled_from(["default", "%d.%m.%Y"]),
    title=optional(st.text()),
    description=optional(st.text()),
    true_values=TEXTS,
    false_values=TEXTS,
    required=st.booleans(),
    unique=st.booleans(),
    enum=optional(TEXTS),
    pattern=optional(st.text()),
    minimum=optional(st.text()),
    maximum=optional(st.text()),
    min_length=optional(st.integers(0)),
    max_length=optional(st.integers(0)),
)
CONTRACTS = st.builds(
    Contract,
    name=st.text(),
    prefix=st.text(),
    description=optional(st.text()),
    media_types=TEXTS,
    min_bytes=optional(st.integers(0)),
    max_bytes=optional(st.integers(0)),
    encoding=optional(st.text()),
    delimiter=optional(st.text()),
    header=st.sampled_from([*HEADERS.values()]),
    fields=st.lists(FIELDS, max_size=3).map(tuple),
    primary_key=TEXTS,
    missing_values=TEXTS,
    tolerated_bad_rows=st.integers(0),
    on_bad_rows=st.sampled_from(ON_BAD_ROWS),
    personal_data=st.booleans(),
)
SHARES = st.floats(0, 1, allow_subnormal=False)


@given(contract=CONTRACTS)
def test_nothing_is_lost_in_json(contract: Contract) -> None:
    assert from_json(json.loads(json.dumps(to_json(contract)))) == contract


@given(share=SHARES)
def test_no_share_is_lost_in_json(share: float) -> None:
    contract = replace(ORDERS, tolerated_bad_rows=None, tolerated_bad_share=share)

    assert from_json(to_json(contract)) == contract
    assert str(to_json(contract)["toleratedBadRows"]).endswith("%")


@pytest.mark.parametrize(("share", "shown"), [(0.0, "0%"), (0.01, "1%"), (0.007, "0.7%"), (1.0, "100%")])
def test_a_share_is_shown_in_percent(share: float, shown: str) -> None:
    contract = replace(ORDERS, tolerated_bad_rows=None, tolerated_bad_share=share)

    assert to_json(contract)["toleratedBadRows"] == shown


def test_compiled_contracts_are_loaded_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "compiled.json").write_text(BOTH.to_text(), encoding="utf-8")

    assert load(tmp_path / "compiled.json") == BOTH
    assert Contracts([ORDERS, EMEA]).to_text() == BOTH.to_text()


def test_a_bundle_has_its_contracts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "compiled.json").write_text(BOTH.to_text(), encoding="utf-8")
    monkeypatch.setattr(model, "_COMPILED", tmp_path / "compiled.json")

    assert bundled.__wrapped__() == BOTH


def test_a_checkout_has_no_compiled_contracts() -> None:
    with pytest.raises(NotCompiled, match=r"contracts/compiled\.json is missing: only bundles have it"):
        bundled()
