"""What a key covers, and what is within it."""

from __future__ import annotations

from typing import Any

import pytest

from api.keys import ApiKey, Scope


@pytest.mark.parametrize(
    ("object_key", "covered"),
    [
        ("orders/a.csv", True),
        ("orders/emea/a.csv", True),
        ("orders/../other/a.csv", True),  # a name like any other: keys of S3 have no folders
        ("orders2/a.csv", False),
        ("orders", False),
        ("/orders/a.csv", False),
        ("Orders/a.csv", False),
        ("оrders/a.csv", False),  # with a Cyrillic letter
        ("orders\u2215a.csv", False),
        ("orders%2Fa.csv", False),
        ("", False),
    ],
)
def test_a_bound_key_covers_its_folder(object_key: str, covered: bool) -> None:
    assert ApiKey("0" * 12, "partner", "", prefix="orders").covers(object_key) is covered
    assert ApiKey("0" * 12, "partner", "").covers(object_key)


READ = frozenset({Scope.READ})
SOON, LATE = "2030-01-01T00:00:00.000Z", "2031-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    ("one", "other", "includes"),
    [
        ({}, {}, True),
        ({}, {"prefix": "orders", "expires_at": SOON}, True),
        ({}, {"scopes": frozenset(Scope)}, False),
        ({"scopes": READ}, {}, False),
        ({"prefix": "orders"}, {"prefix": "orders"}, True),
        ({"prefix": "orders"}, {"prefix": "orders/emea"}, True),
        ({"prefix": "orders"}, {"prefix": "orders2"}, False),
        ({"prefix": "orders"}, {}, False),
        ({"expires_at": SOON}, {"expires_at": SOON}, True),
        ({"expires_at": SOON}, {"expires_at": LATE}, False),
        ({"expires_at": SOON}, {}, False),
    ],
)
def test_what_is_within_a_key(one: dict[str, Any], other: dict[str, Any], includes: bool) -> None:
    assert ApiKey("0" * 12, "one", "", **one).includes(ApiKey("1" * 12, "other", "", **other)) is includes
