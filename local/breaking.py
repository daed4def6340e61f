"""What breaks clients of the last released OpenAPI document: `python -m local.breaking`.

A change is breaking if a client that was generated from the released document, and compiled against what
came out, can stop compiling or working. Why so strict: docs/decisions/0013-openapi-document.md.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.narrowing import Comparison, Node, resolved
from local.program import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RELEASED = ROOT / "openapi.released.json"
CURRENT = ROOT / "openapi.json"


def breaking(before: Node, after: Node) -> list[str]:
    """Every breaking change from one document to the next, by its place."""
    return list(_changes(before, after))


def may_break(before: Node, after: Node) -> bool:
    """Whether the version says that something may break: its first number that is not 0 has grown."""
    old, new = ([int(part) for part in node["info"]["version"].split(".")] for node in (before, after))
    significant = next((place for place, part in enumerate(old) if part), len(old) - 1)
    return new[: significant + 1] > old[: significant + 1]


def _changes(before: Node, after: Node) -> Iterator[str]:
    both = Both(Comparison(before, after, sent=True), Comparison(before, after, sent=False))
    for path, methods in before["paths"].items():
        for method, operation in methods.items():
            name = f"{method.upper()} {path}"
            if method in after["paths"].get(path, {}):
                yield from both.operation(operation, after["paths"][path][method], name)
            else:
                yield f"{name}: is gone"
    schemes = [document["components"].get("securitySchemes", {}) for document in (before, after)]
    for scheme in sorted(schemes[0].keys() & schemes[1].keys()):
        old, new = ({**known[scheme], "description": ""} for known in schemes)
        if old != new:
            yield f"security scheme {scheme}: was {old} and is {new}"


@dataclass(frozen=True)
class Both:
    """What clients send, and what they are given."""

    sent: Comparison
    given: Comparison

    def operation(self, old: Node, new: Node, name: str) -> Iterator[str]:
        """Each breaking change of one operation."""
        for what in ("operationId", "tags"):  # generators make names of methods and modules of them
            if old.get(what) != new.get(what):
                yield f"{name}: {what} was {old.get(what)} and is {new.get(what)}"
        yield from self._parameters(old, new, name)
        yield from self._request(old.get("requestBody"), new.get("requestBody"), name)
        yield from self._responses(old["responses"], new["responses"], name)
        yield from _security(old, new, name)

    def _parameters(self, old: Node, new: Node, name: str) -> Iterator[str]:
        known, now = ({(p["in"], p["name"]): p for p in node.get("parameters", ())} for node in (old, new))
        for key in sorted(known.keys() | now.keys()):
            place = f"{name} {'/'.join(key)}"
            if key not in now:
                yield f"{place}: is gone"
                continue
            if now[key].get("required") and not known.get(key, {}).get("required"):
                yield f"{place}: must be sent now"
            if key in known:
                yield from self.sent.changes(known[key]["schema"], now[key]["schema"], place)

    def _request(self, old: Node | None, new: Node | None, name: str) -> Iterator[str]:
        place = f"{name} body"
        if new is None:
            if old is not None:
                yield f"{place}: is gone"
            return
        if new.get("required") and not (old or {}).get("required"):
            yield f"{place}: must be sent now"
        for media_type, content in (old or {"content": {}})["content"].items():
            if media_type in new["content"]:
                yield from self.sent.changes(content["schema"], new["content"][media_type]["schema"], place)
            else:
                yield f"{place}: {media_type} is no longer taken"

    def _responses(self, old: Node, new: Node, name: str) -> Iterator[str]:
        """Which errors there are may change, as long as they are problems."""
        for status in sorted(old.keys() | new.keys()):
            place = f"{name} {status}"
            if status in old and status in new:
                was, now = (
                    resolved(self.given.before, old[status]),
                    resolved(self.given.after, new[status]),
                )
                yield from self._response(was, now, place)
            elif status in old and status < "4":
                yield f"{place}: is gone"
            elif status in new and status < "3":
                yield f"{place}: is new to clients"

    def _response(self, was: Node, now: Node, place: str) -> Iterator[str]:
        for header in sorted(was.get("headers", {}).keys() - now.get("headers", {}).keys()):
            yield f"{place}: the header {header} is gone"
        for media_type, content in was.get("content", {}).items():
            if media_type in now.get("content", {}):
                schema = now["content"][media_type]["schema"]
                yield from self.given.changes(content["schema"], schema, place)
            else:
                yield f"{place}: {media_type} is gone"


def _security(old: Node, new: Node, name: str) -> Iterator[str]:
    """Each way to authenticate that there was must still be one."""
    for way in old["security"] or [{}]:
        enough = (
            all(scheme in way and set(scopes) <= set(way[scheme]) for scheme, scopes in other.items())
            for other in new["security"] or [{}]
        )
        if not any(enough):
            yield f"{name}: {' and '.join(way) or 'no key'} is no longer enough"


def _read(path: Path) -> Node:
    document: Node = json.loads(path.read_text(encoding="utf-8"))
    return document


def main() -> int:
    """Print what breaks; the exit code says whether it may."""
    before, after = _read(RELEASED), _read(CURRENT)
    found = breaking(before, after)
    for change in found:
        print(change)
    if found and not may_break(before, after):
        version = before["info"]["version"]
        print(f"{len(found)} changes break clients of {version}: only another version may do so.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
