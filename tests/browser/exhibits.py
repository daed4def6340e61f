"""A day's files as partners send them: most are good, some are wrong, each in its own way."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import openpyxl  # type: ignore[import-untyped]
import pypdf
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SEED = 20
ORDERS_HEADER = "order_id,ordered_at,customer,country,quantity,price,note"
COUNTRIES = ("AT", "CH", "DE", "DK", "FR", "NL", "NO", "PL", "SE")
NOTES = ("", "", "", "", "gift", "leave with the neighbour", "second delivery")
STATIONS = ("Alexanderplatz", "Frogner", "Jordaan", "Nyhavn", "Praga", "Wieden")


@dataclass(frozen=True)
class Exhibit:
    """A file, and where it goes."""

    prefix: str
    name: str
    content: bytes


def exhibits(folder: Path) -> list[Exhibit]:
    """The same files each time.

    Args:
        folder: where the library that makes Parquet may write.
    """
    dice = random.Random(SEED)
    return [
        *_orders(dice),
        *_split_orders(dice),
        *_telemetry(dice, folder),
        *_documents(dice),
        *_broken(dice),
    ]


def _order(number: int, dice: random.Random) -> str:
    price = round(dice.lognormvariate(3, 0.8), 2)
    hour = f"{dice.randint(0, 23):02d}:{dice.randint(0, 59):02d}:00"
    customer, country = f"C{dice.randrange(400):06d}", dice.choice(COUNTRIES)
    return (
        f"{number},2026-11-20T{hour}Z,{customer},{country},{dice.randint(1, 12)},{price},{dice.choice(NOTES)}"
    )


def _table(rows: list[str]) -> bytes:
    return "\n".join([ORDERS_HEADER, *rows, ""]).encode()


def _rows(dice: random.Random, count: int) -> list[str]:
    return [_order(100_000 + number, dice) for number in range(count)]


def _orders(dice: random.Random) -> list[Exhibit]:
    shops = ("berlin", "oslo", "copenhagen", "vienna", "warsaw", "zurich", "amsterdam", "lyon")
    good = [
        Exhibit("orders", f"orders-{shop}-{day}.csv", _table(_rows(dice, dice.randint(40, 2_400))))
        for shop in shops
        for day in ("2026-11-19", "2026-11-20")
    ]
    free = dict.fromkeys(range(2, 60), (5, "free"))
    wrong: list[tuple[str, Callable[[list[str]], list[str]]]] = [
        ("orders-hamburg-2026-11-20.csv", lambda rows: _spoiled(rows, {3: (1, "yesterday"), 7: (3, "US")})),
        ("orders-bergen-2026-11-20.csv", lambda rows: _spoiled(rows, {11: (2, "C17"), 12: (4, "0")})),
        ("orders-basel-2026-11-20.csv", lambda rows: [*rows, rows[4]]),
        (
            "orders-gdansk-2026-11-20.csv",
            lambda rows: _spoiled(rows, free),
        ),
    ]
    bad = [Exhibit("orders", name, _table(spoil(_rows(dice, 320)))) for name, spoil in wrong]
    old = b"id;date;customer;amount\n1;20.11.2026;C000001;12,50\n"
    return [*good, *bad, Exhibit("orders", "orders-aarhus-2026-11-20.csv", old)]


def _spoiled(rows: list[str], cells: dict[int, tuple[int, str]]) -> list[str]:
    for number, (cell, text) in cells.items():
        values = rows[number].split(",")
        values[cell] = text
        rows[number] = ",".join(values)
    return rows


def _split_orders(dice: random.Random) -> list[Exhibit]:
    rows = _spoiled(_rows(dice, 900), {17: (3, "GB"), 230: (5, "n/a"), 512: (1, "20.11.2026")})
    return [Exhibit("orders/split", "marketplace-2026-11-20.csv", _table(rows))]


def _telemetry(dice: random.Random, folder: Path) -> list[Exhibit]:
    path = folder / "air-quality.parquet"
    with duckdb.connect() as database:
        database.execute("SELECT setseed(0.2)")
        database.execute(
            "COPY (SELECT TIMESTAMP '2026-11-20' + INTERVAL (i) MINUTE AS measured_at, "
            f"{list(STATIONS)}[1 + i % 6] AS station, round(8 + 30 * random(), 1) AS pm10, "
            "CASE WHEN i % 97 = 0 THEN NULL ELSE round(3 + 9 * random(), 1) END AS pm25, "
            "40 + CAST(30 * random() AS INTEGER) AS humidity "
            f"FROM range(8640) t(i)) TO '{path}' (FORMAT parquet)"
        )
    events = [
        {"at": f"2026-11-20T{i // 60 % 24:02d}:{i % 60:02d}:00Z", "device": f"meter-{dice.randint(1, 40)}"}
        | {"watts": dice.randint(20, 3_000)}
        for i in range(1_440)
    ]
    lines = "".join(json.dumps(event) + "\n" for event in events).encode()
    catalogue = [{"sku": f"SKU-{i:05d}", "stock": dice.randint(0, 500)} for i in range(240)]
    return [
        Exhibit("sensors", "air-quality-2026-11-20.parquet", path.read_bytes()),
        Exhibit("sensors", "meters-2026-11-20.jsonl", lines),
        Exhibit("sensors", "meters-2026-11-19.jsonl.gz", gzip.compress(lines, mtime=0)),
        Exhibit("catalogue", "stock.json", json.dumps(catalogue, indent=1).encode()),
        Exhibit("catalogue", "prices.xlsx", _workbook(dice)),
    ]


def _workbook(dice: random.Random) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["sku", "price", "valid from"])
    for number in range(180):
        sheet.append([f"SKU-{number:05d}", round(dice.lognormvariate(3, 0.8), 2), "2026-12-01"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _documents(dice: random.Random) -> list[Exhibit]:
    parcel = Exhibit("photos", "parcel-48213.jpg", _image("JPEG", (1600, 1200), dice))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("readme.txt", "The week's photos.\n")
        file.writestr("photos/parcel-48213.jpg", parcel.content)
    return [
        parcel,
        Exhibit("photos", "storefront.png", _image("PNG", (640, 420), dice)),
        Exhibit("photos", "week-47.zip", archive.getvalue()),
        Exhibit("invoices", "invoice-2026-1187.pdf", _pdf(2)),
        Exhibit("invoices", "invoice-2026-1188.pdf", _pdf(1)),
        Exhibit("invoices", "terms-of-delivery.txt", b"Goods are delivered within five working days.\n" * 40),
    ]


def _image(kind: str, size: tuple[int, int], dice: random.Random) -> bytes:
    picture = Image.new("RGB", size, (214, 222, 228))
    draw = ImageDraw.Draw(picture)
    for _ in range(40):
        left, top = dice.randrange(size[0]), dice.randrange(size[1])
        draw.rectangle(
            (left, top, left + 120, top + 90), fill=(dice.randrange(256), 120, dice.randrange(256))
        )
    file = io.BytesIO()
    picture.save(file, kind)
    return file.getvalue()


def _pdf(pages: int) -> bytes:
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _broken(dice: random.Random) -> list[Exhibit]:
    orders = _table(_rows(dice, 400))
    names = "name,city\n" + "".join(f"Jürgen {number},Köln\n" for number in range(60))
    return [
        Exhibit("uploads", "export.csv", b""),
        Exhibit("uploads", "customers.csv", names.encode("utf-16-be")[1:]),
        Exhibit("uploads", "backup-2026-11-20.csv.gz", gzip.compress(orders, mtime=0)[:-400]),
        Exhibit("photos", "damaged.jpg", _image("JPEG", (800, 600), dice)[:9_000]),
        Exhibit("invoices", "invoice-2026-1189.pdf", b"<!doctype html><title>Please sign in</title>" * 20),
        Exhibit("catalogue", "stock-delta.json", b'[{"sku": "SKU-00001", "stock": 4},\n {"sku": '),
        Exhibit("orders", "orders-lille.xlsx", _workbook(dice)),
    ]
