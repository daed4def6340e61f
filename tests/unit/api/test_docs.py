"""Swagger UI at /docs: nothing inline, nothing foreign, the right types."""

from __future__ import annotations

import gzip
import importlib.util
import sys
from html.parser import HTMLParser
from importlib import resources
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.api.client import Client

FILES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}


class Page(HTMLParser):
    """What a browser would load and run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.links: list[str] = []
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.inside.append(tag)
        for name, value in attributes:
            if name in ("src", "href", "action"):
                self.links.append(value or "")
            if name.startswith("on") or name == "style":
                self.inline.append(f"{name}={value}")

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and self.inside[-1:] in (["script"], ["style"]):
            self.inline.append(data)


def test_nothing_is_inline(anybody: Client) -> None:
    page = Page(anybody.get("/docs").body.decode())
    assert page.inline == []


def test_everything_the_page_loads_is_served_by_the_api(anybody: Client) -> None:
    page = Page(anybody.get("/docs").body.decode())
    assert {link.rpartition("/")[2] for link in page.links} == {*FILES, "start.js"}
    for link in page.links:
        assert not urlsplit(link).netloc
        assert anybody.get(urljoin("/docs", link)).status == 200


def test_the_page_starts_swagger_ui_on_our_document(anybody: Client) -> None:
    script = anybody.get("/docs/start.js").body.decode()
    assert 'url: "openapi.json"' in script
    assert "persistAuthorization: false" in script, "no key stays in the browser"
    assert anybody.get(urljoin("/docs", "openapi.json")).json()["openapi"]


def test_the_policy_allows_nothing_foreign(anybody: Client) -> None:
    header = anybody.get("/docs").headers["content-security-policy"]
    policy = {name: set(rest) for name, *rest in (part.split() for part in header.split(";"))}
    assert policy["default-src"] == {"'none'"}
    assert policy["script-src"] == policy["connect-src"] == {"'self'"}
    assert policy["base-uri"] == policy["frame-ancestors"] == {"'none'"}
    allowed = {"'none'", "'self'", "'unsafe-inline'", "data:"}
    assert set.union(*policy.values()) <= allowed
    assert [name for name, sources in policy.items() if "'unsafe-inline'" in sources] == ["style-src"]


@pytest.mark.parametrize(("name", "media_type"), FILES.items())
def test_files(anybody: Client, name: str, media_type: str) -> None:
    answer = anybody.get(f"/docs/{name}")
    assert (answer.status, answer.media_type) == (200, media_type)
    assert "max-age" in answer.headers["cache-control"]
    content = answer.body
    if answer.headers.get("content-encoding") == "gzip":
        content = gzip.decompress(content)
    shipped = resources.files("fastapi_swagger") / "resources" / name
    assert content == shipped.read_bytes()
    assert len(answer.body) < 6 * 1024**2, "what a Lambda may answer"


@pytest.fixture
def compressed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package as a bundle holds it, where the files are compressed."""
    folder = tmp_path / "fastapi_swagger" / "resources"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    for name in FILES:
        (folder / f"{name}.gz").write_bytes(gzip.compress(f"the content of {name}".encode()))
    spec = importlib.util.spec_from_file_location("fastapi_swagger", folder.parent / "__init__.py")
    assert spec
    monkeypatch.setitem(sys.modules, "fastapi_swagger", importlib.util.module_from_spec(spec))


@pytest.mark.parametrize(("name", "media_type"), FILES.items())
def test_compressed_files(anybody: Client, compressed: None, name: str, media_type: str) -> None:
    answer = anybody.get(f"/docs/{name}")
    assert (answer.status, answer.media_type) == (200, media_type)
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body) == f"the content of {name}".encode()


@pytest.mark.parametrize(
    "name", ["__init__.py", "..%2F__init__.py", "swagger-ui.css.gz", "%00", "SWAGGER-UI.CSS"]
)
def test_nothing_else_is_served(anybody: Client, name: str) -> None:
    assert anybody.get(f"/docs/{name}").status == 404
