"""What a format module is, and what it works with: a file on local storage, ceilings, and findings."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.model import Contract
    from processor.findings import Findings

Profile = dict[str, Any]
"""What is known of a file's content, in the camelCase of the API: texts, numbers, booleans, lists, objects.

`None`, NaN and infinities are left out by whoever stores it.
"""


@dataclass(frozen=True, kw_only=True)
class Ceilings:
    """How much work one file may make. Each is a key of the stack's configuration.

    Attributes:
        max_unpacked_bytes: of a compressed file, a workbook or a transcoded text, in bytes.
        max_unpack_ratio: unpacked bytes for each packed one, counted beyond the first 10 MB.
        max_line_bytes: of one line, or one token, of a text format.
        max_columns: of a table.
        max_nesting: levels of JSON arrays and objects, or XML elements.
        max_entries: of an archive.
        max_pixels: of an image, width times height.
        max_rejects: rows of `rejects.csv`; further ones are counted only.
        max_seconds: of looking through a table with very many bad or blank lines.
    """

    max_unpacked_bytes: int = 1_073_741_824
    max_unpack_ratio: int = 200
    max_line_bytes: int = 1_048_576
    max_columns: int = 2_000
    max_nesting: int = 512
    max_entries: int = 100_000
    max_pixels: int = 100_000_000
    max_rejects: int = 10_000
    max_seconds: int = 240


@dataclass(frozen=True, slots=True)
class File:
    """A file on local storage, which a format may read in any order, more than once.

    Attributes:
        name: as its sender gave it; it says what the file is promised to be.
        head: its first 64 KiB, or all of it.
        media_type: what `head` looks like (`processor.media.detect`).
    """

    path: Path
    name: str
    size_bytes: int
    head: bytes
    media_type: str


@dataclass(frozen=True)
class Examination:
    """One file's examination: what a format may use besides the file.

    Attributes:
        findings: where errors and warnings go.
        folder: an empty folder of its own for working copies; whoever made it removes it.
        contract: what the file's prefix promises; None where there is no contract.
        values: whether the profile may hold minima and maxima (not for personal data).
        nested: examines what was unpacked, with the same findings, and gives its profile.
    """

    ceilings: Ceilings
    findings: Findings
    folder: Path
    contract: Contract | None = None
    values: bool = True
    nested: Callable[[File], Profile] | None = None
    started: float = field(default_factory=time.monotonic)

    def check_time(self) -> None:
        """See whether the examination may go on.

        Raises:
            Rejected: it has taken too long.
        """
        if time.monotonic() - self.started > self.ceilings.max_seconds:
            raise over("maxSeconds", self.ceilings.max_seconds, "It takes too long to look through the file")


@dataclass(frozen=True)
class About:
    """A row of `docs/formats.md`; each is a sentence or two of plain Markdown."""

    recognised: str
    checked: str
    described: str
    bounded: str


class Rejected(Exception):
    """The file cannot be examined any further; the finding says why.

    Args:
        type_: a Frictionless error type, or one of ours (see `processor.findings`).
        message: a sentence that says what is wrong and, where it helps, what to do. No cell values.
        line: counted as a text editor does, from 1.
    """

    def __init__(self, type_: str, message: str, *, line: int | None = None) -> None:
        super().__init__(message)
        self.type = type_
        self.message = message
        self.line = line


def over(ceiling: str, limit: int, what: str) -> Rejected:
    """The file goes over a ceiling: `over("maxNesting", 512, "It is nested more deeply than 512 levels")`."""
    return Rejected("ceiling-error", f"{what}; the ceiling {ceiling} is {limit:,}.")


class Format(Protocol):
    """One module each: recognise (by what `media_types` says and what names promise), check, describe.

    Attributes:
        name: the format's name in profiles and messages, for example `csv`.
        label: as a person calls it, with an article: `a CSV table`.
        media_types: what `processor.media.detect` says of its content.
        suffixes: the endings of names, in small letters with a dot, that promise it.
        about: its row of `docs/formats.md`.
    """

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def media_types(self) -> frozenset[str]: ...

    @property
    def suffixes(self) -> frozenset[str]: ...

    @property
    def about(self) -> About: ...

    def examine(self, file: File, work: Examination) -> Profile:
        """Check the whole file, and describe it, in one go, because reading it twice would cost twice.

        Errors and warnings go to `work.findings`; whoever calls it adds `format` to the profile.

        Raises:
            Rejected: nothing more can be said of the file.
        """
        ...
