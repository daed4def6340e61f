"""Installs a bundle's locked wheels and takes out what a Lambda never reads."""

from __future__ import annotations

import gzip
import re
import shutil
from typing import TYPE_CHECKING

from components.interpreters import BundleError, run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

IN_THE_RUNTIME = ("boto3", "botocore")

# Patterns of paths; names of shared libraries have a hash in them that is another for each platform.
DEAD_WEIGHT = {
    # FastAPI imports all of it at start-up to refuse old models, and does without if it is not there:
    # a fifth of the cold start.
    "pydantic/v1": "the API before version 2",
    "pydantic/mypy.py": "a plugin of the type checker",
    "anyio/_backends/_trio.py": "an event loop that is not installed",
    "anyio/pytest_plugin.py": "for tests",
    "annotated_types/test_cases.py": "for tests",
    "fastapi/testclient.py": "for tests; its HTTP client is not installed",
    "starlette/testclient.py": "for tests; its HTTP client is not installed",
    "fastapi_swagger/__init__.py": "routes of its own; ours serve the files in resources/",
    "fastapi_swagger/main.py": "routes of its own; ours serve the files in resources/",
    # A tenth of the processor's bundle.
    "PIL/_avif.*": "AVIF is none of our formats",
    "pillow.libs/libavif-*": "AVIF is none of our formats",
    "PIL/_imagingft.*": "draws text",
    "pillow.libs/libfreetype-*": "draws text",
    "pillow.libs/libharfbuzz-*": "draws text",
    "pillow.libs/libbrotli*": "unpacks fonts",
    "pillow.libs/libpng16-*": "unpacks fonts; PNG files are read without it",
    "PIL/_imagingcms.*": "converts colours",
    "pillow.libs/liblcms2-*": "converts colours",
    "PIL/_imagingmath.*": "calculates with images",
    "PIL/_imagingmorph.*": "calculates with images",
    "PIL/_imagingtk.*": "shows images in windows",
    "duckdb/experimental": "DuckDB in the form of Spark",
}

# Served as they are, to clients that all take gzip.
COMPRESSED = ("fastapi_swagger/resources/*.js", "fastapi_swagger/resources/*.css")

LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)


def install(lock: Path, folder: Path, uv: Path, options: Sequence[str]) -> None:
    """Put the wheels of `lock` into `folder`: only wheels, only with the hashes it names."""
    strict = ("--only-binary", ":all:", "--require-hashes")
    # Copies: trimming a hard link could change the file in uv's cache.
    quiet = ("--link-mode", "copy", "--no-progress")
    try:
        run(uv, "pip", "install", "--target", folder, *options, *strict, *quiet, "--requirement", lock)
    except BundleError as exc:
        raise BundleError(f"uv could not install {lock.parent.name}/{lock.name}: {exc}") from exc
    for name in IN_THE_RUNTIME:
        if (folder / name).exists():
            raise BundleError(f"{lock.parent.name}/{lock.name} brings {name}, which the Lambda runtime has")


def trim(folder: Path) -> None:
    for pattern in DEAD_WEIGHT:
        for path in folder.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not _is_needed(path.relative_to(folder)):
            path.unlink()
    for metadata in folder.glob("*.dist-info/METADATA"):
        _keep_headers(metadata)
    for pattern in COMPRESSED:
        for path in folder.glob(pattern):
            _compress(path)


def _is_needed(file: Path) -> bool:
    top, *_ = file.parts
    if top.endswith(".dist-info"):
        return _is_needed_metadata(file)
    if top in {"bin", ".lock"} or file.suffix == ".pyi" or file.name == "py.typed":
        return False
    return not {"test", "tests", "__pycache__"}.intersection(file.parts[:-1])


def _is_needed_metadata(file: Path) -> bool:
    """Versions and plugins are looked up at run time; licences travel with what they license."""
    in_licences = "licenses" in file.parts[1:-1]
    return file.name in {"METADATA", "entry_points.txt"} or in_licences or bool(LICENCE_FILE.match(file.name))


def _keep_headers(metadata: Path) -> None:
    # What follows the first empty line is the project's README: 140 KB for pydantic.
    headers, _, _ = metadata.read_bytes().replace(b"\r\n", b"\n").partition(b"\n\n")
    metadata.write_bytes(headers + b"\n")


def _compress(path: Path) -> None:
    # Not gzip.compress: the header it writes differs between Python versions.
    with (
        path.with_name(f"{path.name}.gz").open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=raw, mtime=0) as packed,
    ):
        packed.write(path.read_bytes())
    path.unlink()
