"""From the document that FastAPI makes to the one that clients are generated from: pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from api.document import HEADERS as OWN_HEADERS
from api.document import KINDS as OWN_KINDS
from api.errors import MEDIA_TYPE, RETRY_AFTER_SECONDS
from api.examples import EXAMPLES
from api.problem_texts import TEXTS
from api.problems import BY_SLUG, ProblemKind
from api.schemas_problems import ProblemView

if TYPE_CHECKING:
    from collections.abc import Iterator

Node = dict[str, Any]
_SCHEMA = "#/components/schemas/"
HEADERS: Final[dict[str, tuple[str, Node]]] = {
    "X-Request-Id": ("By what the logs know this request.", {"type": "string"}),
    "WWW-Authenticate": ("How to authenticate.", {"type": "string"}),
    "Allow": ("The methods that the path has.", {"type": "string"}),
    "Location": ("The path of what was begun or made.", {"type": "string", "format": "uri-reference"}),
    "Retry-After": ("So many seconds later it makes sense to ask again.", {"type": "integer", "minimum": 0}),
    "ETag": ("Of this very answer; send it as `If-None-Match`.", {"type": "string"}),
    "Link": ('The next page, with `rel="next"` (RFC 8288).', {"type": "string"}),
    "RateLimit": ("What is left of the key's quota, and for how long.", {"type": "string"}),
    "RateLimit-Policy": ("The key's quota, and its window.", {"type": "string"}),
}
"""Every header that an answer may have, besides those of any answer of HTTP."""

_EVERYWHERE = (ProblemKind.MISCONFIGURED, ProblemKind.UNEXPECTED)
_WITH_KEY = (
    ProblemKind.NO_API_KEY,
    ProblemKind.INVALID_API_KEY,
    ProblemKind.SCOPE_MISSING,
    ProblemKind.TOO_MANY_REQUESTS,
    ProblemKind.TRY_AGAIN,
)
_WITH_INPUT = (ProblemKind.INVALID_REQUEST,)
_WITH_BODY = (
    ProblemKind.UNREADABLE_BODY,
    ProblemKind.UNSUPPORTED_CONTENT_TYPE,
    ProblemKind.BODY_TOO_LARGE,
)
_VALUES = frozenset({"const", "default", "enum", "example", "examples"})
_SHARED = {
    400: "UnreadableBody",
    401: "Unauthorized",
    403: "Forbidden",
    429: "TooManyRequests",
    500: "Failed",
    503: "TryAgain",
}
"""Answers that are the same wherever they occur stand in the components, under these names."""


def shaped(document: Node) -> Node:
    """The document with every answer, header and example, and with schemas that generators understand."""
    components = document["components"]
    view = ProblemView.model_json_schema(by_alias=True, ref_template=_SCHEMA + "{model}")
    components["schemas"] |= {**view.pop("$defs", {}), "ProblemView": view}
    for _, operation in operations(document):
        _complete(operation, components["schemas"])
    for name in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(name, None)
    _simplify([components["schemas"], document["paths"]])
    for name, schema in components["schemas"].items():
        if name in EXAMPLES:  # a stack whose callers have tokens has no keys
            schema["examples"] = [EXAMPLES[name]]
    components["schemas"] = dict(sorted(components["schemas"].items()))
    components["headers"] = {
        name: {"description": text, "schema": schema} for name, (text, schema) in HEADERS.items()
    }
    components["responses"] = _share(document)
    _drop_unused(components["headers"], document)
    return document


def operations(document: Node) -> Iterator[tuple[str, Node]]:
    """Each operation with its name in short: `GET /records`."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def _complete(operation: Node, schemas: Node) -> None:
    """Give an operation all of its answers, in the order of their statuses."""
    operation.setdefault("security", [])
    for parameter in operation.get("parameters", ()):
        parameter["schema"].pop("description", None)  # the parameter has it already
    kinds = [*_EVERYWHERE]
    kinds += _WITH_KEY if operation["security"] else ()
    kinds += _WITH_INPUT if "parameters" in operation or "requestBody" in operation else ()
    kinds += _WITH_BODY if "requestBody" in operation else ()
    responses = operation["responses"]
    if responses.get("422", {}).get("content", {}).keys() == {"application/json"}:
        del responses["422"]  # FastAPI's own
    for response in responses.values():
        kinds += [BY_SLUG[slug] for slug in response.pop(OWN_KINDS, ())]
    for status in {int(kind.status) for kind in kinds}:
        responses[str(status)] = refusal(
            [kind for kind in ProblemKind if kind in kinds and kind.status == status]
        )
    for status, response in responses.items():
        if status[0] in "23":
            _describe(response, schemas)
        if operation["security"] and status != "401":
            response["headers"] |= _headers(["RateLimit", "RateLimit-Policy"])
    operation["responses"] = dict(sorted(responses.items()))


