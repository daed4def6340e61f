"""`python -m api.keys create|list|rotate|revoke`: the API keys of a deployed stack."""

from __future__ import annotations

import argparse
import json
import re
import secrets
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from api.keys import CACHE_SECONDS, DEFAULT_SCOPES, KeyStore, NotRotated, Scope
from contracts.model import LONGEST_PREFIX, PREFIX
from records.errors import ScalperError
from records.model import utc_text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it worked, 1 with a message on standard error when not."""
    options = _parser().parse_args(arguments)
    try:
        table = options.table or _table_of(options.stack)
        client = _client(options)
        return _run(KeyStore(client, table), options)
    except (ScalperError, BotoCoreError, ClientError, StackError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


class StackError(Exception):
    """The stack's outputs cannot be read."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m api.keys", description=__doc__)
    parser.add_argument("--stack", help="the Pulumi stack (default: the selected one)")
    parser.add_argument("--table", help="the API keys table, instead of asking Pulumi for it")
    parser.add_argument("--region", help="the AWS region (default: as the AWS SDK finds it)")
    parser.add_argument("--endpoint-url", help="another endpoint than AWS, such as the local system's")
    commands = parser.add_subparsers(dest="command", required=True)
    create = commands.add_parser("create", help="make a key; its text is shown once")
    create.add_argument("--name", required=True, help="who it is for")
    create.add_argument(
        "--scope",
        nargs="+",
        choices=[str(scope) for scope in Scope],
        default=sorted(DEFAULT_SCOPES),
        help="what it may do (default: read upload operate)",
    )
    create.add_argument("--prefix", type=_prefix, help="the folder that it is bound to (default: none)")
    create.add_argument("--expires", type=_moment, help="a day or a time, after RFC 3339 (default: never)")
    commands.add_parser("list", help="show every key, without its secret")
    rotate = commands.add_parser("rotate", help="give a key another secret, which is shown once")
    rotate.add_argument("key_id")
    rotate.add_argument(
        "--grace", type=int, default=86_400, metavar="SECONDS", help="the one before works so long (86400)"
    )
    revoke = commands.add_parser("revoke", help="make a key useless")
    revoke.add_argument("key_id")
    return parser


def _prefix(text: str) -> str:
    if len(text) > LONGEST_PREFIX or not re.fullmatch(PREFIX, text):
        raise argparse.ArgumentTypeError(f"{text!r} is no folder such as orders/emea")
    return text


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no time") from error
    return utc_text(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _client(options: argparse.Namespace) -> DynamoDBClient:
    try:
        return boto3.client("dynamodb", endpoint_url=options.endpoint_url, region_name=options.region)
    except ValueError as error:  # botocore's own word for an endpoint that is no URL
        raise StackError(str(error)) from error


def _run(keys: KeyStore, options: argparse.Namespace) -> int:
    try:
        _COMMANDS[options.command](keys, options)
    except KeyError:
        print(f"error: no key {options.key_id}; `list` shows the ids", file=sys.stderr)
        return 1
    except NotRotated as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _create(keys: KeyStore, options: argparse.Namespace) -> None:
    key, text = keys.create(
        options.name,
        scopes=frozenset(Scope(scope) for scope in options.scope),
        prefix=options.prefix,
        expires_at=options.expires,
    )
    print(f"key {key.key_id} for {key.name}: it is shown only now", file=sys.stderr)
    print(text)


def _list(keys: KeyStore, options: argparse.Namespace) -> None:
    now = keys.now()
    for key in keys.list():
        state = key.state(now)
        when = {"valid": key.expires_at, "expired": key.expires_at, "revoked": key.revoked_at}[state]
        told = f"{state} {'until ' if state == 'valid' and when else ''}{when or ''}".strip()
        where = f"{key.prefix}/" if key.prefix else "*"
        used = f"used {key.last_used_at}" if key.last_used_at else "never used"
        scopes = ",".join(sorted(key.scopes))
        print(f"{key.key_id}  {key.created_at}  {told:<38}  {used:<29}  {scopes:<25}  {where}  {key.name}")


def _rotate(keys: KeyStore, options: argparse.Namespace) -> None:
    key, text = keys.rotate(options.key_id, secrets.token_urlsafe(32), options.grace)
    until = f"until {key.older_until}" if key.older_until else f"for up to {CACHE_SECONDS} s more"
    print(f"key {key.key_id} for {key.name}: the secret before works {until}", file=sys.stderr)
    print(text)


def _revoke(keys: KeyStore, options: argparse.Namespace) -> None:
    keys.revoke(options.key_id)
    print(f"key {options.key_id} is revoked; it stops working within {CACHE_SECONDS} s", file=sys.stderr)


_COMMANDS = {"create": _create, "list": _list, "rotate": _rotate, "revoke": _revoke}


def _table_of(stack: str | None) -> str:
    command = ["pulumi", "stack", "output", "--json", *(["--stack", stack] if stack else [])]
    try:
        answer = subprocess.run(  # noqa: S603 — our own words, no shell
            command, capture_output=True, text=True, check=True
        )
        return str(json.loads(answer.stdout)["apiKeysTable"])
    except FileNotFoundError as error:
        raise StackError("pulumi is not installed; name the table with --table") from error
    except subprocess.CalledProcessError as error:
        raise StackError(f"pulumi stack output failed: {error.stderr.strip()}") from error
    except ValueError as error:
        raise StackError(f"pulumi stack output told no JSON: {answer.stdout[:200].strip()}") from error
    except KeyError as error:
        raise StackError("the stack has no output apiKeysTable; is it deployed?") from error


if __name__ == "__main__":
    sys.exit(main())
