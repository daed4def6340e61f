"""Whether `aws` and `pulumi` would understand a line, told without an account and without these programs."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import botocore.session
import yaml
from botocore import xform_name
from botocore.exceptions import UnknownServiceError

from local.program import ROOT
from tests.docs.requests import CommandError

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from pathlib import Path

SERVICES = {"s3api": "s3", "configservice": "config", "deploy": "codedeploy"}
"""The services that the command line calls by other names than botocore."""
BY_HAND: dict[str, set[str]] = {
    "s3": {"cp", "ls", "mb", "mv", "presign", "rb", "rm", "sync", "website"},
    "logs": {"tail"},
    "configure": {"get", "list", "set", "sso", "import"},
    "sso": {"login", "logout"},
    "cloudformation": {"deploy", "package"},
}
"""Commands that no model of a service describes."""
AWS_WITH_VALUE = {
    *("region", "profile", "output", "query", "endpoint-url", "max-items", "page-size", "starting-token"),
    *("cli-input-json", "cli-binary-format", "color"),
}
EVERYWHERE = AWS_WITH_VALUE | {"no-cli-pager", "no-paginate", "debug", "no-sign-request", "no-verify-ssl"}
COMMANDS: dict[str, set[str]] = {
    "stack": {"init", "select", "ls", "output", "rm", "export", "import", "history", "tag", "unselect"},
    "config": {"set", "get", "rm", "cp", "refresh", "set-all"},
    "state": {"unprotect", "delete", "move", "rename", "protect"},
    "policy": {"new", "publish", "ls", "enable", "disable"},
    "plugin": {"install", "ls", "rm"},
}
"""Commands of the Pulumi CLI, and what they have below them."""
_ALONE = "login logout up preview destroy refresh cancel import whoami about version install logs"
COMMANDS |= {name: set() for name in _ALONE.split()}
_WITH_VALUE = """stack s policy-pack policy-pack-config target t cwd C message m secrets-provider file f out o
    copy-config-from import-file parallel p color parent provider replace config c plan save-plan"""
_WITHOUT = """yes y path secret plaintext diff json j skip-preview refresh show-secrets force non-interactive
    remove preview-only target-dependents local all exclude-protected expect-no-changes generate-code shell
    suppress-outputs suppress-progress logtostderr preserve-config version protect continue-on-error
    run-program"""
WITH_VALUE = set(_WITH_VALUE.split())
FLAGS = WITH_VALUE | set(_WITHOUT.split())
AWS_KEYS = {"region", "profile", "allowedAccountIds", "defaultTags", "forbiddenAccountIds"}


def check_aws(words: list[str]) -> None:
    """Hold a line against botocore's models.

    Raises:
        CommandError: there is no such service, operation or parameter, or a parameter is missing.
    """
    given, (service, operation, *_) = _split(words[1:], AWS_WITH_VALUE)
    if operation in BY_HAND.get(service, ()):
        return
    try:
        parameters, required = _parameters(
            service, operation, [word for word in words if not word.startswith("-")]
        )
    except UnknownServiceError as error:
        raise CommandError(f"aws has no service {service}") from error
    if unknown := given - parameters - EVERYWHERE:
        raise CommandError(f"aws {service} {operation} has no {unknown}; it has {sorted(parameters)}")
    if "cli-input-json" not in given and (missing := required - given):
        raise CommandError(f"aws {service} {operation} needs {missing}")


def _parameters(service: str, operation: str, words: list[str]) -> tuple[set[str], set[str]]:
    """The parameters of an operation, or of what is waited for, and those that are required."""
    session = botocore.session.get_session()
    model = session.get_service_model(SERVICES.get(service, service))
    if operation == "wait":
        waiters = session.get_waiter_model(SERVICES.get(service, service))
        names = {_dashed(name): waiters.get_waiter(name).operation for name in waiters.waiter_names}
        operation = _dashed(names.get(words[words.index("wait") + 1], "no-such-waiter"))
    operations = {_dashed(name): name for name in model.operation_names}
    if operation not in operations:
        raise CommandError(f"aws {service} has no {operation}")
    shape = model.operation_model(operations[operation]).input_shape
    if shape is None:
        return set(), set()
    names = {_dashed(name): member.type_name for name, member in shape.members.items()}
    switched_off = {f"no-{name}" for name, kind in names.items() if kind == "boolean"}
    return names.keys() | switched_off, set(map(_dashed, shape.required_members))


def _dashed(name: str) -> str:
    return str(xform_name(name, "-"))


def check_pulumi(words: list[str]) -> None:
    """Hold a line against what the Pulumi CLI knows, the configuration's keys and the stack's outputs.

    Raises:
        CommandError: there is no such command, option, key or output.
    """
    given, plain = _split(words[1:], WITH_VALUE)
    if unknown := given - FLAGS:
        raise CommandError(f"pulumi has no option {unknown} that tests/docs/clouds.py knows")
    if not plain or plain[0] not in COMMANDS:
        raise CommandError(f"tests/docs/clouds.py knows no pulumi {' '.join(plain[:1])}")
    command, *rest = plain
    if COMMANDS[command] and rest and rest[0] not in COMMANDS[command]:
        raise CommandError(f"tests/docs/clouds.py knows no pulumi {command} {rest[0]}")
    folder = ROOT / (_value(words, "-C", "--cwd") or ".")
    if not (folder / "Pulumi.yaml").exists():
        raise CommandError(f"{folder.name} is no folder of a Pulumi program")
    if rest[:1] == ["output"] and rest[1:] and rest[1] not in outputs(folder):
        raise CommandError(f"the stack has no output {rest[1]}, but {sorted(outputs(folder))}")
    if command == "config" and rest[:1] in (["set"], ["get"], ["rm"]):
        _check_key(rest[1], folder)


def _value(words: list[str], *names: str) -> str | None:
    return next((after for word, after in pairwise(words) if word in names), None)


@cache
def outputs(folder: Path) -> frozenset[str]:
    """What the program of a folder exports."""
    text = (folder / "__main__.py").read_text(encoding="utf-8")
    return frozenset(re.findall(r"\bexport\(\s*\"(\w+)\"", text))


def _check_key(text: str, folder: Path) -> None:
    namespace, _, name = text.rpartition(":")
    project, keys = _keys(folder)
    known = AWS_KEYS if namespace == "aws" else keys
    if namespace not in ("", "aws", project) or re.split(r"[.\[]", name)[0] not in known:
        raise CommandError(f"there is no configuration {text}; there are {sorted(known)}")


@cache
def _keys(folder: Path) -> tuple[str, frozenset[str]]:
    """A project's name, and the keys that its Pulumi.yaml declares."""
    project = yaml.safe_load((folder / "Pulumi.yaml").read_text(encoding="utf-8"))
    keys = (key.rpartition(":") for key in project.get("config", {}))
    return project["name"], frozenset(
        name for namespace, _, name in keys if namespace in ("", project["name"])
    )


def _split(words: list[str], with_value: AbstractSet[str]) -> tuple[set[str], list[str]]:
    """The names of options, and the other words; values of `with_value` are left out."""
    given, plain = set(), []
    waiting = iter(words)
    for word in waiting:
        if word.startswith("-") and word.strip("-"):
            name, equals, _ = word.lstrip("-").partition("=")
            given.add(name)
            if name in with_value and not equals:
                next(waiting, None)
        else:
            plain.append(word)
    return given, plain
