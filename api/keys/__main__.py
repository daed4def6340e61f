"""`python -m api.keys create|list|revoke`: the API keys of a deployed stack."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from api.keys import CACHE_SECONDS, KeyStore
from records.errors import ScalperError

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
    commands.add_parser("list", help="show every key, without its secret")
    revoke = commands.add_parser("revoke", help="make a key useless")
    revoke.add_argument("key_id")
    return parser


def _client(options: argparse.Namespace) -> DynamoDBClient:
    try:
        return boto3.client("dynamodb", endpoint_url=options.endpoint_url, region_name=options.region)
    except ValueError as error:  # botocore's own word for an endpoint that is no URL
        raise StackError(str(error)) from error


def _run(keys: KeyStore, options: argparse.Namespace) -> int:
    if options.command == "create":
        key, text = keys.create(options.name)
        print(f"key {key.key_id} for {key.name}: it is shown only now", file=sys.stderr)
        print(text)
    elif options.command == "list":
        for key in keys.list():
            state = f"revoked {key.revoked_at}" if key.revoked_at else "valid"
            print(f"{key.key_id}  {key.created_at}  {state:<32}  {key.name}")
    else:
        try:
            keys.revoke(options.key_id)
        except KeyError:
            print(f"error: no key {options.key_id}; `list` shows the ids", file=sys.stderr)
            return 1
        print(f"key {options.key_id} is revoked; it stops working within {CACHE_SECONDS} s", file=sys.stderr)
    return 0


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
