"""Whatever a file is called, its key stays inside its folder, and its name is kept exactly."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from api.routes_uploads import safe_name
from records.model import announced_record_id

if TYPE_CHECKING:
    from api.deps import World
    from tests.unit.api.client import Client

NASTY = [
    "../",
    "/",
    "\\",
    "..",
    ".",
    "%2F",
    "%2e",
    "${filename}",
    " ",
    "\u202e",
    "\u2028",
    "\x85",
    "é",
    "e\u0301",
]
NASTY += ["😀", "\0", "\n", "\x7f", "?", "#", "&", "+", '"', "<", "CON", "~", "*"]
NASTY += ["\u2215", "\uff0f", "\u2024\u2024", "\uff0e", "\u061c", "\u200b", "\ufeff", "%252F", "..%c0%af"]
names = st.one_of(
    st.text(min_size=1, max_size=255),
    st.lists(st.sampled_from(NASTY), min_size=1, max_size=24).map("".join),
    st.text(alphabet=".", min_size=1, max_size=255),
    st.text(alphabet="é😀文\u0301", min_size=200, max_size=255),
)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=names)
@example(name="../../other/secret.csv")
@example(name="/etc/passwd")
@example(name="..")
@example(name="." * 255)
@example(name="\U0010ffff" * 255)
@example(name="uploads/${filename}")
def test_any_name(client: Client, world: World, name: str) -> None:
    answer = client.post("/uploads", {"fileName": name, "sizeBytes": 1, "prefix": "a/b"})
    if CONTROL.search(name):
        assert answer.pointers() == ["#/fileName"]
        return
    assert answer.status == 201, answer
    announced = answer.json()
    record_id = announced["record"]["recordId"]
    record = world.records.get(record_id)
    assert record
    assert record.file_name == announced["record"]["fileName"] == name
    assert_inside(record.object_key, f"a/b/{record_id}")
    assert announced_record_id(record.object_key) == record_id, "the processor finds its record by this"
    assert key_of(announced["upload"]) == announced["upload"]["fields"]["key"] == record.object_key


def assert_inside(key: str, folder: str) -> None:
    """One segment below the folder, of characters that no URL, shell or log takes for something else."""
    head, _, last = key.rpartition("/")
    assert head == folder
    assert last
    assert last.strip(".")
    assert re.fullmatch(r"[\w.()-]+", last)
    assert len(key.encode()) <= 1_024


def key_of(upload: dict[str, Any]) -> str:
    """The key that the signed policy demands."""
    (key,) = [
        condition["key"]
        for condition in json.loads(base64.b64decode(upload["fields"]["policy"]))["conditions"]
        if "key" in condition
    ]
    return str(key)


def test_the_longest_key(client: Client) -> None:
    body = {"fileName": "文" * 255, "sizeBytes": 1, "prefix": "p" * 200}
    key = client.post("/uploads", body).json()["record"]["objectKey"]
    assert len(key.encode()) <= 1_024
    assert key.endswith("文" * 60)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("orders.csv", "orders.csv"),
        ("Orders (2).CSV", "Orders_(2).CSV"),
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("C:\\Users\\me\\a.csv", "C__Users_me_a.csv"),
        ("Größe.csv", "Größe.csv"),
        ("Gro\u0308ße.csv", "Größe.csv"),
        ("50% off + more.csv", "50__off___more.csv"),
        ("文件.csv", "文件.csv"),
        (".", "_"),
        ("...", "___"),
        (".hidden", ".hidden"),
        ("a\u202ecsv.exe", "a_csv.exe"),
        ("${filename}", "__filename_"),
    ],
)
def test_safe_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_ending() -> None:
    assert safe_name("x" * 250 + ".parquet") == "x" * 192 + ".parquet"
    assert safe_name("é" * 200 + ".gz") == "é" * 98 + ".gz"


@given(name=names)
def test_a_safe_name_is_safe_already(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe.encode()) <= 200
    assert "/" not in safe
