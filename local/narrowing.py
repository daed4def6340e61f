"""Where a schema changed so that a client of the older one no longer fits: JSON Schema as we use it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

Node = dict[str, Any]
_ANY: Final = frozenset({"string", "integer", "number", "boolean", "array", "object", "null"})
_LEAST: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_MOST: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_NOTES: Final = frozenset({"$ref", "title", "description", "example", "examples", "deprecated"})
_UNDERSTOOD: Final = frozenset(
    {"type", "enum", "const", "format", "anyOf", "oneOf", "items", "pattern", "default"}
    | {"properties", "required", "additionalProperties", *_LEAST, *_MOST}
)


@dataclass(frozen=True)
class Comparison:
    """Two documents, and which way what is compared goes.

    Attributes:
        sent: whether clients send it. What they could send must still be taken; what they are given must be
            what they knew already.
    """

    before: Node
    after: Node
    sent: bool
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def changes(self, before: Node, after: Node, place: str) -> Iterator[str]:
        """Each breaking change between two schemas, with its place."""
        names = before.get("$ref", ""), after.get("$ref", "")
        if all(names) and names in self._seen:  # each pair is told of once
            return
        self._seen.add(names)
        if names[0] and names[0] != names[1]:
            now = names[1].rpartition("/")[2] or "without a name"
            yield f"{place}: the schema {names[0].rpartition('/')[2]} is now {now}"
        old, new = self._options(self.before, before), self._options(self.after, after)
        if len(old) > 1 or len(new) > 1:
            yield from self._choice(old, new, place)
        else:
            yield from self._plain(resolved(self.before, old[0]), resolved(self.after, new[0]), place)

    @staticmethod
    def _options(document: Node, schema: Node) -> list[Node]:
        inside = resolved(document, schema)
        options: list[Node] = inside.get("anyOf") or inside.get("oneOf") or [schema]
        return options

    def _choice(self, before: list[Node], after: list[Node], place: str) -> Iterator[str]:
        for option in before if self.sent else after:
            pairs = [(option, other) for other in after] if self.sent else [(o, option) for o in before]
            if not any(self._fits(*pair) for pair in pairs):
                told = "is no longer taken" if self.sent else "is new to clients"
                yield f"{place}: one of its forms {told}: {option}"

    def _fits(self, before: Node, after: Node) -> bool:
        apart = Comparison(self.before, self.after, self.sent, set(self._seen))
        return not any(apart.changes(before, after, ""))

    def _plain(self, before: Node, after: Node, place: str) -> Iterator[str]:
        narrow, wide = (before, after) if self.sent else (after, before)
        types = _types(before), _types(after)
        if not _types(narrow) <= _types(wide):
            yield f"{place}: the type was {_told(types[0])} and is {_told(types[1])}"
            return
        yield from self._values(before, after, place)
        if before.get("format") != after.get("format"):
            yield f"{place}: the format was {before.get('format')} and is {after.get('format')}"
        if self.sent:
            yield from _bounds(before, after, place)
        yield from self._members(before, after, place)
        if "items" in before or "items" in after:
            yield from self.changes(before.get("items", {}), after.get("items", {}), f"{place}[]")
        for name in sorted((before.keys() | after.keys()) - _UNDERSTOOD - _NOTES):
            if before.get(name) != after.get(name):
                yield f"{place}: {name} changed, and this check does not know what that means"

    def _values(self, before: Node, after: Node, place: str) -> Iterator[str]:
        old, new = _values(before), _values(after)
        narrow, wide = (old, new) if self.sent else (new, old)
        if wide is None:
            return
        if narrow is None:
            yield f"{place}: any value was {'taken' if self.sent else 'new'}, and now {_told(wide)}"
        elif narrow - wide:
            told = "no longer taken" if self.sent else "new to clients"
            yield f"{place}: {told}: {_told(narrow - wide)}"

    def _members(self, before: Node, after: Node, place: str) -> Iterator[str]:
        old, new = before.get("properties", {}), after.get("properties", {})
        for name in sorted(old.keys() - new.keys()):
            yield f"{place}/{name}: is gone"
        for name in sorted(old.keys() & new.keys()):
            yield from self.changes(old[name], new[name], f"{place}/{name}")
        must = set(before.get("required", ())), set(after.get("required", ()))
        if self.sent:
            for name in sorted(must[1] - must[0]):
                yield f"{place}/{name}: must be sent now"
        for name in sorted((must[0] - must[1]) & new.keys()) if not self.sent else ():
            yield f"{place}/{name}: may be absent now"
        yield from self._others(before, after, place)

    def _others(self, before: Node, after: Node, place: str) -> Iterator[str]:
        """Members that have no name in the schema."""
        old, new = (node.get("additionalProperties", True) for node in (before, after))
        if self.sent and old is not False and new is False:
            yield f"{place}: members that it does not name are no longer taken"
        elif isinstance(old, dict) or isinstance(new, dict):
            as_nodes = [node if isinstance(node, dict) else {} for node in (old, new)]
            yield from self.changes(as_nodes[0], as_nodes[1], f"{place}/*")


def resolved(document: Node, node: Node) -> Node:
    """What a reference leads to, with what stands beside the reference."""
    while "$ref" in node:
        target: Any = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target | {name: value for name, value in node.items() if name != "$ref"}
    return node


def _types(schema: Node) -> frozenset[str]:
    kinds = schema.get("type", ())
    types = frozenset({kinds} if isinstance(kinds, str) else kinds) or _ANY
    return types | {"integer"} if "number" in types else types


def _values(schema: Node) -> set[Any] | None:
    if "const" in schema:
        return {schema["const"]}
    return set(schema["enum"]) if "enum" in schema else None


def _bounds(before: Node, after: Node, place: str) -> Iterator[str]:
    """Of what is sent: a limit that is new, or tighter, and what is meant where nothing is said."""
    for name in (*_LEAST, *_MOST):
        old, new = before.get(name), after.get(name)
        if new is not None and (old is None or (new > old if name in _LEAST else new < old)):
            yield f"{place}: {name} was {old} and is {new}"
    if after.get("pattern") not in (None, before.get("pattern")):
        yield f"{place}: the pattern was {before.get('pattern')} and is {after['pattern']}"
    if before.get("default") != after.get("default"):
        yield f"{place}: the default was {before.get('default')} and is {after.get('default')}"


def _told(values: Any) -> str:
    return "anything" if values == _ANY else ", ".join(sorted(map(str, values)))
