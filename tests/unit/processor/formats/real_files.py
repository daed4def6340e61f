"""Good files of every format as other programs than ours write them: found in packages, or made here."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import subprocess
import zipfile
from itertools import product
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as Tree

import openpyxl  # type: ignore[import-untyped]
import xlsxwriter  # type: ignore[import-untyped]
from openpyxl.chart import BarChart, Reference  # type: ignore[import-untyped]
from PIL import Image

from tests.unit.processor.formats.makers import SAMPLES, arrow, zstd_library
from tests.unit.processor.formats.parquet_files import CODECS, WRITE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WORDS = "Line one\nGrüße aus München\n" * 20
ROWS = [{"id": number, "name": f"näme {number}", "amount": number / 4} for number in range(60)]
_FOUND = {
    "csv": ("vega_datasets/_data/*.csv", "matplotlib/mpl-data/sample_data/msft.csv"),
    "json": ("vega_datasets/_data/*.json",),
    "svg": ("matplotlib/mpl-data/images/*.svg",),
    "text": ("*/LICENSE", "*.dist-info/*", "sklearn/datasets/descr/*.rst", "pyarrow/include/arrow/*.h"),
    "parquet": ("pyarrow/tests/data/parquet/*.parquet",),
    "pdf": ("matplotlib/mpl-data/images/*.pdf",),
    "png": ("matplotlib/mpl-data/images/*.png", "matplotlib/mpl-data/sample_data/*.png"),
    "jpeg": ("sklearn/datasets/images/*.jpg", "matplotlib/mpl-data/sample_data/*.jpg"),
    "zip": ("matplotlib/mpl-data/sample_data/*.npz",),
    "gzip": ("sklearn/datasets/data/*.gz", "sklearn/datasets/tests/data/openml/id_1/*.gz"),
}
_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F")
_SAVED: dict[str, list[dict[str, Any]]] = {
    "png": [{}, {"optimize": True}, {"save_all": True}],
    "jpeg": [{}, {"progressive": True}, {"quality": 100, "subsampling": 0}, {"restart_marker_rows": 1}],
    "gif": [{}, {"interlace": 0}, {"save_all": True}],
    "webp": [{}, {"lossless": True}, {"save_all": True, "lossless": True}],
    "tiff": [
        *(
            {"compression": codec}
            for codec in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "group4")
        ),
        {"save_all": True},
    ],
    "pdf": [{}, {"save_all": True}],
}


def write_all(folder: Path) -> None:
    """Make what is made, each file as `<format>/<name>`."""
    for kind in (*_SAVED, "csv", "json", "jsonl", "xml", "svg", "text", "parquet", "xlsx"):
        (folder / kind).mkdir()
    _write_texts(folder)
    _write_images(folder)
    _write_workbooks(folder / "xlsx")
    _write_packed(folder)
    made = folder / "arrow"
    made.mkdir()
    arrow(WRITE, made)
    for name in (*CODECS, "v2", "delta", "empty", "no_columns", "nested", "names", "types"):
        (made / f"{name}.parquet").rename(folder / "parquet" / f"{name}.parquet")


def found(kind: str, folder: Path) -> list[Path]:
    """All good files of a format."""
    packaged = (path for pattern in _FOUND.get(kind, ()) for path in SAMPLES.glob(pattern))
    files = [path for path in (*packaged, *folder.glob(f"{kind}/*")) if path.is_file()]
    return sorted(path for path in files if path.stat().st_size)


def _write_texts(folder: Path) -> None:
    import duckdb

    (folder / "rows.json").write_text(json.dumps(ROWS), encoding="utf-8")
    table = f"FROM read_json('{folder / 'rows.json'}')"
    for name, options in {
        "csv/duckdb.csv": "",
        "csv/duckdb.tsv": "(DELIMITER '\t')",
        "csv/semicolons.csv": "(DELIMITER ';', FORCE_QUOTE *)",
        "json/duckdb.json": "(ARRAY true)",
        "jsonl/duckdb.jsonl": "(FORMAT json)",
        "parquet/duckdb.parquet": "(COMPRESSION zstd, PARQUET_VERSION v2)",
    }.items():
        with duckdb.connect() as connection:
            connection.sql(f"COPY ({table}) TO '{folder / name}' {options}")
    (folder / "jsonl/returns.ndjson").write_bytes(b'{"a": 1}\r\n{"a": null, "b": [1]}\r\n')
    (folder / "json/ascii.geojson").write_text(json.dumps(ROWS, indent=2), encoding="ascii")
    (folder / "json/scalar.json").write_text("-1.5e3")
    (folder / "text/utf16.txt").write_bytes(WORDS.encode("utf-16"))
    (folder / "text/latin.html").write_bytes(f"<meta charset=iso-8859-1><p>{WORDS}".encode("latin-1"))
    root = Tree.Element("rows")
    for row in ROWS:
        Tree.SubElement(root, "row", {"id": str(row["id"])}).text = str(row["name"])
    for encoding in ("utf-8", "utf-16", "iso-8859-1", "us-ascii", "euc-kr"):
        text = Tree.tostring(root, encoding="unicode") if encoding == "euc-kr" else None
        declared = f'<?xml version="1.0" encoding="{encoding}"?><a>한국</a>'.encode("euc-kr")
        content = declared if text else Tree.tostring(root, encoding=encoding, xml_declaration=True)
        (folder / f"xml/{encoding}.xml").write_bytes(content)


def _write_images(folder: Path) -> None:
    noise = Image.effect_noise((67, 45), 60)
    colours = Image.merge("RGB", (noise, noise.rotate(90), noise.rotate(180)))
    for (kind, options), mode in product(((k, o) for k, os in _SAVED.items() for o in os), _MODES):
        picture = noise.convert("I").convert(mode) if mode == "I;16" else colours.convert(mode)
        if options.get("save_all"):
            options = options | {"append_images": [picture.rotate(180), picture]}
        target = folder / kind / f"{mode}_{'_'.join(map(str, options.values()))[:20]}.{kind}".replace(";", "")
        try:
            picture.save(target, kind.upper(), **options)
        except (OSError, ValueError, RuntimeError):  # not every format has every mode
            target.unlink(missing_ok=True)


def _write_workbooks(folder: Path) -> None:
    for name in ("openpyxl.xlsx", "openpyxl.xlsm"):
        book = openpyxl.Workbook()
        book.active.append([*ROWS[0]])
        for row in ROWS:
            book.active.append([*row.values()])
        chart = BarChart()
        chart.add_data(Reference(book.active, 3, 1, 3, 60))
        book.create_chartsheet("chart", 0).add_chart(chart)
        book.create_sheet("empty").sheet_state = "hidden"
        book.save(folder / name)
    options: list[dict[str, Any]] = [{}, {"constant_memory": True}, {"use_zip64": True, "date_1904": True}]
    for number, option in enumerate(options):
        with xlsxwriter.Workbook(folder / f"xlsxwriter{number}.xlsx", option) as book:
            sheet = book.add_worksheet("Zähler & <Co>")
            sheet.write_row(0, 0, [*ROWS[0]])
            for place, row in enumerate(ROWS, 1):
                sheet.write_row(place, 0, [*row.values()])
            chart = book.add_chart({"type": "line"})
            chart.add_series({"values": "='Zähler & <Co>'!$C$2:$C$9"})
            book.add_chartsheet("chart").set_chart(chart)


def _write_packed(folder: Path) -> None:
    for kind in ("zip", "gzip", "zstd"):
        (folder / kind).mkdir()
    words = folder / "words.txt"
    words.write_text(WORDS, encoding="utf-8")
    for number, method in enumerate((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)):
        with zipfile.ZipFile(folder / f"zip/{number}.zip", "w", method) as archive:
            archive.write(words, "Grüße/words.txt")
            archive.writestr("empty/", "")
    zstd = zstd_library()
    checked = {zstd.CompressionParameter.checksum_flag: 1}
    content = words.read_bytes()
    (folder / "gzip/words.txt.gz").write_bytes(gzip.compress(content) + gzip.compress(content) + bytes(512))
    (folder / "gzip/table.xlsx.gz").write_bytes(gzip.compress((folder / "xlsx/openpyxl.xlsx").read_bytes()))
    (folder / "zstd/words.txt.zst").write_bytes(zstd.compress(content, options=checked))
    (folder / "zstd/frames.txt.zst").write_bytes(zstd.compress(content, 19) + zstd.compress(content, 1))
    for program, arguments, target in (
        ("gzip", "--keep --stdout words.txt", "gzip/program.txt.gz"),
        ("zstd", "--quiet --stdout --ultra -22 --long=27 words.txt", "zstd/program.txt.zst"),
        ("zip", "--quiet - words.txt", "zip/program.zip"),
    ):
        if shutil.which(program):  # what the machine has; Python's own ones are there in any case
            packed = subprocess.run(
                [program, *arguments.split()], cwd=folder, capture_output=True, check=True
            )
            (folder / target).write_bytes(packed.stdout)


def _picture(kind: str, **options: Any) -> Callable[[], bytes]:
    def saved() -> bytes:
        target = io.BytesIO()
        picture = Image.linear_gradient("L").resize((40, 30))
        Image.merge("RGB", (picture, picture.rotate(90), picture)).save(target, kind, **options)
        return target.getvalue()

    return saved


def _workbook() -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number in range(60):
            sheet.write_row(number, 0, ["a", number, number / 4] if number else ["id", "n", "x"])
    return target.getvalue()


def _archive() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("words.txt", WORDS)
    return target.getvalue()


def _zstd() -> bytes:
    zstd = zstd_library()
    packed: bytes = zstd.compress(WORDS.encode(), options={zstd.CompressionParameter.checksum_flag: 1})
    return packed


TYPICAL: dict[str, tuple[str, Callable[[], bytes]]] = {
    "csv": (".csv", lambda: "".join(["id,name,city\n", *(f"{n},aß,Köln\n" for n in range(40))]).encode()),
    "json": (".json", lambda: json.dumps(ROWS, ensure_ascii=False).encode()),
    "jsonl": (".jsonl", lambda: "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in ROWS).encode()),
    "xml": (".xml", lambda: ("<?xml version='1.0'?><a>" + "<b c='d'>grün</b>" * 40 + "</a>").encode()),
    "svg": (".svg", lambda: f"<svg xmlns='http://www.w3.org/2000/svg'>{'<g>grün</g>' * 40}</svg>".encode()),
    "text": (".txt", WORDS.encode),
    "parquet": (".parquet", lambda: next(iter(SAMPLES.glob(_FOUND["parquet"][0]))).read_bytes()),
    "xlsx": (".xlsx", _workbook),
    "pdf": (".pdf", lambda: (SAMPLES / "matplotlib/mpl-data/images/home.pdf").read_bytes().rstrip()),
    "png": (".png", _picture("PNG")),
    "jpeg": (".jpg", _picture("JPEG")),
    "gif": (".gif", _picture("GIF")),
    "webp": (".webp", _picture("WEBP", lossless=True)),
    "tiff": (".tif", _picture("TIFF", compression="tiff_adobe_deflate")),
    "zip": (".zip", _archive),
    "gzip": (".gz", lambda: gzip.compress(WORDS.encode(), mtime=0)),
    "zstd": (".zst", _zstd),
}
"""Of each format the ending of its name, and one good file to be broken."""
