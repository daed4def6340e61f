"""The OpenAPI document: the committed one is the app's, and says what the app does."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel, ValidationError

from api import (
    document,
    schemas,
    schemas_actions,
    schemas_contracts,
    schemas_keys,
    schemas_overview,
    schemas_stats,
    schemas_uploads,
)
from api.app import VERSION
from api.examples import EXAMPLES
from api.problems import BY_SLUG
from tests.unit.api.promises import Promises

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]


def parts(node: Any, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object in the document with its place."""
    if isinstance(node, dict):
        yield path, node
        for name, value in node.items():
            yield from parts(value, f"{path}/{name}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from parts(value, f"{path}/{number}")


COMMITTED = json.loads((ROOT / "openapi.json").read_text(encoding="utf-8"))
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, methods in COMMITTED["paths"].items()
    for method, operation in methods.items()
}
KEYED = {name: operation for name, operation in OPERATIONS.items() if name != "GET /health"}


def test_the_committed_document_is_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tmp_path / "openapi.json"
    monkeypatch.setattr(sys, "argv", ["api.document", str(made)])
    document.main()
    same = made.read_text(encoding="utf-8") == (ROOT / "openapi.json").read_text(encoding="utf-8")
    assert same, "openapi.json is out of date: run `python -m api.document` and commit it"


def test_the_command(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "api.document"]
    subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, check=True, timeout=60)
    assert json.loads((tmp_path / "openapi.json").read_text(encoding="utf-8")) == COMMITTED


def test_it_is_openapi_3_1() -> None:
    assert COMMITTED["openapi"].startswith("3.1.")
    assert COMMITTED["info"]["version"] == VERSION
    assert f'\nversion = "{VERSION}"\n' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_operations_have_names_that_differ() -> None:
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert sorted(set(names)) == sorted(names)
    assert {"list_records", "get_record", "download_record", "create_upload", "get_health"} <= set(names)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_an_operation_has_one_tag_a_summary_and_a_description(operation: dict[str, Any]) -> None:
    assert len(operation["tags"]) == 1
    assert operation["summary"]
    assert operation["description"]


