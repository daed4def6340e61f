"""The commands of the runbooks: nobody shall find out at night that one of them does not exist."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from functools import cache
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from local.program import ROOT

PAGES = sorted((ROOT / "docs" / "runbooks").glob("*.md"))
PLACEHOLDER = re.compile(r"<[a-zA-Z-]+>")
# What the CLI adds, and the one name that it changes: --endpoint would be its own --endpoint-url.
OF_THE_CLI = {"--query", "--output", "--cli-binary-format", "--notification-endpoint"}
SERVICES = {"s3api": "s3"}


def blocks(text: str) -> list[str]:
    return re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[list[str]]:
    """Every command of AWS's and of curl, in blocks and in sentences, as a shell would cut it."""
    lines = [line for block in blocks(text) for line in block.replace("\\\n", " ").splitlines()]
    lines += re.findall(r"`(aws [^`]+)`", text)
    without_dates = [
        re.sub(r"\$\(\(.*?\)\)|\$\([^)]*\)", "now", PLACEHOLDER.sub("name", line)) for line in lines
    ]
    return [shlex.split(line) for line in without_dates]


@cache
def model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(SERVICES.get(service, service))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_is_something_that_a_shell_understands(page: Any) -> None:
    for block in blocks(page.read_text()):
        subprocess.run(["bash", "-n"], input=PLACEHOLDER.sub("name", block), text=True, check=True)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_of_aws_exists_with_its_options(page: Any) -> None:
    for _, service, operation, *arguments in [c for c in commands(page.read_text()) if c[0] == "aws"]:
        operations = {xform_name(name, "-"): name for name in model(service).operation_names}
        shape = model(service).operation_model(operations[operation]).input_shape
        options = {f"--{xform_name(member, '-')}" for member in shape.members}
        assert {word for word in arguments if word.startswith("--")} <= options | OF_THE_CLI


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_request_is_one_that_the_api_answers(page: Any) -> None:
    paths = json.loads((ROOT / "openapi.json").read_text())["paths"]
    for words in [c for c in commands(page.read_text()) if c[0] == "curl"]:
        method = "post" if "POST" in words else "get"
        path = words[-1].removeprefix("$API").partition("?")[0]
        assert method in paths[path], path
