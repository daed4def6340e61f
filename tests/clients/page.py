"""What docs/api.md says about clients: how they are generated, and the lines that use them."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from local.program import ROOT

TYPESCRIPT = ROOT / "tests" / "clients" / "typescript"
_SECTION = (ROOT / "docs" / "api.md").read_text(encoding="utf-8").split("\n## Clients\n")[1].split("\n## ")[0]


def example(language: str) -> str:
    """The lines that use a client in a language."""
    (block,) = re.findall(rf"```{language}\n(.+?)```", _SECTION, re.DOTALL)
    return str(block)


def generate(tool: str, folder: Path) -> None:
    """Do in a folder what the page says that this tool is to be called with."""
    (line,) = re.findall(rf"^(?:npx )?{tool} .+$", _SECTION, re.MULTILINE)
    (folder / "openapi.json").write_bytes((ROOT / "openapi.json").read_bytes())
    run([found(tool), *shlex.split(line.removeprefix("npx "))[1:]], folder)


def found(tool: str) -> str:
    """Where an installed program is, of Python or of Node.

    Raises:
        FileNotFoundError: it is not installed; the text says how.
    """
    for path in (Path(sys.executable).parent / tool, TYPESCRIPT / "node_modules" / ".bin" / tool):
        if path.exists():
            return str(path)
    raise FileNotFoundError(f"{tool} is not installed: run `make test`, which needs Node 20.19 or newer")


def run(command: list[str], folder: Path, **environment: str) -> str:
    """What a program prints; everything that it printed is the error if it fails."""
    done = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout
