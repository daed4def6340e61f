"""`python -m delivery.release v0.2.0`: what a release is made of, checked and put into a folder."""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import sys
import tomllib
from pathlib import Path

from components.bundle import PACKAGES, PLATFORMS, BundleError, Target, build
from local.program import ROOT

CHECKSUMS = "SHA256SUMS"


class NotReleasable(Exception):
    """The sources are not those of this release; the text says what is missing."""


def main(arguments: list[str] | None = None) -> int:
    """Fill the folder; 0 when it is complete, 1 with a message on standard error when not."""
    parser = argparse.ArgumentParser(prog="python -m delivery.release", description=__doc__)
    parser.add_argument("tag", help="v and the version, such as v0.2.0")
    parser.add_argument("--folder", type=Path, default=Path("dist"), help="where to (default: dist)")
    options = parser.parse_args(arguments)
    try:
        notes = checked(options.tag, ROOT)
        files = collect(options.tag, options.folder)
    except (NotReleasable, BundleError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    (options.folder / "notes.md").write_text(notes, encoding="utf-8")
    sums = "".join(f"{_sha256(file)}  {file.name}\n" for file in files)
    (options.folder / CHECKSUMS).write_text(sums, encoding="utf-8")
    print(sums, end="")
    return 0


def checked(tag: str, root: Path) -> str:
    """The notes of the release.

    Raises:
        NotReleasable: its version is not everywhere, or something that belongs to it is not there.
    """
    version = tag.removeprefix("v")
    if tag == version or not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise NotReleasable(f"the tag {tag!r} is not of the form v1.2.3")
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    document = json.loads((root / "openapi.json").read_text(encoding="utf-8"))
    found = {"pyproject.toml": project, "openapi.json": document["info"]["version"]}
    if wrong := [f"{file} says {said}" for file, said in found.items() if said != version]:
        raise NotReleasable(f"the tag says {version}, but {' and '.join(wrong)}")
    if json.loads((root / "openapi.released.json").read_text(encoding="utf-8")) != document:
        raise NotReleasable("openapi.released.json is not openapi.json: run `make release`, and commit it")
    return section(version, (root / "CHANGELOG.md").read_text(encoding="utf-8"))


def section(version: str, changelog: str) -> str:
    """What the changelog says of a version.

    Raises:
        NotReleasable: nothing.
    """
    parts = re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]
    for part in parts:
        title, _, text = part.partition("\n")
        if re.match(rf"\[?{re.escape(version)}\]?(\s|$)", title) and text.strip():
            return text.strip() + "\n"
    raise NotReleasable(f"CHANGELOG.md has no section `## {version}` with anything in it")


def collect(tag: str, folder: Path) -> list[Path]:
    """The bundles of every architecture, and the API's document."""
    folder.mkdir(parents=True, exist_ok=True)
    version = tag.removeprefix("v")
    files = []
    for architecture in PLATFORMS:
        target = Target.aws(architecture)
        for name in PACKAGES:
            named = folder / f"silent-scalper-{version}-{name}-{target.runtime}-{architecture}.zip"
            files.append(Path(shutil.copyfile(build(name, target).path, named)))
    files.append(
        Path(shutil.copyfile(ROOT / "openapi.json", folder / f"silent-scalper-{version}-openapi.json"))
    )
    return files


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
