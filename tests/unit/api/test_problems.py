"""Kinds of problems: each is raised, documented where it can occur, and told about on a page."""

from __future__ import annotations

import ast
import inspect
import textwrap
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from api.app import create_app
from api.problem_texts import TEXTS
from api.problems import BY_SLUG, ProblemKind
from api.shaping import operations
from local.problems import page
from local.program import ROOT
from tests.unit.api.test_docs import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.api.client import Client

KINDS = list(ProblemKind)
OUTSIDE = {
    ProblemKind.NOT_FOUND,
    ProblemKind.METHOD_NOT_ALLOWED,
    ProblemKind.NO_TOKEN,
    ProblemKind.INVALID_TOKEN,
}
"""Where no route is, no route can document them; and this is the document of a stack with keys."""
APP = create_app(cast("Any", None))
DOCUMENTED = {
    operation["operationId"]: {
        BY_SLUG[slug]
        for answer in operation["responses"].values()
        for content in answer.get("content", {}).values()
        for slug in content.get("examples", {})
    }
    for _, operation in operations(APP.openapi())
}
SHARED = {
    BY_SLUG[slug]
    for answer in APP.openapi()["components"]["responses"].values()
    for slug in answer["content"]["application/problem+json"]["examples"]
}


def named(tree: ast.AST) -> set[ProblemKind]:
    """The kinds that stand in a piece of code."""
    return {
        ProblemKind[node.attr]
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "ProblemKind"
    }


def reached(function: Any, seen: set[Any]) -> Iterator[ast.AST]:
    """The code of a function of the API, and of every function that it names."""
    if function in seen:
        return
    seen.add(function)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    yield from (statement for node in tree.body for statement in getattr(node, "body", []))
    for node in ast.walk(tree):
        found = function.__globals__.get(node.id) if isinstance(node, ast.Name) else None
        if inspect.isfunction(found) and found.__module__.startswith("api."):
            yield from reached(found, seen)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_a_kind_says_what_it_means_and_what_to_do(kind: ProblemKind) -> None:
    assert kind.status >= HTTPStatus.BAD_REQUEST
    assert kind.title[0].isupper()
    assert not kind.title.endswith(".")
    assert all(text.endswith(".") for text in TEXTS[kind])


def test_no_two_kinds_mean_the_same() -> None:
    assert len(ProblemKind.__members__) == len(KINDS)
    assert len({text.meaning for text in TEXTS.values()}) == len(KINDS)


def test_every_kind_is_raised_somewhere() -> None:
    raised: set[ProblemKind] = set()
    for path in (ROOT / "api").rglob("*.py"):
        if path.name not in ("shaping.py", "problem_texts.py"):
            raised |= named(ast.parse(path.read_text()))
    assert raised == set(KINDS)


def test_every_kind_is_documented_somewhere() -> None:
    assert set.union(SHARED, *DOCUMENTED.values()) == set(KINDS) - OUTSIDE


@pytest.mark.parametrize("operation_id", DOCUMENTED)
def test_a_route_documents_every_kind_that_it_names(operation_id: str) -> None:
    routes = (context.original_route for context in iter_route_contexts(APP.routes))
    (route,) = [r for r in routes if isinstance(r, APIRoute) and r.operation_id == operation_id]
    kinds = {kind for tree in reached(route.endpoint, set()) for kind in named(tree)}
    assert kinds - SHARED <= DOCUMENTED[operation_id]


def test_the_page_of_the_documentation_is_what_the_registry_says() -> None:
    assert (ROOT / "docs" / "errors.md").read_text() == "\n".join(page()) + "\n", "run `make docs`"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_a_type_leads_to_a_page_about_it(anybody: Client, kind: ProblemKind) -> None:
    answer = anybody.get(kind.type)
    assert (answer.status, answer.media_type) == (200, "text/html")
    text = answer.body.decode()
    assert kind.slug in text
    assert str(int(kind.status)) in text
    assert Page(text).inline == []
    assert answer.headers["content-security-policy"].startswith("default-src 'none';")


@pytest.mark.parametrize("slug", ["nothing", "RECORD-NOT-FOUND", "<script>", "..", "%00", "record_not_found"])
def test_there_is_no_page_about_what_is_no_kind(anybody: Client, slug: str) -> None:
    anybody.get(f"/problems/{slug}").problem(404, "not-found")
