"""A small page, as a bundle holds it."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from api.page import Page

if TYPE_CHECKING:
    from pathlib import Path

ORIGIN = "https://incoming.s3.us-east-1.amazonaws.com"
FILES = {
    "index.html": b"<!doctype html><title>Silent Scalper</title>",
    "assets/index-B1.js": b"export const dashboard = true;",
    "assets/index-C2.css": b":root { color-scheme: light dark }",
    "assets/icon-D3.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "assets/inter-E4.woff2": b"wOF2 and no text: \xff\xfe",
}


def brotli(content: bytes) -> bytes:
    """Stands for it: who sends these bytes does not look at them."""
    return b"\xff in brotli: " + content


def a_page(folder: Path) -> Page:
    (folder / "assets").mkdir(parents=True)
    for name, content in FILES.items():
        (folder / f"{name}.br").write_bytes(brotli(content))
        (folder / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
    return Page(folder, [ORIGIN])
