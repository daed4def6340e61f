"""Every command that stands in the documentation is one that works, as far as can be told here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from local.program import ROOT
from tests.docs.pages import PAGES, SHELL, Block, blocks, name
from tests.docs.programs import OURS, check, known
from tests.docs.requests import CommandError
from tests.docs.shell import SUBSTITUTED, commands

if TYPE_CHECKING:
    from pathlib import Path

_INLINE = re.compile(r"`((?:make [a-z]\w*|pulumi stack output \w+)(?: [^`…]*)?)`")
LANGUAGES = {"", "text", "json", "python", "typescript", "yaml", "http", "mermaid", *SHELL}


def script(block: Block) -> str:
    """The commands of a block, or nothing if it holds something else."""
    if block.language == "console":
        lines = re.findall(r"^\$ (.+)$", block.body, re.MULTILINE)
        return "\n".join(lines)
    if block.language in SHELL:
        return block.body
    first = (
        re.match(r"\s*(?:#.*\n\s*)*(?:\w+=\S+ +)*([\w./-]+)(=?)", block.body) if not block.language else None
    )
    return block.body if first and (first[2] or known(first[1])) else ""


def complaints(page: Path) -> list[str]:
    """What is wrong with the commands of a page."""
    found = []
    for block in blocks(page):
        for words in commands(script(block)):
            try:
                check(words)
            except CommandError as error:
                found.append(f"{block.place}: {' '.join(words)}\n  {error}")
    return found


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_is_one_that_works(page: Path) -> None:
    wrong = complaints(page)
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_within_sentences_exist(page: Path) -> None:
    for command in _INLINE.findall(page.read_text(encoding="utf-8")):
        check(command.split())


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_block_is_of_a_language_that_is_known(page: Path) -> None:
    assert {block.language for block in blocks(page)} <= LANGUAGES


def options() -> set[tuple[str, str]]:
    """Each option of our own commands, and the module that has it."""
    found = set()
    for path in (path for folder in sorted(OURS - {"tests"}) for path in (ROOT / folder).rglob("*.py")):
        for option in re.findall(r"\.add_argument\(\s*\"(--[a-z-]+)\"", path.read_text(encoding="utf-8")):
            found.add((option, path.relative_to(ROOT).as_posix()))
    return found


def test_every_option_of_our_own_commands_is_on_a_page() -> None:
    written = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    told = set(re.findall(r"--[a-z][a-z-]*", written))

    assert {option for option, _ in options()} >= {"--schedule-speed", "--grace", "--move"}
    assert [(option, where) for option, where in sorted(options()) if option not in told] == []


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        ("frobnicate --all", "frobnicate is not known"),
        ("make everything", "no target everything"),
        ("make test ARGUMENTS=x", "no variable ARGUMENTS"),
        (".venv/bin/python -m local up --prot 1", "unrecognized arguments: --prot 1"),
        (".venv/bin/python -m api.keys create", "required: --name"),
        (".venv/bin/python -m local.nothing", "no module local.nothing"),
        (".venv/bin/nothing", "have no nothing"),
        ("python -m pytest tests/nothing.py", "no tests/nothing.py"),
        ("pulumi config set maxFiles 3", "no configuration maxFiles"),
        ("pulumi config set --path 'silent-scalper:emails[0]' me@example.com", "no configuration"),
        ("pulumi stack output apiURL", "no output apiURL"),
        ("pulumi up --now", "no option {'now'}"),
        ("pulumi deploy", "knows no pulumi deploy"),
        ("aws dynamodb restore-table --table-name x", "has no restore-table"),
        ("aws s3api copy-object --bucket x --key y", "needs {'copy-source'}"),
        ("aws dynamodb wait table-exists --name x", "has no {'name'}"),
        ("aws nothing list", "no service nothing"),
        ("curl $API/record/1", "has no GET /record/1"),
        ("curl -X PUT $API/records", "has no PUT /records"),
        ("curl '$API/records?state=failed'", "no parameter {'state'}"),
        ("""curl -d '{"name": "a", "scope": []}' $API/keys""", "no field {'scope'}"),
        ("""curl -d '{"name": "a"}' $API/keys""", "needs {'scopes'}"),
        ("""curl -d '{"name": "a", "scopes": ["write"]}' $API/keys""", "'write' is none of"),
        ("curl --wrong $API/records", "unrecognized arguments: --wrong"),
        ("npm run nothing --prefix dashboard", "has a script nothing"),
        ("npx nothing", "has nothing"),
    ],
)
def test_what_does_not_work_is_found(command: str, complaint: str) -> None:
    (words,) = commands(command)
    with pytest.raises(CommandError, match=re.escape(complaint)):
        check(words)


def test_a_script_is_taken_apart_as_a_shell_does() -> None:
    text = """
NAME=x FILE=$(cat a | head -1) make test  # don't
printf 'a;b' > "$FILE" && curl -d '{"a":
 1}' \\
  $API/x 2>&1
for one in 1 2; do
  echo "$one" | grep 'it''s'
done
cat > x <<'END'
make nothing
END
if true; then false; fi
"""
    assert commands(text) == [
        ["cat", "a"],
        ["head", "-1"],
        ["make", "test"],
        ["printf", "a;b"],
        ["curl", "-d", '{"a":\n 1}', "$API/x"],
        ["echo", "$one"],
        ["grep", "its"],
        ["cat"],
        ["true"],
        ["false"],
    ]
    assert commands('aws --start "$(( ($(date +%s) - 5) * 9 ))"') == [
        ["date", "+%s"],
        ["aws", "--start", "1"],
    ]
    assert commands('curl "$(pulumi stack output apiUrl)/health"') == [
        ["pulumi", "stack", "output", "apiUrl"],
        ["curl", f"{SUBSTITUTED}/health"],
    ]
