"""Excel workbooks: every part's CRC and XML are checked first, then openpyxl reads the cells row by row."""

from __future__ import annotations

import warnings
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from processor.findings import Finding
from processor.formats.archives import MACROS
from processor.formats.base import About, Profile, Rejected, over
from processor.formats.excel_columns import Sheet
from processor.formats.machine import of_machine
from processor.formats.zip_entries import Unpacked, can_unpack, opened, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO
    from zipfile import ZipFile, ZipInfo

    from openpyxl import Workbook  # type: ignore[import-untyped]
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet  # type: ignore[import-untyped]

    from processor.formats.base import Ceilings, Examination, File

_HELD_BYTES = 67_108_864
_SHEETS = "xl/worksheets/"
_MOST_CELLS = 1_000_000
_MOST_ROWS = 1_048_576  # of a sheet, as Excel has it
_LISTED_SHEETS = 200


class Excel:
    name = "xlsx"
    label = "an Excel workbook"
    media_types = frozenset(
        {
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.ms-excel.sheet.macroEnabled.12",
        }
    )
    suffixes = frozenset({".xlsx", ".xlsm"})
    about = About(
        recognised="`.xlsx`, `.xlsm`; a ZIP file with `xl/` in it. Encrypted workbooks are no ZIP files.",
        checked="CRC-32 and XML of every part; a DTD is refused. Warned of: macros, blank and repeated "
        "labels, cells with an error such as `#REF!`.",
        described="The sheets; of the first one with data the columns, whose names are in its first row: "
        "type, blank cells, minimum, maximum, mean, and about how many values are distinct.",
        bounded="`maxEntries`, `maxUnpackedBytes`, `maxUnpackRatio`; 64 MiB of what is not in a sheet, as "
        "that is held in memory; `maxLineBytes` for one tag. 1,000,000 cells are described.",
    )

    def examine(self, file: File, work: Examination) -> Profile:
        with opened(file, work.ceilings) as archive:
            names = {entry.filename for entry in archive.infolist()}
            _check_parts(archive, file, work)
        macros = any(name.endswith(MACROS) for name in names)
        if macros:
            what = "The workbook has macros, which run when it is opened."
            work.findings.warning(Finding(type="unsafe-error", message=what))
        with _reading():
            return {"macros": macros} | _described(file, work)


def _check_parts(archive: ZipFile, file: File, work: Examination) -> None:
    unpacked = Unpacked(file.size_bytes, work.ceilings)
    if sum(map(_held_bytes, archive.infolist())) > _HELD_BYTES:
        what = "Its shared texts, styles and other parts outside of the sheets are too large"
        raise over("maxUnpackedBytes", _HELD_BYTES, what)
    for entry in archive.infolist():
        if not can_unpack(entry):
            raise Rejected("source-error", "The workbook is broken: a part of it cannot be unpacked.")
        # Closed at once, or it would hold the file open when the part is broken.
        with closing(pieces(archive, entry, unpacked)) as content:
            if entry.filename.lower().endswith((".xml", ".rels")):
                _check_xml(entry, content, work.ceilings)
            else:
                for _ in content:
                    pass


def _held_bytes(entry: ZipInfo) -> int:
    xml = entry.filename.lower().endswith((".xml", ".rels"))
    return entry.file_size if xml and not entry.filename.startswith(_SHEETS) else 0


def _check_xml(entry: ZipInfo, content: Iterator[bytes], ceilings: Ceilings) -> None:
    """Parse a part, which has neither a DTD nor a tag that is too long to be held.

    Raises:
        Rejected: it has, or is not well-formed.
    """
    from xml.parsers import expat

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_dtd
    fed = 0
    try:
        for piece in content:
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - max(parser.CurrentByteIndex, 0) > ceilings.max_line_bytes:
                raise over("maxLineBytes", ceilings.max_line_bytes, "A tag in the workbook is too long")
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        if of_machine(error):
            raise
        where = f"the part at byte {entry.header_offset:,}, line {error.lineno:,}, is not XML"
        raise Rejected("source-error", f"The workbook is broken: {where}. Send it again.") from error


def _refuse_dtd(*_: Any) -> None:
    what = "The workbook declares a DTD, which no spreadsheet program does, but attacks do."
    raise Rejected("unsafe-error", what)


def _loaded(stream: BinaryIO, charts: list[str], work: Examination) -> Workbook:
    """The workbook; the names of sheets that are nothing but a chart are put into `charts`.

    Step by step, as openpyxl's own function reads charts, pictures and properties as well, which nobody
    needs here, and gives up where it does not know them.
    """
    from openpyxl.reader.excel import ExcelReader  # type: ignore[import-untyped]
    from openpyxl.styles.stylesheet import apply_stylesheet  # type: ignore[import-untyped]

    # From a stream, as openpyxl refuses files by the ending of their name.
    reader = ExcelReader(stream, read_only=True, data_only=True, keep_links=False)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    try:
        apply_stylesheet(reader.archive, reader.wb)
    # It raises whatever odd styles lead to; spreadsheet programs put up with them.
    except Exception as error:
        if of_machine(error):
            raise
        what = "Its styles cannot be read, so dates and times are described as numbers."
        work.findings.warning(Finding(type="source-error", message=what))
    reader.read_chartsheet = lambda sheet, _: charts.append(sheet.name)
    reader.read_worksheets()
    return reader.wb


def _described(file: File, work: Examination) -> Profile:
    charts: list[str] = []
    with file.path.open("rb") as stream, closing(_loaded(stream, charts, work)) as workbook:
        if not workbook.sheetnames and not charts:
            raise Rejected("source-error", "The workbook is broken: it has no sheets. Save it again.")
        sheets = [_sheet(sheet) for sheet in workbook.worksheets]
        profile: Profile = {"sheets": sheets[:_LISTED_SHEETS], "sheetCount": len(sheets)}
        for sheet, described in zip(workbook.worksheets, sheets, strict=True):
            table = _table(sheet, work)
            if table:
                described |= {"rows": max(table.last_row, described.get("rows", 0)), "columns": table.width}
                return profile | {"table": {"sheet": sheet.title} | table.profile()}
            described |= {"rows": 0, "columns": 0}
    return profile


def _sheet(sheet: ReadOnlyWorksheet) -> Profile:
    # What the sheet says of its own size; not every program writes it.
    sizes = {"rows": sheet.max_row, "columns": sheet.max_column}
    known = {key: size for key, size in sizes.items() if size is not None}
    return {"name": sheet.title, "hidden": sheet.sheet_state != "visible"} | known


def _table(sheet: ReadOnlyWorksheet, work: Examination) -> Sheet | None:
    """The columns of a sheet, as far as it is read; None where it has no cells."""
    sheet.reset_dimensions()  # some programs state too few rows and columns
    table = Sheet(work)
    cells = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        cells += max(len(row), 1)
        if number > _MOST_ROWS:
            raise Rejected(
                "source-error", f"The workbook is broken: a sheet has more than {_MOST_ROWS:,} rows."
            )
        if cells > _MOST_CELLS:
            table.cut = True
            return table
        table.add(number, row)
    return table if table.begun else None


@contextmanager
def _reading() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that openpyxl does not know
        try:
            yield
        except Rejected:
            raise
        # openpyxl raises whatever odd content leads to: KeyError, TypeError, ValueError, AttributeError, …
        except Exception as error:
            if of_machine(error):
                raise
            what = "The workbook is broken: its sheets cannot be read. Save it again."
            raise Rejected("source-error", what) from error


FORMAT = Excel()
