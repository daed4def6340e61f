"""`python -m local.configuration` writes what is said of the stack's keys, out of the keys themselves.

That is `config` in `Pulumi.yaml`, and the parts of `docs/configuration.md` between its marks.
"""

from __future__ import annotations

import json
import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import yaml

from components.config import GROUPS, StackConfig, camel
from components.policies import key_services
from local.program import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from dataclasses import Field

PAGE = ROOT / "docs" / "configuration.md"
PROJECT_FILE = ROOT / "Pulumi.yaml"
_TYPES = {"bool": "boolean", "int": "integer", "str": "string", "tuple[str, ...]": "array"}
_WORDS = {"bool": "yes or no", "int": "number", "str": "text", "tuple[str, ...]": "list of texts"}
_MARKED = re.compile(r"(<!-- (\w+): made by `make docs` -->\n).*?(<!-- end -->)", re.DOTALL)


def page(text: str) -> str:
    """The page, with what stands between its marks made anew."""
    parts = {"keys": "\n".join(_tables()), "policy": _policy()}
    return _MARKED.sub(lambda found: f"{found[1]}\n{parts[found[2]]}\n\n{found[3]}", text)


def project(text: str) -> str:
    """`Pulumi.yaml`, with the keys that there are now; those of other namespaces stay."""
    document = yaml.safe_load(text)
    others = {name: value for name, value in document["config"].items() if ":" in name}
    document["config"] = others | declared()
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1_000)


def declared() -> dict[str, Any]:
    """What Pulumi is told of each key: its type, default and description."""
    return {camel(item.name): _declared(item) for group in GROUPS.values() for item in fields(group)}


def _declared(item: Field[Any]) -> dict[str, Any]:
    kind, default = _TYPES[str(item.type)], getattr(StackConfig(), item.name)
    items = {"items": {"type": "string"}} if kind == "array" else {}
    usual = list(default) if kind == "array" else default
    return {"type": kind, **items, "default": usual, "description": item.metadata["description"]}


def _policy() -> str:
    """What an existing key's policy must say."""
    statements = key_services(account="123456789012", region="eu-central-1")
    return f"```json\n{json.dumps(statements, indent=2)}\n```"


def default_text(item: Field[Any]) -> str:
    """A key's default, as one writes it."""
    default = getattr(StackConfig(), item.name)
    return default if isinstance(default, str) and default else json.dumps(default)


def _tables() -> Iterator[str]:
    for title, group in GROUPS.items():
        if title != next(iter(GROUPS)):
            yield ""
        yield from (f"### {title}", "", group.__doc__ or "", "")
        yield "| Key | Default | Allowed | | What it costs or changes |"
        yield "|---|---|---|---|---|"
        yield from map(_row, fields(group))


def _row(item: Field[Any]) -> str:
    cells = (
        f"`{camel(item.name)}`",
        f"`{default_text(item)}`",
        _allowed(item),
        item.metadata["description"],
        item.metadata["effect"],
    )
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")


def _allowed(item: Field[Any]) -> str:
    limits, word = item.metadata, _WORDS[str(item.type)]
    if "allowed" in limits:
        return str(limits["allowed"])
    if "one_of" in limits:
        return ", ".join(f"`{choice}`" for choice in limits["one_of"])
    if "least" in limits:
        zero = "0, or " if limits.get("or_zero") else ""
        return f"{zero}{limits['least']:,} to {limits['most']:,}"
    return f"{word}, like `{limits['like']}`" if "like" in limits else word


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
    PROJECT_FILE.write_text(project(PROJECT_FILE.read_text()))
