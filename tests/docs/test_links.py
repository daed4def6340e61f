"""Links, anchors and pictures of all pages; and whether a reader comes to each page at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from local.program import ROOT
from tests.docs.pages import PAGES, anchors, name, prose

if TYPE_CHECKING:
    from pathlib import Path

README = ROOT / "README.md"
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"(?<!!)\[(?:[^\[\]]|!\[[^\]]*\]\([^)]*\))*\]\(([^)\s]+)\)")
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
_TAG = re.compile(r"<img\b[^>]*>")
_SOURCE = re.compile(r"\b(?:src|srcset)=\"([^\"]+)\"")
_OUTSIDE = ("https://", "http://", "mailto:")


def links(page: Path) -> list[str]:
    """What its links lead to, within the repository."""
    return [link for link in _LINK.findall(_plain(page)) if not link.startswith(_OUTSIDE)]


def _plain(page: Path) -> str:
    # A link's own text may be code; what stands in other code is no link.
    return _CODE.sub(lambda code: "" if "](" in code[0] else code[0], prose(page))


def target(page: Path, link: str) -> Path:
    """The file that a link leads to."""
    path = unquote(link.partition("#")[0])
    return (page.parent / path).resolve() if path else page


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_and_anchors_lead_somewhere(page: Path) -> None:
    for link in links(page):
        found, anchor = target(page, link), link.partition("#")[2]
        assert found.exists(), f"{link}: there is no such file"
        assert found.is_relative_to(ROOT), link
        if anchor and found.suffix == ".md":
            assert anchor in anchors(found), f"{link}: {name(found)} has {sorted(anchors(found))}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_pictures_exist_and_say_what_they_show(page: Path) -> None:
    text = _plain(page)
    for alternative, link in _PICTURE.findall(text):
        assert link.startswith(_OUTSIDE) or (page.parent / link).exists(), link
        assert len(alternative) > 15, f"{link} needs a text for who does not see it"
    for tag in _TAG.findall(text):
        assert re.search(r'\balt="[^"]{15,}"', tag), tag
    for link in _SOURCE.findall(text):
        assert (page.parent / link).exists(), link


def test_every_page_is_two_links_from_the_readme() -> None:
    seen, edge = {README}, {README}
    for _ in range(2):
        edge = {target(page, link) for page in edge for link in links(page)} - seen
        edge = {path for path in edge if path.suffix == ".md"}
        seen |= edge
    lost = sorted(name(page) for page in set(PAGES) - seen)
    assert lost == [], "link to them from README.md, or from docs/README.md"


def test_anchors_are_those_of_github(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# What's `new`?\n\n## A, b & c\n\n## A, b & c\n\n```sh\n# no heading\n```\n\n## [Link](x.md) it\n"
    )

    assert anchors(page) == {"whats-new", "a-b--c", "a-b--c-1", "link-it"}
