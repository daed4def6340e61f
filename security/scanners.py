"""The scanners, each with what it is given and how its answer is read; they live in a venv of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.program import ROOT
from security.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

PROGRAMS = ROOT / ".cache" / "scanners" / "bin"
BASELINE = ROOT / ".secrets.baseline"
CODE = (
    "api",
    "bench",
    "components",
    "contracts",
    "delivery",
    "local",
    "notifier",
    "policy",
    "processor",
    "records",
)
SECONDS = 300


class ScannerError(Exception):
    """A scanner did not do its work."""


def run(program: str, *arguments: str, folder: Path = ROOT) -> str:
    """What a scanner prints; that it found something is no error.

    Raises:
        ScannerError: it is not installed, or failed.
    """
    path = PROGRAMS / program
    if not path.exists():
        raise ScannerError(f"{program} is not installed: run `make check-security`")
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [str(path), *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS
    )
    if done.returncode not in (0, 1):
        raise ScannerError(f"{program} failed: {done.stderr.strip()[-2_000:]}")
    return done.stdout


def checkov(plans: Mapping[str, dict[str, Any]]) -> tuple[dict[str, list[Finding]], int]:
    """What checkov finds in each plan, and how many checks passed; in one run, as it takes long to begin."""
    with tempfile.TemporaryDirectory() as folder:
        for name, plan in plans.items():
            # Not in one line: checkov finds its places by lines.
            Path(folder, f"{name}.json").write_text(json.dumps(plan, indent=1))
        answer = json.loads(
            run(
                "checkov",
                *("--framework", "terraform_plan", "--skip-download", "--quiet", "--compact"),
                *("--output", "json", "--file", *(f"{name}.json" for name in plans)),
                folder=Path(folder),
            )
        )
    if answer["summary"]["parsing_errors"] or not answer["summary"]["resource_count"]:
        raise ScannerError(f"checkov could not read the plans: {answer['summary']}")
    found: dict[str, list[Finding]] = defaultdict(list)
    for check in answer["results"]["failed_checks"]:
        found[Path(check["file_path"]).stem].append(
            Finding(
                scanner="checkov",
                rule=check["check_id"],
                where=check["resource"],
                detail=check["check_name"],
            )
        )
    return found, answer["summary"]["passed"]


def parliament(documents: Mapping[str, dict[str, Any]]) -> list[tuple[Finding, str]]:
    """What parliament finds in policies, which are named `<stack>/<policy>`, and in which stack."""
    with tempfile.TemporaryDirectory() as folder:
        for name, document in documents.items():
            path = Path(folder, f"{name}.json")
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(_with_resources(document)))
        lines = run("parliament", "--directory", folder, "--json", "--include-community-auditors")
    return [_of_parliament(json.loads(line)) for line in lines.splitlines()]


def _with_resources(document: dict[str, Any]) -> dict[str, Any]:
    """Policies of who may be a role name none, and parliament takes that for a mistake."""
    role = {"Resource": "arn:aws:iam::123456789012:role/itself"}
    return {**document, "Statement": [role | statement for statement in document["Statement"]]}


def _of_parliament(found: dict[str, Any]) -> tuple[Finding, str]:
    detail = f"{found['title']}: {json.dumps(found['detail'])[:300]}"
    path = Path(found["location"]["filepath"])
    return Finding(
        scanner="parliament", rule=found["issue"], where=path.stem, detail=detail
    ), path.parent.name


def bandit() -> tuple[list[Finding], int]:
    """What bandit finds in the code besides the tests, and how many lines it read."""
    answer = json.loads(
        run("bandit", "--quiet", "--format", "json", "--recursive", "__main__.py", "security", *CODE)
    )
    if answer["errors"]:
        raise ScannerError(f"bandit could not read all: {answer['errors']}")
    findings = [
        Finding(
            scanner="bandit",
            rule=found["test_id"],
            where=found["filename"].removeprefix("./"),
            detail=f"line {found['line_number']}: {found['issue_text']}",
        )
        for found in answer["results"]
    ]
    return findings, answer["metrics"]["_totals"]["loc"]


def secrets() -> tuple[list[Finding], list[Finding], list[str]]:
    """What looks like a secret and is new, what is known to be none, and where that is not any more."""
    known = json.loads(BASELINE.read_text())["results"]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, BASELINE.name)
        shutil.copy(BASELINE, copy)
        run("detect-secrets", "scan", "--baseline", str(copy))
        there = json.loads(copy.read_text())["results"]
    audited = {_place(s) for entries in known.values() for s in entries if s.get("is_secret") is False}
    found = {_place(s): s for entries in there.values() for s in entries}
    new = [_secret(entry) for place, entry in found.items() if place not in audited]
    old = [_secret(entry) for place, entry in found.items() if place in audited]
    return new, old, sorted({file for file, *_ in audited - found.keys()})


def _place(secret: dict[str, Any]) -> tuple[str, str, str]:
    return secret["filename"], secret["type"], secret["hashed_secret"]


def _secret(entry: dict[str, Any]) -> Finding:
    return Finding(
        scanner="detect-secrets",
        rule=entry["type"],
        where=entry["filename"],
        detail=f"line {entry['line_number']}",
    )
