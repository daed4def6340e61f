"""Runs the scanners over the stack, its policies and the code: `make check-security`.

    python -m security [policy] [checkov] [parliament] [bandit] [detect-secrets]

What they find is mended, or stands in `exceptions.yaml` with its reason. A stack that is bad on purpose is
scanned as well: each of its faults has to be found.
"""

from __future__ import annotations

import argparse
import sys
import time
from functools import cache
from typing import TYPE_CHECKING, Any

from local.plan import Plan
from policy.pack import SINGLE, WHOLE
from security import bad, pack, scanners, stacks
from security.findings import Finding, accepted, unexplained, unused

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.graph import Graph

BAD = "bad"


@cache
def _graphs() -> dict[str, Graph]:
    return stacks.captured()


@cache
def _bad() -> Graph:
    return bad.stack(_graphs()["prod"])


def _policy() -> tuple[str, list[Finding], list[str]]:
    findings = [finding for graph in _graphs().values() for finding in pack.check(graph)]
    return f"{len(SINGLE | WHOLE)} rules", findings, bad.missed("policy", pack.check(_bad()))


def _checkov() -> tuple[str, list[Finding], list[str]]:
    plans = {name: Plan(graph).document() for name, graph in (_graphs() | {BAD: _bad()}).items()}
    found, passed = scanners.checkov(plans)
    missed = bad.missed("checkov", found.pop(BAD, []))
    findings = [finding for several in found.values() for finding in several]
    return f"{', '.join(found)}: {passed} checks passed", findings, missed


def _parliament() -> tuple[str, list[Finding], list[str]]:
    documents: dict[str, dict[str, Any]] = {}
    for name, graph in (_graphs() | {BAD: _bad()}).items():
        for policy, document in stacks.documents(graph).items():
            # Most are the same in every stack, and once is enough.
            if document not in documents.values():
                documents[f"{name}/{policy}"] = document
    found = scanners.parliament(documents)
    good = [finding for finding, stack in found if stack != BAD]
    missed = bad.missed("parliament", [finding for finding, stack in found if stack == BAD])
    return f"{len(documents)} policies", good, missed


def _bandit() -> tuple[str, list[Finding], list[str]]:
    findings, lines = scanners.bandit()
    return f"{lines:,} lines", findings, []


def _secrets() -> tuple[str, list[Finding], list[str]]:
    new, known, gone = scanners.secrets()
    problems = [f"{f.where}, {f.detail}: {f.rule} that .secrets.baseline does not have" for f in new]
    problems += [f"{file}: .secrets.baseline has what is not there any more" for file in gone]
    return f"{len(known)} texts that look like secrets", known, problems


SCANNERS: dict[str, Callable[[], tuple[str, list[Finding], list[str]]]] = {
    "policy": _policy,
    "checkov": _checkov,
    "parliament": _parliament,
    "bandit": _bandit,
    "detect-secrets": _secrets,
}


def problems(scanner: str) -> tuple[str, list[str]]:
    """One line of what a scanner did, and whatever is wrong."""
    exceptions = [exception for exception in accepted() if exception.scanner == scanner]
    did, findings, wrong = SCANNERS[scanner]()
    wrong += [f"{f.where}: {f.rule}: {f.detail}" for f in unexplained(findings, exceptions)]
    wrong += [
        f"exceptions.yaml: {e.rule} in {where} is not found" for e, where in unused(findings, exceptions)
    ]
    summary = f"{did}; {len(set(findings))} findings, accepted for {len(exceptions)} reasons"
    faults = bad.expected(scanner)
    if faults:
        summary += f"; {len(faults)} faults of the bad stack found"
    return summary, wrong


def main() -> int:
    """Run the scanners; 1 if any of them, or of the exceptions, leaves something to do."""
    parser = argparse.ArgumentParser(prog="python -m security", description=main.__doc__)
    parser.add_argument("scanner", nargs="*", help=f"one of {', '.join(SCANNERS)}; all without any")
    wanted = parser.parse_args().scanner or list(SCANNERS)
    failed = False
    for scanner in wanted:
        begun = time.monotonic()
        try:
            summary, wrong = problems(scanner)
        except scanners.ScannerError as error:
            summary, wrong = "did not run", [str(error)]
        seconds = time.monotonic() - begun
        print(f"{'FAILED' if wrong else 'ok    '} {scanner}: {summary} ({seconds:.0f} s)", flush=True)
        for line in wrong:
            print(f"       {line}", flush=True)
        failed = failed or bool(wrong)
    if failed:
        print("What to do: docs/security.md", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
