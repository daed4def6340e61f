"""The sessions of the documentation, run as they stand, in order, against the local system."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import boto3
import httpx
import pytest
from moto import mock_aws

from local.program import ROOT
from tests.docs.pages import SHELL, blocks, section
from tests.flow.conftest import Client, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.system import System

README, API, OPERATE = ROOT / "README.md", ROOT / "docs" / "api.md", ROOT / "docs" / "operate.md"
BEGIN = """set -euo pipefail
curl() { command curl --fail-with-body --noproxy '*' "$@"; }
"""
STEP = "\x1e"
"""Between what the blocks print."""


def scripts() -> list[str]:
    """The commands of the first session, and of the page that goes on with it, but those for the AWS CLI."""
    before_clients = API.read_text(encoding="utf-8").split("\n## Clients\n")[0]
    found = [*blocks(README, section(README, "A first session")), *blocks(README, section(README, "The API"))]
    found += blocks(API, before_clients)
    return [block.body for block in found if block.language in SHELL and "\naws " not in block.body]


def adapted(script: str, system: System, folder: Path) -> str:
    """What a person would put in: their own address and key; and a folder of the test's own."""
    script = re.sub(r"^API=.+$", f"API={system.url}", script, flags=re.MULTILINE)
    script = re.sub(r"^KEY=.+$", f"KEY={system.api_key}", script, flags=re.MULTILINE)
    return script.replace("/tmp/", f"{folder}/").replace(".venv/bin/python", sys.executable)


@pytest.fixture(scope="module")
def client(system: System) -> Iterator[Client]:
    client = Client(system)
    with client.api:
        yield client


@pytest.fixture(scope="module")
def printed(system: System, client: Client, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each block of commands printed."""
    folder = tmp_path_factory.mktemp("session")
    parts = [adapted(script, system, folder) for script in scripts()]
    whole = BEGIN + f"printf '{STEP}'\n".join(part if part.endswith("\n") else f"{part}\n" for part in parts)
    done = subprocess.run(
        ["bash", "-c", whole],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
        timeout=200,
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    client.idle()
    return dict(zip(scripts(), done.stdout.split(STEP), strict=True))


def told(printed: dict[str, str], command: str) -> str:
    """What the one block printed that has a text among its commands."""
    (found,) = [output for script, output in printed.items() if command in script]
    return found


def shown(page: Path, key: str) -> dict[str, Any]:
    """The answer that a page shows, by a key that only it has."""
    (found,) = [block.body for block in blocks(page) if block.language == "json" and f'"{key}"' in block.body]
    answer: dict[str, Any] = json.loads(found)
    return answer


def answers(text: str) -> list[dict[str, Any]]:
    """Several JSON documents, one after the other."""
    decoder, found, at = json.JSONDecoder(), [], 0
    while at < len(text.rstrip()):
        answer, at = decoder.raw_decode(text, at)
        found.append(answer)
    return found


def test_what_is_sent_ends_as_the_readme_shows(printed: dict[str, str]) -> None:
    table = told(printed, "ingest /tmp/first")
    assert "empty_file" in table
    assert re.search(r"processed +│ +│ 1 +│ 20 ", table)
    complaint = "4 errors in 3 of 5 rows. Line 3: The value is no datetime."
    assert complaint in README.read_text(encoding="utf-8")
    assert complaint in " ".join(told(printed, "ingest /tmp/orders").split())


def test_the_record_is_as_the_readme_shows_it(printed: dict[str, str]) -> None:
    expected = shown(README, "profile")
    _, record = answers(told(printed, "ID=$("))

    own = {"recordId", "objectKey", "arrivedAt", "finishedAt", "durationMs", "profile"}
    assert {key: record[key] for key in expected if key not in own} == {
        key: value for key, value in expected.items() if key not in own
    }
    assert expected["profile"].items() <= record["profile"].items()


def test_the_download_is_as_the_page_shows_it(printed: dict[str, str]) -> None:
    expected = shown(API, "sha256")
    (answer,) = answers(told(printed, "/download"))

    assert answer.keys() == expected.keys()
    assert answer["sha256"] == expected["sha256"]
    assert httpx.get(answer["url"], trust_env=False).content == b"id,amount\n1,10\n2,20\n"


def test_an_unchanged_record_is_a_304(printed: dict[str, str]) -> None:
    assert told(printed, "If-None-Match") == "304\n"


def test_a_retry_and_an_operation_are_accepted(printed: dict[str, str], client: Client) -> None:
    (operation,) = answers(told(printed, "/operations/"))

    def ended() -> bool:
        now = client.api.get(f"/operations/{operation['operationId']}").json()
        return bool(now["state"] == "finished")

    eventually(ended, "the operation's end")
    (record,) = answers(told(printed, "/retry"))
    assert record["status"] == "retrying"


def test_the_bad_rows_are_as_the_readme_shows_them(printed: dict[str, str], client: Client) -> None:
    found = client.api.get(
        "/records", params={"reason": "bad_rows", "status": "quarantined", "limit": 1}
    ).json()
    link = client.api.get(f"/records/{found['items'][0]['recordId']}/rejects").json()["url"]
    content = httpx.get(link, trust_env=False).content.decode("utf-8-sig")
    table = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(content))]

    lines = re.findall(r"^\| (?:lineNumber|\d+) \|.+$", section(README, "A first session"), re.MULTILINE)
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert table == cells


def test_the_same_request_again_is_the_same_record(printed: dict[str, str]) -> None:
    first, second = told(printed, "Idempotency-Key").split()
    assert first == second


def test_a_partner_gets_a_key_for_its_folder(printed: dict[str, str]) -> None:
    (key,) = answers(told(printed, '"partner"'))
    assert (key["prefix"], key["scopes"]) == ("orders", ["read", "upload"])


def test_what_a_restored_table_has_is_put_back_and_nothing_else_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (lines,) = [block.body for block in blocks(OPERATE) if block.language == "python"]
    monkeypatch.setenv("TABLE", "ours")
    with mock_aws():
        tables = boto3.resource("dynamodb")
        for name, records in (
            ("ours", {"a": "retrying"}),
            ("ours-restored", {"a": "failed", "b": "processed"}),
        ):
            table = tables.create_table(
                TableName=name,
                BillingMode="PAY_PER_REQUEST",
                KeySchema=[{"AttributeName": "recordId", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "recordId", "AttributeType": "S"}],
            )
            for key, status in records.items():
                table.put_item(Item={"recordId": key, "status": status})

        exec(compile(lines, "operate.md", "exec"), {})

        items = tables.Table("ours").scan()["Items"]
    assert {item["recordId"]: item["status"] for item in items} == {"a": "retrying", "b": "processed"}
