"""PDF: both ends are looked at first, then pypdf reads the structure, and each page's content is unpacked."""

from __future__ import annotations

import logging
import re
import time
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from processor.findings import Finding
from processor.formats.base import About, Profile, Rejected, over
from processor.formats.machine import of_machine
from processor.formats.zip_entries import Unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdf import PdfReader

    from processor.formats.base import Examination, File

_HEADER = re.compile(rb"%PDF-(\d\.\d)")
_HEADER_WITHIN = 1_024  # what readers allow before the header, and after the end
_TAIL_BYTES = 2_048
_START = re.compile(rb"startxref\s+(\d+)")
_TABLE = re.compile(rb"\s*(xref|\d+\s+\d+\s+obj)")
_MOST_BYTES = 134_217_728
_DEADLINE_SECONDS = 60
_CACHED_PAGES = 200
_MOST_ANNOTATIONS = 1_000
_PIECE_BYTES = 1_048_576
_ACTIONS = {"/JavaScript": "JavaScript", "/Launch": "commands that start programs"}


class Pdf:
    name = "pdf"
    label = "a PDF document"
    media_types = frozenset({"application/pdf"})
    suffixes = frozenset({".pdf"})
    about = About(
        recognised="`.pdf`; the signature `%PDF-`.",
        checked="Header, end, cross-reference table, page tree; the content of each page is unpacked. Warned "
        "of: JavaScript, commands that start programs, embedded files, a table that readers must repair.",
        described="Version, pages, and whether it is encrypted; of an encrypted one no more than that.",
        bounded="`maxEntries` pages, `maxUnpackedBytes`, `maxUnpackRatio`, 1 minute. Of a document of more "
        "than 128 MiB only both ends are checked, with a warning.",
    )

    def examine(self, file: File, work: Examination) -> Profile:
        profile: Profile = {"version": _check_ends(file, work)}
        if file.size_bytes > _MOST_BYTES:
            _warn(work, "ceiling-error", "It is too large for its pages to be checked.")
            return profile
        with _reading(), file.path.open("rb") as stream:
            from pypdf import PdfReader

            reader = PdfReader(stream)
            if reader.is_encrypted:
                return profile | {"encrypted": True}
            document = _Document(reader, file, work)
            return profile | {"encrypted": False} | document.examined()


def _check_ends(file: File, work: Examination) -> str:
    """The version.

    Raises:
        Rejected: the header or the end is missing.
    """
    header = _HEADER.search(file.head[: _HEADER_WITHIN + 8])
    if not header:
        raise Rejected("format-error", "It is not a PDF document: the header at its beginning is missing.")
    with file.path.open("rb") as stream:
        stream.seek(max(0, file.size_bytes - _TAIL_BYTES))
        tail = stream.read()
        starts = _START.findall(tail)
        if b"%%EOF" not in tail[-_HEADER_WITHIN:] or not starts:
            raise Rejected(
                "source-error", "The PDF document is incomplete: its end is missing. Send it again."
            )
        stream.seek(min(int(starts[-1][:18]) + header.start(), file.size_bytes))
        if not _TABLE.match(stream.read(64)):
            what = "Its table of contents is not where it should be; programs have to repair it."
            _warn(work, "source-error", what)
    return header.group(1).decode()


