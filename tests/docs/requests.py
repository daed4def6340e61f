"""Whether a line of curl asks for something that the API has: method, path, parameters, fields."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser
from functools import cache
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from local.program import ROOT
from tests.docs.shell import SUBSTITUTED

API = re.compile(rf"^(?:\$\{{?API(?:_URL)?\}}?|http://127\.0\.0\.1:8000|{SUBSTITUTED})(/[^?]*)(?:\?(.*))?$")
BESIDE = {"/", "/docs", "/openapi.json"}
"""What is served, and is no part of the document."""


class CommandError(Exception):
    """A command of the documentation could not work."""


class Parser(ArgumentParser):
    """One whose complaints are errors of ours."""

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print before it ends the process."""
        raise CommandError(message)


def _curl() -> ArgumentParser:
    parser = Parser(prog="curl", add_help=False, allow_abbrev=False)
    parser.add_argument("urls", nargs="+")
    parser.add_argument("-X", "--request")
    parser.add_argument("-d", "--data", "--data-raw", "--data-binary", "--json", dest="data")
    parser.add_argument("-H", "--header", action="append")
    for name in (
        "-o/--output",
        "-w/--write-out",
        "-D/--dump-header",
        "-F/--form",
        "-T/--upload-file",
        "-m/--max-time",
    ):
        parser.add_argument(*name.split("/"), action="append")
    for name in ("--retry", "--cacert", "-u/--user"):
        parser.add_argument(*name.split("/"))
    for name in (
        "-s/--silent",
        "-S/--show-error",
        "-f/--fail",
        "-i/--include",
        "-L/--location",
        "-v/--verbose",
    ):
        parser.add_argument(*name.split("/"), action="store_true")
    parser.add_argument("--fail-with-body", action="store_true")
    return parser


def check_curl(words: list[str]) -> None:
    """Hold a line against `openapi.json`, unless it is about another host.

    Raises:
        CommandError: there is no such operation, parameter or field.
    """
    options = _curl().parse_args(words[1:])
    method = options.request or ("POST" if options.data else "PUT" if options.upload_file else "GET")
    for url in options.urls:
        if match := API.match(url):
            path, query = match.groups(default="")
            if path not in BESIDE:
                _check_request(method.lower(), path, query, options.data)


def _check_request(method: str, path: str, query: str, data: str | None) -> None:
    operation = _operation(method, path)
    known = {item["name"] for item in operation.get("parameters", ()) if item["in"] == "query"}
    if unknown := {name for name, _ in parse_qsl(query, keep_blank_values=True)} - known:
        raise CommandError(f"{method.upper()} {path} has no parameter {unknown}, but {sorted(known)}")
    if data and not data.startswith("@"):
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        _check_value(json.loads(data), schema, path)


def _operation(method: str, path: str) -> dict[str, Any]:
    for template, operations in _document()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method in operations:
            operation: dict[str, Any] = operations[method]
            return operation
    raise CommandError(f"openapi.json has no {method.upper()} {path}")


def _check_value(value: Any, schema: dict[str, Any], where: str) -> None:
    """Names, required fields and fixed choices; texts may hold shell variables, so they are not looked at."""
    while "$ref" in schema:
        schema = _document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "enum" in schema and value not in schema["enum"] and not str(value).startswith("$"):
        raise CommandError(f"{where}: {value!r} is none of {schema['enum']}")
    for item in value if isinstance(value, list) else ():
        _check_value(item, schema.get("items", {}), where)
    if isinstance(value, dict) and "properties" in schema:
        if unknown := set(value) - set(schema["properties"]):
            raise CommandError(f"{where} has no field {unknown}, but {sorted(schema['properties'])}")
        if missing := set(schema.get("required", ())) - set(value):
            raise CommandError(f"{where} needs {missing}")
        for name, entry in value.items():
            _check_value(entry, schema["properties"][name], f"{where} {name}")


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ROOT / "openapi.json").read_text(encoding="utf-8"))
    return document
