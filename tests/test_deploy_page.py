"""The commands of docs/deploy.md and of the README, as far as they can be held against what exists."""

from __future__ import annotations

import re
import subprocess
from dataclasses import fields
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
import yaml

from components.config import StackConfig, camel
from delivery import release, smoke
from local.program import ROOT

if TYPE_CHECKING:
    from pathlib import Path

README = (ROOT / "README.md").read_text().split("\n## Deploy\n")[1].split("\n## ")[0]
PAGE = (ROOT / "docs" / "deploy.md").read_text()
TEXT = README + PAGE
COMMANDS = [
    block for block in re.findall(r"^```\n(.*?)^```", TEXT, re.M | re.S) if not block.startswith("ok ")
]
DELIVERY = yaml.safe_load((ROOT / "delivery" / "Pulumi.yaml").read_text())["config"]


@pytest.mark.parametrize("block", COMMANDS, ids=lambda block: block.split("\n")[0][:40])
def test_blocks_of_commands_are_shell(block: str) -> None:
    told = subprocess.run(["bash", "-n"], input=block, text=True, capture_output=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")


def exported(program: Path) -> set[str]:
    return set(re.findall(r'pulumi\.export\("(\w+)"', program.read_text()))


def test_outputs_that_are_asked_for_exist() -> None:
    stack, roles = exported(ROOT / "__main__.py"), exported(ROOT / "delivery" / "__main__.py")
    asked = re.findall(r"pulumi (-C delivery )?stack output (\w+)", TEXT)
    assert asked
    for of_roles, name in asked:
        assert name in (roles if of_roles else stack), name


def test_settings_that_are_set_exist() -> None:
    ours = {f"silent-scalper:{camel(item.name)}" for item in fields(StackConfig)}
    keys = re.findall(r"pulumi config set (?:--path )?'?([\w:-]+)", TEXT)
    assert keys
    assert [key for key in keys if key not in ours | set(DELIVERY)] == []


def test_modules_and_make_targets_that_are_run_exist() -> None:
    modules = set(re.findall(r"python -m ([\w.]+)", TEXT))
    assert {"delivery.smoke", "delivery.release", "api.keys"} <= modules
    assert [module for module in modules if not find_spec(module)] == []
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"^make ([\w-]+)", "".join(COMMANDS), re.MULTILINE)) <= set(targets)


@pytest.mark.parametrize("command", [smoke, release], ids=["smoke", "release"])
def test_every_option_of_the_commands_is_listed(command: object, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["--help"])  # type: ignore[attr-defined]
    name = command.__name__  # type: ignore[attr-defined]
    (row,) = re.findall(
        rf"^\| `python -m {re.escape(name)}.*$", (ROOT / "README.md").read_text(), re.MULTILINE
    )
    options = set(re.findall(r"^  (--[a-z-]+)", capsys.readouterr().out, re.MULTILINE))
    assert set(re.findall(r"--[a-z-]+", row)) == options
