"""`python -m contracts check`: problems with exit code 1, or a table of what is accepted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from contracts.__main__ import main
from tests.unit.contracts.writing import written

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_what_is_accepted_is_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    orders = written(tmp_path, "prefix: orders\nmediaTypes: [text/csv]\nminBytes: 1\nmaxBytes: 1000000\n")
    schema = "schema: {fields: [{name: a}, {name: b}]}\n"
    split = written(tmp_path, f"prefix: split\nminBytes: 5\nonBadRows: split\n{schema}", "split.yaml")

    assert main(["check", str(orders), str(split)]) == 0

    out, err = capsys.readouterr()
    assert err == ""
    assert [re.split(" {2,}", line) for line in out.splitlines()] == [
        ["contract", "prefix", "media types", "bytes", "columns", "bad rows"],
        ["orders", "orders/", "text/csv", "1 to 1,000,000", "any", "quarantine, 0 tolerated"],
        ["split", "split/", "any", "from 5", "2", "split, 100% tolerated"],
    ]


def test_problems_go_to_standard_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "prefix: /\nminBytes: x\n")

    assert main(["check", str(path)]) == 1

    out, err = capsys.readouterr()
    assert out == ""
    assert [line.split(": ")[0] for line in err.splitlines()] == [f"{path}:1:9", f"{path}:2:11"]


def test_a_file_in_the_working_folder_is_named_from_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, "")
    monkeypatch.chdir(tmp_path)

    assert main(["check", str(path)]) == 1
    assert capsys.readouterr().err.startswith("orders.yaml:1:1: ")


def test_without_a_file_it_is_the_projects_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0

    rows = capsys.readouterr().out.splitlines()
    assert [row.split()[:2] for row in rows[1:]] == [["orders", "orders/"], ["orders-split", "orders/split/"]]
