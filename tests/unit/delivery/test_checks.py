"""What the smoke test calls a failure: each thing that can be wrong with a file's outcome."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from delivery.checks import BAD, GOOD, Smoke, SmokeFailure
from local.ingest import Result

if TYPE_CHECKING:
    from pathlib import Path


class Stack:
    """A stack that works, but for what a test changes."""

    def __init__(self, **changed: Any) -> None:
        self.changed = changed
        self.discards: list[str] = []

    def send_one(self, path: Path) -> Result:
        content = path.read_bytes()
        record = {
            "recordId": path.name,
            "fileName": path.name,
            "sizeBytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "durationMs": 5,
            "detail": "The file ends in the middle.",
            **(
                {"status": "processed", "profile": {"rows": 2}}
                if path.name == GOOD[0]
                else {"status": "quarantined", "reason": "corrupt_file"}
            ),
        }
        return Result(path, record | self.changed.get(path.name, {}), self.changed.get("error"))

    def request(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        if path == "/health":
            return {"stack": "dev", "alerts": {"status": "ok"}}
        if method == "POST":
            self.discards.append(path)
            return {}
        return {"url": path, "fileName": BAD[0], "status": self.changed.get("discarded", "discarded")}

    def fetch(self, url: str) -> bytes:
        content: bytes = self.changed.get("bytes") or (GOOD if url.endswith("/download") else BAD)[1]
        return content

    def run(self) -> list[str]:
        return list(Smoke(self, self, self.fetch).run())


def test_a_stack_that_works_passes_and_its_bad_file_is_discarded() -> None:
    stack = Stack()
    assert len(stack.run()) == 6
    assert stack.discards == ["/records/bad.json/discard"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"good.csv": {"status": "quarantined", "reason": "x"}}, "status of good.csv is quarantined instead"),
        ({"good.csv": {"status": "failed", "sha256": None}}, "instead of processed: The file ends"),
        ({"good.csv": {"profile": {"rows": 3}}}, "its profile says 3"),
        ({"good.csv": {"sha256": "0" * 64}}, "which is not the file's"),
        ({"good.csv": {"sizeBytes": 7}}, "says 7 bytes"),
        ({"bad.json": {"status": "processed"}}, "status of bad.json is processed instead of quarantined"),
        ({"bad.json": {"reason": "wrong_format"}}, "reason of bad.json is wrong_format instead of"),
        ({"error": "still awaiting_upload after 120 s"}, "good.csv has no outcome: still awaiting_upload"),
        ({"bytes": b"others"}, "leads to other bytes"),
        ({"discarded": "quarantined"}, "status of bad.json is quarantined instead of discarded"),
    ],
)
def test_whatever_is_wrong_is_a_failure_that_says_what(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(SmokeFailure, match=told):
        Stack(**changed).run()
