"""`python -m delivery.smoke`: the smoke test of a deployed stack, as a command."""

from __future__ import annotations

import argparse
import json
import os
import sys
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import httpx
from botocore.exceptions import BotoCoreError, ClientError

from api.keys import KeyStore, Scope
from delivery.checks import PREFIX, Smoke, SmokeFailure
from local.api_client import ApiClient, Refused, Waiting, is_local
from local.ingest import Ingest
from records.errors import ScalperError
from records.model import utc_text

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY_VARIABLE = "SMOKE_API_KEY"
KEY_LASTS = timedelta(hours=1)
"""Should nobody come to revoke it."""
SCOPES = frozenset({Scope.READ, Scope.UPLOAD, Scope.OPERATE})


class UnreadableOutputs(Exception):
    """What was given as the stack's outputs is not that."""


@dataclass(frozen=True)
class Outputs:
    """Of the stack's outputs, what a smoke test needs."""

    api_url: str
    api_keys_table: str
    region: str


def main(arguments: list[str] | None = None) -> int:
    """Run all checks; 0 when the stack does what it should, 1 with a message on standard error when not."""
    options = _parser().parse_args(arguments)
    begun = datetime.now(UTC)
    try:
        with ExitStack() as stack:
            url, key = stack.enter_context(_access(options))
            for line in stack.enter_context(_smoke(url, key, options.timeout)).run():
                print(f"ok    {line}", flush=True)
    except (SmokeFailure, Refused, UnreadableOutputs, ScalperError) as error:
        return _failed(str(error))
    except (httpx.HTTPError, httpx.InvalidURL, BotoCoreError, ClientError, OSError) as error:
        return _failed(f"{type(error).__name__}: {error}")
    print(f"The stack works: a good and a bad file in {(datetime.now(UTC) - begun).total_seconds():.1f} s.")
    return 0


def _failed(reason: str) -> int:
    print(f"FAIL  {reason}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m delivery.smoke",
        description="Send a good and a bad file through a deployed stack, and check what becomes of them.",
    )
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument(
        "--outputs",
        metavar="FILE",
        help="what `pulumi stack output --json` prints, - for standard input; makes a key for the test",
    )
    where.add_argument(
        "--url", help=f"the API; its key, for reading, uploading and operating, in {KEY_VARIABLE}"
    )
    parser.add_argument(
        "--timeout", type=float, default=120, metavar="SECONDS", help="for the outcome of one file (120)"
    )
    parser.add_argument("--endpoint-url", help="another endpoint than AWS, such as the local system's")
    return parser


@contextmanager
def _access(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """The API's address, and a key that is good for as long as the test runs."""
    if options.url:
        if not (key := os.environ.get(KEY_VARIABLE)):
            raise UnreadableOutputs(f"put the key of an API user into the variable {KEY_VARIABLE}")
        yield options.url.rstrip("/"), key
        return
    outputs = read_outputs(sys.stdin.read() if options.outputs == "-" else Path(options.outputs).read_text())
    client = boto3.client("dynamodb", region_name=outputs.region, endpoint_url=options.endpoint_url)
    keys = KeyStore(client, outputs.api_keys_table)
    until = utc_text(datetime.now(UTC) + KEY_LASTS)
    made, text = keys.create("smoke test", scopes=SCOPES, expires_at=until)
    try:
        yield outputs.api_url, text
    finally:
        keys.revoke(made.key_id)


@contextmanager
def _smoke(url: str, key: str, timeout: float) -> Iterator[Smoke]:
    with (
        Ingest(url, key, prefix=PREFIX, timeout_seconds=timeout) as ingest,
        closing(ApiClient(url, key, Waiting(), patience_seconds=timeout)) as api,
        httpx.Client(timeout=60, trust_env=not is_local(url)) as s3,
    ):
        yield Smoke(ingest, api, lambda link: s3.get(link).raise_for_status().content)


def read_outputs(text: str) -> Outputs:
    """
    Raises:
        UnreadableOutputs: it is not what `pulumi stack output --json` prints of a deployed stack.
    """
    try:
        outputs: dict[str, Any] = json.loads(text)
        # The topic's ARN names the region: no output does so by itself, and an address may be one's own.
        region = outputs["topicArn"].split(":")[3]
        return Outputs(outputs["apiUrl"].rstrip("/"), outputs["apiKeysTable"], region)
    except KeyError as error:
        raise UnreadableOutputs(f"the stack has no output {error}; is it deployed?") from error
    except (ValueError, TypeError, AttributeError, IndexError) as error:
        raise UnreadableOutputs(f"these are no outputs of a stack: {text[:200].strip()!r}") from error


if __name__ == "__main__":
    sys.exit(main())
