"""Which changes of the OpenAPI document break clients of the released one, and which do not."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from local import breaking as command
from local.breaking import CURRENT, RELEASED, breaking, may_break

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

THING = {
    "type": "object",
    "required": ["id", "state"],
    "properties": {
        "id": {"type": "string"},
        "state": {"$ref": "#/components/schemas/State"},
        "size": {"type": "integer", "format": "int64"},
        "parent": {"$ref": "#/components/schemas/Thing"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
        "limit": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
    },
}
REQUEST = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 9, "pattern": "^a"},
        "state": {"$ref": "#/components/schemas/State"},
        "many": {"type": "boolean", "default": True},
        "limit": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
    },
}


def body(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


DOCUMENT: dict[str, Any] = {
    "info": {"version": "0.1.0"},
    "paths": {
        "/things": {
            "post": {
                "operationId": "create_thing",
                "tags": ["things"],
                "security": [{"apiKey": []}],
                "parameters": [
                    {"in": "query", "name": "q", "required": False, "schema": {"type": "string"}},
                    {
                        "in": "query",
                        "name": "n",
                        "required": True,
                        "schema": {"type": "integer", "maximum": 9},
                    },
                ],
                "requestBody": {"content": body("Request")},
                "responses": {
                    "201": {"description": "", "headers": {"Location": {}}, "content": body("Thing")},
                    "404": {"$ref": "#/components/responses/Gone"},
                },
            }
        },
        "/health": {"get": {"operationId": "get_health", "security": [], "responses": {"200": {}}}},
    },
    "components": {
        "schemas": {
            "Thing": THING,
            "Request": REQUEST,
            "State": {"type": "string", "enum": ["new", "old"]},
            "Problem": {"type": "object", "properties": {"type": {"type": "string"}}},
        },
        "responses": {"Gone": {"description": "", "content": body("Problem")}},
        "securitySchemes": {"apiKey": {"type": "apiKey", "in": "header", "name": "X-Api-Key"}},
    },
}


class Changed:
    """The document, after a change."""

    def __init__(self) -> None:
        self.document = copy.deepcopy(DOCUMENT)
        self.paths = self.document["paths"]
        self.post = self.paths["/things"]["post"]
        self.health = self.paths["/health"]["get"]
        self.scheme = self.document["components"]["securitySchemes"]["apiKey"]
        self.q, self.n = self.post["parameters"][0], self.post["parameters"][1]["schema"]
        self.schemas = self.document["components"]["schemas"]
        self.thing = self.schemas["Thing"]["properties"]
        self.request = self.schemas["Request"]["properties"]


BREAKING: dict[str, Callable[[Changed], Any]] = {
    "/things: is gone": lambda c: c.paths.pop("/things"),
    "/health: is gone": lambda c: c.paths["/health"].pop("get"),
    ": operationId was create_thing and is make": lambda c: c.post.update(operationId="make"),
    ": tags was ['things'] and is ['all']": lambda c: c.post.update(tags=["all"]),
    ": no key is no longer enough": lambda c: c.paths["/health"]["get"].update(security=[{"apiKey": []}]),
    ": apiKey is no longer enough": lambda c: c.post.update(security=[{"apiKey": [], "bearer": []}]),
    "security scheme apiKey: was": lambda c: c.document["components"]["securitySchemes"]["apiKey"].update(
        name="Key"
    ),
    "query/q: is gone": lambda c: c.post["parameters"].pop(0),
    "query/q: must be sent now": lambda c: c.q.update(required=True),
    "header/h: must be sent now": lambda c: c.post["parameters"].append(
        {"in": "header", "name": "h", "required": True, "schema": {}}
    ),
    "query/q: the type was string and is integer": lambda c: c.q["schema"].update(type="integer"),
    "query/q: any value was taken, and now a": lambda c: c.q["schema"].update(enum=["a"]),
    "query/n: maximum was 9 and is 8": lambda c: c.post["parameters"][1]["schema"].update(maximum=8),
    "body: is gone": lambda c: c.post.pop("requestBody"),
    "body: must be sent now": lambda c: c.post["requestBody"].update(required=True),
    "body: application/json is no longer taken": lambda c: c.post["requestBody"].update(
        content={"text/csv": {"schema": {}}}
    ),
    "body/name: is gone": lambda c: c.request.pop("name"),
    "body/many: must be sent now": lambda c: c.schemas["Request"]["required"].append("many"),
    "body/new: must be sent now": lambda c: c.schemas["Request"].update(
        required=["name", "new"], properties=c.request | {"new": {}}
    ),
    "body/name: minLength was 1 and is 2": lambda c: c.request["name"].update(minLength=2),
    "body/name: minItems was None and is 2": lambda c: c.request["name"].update(minItems=2),
    "body/name: the pattern was ^a and is ^b": lambda c: c.request["name"].update(pattern="^b"),
    "body/name: the format was None and is date": lambda c: c.request["name"].update(format="date"),
    "body/many: the default was True and is False": lambda c: c.request["many"].update(default=False),
    "body/many: dependentRequired changed": lambda c: c.request["many"].update(dependentRequired={}),
    "body/state: no longer taken: old": lambda c: c.schemas["State"].update(enum=["new"]),
    "body/limit: one of its forms is no longer taken": lambda c: c.request["limit"]["anyOf"].pop(),
    "body/state: the schema State is now Request": lambda c: c.request.update(
        state={"$ref": "#/components/schemas/Request"}
    ),
    "201: is gone": lambda c: c.post.update(responses={"202": c.post["responses"]["201"]}),
    "202: is new to clients": lambda c: c.post["responses"].update({"202": {}}),
    "201: the header Location is gone": lambda c: c.post["responses"]["201"].pop("headers"),
    "201: application/json is gone": lambda c: c.post["responses"]["201"].pop("content"),
    "201/size: is gone": lambda c: c.thing.pop("size"),
    "201/id: may be absent now": lambda c: c.schemas["Thing"].update(required=["state"]),
    "201/id: the type was string and is integer, null": lambda c: c.thing["id"].update(
        type=["integer", "null"]
    ),
    "201/size: the format was int64 and is None": lambda c: c.thing["size"].pop("format"),
    "201/state: new to clients: odd": lambda c: c.schemas["State"]["enum"].append("odd"),
    "201/state: any value was new": lambda c: c.schemas["State"].pop("enum"),
    "201/state: the schema State is now without a name": lambda c: c.thing.update(
        state={"type": "string", "enum": ["new", "old"]}
    ),
    "201/tags[]: the type was string and is integer": lambda c: c.thing["tags"].update(
        items={"type": "integer"}
    ),
    "201/counts/*: the type was integer and is string": lambda c: c.thing["counts"].update(
        additionalProperties={"type": "string"}
    ),
    "201/limit: one of its forms is new to clients": lambda c: c.thing["limit"]["anyOf"].append(
        {"type": "boolean"}
    ),
    "404/type: is gone": lambda c: c.schemas["Problem"].pop("properties"),
}
HARMLESS: dict[str, Callable[[Changed], Any]] = {
    "nothing": lambda c: None,
    "a path more": lambda c: c.paths.update({"/more": {}}),
    "a parameter more": lambda c: c.post["parameters"].append({"in": "query", "name": "r", "schema": {}}),
    "a parameter need not be sent": lambda c: c.post["parameters"][1].update(required=False),
    "a limit is wider": lambda c: c.post["parameters"][1]["schema"].update(maximum=10),
    "a limit is gone": lambda c: c.request["name"].pop("pattern"),
    "a member more may be sent": lambda c: c.request.update(colour={"type": "string"}),
    "a member need not be sent": lambda c: c.schemas["Request"].update(required=[]),
    "unknown members are taken": lambda c: c.schemas["Request"].pop("additionalProperties"),
    "one more form is taken": lambda c: c.request["limit"]["anyOf"].append({"type": "boolean"}),
    "a member more is given": lambda c: c.thing.update(colour={"type": "string"}),
    "a member is always given": lambda c: c.schemas["Thing"]["required"].append("size"),
    "one form fewer is given": lambda c: c.thing["limit"]["anyOf"].pop(),
    "a choice of one": lambda c: c.thing.update(limit={"type": "string"}),
    "a header more": lambda c: c.post["responses"]["201"]["headers"].update(ETag={}),
    "an error more": lambda c: c.post["responses"].update({"409": {}}),
    "an error fewer": lambda c: c.post["responses"].pop("404"),
    "another way to authenticate": lambda c: c.post["security"].append({"bearer": []}),
    "no key is needed": lambda c: c.post.update(security=[]),
    "other words": lambda c: c.thing["id"].update(description="An id.", examples=["1"], title="Id"),
    "a number where integers were taken": lambda c: c.request["limit"]["anyOf"][0].update(type="number"),
    "an answer written in place": lambda c: c.post["responses"].update(
        {"404": c.document["components"]["responses"]["Gone"]}
    ),
}


@pytest.mark.parametrize("told", BREAKING)
def test_a_change_that_breaks(told: str) -> None:
    changed = Changed()
    BREAKING[told](changed)
    found = breaking(DOCUMENT, changed.document)
    assert any(told in change for change in found), found


@pytest.mark.parametrize("name", HARMLESS)
def test_a_change_that_breaks_nothing(name: str) -> None:
    changed = Changed()
    HARMLESS[name](changed)
    assert breaking(DOCUMENT, changed.document) == []


def test_a_schema_that_many_use_is_told_of_once() -> None:
    changed = Changed()
    changed.thing["id"]["type"] = "integer"
    changed.paths["/again"] = changed.paths["/things"]
    before = Changed().document
    before["paths"]["/again"] = before["paths"]["/things"]
    assert len([change for change in breaking(before, changed.document) if "/id:" in change]) == 1


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        ("0.1.0", "0.1.0", False),
        ("0.1.0", "0.1.1", False),
        ("0.1.0", "0.2.0", True),
        ("0.1.0", "1.0.0", True),
        ("1.2.3", "1.3.0", False),
        ("1.2.3", "2.0.0", True),
        ("2.0.0", "1.9.9", False),
        ("0.0.1", "0.0.2", True),
    ],
)
def test_only_a_version_that_says_so_may_break(before: str, after: str, allowed: bool) -> None:
    documents = [{"info": {"version": version}} for version in (before, after)]
    assert may_break(documents[0], documents[1]) is allowed


def test_nothing_breaks_the_clients_of_the_last_release() -> None:
    before, after = (json.loads(path.read_text(encoding="utf-8")) for path in (RELEASED, CURRENT))
    found = breaking(before, after)
    assert not found or may_break(before, after), "\n".join(found)


@pytest.mark.parametrize(("version", "code"), [("0.1.0", 1), ("0.2.0", 0)])
def test_the_command(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    version: str,
    code: int,
) -> None:
    changed = Changed()
    del changed.paths["/health"]
    changed.document["info"]["version"] = version
    for name, document in (("RELEASED", DOCUMENT), ("CURRENT", changed.document)):
        path = tmp_path / name
        path.write_text(json.dumps(document), encoding="utf-8")
        monkeypatch.setattr(command, name, path)
    assert command.main() == code
    assert "GET /health: is gone" in capsys.readouterr().out
