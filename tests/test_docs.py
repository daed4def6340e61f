"""The pages against what exists: make targets, routes, options, configuration, formats."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import fields

import pytest

from components.config import StackConfig, camel
from local import configuration
from local.__main__ import _parser
from local.formats import page
from local.program import ROOT
from processor.formats import FORMATS

README = (ROOT / "README.md").read_text()


def section(title: str, page: str = README) -> str:
    return page.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_every_configuration_key_is_described_as_in_the_code() -> None:
    page = configuration.PAGE.read_text()
    assert configuration.page(page) == page, "run `make docs`"
    keys = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert sorted(keys) == sorted(camel(item.name) for item in fields(StackConfig))


def test_the_readmes_keys_are_described_as_in_the_code() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(.+?)` \| (.+) \|$", section("Configuration"), re.MULTILINE)
    assert rows
    items = {camel(item.name): item for item in fields(StackConfig)}
    for key, default, told in rows:
        assert default == configuration.default_text(items[key]), key
        assert told == items[key].metadata["description"], key


def test_every_route_is_listed() -> None:
    document = json.loads((ROOT / "openapi.json").read_text())
    routes = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    page = (ROOT / "docs" / "api.md").read_text()
    listed = set(re.findall(r"`((?:GET|POST|PUT|DELETE) [^`]+)`", section("Routes", page)))
    assert listed == routes | {"GET /docs", "GET /openapi.json", "GET /problems/{kind}"}


def test_every_make_target_that_people_need_is_listed() -> None:
    targets = set(re.findall(r"^(\w+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    listed = set(re.findall(r"^\| `make (\w+)` \|", section("The commands"), re.MULTILINE))
    contributing = set(re.findall(r"(?:^|`)make (\w+)", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE))
    assert listed | contributing | {"help", "clean"} == targets


@pytest.mark.parametrize("command", ["up", "ingest", "chaos"])
def test_every_option_of_the_local_system_is_listed(command: str) -> None:
    (commands,) = (a.choices for a in _parser()._actions if isinstance(a.choices, dict))
    options = {o for action in commands[command]._actions for o in action.option_strings}
    (row,) = re.findall(rf"^\| `python -m local {command}.*$", section("The commands"), re.MULTILINE)
    assert set(re.findall(r"--[a-z-]+", row)) == options - {"--help", "-h"}


def test_make_help_names_every_target() -> None:
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("setup", "run", "test", "check", "bundle", "lock"):
        assert f"make {target}" in told


def test_the_page_of_formats_is_what_the_code_says() -> None:
    assert (ROOT / "docs" / "formats.md").read_text() == "\n".join(page()) + "\n", "run `make docs`"


def test_every_format_says_of_itself_what_the_page_needs() -> None:
    for kind in FORMATS:
        cells = (kind.about.recognised, kind.about.checked, kind.about.described, kind.about.bounded)
        assert all(len(cell) > 15 and cell.endswith(".") for cell in cells), kind.name


def test_a_media_type_or_a_suffix_belongs_to_one_format() -> None:
    names = [name for kind in FORMATS for name in (*kind.media_types, *kind.suffixes)]

    assert sorted(names) == sorted(set(names))
