"""The handlers run from the unpacked bundles, with nothing else on the path than what the runtime has."""

from __future__ import annotations

import base64
import importlib
import importlib.metadata
import json
import subprocess
import sys
import sysconfig
import zipfile
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from components.bundle import ROOT, Target, build
from contracts.reader import read_folder
from tests.bundle.building import HERE

RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py", "urllib3")

PythonOf = tuple[Target, Path]
"""What to build for, and what to run it with."""

INVOKE = """
import importlib, json, sys
*folders, module, events = sys.argv[1:]
sys.path[:0] = folders
handler = importlib.import_module(module).handler
print(json.dumps([handler(event, None) for event in json.loads(events)]))
"""


CONTRACTS = """
import json, sys
sys.path[:0] = sys.argv[1:]
from contracts.model import bundled
print(json.dumps([contract.prefix for contract in bundled()]))
"""

# Each of them does something, as what was trimmed might be missing only then.
LIBRARIES = """
import io, json, sys, zlib
sys.path[:0] = sys.argv[1:]
import duckdb, ijson, openpyxl, orjson, puremagic, pypdf
from PIL import Image, features
from ijson.backends import yajl2_c
if sys.version_info < (3, 14):
    from backports import zstd
    assert zstd.decompress(zstd.compress(b"zstd")) == b"zstd"
assert orjson.loads(orjson.dumps([1])) == [1]
assert list(yajl2_c.items(io.BytesIO(b"[1, 2]"), "item")) == [1, 2]
folder = sys.argv[2]
duckdb.connect().execute(f"COPY (SELECT 1 AS a) TO '{folder}/x.parquet' (FORMAT parquet, COMPRESSION zstd)")
assert duckdb.connect().execute(f"SELECT count(*) FROM '{folder}/x.parquet'").fetchall() == [(1,)]
assert duckdb.connect().execute("SELECT regexp_full_match('a1', '[a-z][0-9]')").fetchall() == [(True,)]
from processor.formats import plain_tables
from processor.formats.cell_types import TYPES
from processor.formats.csv_dialect import Dialect
told = {"size_bytes": 1, "most_bytes": 99, "values": True, "check_time": list}
table = io.BytesIO(b'1,"a"\\n2,c\\n')
found = plain_tables.described_rows(table, Dialect(b","), [TYPES[0], TYPES[-1]], **told)
assert [column["max"] for column in found.columns] == [2, "c"], found
Image.init()
for kind in ("PNG", "JPEG", "GIF", "WEBP", "TIFF"):
    written = io.BytesIO()
    Image.new("RGB", (8, 8)).save(written, kind)
    written.seek(0)
    Image.open(written).convert("L").load()
assert features.check("libjpeg_turbo") and features.check("webp")
book = openpyxl.Workbook()
book.active.append(["a", 1])
book.save(f"{folder}/x.xlsx")
assert next(openpyxl.load_workbook(f"{folder}/x.xlsx", read_only=True).active.values) == ("a", 1)
writer = pypdf.PdfWriter()
writer.add_blank_page(100, 100)
writer.write(f"{folder}/x.pdf")
assert len(pypdf.PdfReader(f"{folder}/x.pdf", strict=True).pages) == 1
print(json.dumps(["ok"]))
"""


def test_processor_runs_from_its_bundle(python_of: PythonOf, tmp_path: Path) -> None:
    assert invoke("processor", [{"Records": []}], python_of, tmp_path) == [{"batchItemFailures": []}]


def test_notifier_runs_from_its_bundle(python_of: PythonOf, tmp_path: Path) -> None:
    assert invoke("notifier", [{"Records": []}], python_of, tmp_path) == [{"published": 0}]


def test_the_processors_libraries_work_from_its_bundle(python_of: PythonOf, tmp_path: Path) -> None:
    assert run_in_bundle("processor", LIBRARIES, [], python_of, tmp_path) == ["ok"]


def test_a_bundle_knows_its_contracts(python_of: PythonOf, tmp_path: Path) -> None:
    prefixes = [contract.prefix for contract in read_folder(ROOT / "contracts")]

    assert run_in_bundle("api", CONTRACTS, [], python_of, tmp_path) == prefixes


def test_api_runs_from_its_bundle(python_of: PythonOf, tmp_path: Path) -> None:
    paths = ["/health", "/openapi.json", "/docs", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/"]

    answers = invoke("api", [get(path) for path in paths], python_of, tmp_path)

    assert [answer["statusCode"] for answer in answers] == [200] * len(paths)
    for asset in answers[3:]:
        assert asset["headers"]["content-encoding"] == "gzip"
        assert base64.b64decode(asset["body"])[:2] == b"\x1f\x8b"


@pytest.fixture(params=["host", "3.13"])
def python_of(request: pytest.FixtureRequest) -> PythonOf:
    if request.param == "host":
        return HERE, Path(sys.executable)
    python: Path = request.getfixturevalue("python_3_13")
    return Target.aws(HERE.architecture), python


def invoke(name: str, events: list[dict[str, Any]], python_of: PythonOf, tmp_path: Path) -> list[Any]:
    return run_in_bundle(name, INVOKE, [f"{name}.handler", json.dumps(events)], python_of, tmp_path)


def run_in_bundle(
    name: str, program: str, arguments: list[str], python_of: PythonOf, tmp_path: Path
) -> list[Any]:
    """What a program writes that is given the unpacked bundle's folder and the runtime's."""
    target, python = python_of
    unpacked, runtime = tmp_path / "task", tmp_path / "runtime"
    with zipfile.ZipFile(build(name, target).path) as archive:
        archive.extractall(unpacked)
    runtime.mkdir()
    for module in RUNTIME:
        (runtime / module).symlink_to(Path(sysconfig.get_path("purelib"), module))
    done = subprocess.run(
        [python, "-S", "-I", "-c", program, unpacked, runtime, *arguments],
        env=environment(name) | {"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: list[Any] = json.loads(done.stdout.splitlines()[-1])
    return answers


def environment(name: str) -> dict[str, str]:
    """What the Lambda's settings ask for, and what the runtime sets."""
    settings = importlib.import_module(f"{name}.settings").Settings
    hints = get_type_hints(settings)
    dummies = {str: "dummy", int: "1", bool: "true"}
    return {field.name.upper(): dummies[hints[field.name]] for field in fields(settings)} | {
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "dummy",
        "AWS_SECRET_ACCESS_KEY": "dummy",
        "AWS_EC2_METADATA_DISABLED": "true",
        # Nobody listens here: what asks AWS has to do without.
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    }


def get(path: str) -> dict[str, Any]:
    http = {
        "method": "GET",
        "path": path,
        "protocol": "HTTP/1.1",
        "sourceIp": "192.0.2.1",
        "userAgent": "test",
    }
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "api.example.com", "accept-encoding": "gzip"},
        "requestContext": {
            "http": http,
            "domainName": "api.example.com",
            "stage": "$default",
            "requestId": "1",
        },
        "isBase64Encoded": False,
    }