def answers(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each answer of an operation with its status; those that are shared as well."""
    for status, answer in operation["responses"].items():
        name = answer.get("$ref", "").removeprefix("#/components/responses/")
        yield status, COMMITTED["components"]["responses"][name] if name else answer


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_errors_are_problem_documents(operation: dict[str, Any]) -> None:
    for status, answer in answers(operation):
        assert answer["headers"]["X-Request-Id"]
        if status.startswith("2"):
            assert answer["content"].keys() == {"application/json"}
            assert "$ref" in answer["content"]["application/json"]["schema"]
        elif status == "304":
            assert "content" not in answer
            assert "ETag" in answer["headers"]
        else:
            content = answer["content"]["application/problem+json"]
            assert answer["content"].keys() == {"application/problem+json"}
            assert content["schema"] == {"$ref": "#/components/schemas/ProblemView"}
            for slug, example in content["examples"].items():
                assert str(example["value"]["status"]) == status == str(int(BY_SLUG[slug].status))


@pytest.mark.parametrize("operation", KEYED.values(), ids=KEYED)
def test_operations_with_a_key_say_so(operation: dict[str, Any]) -> None:
    (requirement,) = operation["security"]
    (name,) = requirement
    scheme = COMMITTED["components"]["securitySchemes"][name]
    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "header", "X-Api-Key")
    assert {"401", "500", "503"} <= operation["responses"].keys()


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_operations_that_take_something_say_how_it_is_refused(operation: dict[str, Any]) -> None:
    takes = "parameters" in operation or "requestBody" in operation
    assert ("422" in operation["responses"]) == takes
    assert ({"400", "413", "415"} <= operation["responses"].keys()) == ("requestBody" in operation)


def test_the_errors_of_single_operations() -> None:
    assert "201" in OPERATIONS["POST /uploads"]["responses"]
    assert "404" in OPERATIONS["GET /records/{recordId}"]["responses"]
    assert {"404", "409"} <= OPERATIONS["GET /records/{recordId}/download"]["responses"].keys()
    assert OPERATIONS["GET /health"]["responses"].keys() == {"200", "500"}
    assert OPERATIONS["GET /health"]["security"] == []


def test_headers_are_named() -> None:
    answers_of = {name: dict(answers(operation)) for name, operation in OPERATIONS.items()}
    assert "Location" in answers_of["POST /retries"]["202"]["headers"]
    assert "WWW-Authenticate" in answers_of["GET /records"]["401"]["headers"]
    assert "Retry-After" in answers_of["GET /records"]["503"]["headers"]


def test_it_says_where_it_is_and_under_which_license() -> None:
    assert [server["url"] for server in COMMITTED["servers"]] == ["/"]
    assert COMMITTED["info"]["license"] == {"name": "MIT", "identifier": "MIT"}


def test_every_tag_is_described_and_used() -> None:
    described = {tag["name"] for tag in COMMITTED["tags"] if tag["description"]}
    assert described == {operation["tags"][0] for operation in OPERATIONS.values()}


def test_nothing_is_left_of_fastapis_own_names() -> None:
    text = json.dumps(COMMITTED)
    assert "ValidationError" not in text
    assert "x-kinds" not in text
    assert "x-headers" not in text
    for name in COMMITTED["components"]["schemas"]:
        assert re.fullmatch("[A-Z][A-Za-z0-9]+", name), name


def test_every_reference_leads_somewhere() -> None:
    pointers = {node["$ref"] for _, node in parts(COMMITTED) if "$ref" in node}
    places = {path for path, _ in parts(COMMITTED)}
    assert pointers <= places
    for group in ("schemas", "headers", "responses"):
        named = {f"#/components/{group}/{name}" for name in COMMITTED["components"][group]}
        assert named <= pointers, "nothing that nobody uses"


def test_names_are_camel_case() -> None:
    for path, node in parts(COMMITTED["components"]["schemas"]):
        for name in node.get("properties", ()):
            assert name[0].islower(), path
            assert name.isalnum(), path
    for path, node in parts(COMMITTED["paths"]):
        assert not path.endswith("/parameters") or "_" not in node["name"]


SCHEMAS = COMMITTED["components"]["schemas"]


def test_nothing_may_be_null() -> None:
    """What is not known is absent: a field that may be absent and null is a nuisance in every client."""
    for path, node in parts(COMMITTED):
        assert {"type": "null"} not in node.get("anyOf", []), path
        assert "null" not in node.get("type", []), path


def test_words_from_a_list_have_a_name() -> None:
    for path, node in parts(COMMITTED):
        if isinstance(node.get("enum"), list):
            assert path.removeprefix("#/components/schemas/") in SCHEMAS, path


def test_times_say_that_they_are_times() -> None:
    for path, node in parts(SCHEMAS):
        last = path.rpartition("/")[2]
        if (
            last.endswith("At") or last in ("at", "since", "arrivedAfter", "arrivedBefore")
        ) and "type" in node:
            assert node.get("format") == "date-time", path


def test_sizes_say_that_they_may_be_large() -> None:
    for path, node in parts(SCHEMAS):
        # There are 10,000 parts at most.
        large = path.endswith(("Bytes", "rows", "Number")) and not path.endswith(
            ("/partNumber", "PartNumber")
        )
        if large and node.get("type") == "integer":
            assert node.get("format") == "int64", path


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_bodies_have_examples(operation: dict[str, Any]) -> None:
    bodies = [answer for status, answer in answers(operation) if status.startswith("2")]
    bodies += [operation["requestBody"]] if "requestBody" in operation else []
    for body in bodies:
        name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        assert SCHEMAS[name]["examples"], name


def test_examples_fit_their_schemas() -> None:
    document = Promises(COMMITTED)
    found = 0
    for path, node in parts(COMMITTED):
        values = node.get("examples", [])
        if isinstance(values, dict):
            values = [example["value"] for example in values.values() if "value" in example]
        for value in values:
            wrong = [
                error.message for error in document.validator(node.get("schema", node)).iter_errors(value)
            ]
            assert not wrong, f"{path}: {wrong}"
            found += 1
    assert found > 60


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_taken_or_given_by_the_code(name: str) -> None:
    modules = (
        schemas,
        schemas_actions,
        schemas_contracts,
        schemas_keys,
        schemas_overview,
        schemas_stats,
        schemas_uploads,
    )
    (model,) = {getattr(module, name) for module in modules if hasattr(module, name)}
    model.model_validate(EXAMPLES[name])


REQUESTS = {
    name: operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    for name, operation in OPERATIONS.items()
    if "requestBody" in operation
}


def descendants(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for child in model.__subclasses__():
        yield child
        yield from descendants(child)


@pytest.mark.parametrize("schema", REQUESTS.values(), ids=REQUESTS)
def test_requests_are_closed_and_take_no_null(schema: str) -> None:
    assert SCHEMAS[schema]["additionalProperties"] is False
    models = {model.__name__: model for model in descendants(schemas.RequestSchema)}
    assert schema in models, "what a client sends is a RequestSchema"
    first = next(iter(models[schema].model_fields.values())).alias
    with pytest.raises(ValidationError, match="Leave it out"):
        models[schema].model_validate({first: None})


def test_the_request_is_closed() -> None:
    assert COMMITTED["components"]["schemas"]["UploadRequest"]["additionalProperties"] is False
    required = COMMITTED["components"]["schemas"]["UploadRequest"]["required"]
    assert required == ["fileName", "sizeBytes"]