def _describe(response: Node, schemas: Node) -> None:
    """Say of a success what its body is, and which headers it has."""
    for content in response.get("content", {}).values():
        name = content["schema"].get("$ref", "").removeprefix(_SCHEMA)
        if response["description"] == "Successful Response" and name:
            response["description"] = schemas[name]["description"]
    response["headers"] = _headers(["X-Request-Id", *response.pop(OWN_HEADERS, ())])


def refusal(kinds: list[ProblemKind]) -> Node:
    """The answer for all kinds of one status."""
    examples = {kind.slug: {"summary": kind.title, "value": example(kind)} for kind in kinds}
    names = dict.fromkeys(name for kind in kinds for name in kind.headers)
    return {
        "description": "\n".join(f"- `{kind.slug}`: {TEXTS[kind].meaning}" for kind in kinds),
        "headers": _headers(["X-Request-Id", *names]),
        "content": {MEDIA_TYPE: {"schema": {"$ref": f"{_SCHEMA}ProblemView"}, "examples": examples}},
    }


def example(kind: ProblemKind) -> Node:
    """What a problem of this kind looks like."""
    body = {"type": kind.type, "title": kind.title, "status": int(kind.status), "detail": TEXTS[kind].meaning}
    body["requestId"] = "UZk8mjYsFiAEJ2A="
    if kind is ProblemKind.INVALID_REQUEST:
        wrong = {"pointer": "#/sizeBytes", "detail": "Input should be greater than or equal to 0"}
        body |= {"detail": f"{wrong['pointer']}: {wrong['detail']}", "errors": [wrong]}
    if kind is ProblemKind.TRY_AGAIN:
        body["detail"] = f"AWS is slow to answer right now; try again in {RETRY_AFTER_SECONDS} seconds."
    return body


def _headers(names: list[str]) -> Node:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _share(document: Node) -> Node:
    """Take the answers that are the same everywhere out of the operations."""
    shared: Node = {}
    for _, operation in operations(document):
        for status, response in operation["responses"].items():
            name = _SHARED.get(int(status))
            if name and shared.setdefault(name, response) == response:
                operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    return dict(sorted(shared.items()))


def _drop_unused(headers: Node, document: Node) -> None:
    used = {node["$ref"].rpartition("/")[2] for node in _nodes(document) if "$ref" in node}
    for name in headers.keys() - used:
        del headers[name]


def _nodes(node: Any) -> Iterator[Node]:
    """Every object in the document that is no value of an example or a default."""
    if isinstance(node, dict):
        yield node
        for name, value in node.items():
            if name == "properties":  # of an object, which may well have one that is called `enum`
                yield from _nodes(list(value.values()))
            elif name not in _VALUES:
                yield from _nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _nodes(value)


def _simplify(schemas: Any) -> None:
    """No titles that repeat a name, and nothing that may be null: what is not known is absent.

    Pydantic says `anyOf: [X, null]` of whatever has None for its default; nothing here is sent or taken as
    null, and a client whose fields may be absent *and* null is a nuisance.
    """
    for node in _nodes(schemas):
        if isinstance(node.get("title"), str):
            del node["title"]
        for limit in ("minimum", "maximum"):
            if isinstance(node.get(limit), float):
                node[limit] = int(node[limit])  # FastAPI writes every limit as a fraction
        options = node.get("anyOf", [])
        if {"type": "null"} in options:
            options.remove({"type": "null"})
            if len(options) == 1:
                del node["anyOf"]
                node |= options[0] | node
