"""One module for each format that is opened, checked and described."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processor.formats import (
    archives,
    compressed,
    csv_table,
    excel,
    images,
    json_document,
    json_lines,
    parquet,
    pdf,
    text,
    xml,
)

if TYPE_CHECKING:
    from processor.formats.base import Format

FORMATS: tuple[Format, ...] = (
    csv_table.FORMAT,
    json_document.FORMAT,
    json_lines.FORMAT,
    *xml.FORMATS,
    text.FORMAT,
    parquet.FORMAT,
    excel.FORMAT,
    pdf.FORMAT,
    *images.FORMATS,
    archives.FORMAT,
    *compressed.FORMATS,
)
"""All of them; a media type or a suffix belongs to one only."""
