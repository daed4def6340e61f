"""Prefixes, names and ids that try to lead out of a folder, or into a header."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.api.access import UPLOAD

if TYPE_CHECKING:
    from tests.unit.api.access import Stack
    from tests.unit.conftest import Calls

pytestmark = pytest.mark.usefixtures("queue")

TRICKS = [
    "../orders",
    "partner/../orders",
    "partner/..",
    "partner/.",
    "partner//x",
    "/partner",
    "partner/",
    "partner%2F..%2Forders",
    "partner\\..\\orders",
    "partner\u2215orders",
    "partner\u2024\u2024",
    "рartner",
    "partner\x00",
    "partner\n",
    "partner\r\nX-Evil: 1",
    "",
]


@pytest.mark.parametrize("prefix", TRICKS)
def test_no_trick_with_a_prefix_leaves_the_folder(stack: Stack, prefix: str) -> None:
    for caller in (stack.caller("partner"), stack.caller()):
        assert caller.post("/uploads", UPLOAD | {"prefix": prefix}).pointers() == ["#/prefix"]
        made = {"name": "n", "scopes": ["read"], "prefix": prefix}
        assert caller.post("/keys", made).pointers() == ["#/prefix"]


@pytest.mark.parametrize("prefix", [trick for trick in TRICKS if trick])
def test_no_trick_with_a_filter_leaves_the_folder(stack: Stack, prefix: str) -> None:
    """Keys have no folders: what begins with `partner/` lies there, whatever follows."""
    caller = stack.caller("partner")
    for answer in (
        caller.get("/records", prefix=prefix),
        caller.post("/retries", {"prefix": prefix}),
        caller.post("/discards", {"prefix": prefix}),
    ):
        if prefix.startswith("partner/"):
            assert answer.status in (200, 202, 422)
        else:
            assert answer.status in (403, 422), answer


@pytest.mark.parametrize(
    "name",
    ["../../orders/a.csv", "/etc/passwd", "..", "a/../../b", "a\\..\\b", "%2e%2e%2fa", "‥／a", "．．／a"],
)
def test_no_trick_with_a_file_name_leaves_the_folder(stack: Stack, name: str) -> None:
    answer = stack.caller("partner").post("/uploads", UPLOAD | {"fileName": name})
    assert answer.status == 201
    record = answer.json()["record"]
    folder, _, last = record["objectKey"].rpartition("/")
    assert folder == f"partner/{record['recordId']}"
    assert last.strip(".")
    assert not set(last) & set("/\\%")
    assert record["fileName"] == name


@pytest.mark.parametrize(
    "name", ["a\r\nX-Evil: 1.csv", "a\nb", "a\x00.csv", "a\u2028b", "a\x85b", "a\u202egpj.exe"]
)
def test_no_header_comes_in_by_a_file_name(stack: Stack, name: str) -> None:
    answer = stack.caller("partner").post("/uploads", UPLOAD | {"fileName": name})
    assert answer.pointers() == ["#/fileName"]


@pytest.mark.parametrize(
    "record_id", ["..", "%2e%2e", "0" * 31, "0" * 33, "０" * 32, "A" * 32, "0" * 32 + "\n", "0" * 32 + "\x00"]
)
def test_only_an_id_is_looked_up(stack: Stack, calls: Calls, record_id: str) -> None:
    caller = stack.caller()
    caller.get("/records")
    calls.watch(stack.world.records._client)
    assert caller.get(f"/records/{record_id}").status in (404, 422)
    assert calls.names == []


@pytest.mark.parametrize(
    "prefix", ["orders/../elsewhere", "elsewhere/..", "orders2", "orders%2f..", "ORDERS"]
)
def test_no_trick_reaches_the_contract_of_others(stack: Stack, prefix: str) -> None:
    assert stack.caller("elsewhere").get(f"/contracts/{prefix}").status in (404, 422)
