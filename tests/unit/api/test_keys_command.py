"""`python -m api.keys`: exit codes, and what goes to standard output and to standard error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.keys import CACHE_SECONDS, KeyStore, Scope
from api.keys.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

ROOT = Path(__file__).parents[3]
TABLE = ["--table", "api-keys"]
CREATE = ["create", "--name", "n"]
WRONG_WORDS: list[list[str]] = [
    [],
    ["lose"],
    ["create"],
    ["revoke"],
    ["rotate"],
    ["list", "more"],
    [*CREATE, "--scope", "fly"],
    [*CREATE, "--scope"],
    [*CREATE, "--prefix", "orders/"],
    [*CREATE, "--prefix", "../orders"],
    [*CREATE, "--expires", "soon"],
    ["rotate", "0" * 12, "--grace", "a"],
]


@pytest.fixture
def keys(dynamodb: DynamoDBClient, api_keys_table: str) -> KeyStore:
    return KeyStore(dynamodb, api_keys_table)


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Put a `pulumi` of our own on the path; the file that it returns holds the words it was called with."""

    def put(script: str) -> Path:
        program, words = tmp_path / "pulumi", tmp_path / "words"
        program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {words}\n{script}\n', encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
        return words

    return put


def test_the_secret_is_shown_once(keys: KeyStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*TABLE, "create", "--name", "partner"]) == 0
    made = capsys.readouterr()
    text = made.out.removesuffix("\n")
    key = keys.verify(text)
    assert key, "standard output is the key and nothing else, so that it can be piped"
    assert made.err == f"key {key.key_id} for partner: it is shown only now\n"
    assert main([*TABLE, "list"]) == 0
    listed = capsys.readouterr()
    assert text[-43:] not in listed.out + listed.err
    assert key.key_id in listed.out


def test_the_list(keys: KeyStore, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = keys.create("partner one")[0], keys.create("partner two", prefix="orders")[0]
    keys.revoke(other.key_id)
    (revoked,) = [key for key in keys.list() if key.revoked_at]
    assert main([*TABLE, "list"]) == 0
    lines = dict(line.split("  ", 1) for line in capsys.readouterr().out.splitlines())
    assert lines.keys() == {one.key_id, other.key_id}
    rights = ["never", "used", "operate,read,upload"]
    assert lines[one.key_id].split() == [one.created_at, "valid", *rights, "*", "partner", "one"]
    ended = [other.created_at, "revoked", revoked.revoked_at]
    assert lines[other.key_id].split() == [*ended, *rights, "orders/", "partner", "two"]


def test_an_empty_list(keys: KeyStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*TABLE, "list"]) == 0
    assert capsys.readouterr().out == ""


def test_revoking(keys: KeyStore, capsys: pytest.CaptureFixture[str]) -> None:
    key, text = keys.create("partner")
    assert main([*TABLE, "revoke", key.key_id]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"key {key.key_id} is revoked; it stops working within {CACHE_SECONDS} s\n"
    assert keys.verify(text) is None
    assert main([*TABLE, "revoke", key.key_id]) == 0, "twice is as good as once"


def test_what_a_key_may_do(keys: KeyStore, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--scope", "read", "admin", "--prefix", "orders/emea", "--expires", "2999-01-31"]
    assert main([*TABLE, "create", "--name", "partner", *words]) == 0
    key = keys.verify(capsys.readouterr().out.strip())
    assert key
    assert key.scopes == {Scope.READ, Scope.ADMIN}
    assert key.prefix == "orders/emea"
    assert key.expires_at == "2999-01-31T00:00:00.000Z"
    assert main([*TABLE, "list"]) == 0
    assert "valid until 2999-01-31T00:00:00.000Z" in capsys.readouterr().out


def test_without_a_word_a_key_may_do_everything_but_make_keys(
    keys: KeyStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*TABLE, "create", "--name", "partner"]) == 0
    key = keys.verify(capsys.readouterr().out.strip())
    assert key
    assert key.scopes == {Scope.READ, Scope.UPLOAD, Scope.OPERATE}


def test_rotating(keys: KeyStore, capsys: pytest.CaptureFixture[str]) -> None:
    key, older = keys.create("partner")
    assert main([*TABLE, "rotate", key.key_id, "--grace", "60"]) == 0
    said = capsys.readouterr()
    found = keys.verify(said.out.strip())
    assert found
    assert keys.verify(older) == found
    assert said.err == f"key {key.key_id} for partner: the secret before works until {found.older_until}\n"
    assert main([*TABLE, "rotate", key.key_id]) == 1
    assert capsys.readouterr().err == f"error: the key has two secrets until {found.older_until}\n"
    assert main([*TABLE, "rotate", "0" * 12]) == 1
    assert "no key" in capsys.readouterr().err


def test_revoking_an_unknown_key(keys: KeyStore, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*TABLE, "revoke", "0" * 12]) == 1
    assert capsys.readouterr() == ("", f"error: no key {'0' * 12}; `list` shows the ids\n")


