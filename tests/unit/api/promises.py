"""What the OpenAPI document promises of each answer, to hold every answer of every test against."""

from __future__ import annotations

import json
import re
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import jsonschema_rs

from api.app import create_app

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.keys.oidc import Oidc

# Headers that any answer of HTTP may have, and so need no word in the document.
PLAIN = frozenset({"content-length", "content-type", "cache-control", "x-content-type-options"})
PROBLEM = "application/problem+json"


class Promises:
    """The document, made ready to look up an answer in it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}
        self._routes = [(_pattern(path), methods) for path, methods in document["paths"].items()]

    def check(self, method: str, path: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """The status, the media type, the headers and the body are as the document says."""
        media_type = headers.get("content-type", "").partition(";")[0]
        assert "x-request-id" in headers, f"{method} {path}"
        operation = self._operation(method, path)
        if operation is None:
            assert status < 400 or media_type == PROBLEM, f"{method} {path} answers {status} as {media_type}"
            return
        name = f"{operation['operationId']} answers {status}"
        assert str(status) in operation["responses"], f"{name}, which is not documented: {body!r}"
        response = self._resolved(operation["responses"][str(status)])
        known = {header.lower() for header in response.get("headers", {})}
        assert {header.lower() for header in headers} <= known | PLAIN, name
        if body or "content" in response:
            assert media_type in response["content"], f"{name} as {media_type}"
            self._check_body(response["content"][media_type], body, name)

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        for pattern, methods in self._routes:
            if pattern.fullmatch(path) and method.lower() in methods:
                return cast("dict[str, Any]", methods[method.lower()])
        return None

    def _resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            target: Any = self._document
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            node = target
        return node

    def _check_body(self, content: dict[str, Any], body: bytes, name: str) -> None:
        value = json.loads(body)
        found = self.validator(content["schema"]).iter_errors(value)
        errors = [f"{error.instance_path}: {error.message}" for error in found]
        assert not errors, f"{name}: {errors}"
        if "examples" in content and "type" in value:
            kinds = {example["value"]["type"] for example in content["examples"].values()}
            assert value["type"] in kinds, f"{name}: {value['type']} is not documented"

    def validator(self, schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
        """For one schema of the document; each is made once."""
        key = json.dumps(schema)
        if key not in self._validators:
            whole = {**schema, "components": self._document["components"]}
            self._validators[key] = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        return self._validators[key]


def _pattern(path: str) -> re.Pattern[str]:
    # A prefix is several segments of its path; every other parameter is one.
    text = re.escape(path).replace(r"\{prefix\}", "(.+)")
    return re.compile(re.sub(r"\\{\w+\\}", "([^/]+)", text))


@cache
def promises(oidc: Oidc | None = None) -> Promises:
    """Of the document that the code makes, committed or not."""
    return Promises(create_app(cast("Any", SimpleNamespace(oidc=oidc))).openapi())