class _Document:
    """One document, while it is read."""

    def __init__(self, reader: PdfReader, file: File, work: Examination) -> None:
        self._reader = reader
        self._work = work
        self._unpacked = Unpacked(file.size_bytes, work.ceilings)
        self._dangers: set[str] = set()
        self._ends = time.monotonic() + _DEADLINE_SECONDS

    def examined(self) -> Profile:
        catalog = self._reader.root_object
        self._look_at_catalog(catalog)
        pages = 0
        for page in self._pages(catalog["/Pages"]):
            pages += 1
            self._check_page(page, pages)
        if not pages:
            raise Rejected("source-error", "The PDF document is broken: it has no pages.")
        for danger in sorted(self._dangers):
            _warn(self._work, "unsafe-error", f"It has {danger}.")
        return {"pages": pages}

    def _pages(self, root: Any) -> Iterator[Any]:
        """All pages, without recursion, each node once."""
        limit = self._work.ceilings.max_entries
        left, seen, nodes = [root], set(), 0
        while left:
            node = left.pop()
            reference = getattr(node, "idnum", None) or getattr(node.indirect_reference, "idnum", None)
            if reference in seen:
                raise Rejected("source-error", "The PDF document is broken: its pages go round in a circle.")
            if reference is not None:
                seen.add(reference)
            nodes += 1
            if nodes > limit or len(left) > limit:
                raise over("maxEntries", limit, "It has too many pages")
            node = node.get_object()
            if "/Kids" in node:
                left.extend(reversed(list(node["/Kids"])))
            elif node.get("/Type") == "/Pages":
                raise Rejected("source-error", "The PDF document is broken: a part of it has no pages.")
            else:
                yield node
            if nodes % _CACHED_PAGES == 0:
                self._reader.resolved_objects.clear()

    def _check_page(self, page: Any, number: int) -> None:
        if time.monotonic() > self._ends:
            what = f"Reading its pages takes more than {_DEADLINE_SECONDS} seconds."
            raise Rejected("ceiling-error", what)
        self._look_at_actions(page)
        annotations = page.get("/Annots") or []
        for annotation in list(annotations)[:_MOST_ANNOTATIONS]:
            self._look_at_actions(annotation.get_object())
        content = page.get("/Contents")
        for part in [content] if hasattr(content, "get_data") else content or []:
            self._check_stream(part.get_object(), number)

    def _check_stream(self, stream: Any, number: int) -> None:
        filters = stream.get("/Filter")
        if filters not in ("/FlateDecode", ["/FlateDecode"]):
            return
        unpacker, packed = zlib.decompressobj(), stream._data
        try:
            while packed and not unpacker.eof:
                self._unpacked.add(len(unpacker.decompress(packed, _PIECE_BYTES)))
                packed = unpacker.unconsumed_tail
        except zlib.error as error:
            if of_machine(error):
                raise
            what = f"The content of page {number:,} is broken"
            if "data check" in str(error):  # programs show such a page
                _warn(self._work, "source-error", f"{what}: its checksum is wrong.")
                return
            raise Rejected("source-error", f"{what}: it cannot be unpacked. Send it again.") from error

    def _look_at_catalog(self, catalog: Any) -> None:
        self._look_at_actions(catalog)
        opening = catalog.get("/OpenAction")
        if hasattr(opening, "get"):
            self._look_at_action(opening)
        names = catalog.get("/Names") or {}
        if "/JavaScript" in names:
            self._dangers.add(_ACTIONS["/JavaScript"])
        if "/EmbeddedFiles" in names:
            self._dangers.add("embedded files")

    def _look_at_actions(self, holder: Any) -> None:
        self._look_at_action(holder.get("/A"))
        for action in (holder.get("/AA") or {}).values():
            self._look_at_action(action.get_object())

    def _look_at_action(self, action: Any) -> None:
        kind = action.get("/S") if hasattr(action, "get") else None
        if kind in _ACTIONS:
            self._dangers.add(_ACTIONS[kind])


@contextmanager
def _reading() -> Iterator[None]:
    from pypdf.errors import LimitReachedError

    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # it tells of everything that it puts up with
    try:
        yield
    except Rejected:
        raise
    except LimitReachedError as error:
        what = "A part of it unpacks to more than a program may hold in memory."
        raise Rejected("ceiling-error", what) from error
    # pypdf raises whatever odd content leads to: its own errors, KeyError, TypeError, RecursionError, …
    except Exception as error:
        if of_machine(error):
            raise
        what = "The PDF document is broken: its structure cannot be read. Send it again."
        raise Rejected("source-error", what) from error
    finally:
        logger.setLevel(level)


def _warn(work: Examination, kind: str, message: str) -> None:
    work.findings.warning(Finding(type=kind, message=message))


FORMAT = Pdf()
