"""Clients that are generated from `openapi.json`: typed strictly, and used against the local system."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import httpx
import pytest

from tests.clients.page import TYPESCRIPT, example, found, generate, run
from tests.flow.conftest import eventually

PYTHON = Path(__file__).parent / "python"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the Python client, its story, and the example of docs/api.md."""
    folder = tmp_path_factory.mktemp("python")
    generate("openapi-python-client", folder)
    for name in ("story.py", "mypy.ini"):
        shutil.copy(PYTHON / name, folder)
    (folder / "example.py").write_text(example("python"), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def typescript() -> Path:
    """The folder with the TypeScript client, its story, and the example of docs/api.md."""
    generated = TYPESCRIPT / "generated"
    generated.mkdir(exist_ok=True)
    generate("openapi-typescript", generated)
    (generated / "example.ts").write_text(example("typescript"), encoding="utf-8")
    return TYPESCRIPT


@pytest.fixture(scope="module")
def compiled(typescript: Path) -> Path:
    """A folder with all of it as JavaScript, once the compiler has nothing to say about it."""
    run([found("tsc")], typescript)
    return typescript / "generated" / "compiled"


def status(address: dict[str, str], record_id: str) -> str:
    """The state of a record, as soon as its file was looked at."""

    def look() -> str | None:
        answer = httpx.get(
            f"{address['API']}/records/{record_id}", headers={"X-Api-Key": address["KEY"]}, trust_env=False
        )
        told: str = answer.raise_for_status().json()["status"]
        return told if told != "awaiting_upload" else None

    return eventually(look, f"the outcome of {record_id}")


def test_the_python_client_is_typed_as_strictly_as_its_users_are(python: Path) -> None:
    run([found("mypy"), "example.py", "story.py"], python)


def test_the_python_client_tells_the_whole_story(python: Path, address: dict[str, str]) -> None:
    run([sys.executable, "-m", "pytest", "-c", "mypy.ini", "-q", "story.py"], python, **address)


def test_the_python_lines_of_the_page_send_a_file(python: Path, address: dict[str, str]) -> None:
    record_id = run([sys.executable, "example.py"], python, **address).strip()
    assert status(address, record_id) == "processed"


def test_the_typescript_client_is_typed_as_strictly_as_its_users_are(compiled: Path) -> None:
    assert (compiled / "story.test.js").exists()


def test_the_typescript_client_tells_the_whole_story(typescript: Path, address: dict[str, str]) -> None:
    run([found("vitest"), "run"], typescript, **address)


def test_the_typescript_lines_of_the_page_send_a_file(compiled: Path, address: dict[str, str]) -> None:
    record_id = run(["node", "generated/example.js"], compiled, **address).strip()
    assert status(address, record_id) == "processed"