@pytest.mark.parametrize("stack", [None, "acme/prod"])
def test_the_table_of_a_stack(
    keys: KeyStore, pulumi: Callable[[str], Path], capsys: pytest.CaptureFixture[str], stack: str | None
) -> None:
    words = pulumi("""echo '{"apiUrl": "https://x", "apiKeysTable": "api-keys"}'""")
    chosen = ["--stack", stack] if stack else []
    assert main([*chosen, "create", "--name", "partner"]) == 0
    assert keys.verify(capsys.readouterr().out.strip())
    assert words.read_text().split() == ["stack", "output", "--json", *chosen]


def test_a_named_table_needs_no_pulumi(
    keys: KeyStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main([*TABLE, "list"]) == 0


def failed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What the command says on standard error when it fails."""
    assert main(list(words)) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1
    return said.err


def test_pulumi_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "--table" in failed(capsys, "list")


def test_pulumi_fails(capsys: pytest.CaptureFixture[str], pulumi: Callable[[str], Path]) -> None:
    pulumi('echo "error: no stack named lost found" >&2; exit 255')
    assert "no stack named lost found" in failed(capsys, "--stack", "lost", "list")


@pytest.mark.parametrize("outputs", ["{}", '{"apiUrl": "https://x"}'])
def test_the_stack_is_not_deployed(
    capsys: pytest.CaptureFixture[str], pulumi: Callable[[str], Path], outputs: str
) -> None:
    pulumi(f"echo '{outputs}'")
    assert "no output apiKeysTable" in failed(capsys, "list")


def test_pulumi_says_what_is_no_json(
    capsys: pytest.CaptureFixture[str], pulumi: Callable[[str], Path]
) -> None:
    pulumi("echo 'warning: A new version of Pulumi is available.'")
    assert "pulumi" in failed(capsys, "list")


def test_the_table_does_not_exist(aws: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert "not found" in failed(capsys, "--table", "lost", "list")


def test_no_region(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, aws: None) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert "region" in failed(capsys, *TABLE, "list")


def test_an_endpoint_that_is_no_url(capsys: pytest.CaptureFixture[str]) -> None:
    assert "localhost" in failed(capsys, *TABLE, "--endpoint-url", "localhost", "list")


@pytest.mark.parametrize("words", WRONG_WORDS)
def test_wrong_words(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_info:
        main(words)
    assert exit_info.value.code == 2
    assert "usage: python -m api.keys" in capsys.readouterr().err


def test_as_a_module() -> None:
    command = [sys.executable, "-W", "error", "-m", "api.keys", "--help"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    for word in ("create", "list", "rotate", "revoke", "--stack", "--table", "--region", "--endpoint-url"):
        assert word in answer.stdout
    assert json.dumps(answer.stderr) == '""'
