"""The OpenAPI document: the committed one is the app's, and says what the app does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api import document, schemas, schemas_actions, schemas_uploads
from api.app import VERSION

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


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_errors_are_problem_documents(operation: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            assert answer["content"].keys() == {"application/json"}
            assert "$ref" in answer["content"]["application/json"]["schema"]
        else:
            schema = answer["content"]["application/problem+json"]["schema"]
            assert answer["content"].keys() == {"application/problem+json"}
            assert schema == {"$ref": "#/components/schemas/ProblemView"}


@pytest.mark.parametrize("operation", KEYED.values(), ids=KEYED)
def test_operations_with_a_key_say_so(operation: dict[str, Any]) -> None:
    (requirement,) = operation["security"]
    (name,) = requirement
    scheme = COMMITTED["components"]["securitySchemes"][name]
    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "header", "X-Api-Key")
    assert {"401", "422", "500", "503"} <= operation["responses"].keys()


def test_the_errors_of_single_operations() -> None:
    assert "413" in OPERATIONS["POST /uploads"]["responses"]
    assert "201" in OPERATIONS["POST /uploads"]["responses"]
    assert "404" in OPERATIONS["GET /records/{recordId}"]["responses"]
    assert {"404", "409"} <= OPERATIONS["GET /records/{recordId}/download"]["responses"].keys()
    assert OPERATIONS["GET /health"]["responses"].keys() == {"200"}
    assert "security" not in OPERATIONS["GET /health"]


def test_nothing_is_left_of_fastapis_own_errors() -> None:
    assert "ValidationError" not in json.dumps(COMMITTED)


def test_every_reference_leads_somewhere() -> None:
    pointers = {node["$ref"] for _, node in parts(COMMITTED) if "$ref" in node}
    places = {path for path, _ in parts(COMMITTED)}
    assert pointers <= places
    named = {f"#/components/schemas/{name}" for name in COMMITTED["components"]["schemas"]}
    assert named <= pointers, "no schema that nobody uses"


def test_names_are_camel_case() -> None:
    for path, node in parts(COMMITTED["components"]["schemas"]):
        for name in node.get("properties", ()):
            assert name[0].islower(), path
            assert name.isalnum(), path
    for path, node in parts(COMMITTED["paths"]):
        assert not path.endswith("/parameters") or "_" not in node["name"]


def test_examples_fit_their_schemas() -> None:
    found = 0
    for name, schema in COMMITTED["components"]["schemas"].items():
        modules = (schemas, schemas_actions, schemas_uploads)
        model = next((getattr(module, name) for module in modules if hasattr(module, name)), None)
        for example in schema.get("examples", ()):
            assert model, name
            model.model_validate(example)
            found += 1
        for member, described in schema.get("properties", {}).items():
            for example in described.get("examples", ()):
                check_member(model, member, example)
                found += 1
    assert found >= 4


def check_member(model: Any, member: str, example: Any) -> None:
    """Validate one field of a model, with the constraints that stand on it."""
    (field,) = [name for name, info in model.model_fields.items() if info.alias == member]
    validator = model.__pydantic_validator__
    validator.validate_assignment(model.model_construct(), field, example)


def test_the_request_is_closed() -> None:
    assert COMMITTED["components"]["schemas"]["UploadRequest"]["additionalProperties"] is False
    required = COMMITTED["components"]["schemas"]["UploadRequest"]["required"]
    assert required == ["fileName", "sizeBytes"]
