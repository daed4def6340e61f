"""The program's resources as the document that `terraform show -json` makes of a plan: scanners read those.

    python -m local.plan --stack prod > plan.json

Each output of a resource is a text that is found again where it is used: that is how references are known. A
property that is nothing but a reference is left out, as in Terraform's plans, where it is not known yet;
inside of longer texts, such as policies, names and ARNs are written that look as AWS would give them.
"""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from local import terraform
from local.graph import ACCOUNT, CONFIG, capture

if TYPE_CHECKING:
    from local.graph import Graph
    from local.program import Registration

PROVIDER = "registry.terraform.io/hashicorp/aws"
FORMAT = "1.2"
VERSION = "1.9.0"


@dataclass(frozen=True)
class Planned:
    """A resource's values, which of them are not known, and what its expressions refer to."""

    values: dict[str, Any]
    unknown: dict[str, Any]
    expressions: dict[str, Any]


class Plan:
    """A captured graph, read as Terraform's."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._region = str(CONFIG["aws:region"])

    def document(self) -> dict[str, Any]:
        """The whole plan: everything is to be created."""
        resources = [(r, self.planned(r)) for r in self._graph.resources if r.type.startswith("aws:")]
        return {
            "format_version": FORMAT,
            "terraform_version": VERSION,
            "planned_values": {
                "root_module": {"resources": [_values(r, planned) for r, planned in resources]}
            },
            "resource_changes": [_change(r, planned) for r, planned in resources],
            "configuration": {
                "provider_config": {"aws": self._provider()},
                "root_module": {"resources": [_configuration(r, planned) for r, planned in resources]},
            },
        }

    def planned(self, resource: Registration) -> Planned:
        """One resource, with the tags that the provider gives to all."""
        kind = terraform.resource_type(resource.type)
        planned = self._block(kind, terraform.plain(resource.inputs))
        planned.values["tags_all"] = self.tags | resource.inputs.get("tags", {})
        return planned

    def text(self, text: str) -> str:
        """A text with the names and ARNs that AWS would give."""
        return self._pattern.sub(lambda found: self._real(found[0]), text)

    @cached_property
    def tags(self) -> dict[str, str]:
        """What the provider puts on every resource."""
        (provider,) = [r for r in self._graph.resources if r.type == "pulumi:providers:aws"]
        tags: dict[str, str] = json.loads(provider.inputs["defaultTags"])["tags"]
        return tags

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        texts = sorted(self._graph.origins, key=len, reverse=True)
        return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, texts))})(?![\w-])")

    @cached_property
    def _kinds(self) -> dict[str, str]:
        return {
            r.name: terraform.resource_type(r.type) for r in self._graph.resources if r.type[:4] == "aws:"
        }

    def _real(self, text: str) -> str:
        name, output = self._graph.origins[text]
        if not text.startswith("arn:"):
            return text
        kind = self._kinds[name]
        return terraform.arn(kind, name, output, region=self._region, account=ACCOUNT)

    def _references(self, value: Any) -> list[str]:
        """What a value refers to: each output, and the resource that it is of."""
        found: dict[str, None] = {}
        for match in self._pattern.findall(json.dumps(value)):
            name, output = self._graph.origins[match]
            address = f"{self._kinds[name]}.{terraform.resource_name(name)}"
            found |= {f"{address}.{terraform.snake(output)}": None, address: None}
        return list(found)

    def _block(self, kind: str, inputs: dict[str, Any]) -> Planned:
        planned = Planned({}, {}, {})
        for name, value in inputs.items():
            self._put(planned, terraform.argument(kind, name, value), name, value, kind)
        return planned

    def _put(self, planned: Planned, argument: str, name: str, value: Any, kind: str) -> None:
        entries = value if isinstance(value, list) else [value]
        if isinstance(entries[0] if entries else None, dict) and name not in terraform.MAPS:
            blocks = [self._block(kind, entry) for entry in entries]
            planned.values[argument] = [block.values for block in blocks]
            planned.unknown[argument] = [block.unknown for block in blocks]
            planned.expressions[argument] = [block.expressions for block in blocks]
            return
        references = self._references(value)
        planned.expressions[argument] = {"references": references} if references else {}
        if isinstance(value, str) and value in self._graph.origins:
            planned.unknown[argument] = True
            return
        planned.values[argument] = self._known(value)

    def _known(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._known(entry) for entry in value]
        if isinstance(value, dict):
            return {name: self._known(entry) for name, entry in value.items()}
        return self.text(value) if isinstance(value, str) else value

    def _provider(self) -> dict[str, Any]:
        return {
            "name": "aws",
            "full_name": PROVIDER,
            "expressions": {"region": {"constant_value": self._region}},
        }


def _named(resource: Registration) -> dict[str, Any]:
    kind, name = terraform.resource_type(resource.type), terraform.resource_name(resource.name)
    return {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name}


def _values(resource: Registration, planned: Planned) -> dict[str, Any]:
    return {
        **_named(resource),
        "provider_name": PROVIDER,
        "schema_version": 0,
        "values": planned.values,
        "sensitive_values": {},
    }


def _change(resource: Registration, planned: Planned) -> dict[str, Any]:
    change = {
        "actions": ["create"],
        "before": None,
        "after": planned.values,
        "after_unknown": planned.unknown,
        "before_sensitive": False,
        "after_sensitive": {},
    }
    return {**_named(resource), "provider_name": PROVIDER, "change": change}


def _configuration(resource: Registration, planned: Planned) -> dict[str, Any]:
    return {
        **_named(resource),
        "provider_config_key": "aws",
        "expressions": planned.expressions,
        "schema_version": 0,
    }


def main() -> None:
    """Print the plan of a stack."""
    parser = argparse.ArgumentParser(prog="python -m local.plan", description=main.__doc__)
    parser.add_argument("--stack", default="dev", help="the stack's name (%(default)s)")
    parser.add_argument(
        "--config", action="append", default=[], metavar="KEY=VALUE", help="a key of the project; repeatable"
    )
    arguments = parser.parse_args()
    config = dict(entry.split("=", 1) for entry in arguments.config)
    print(json.dumps(Plan(capture(arguments.stack, **config)).document(), indent=2))


if __name__ == "__main__":
    main()
