"""The app's world, and the typed dependencies by which routes reach it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader

from api.access import require_scope, require_unbound
from api.alerting import AlertWatch
from api.commands import CommandQueue
from api.errors import Problem
from api.keys import ApiKey, KeyStore, Scope
from api.keys.oidc import BadClaims, Oidc
from api.keys.usage import Usage
from api.links import Links
from api.multipart import Multipart
from api.overview import Overviews
from api.page import Page
from api.problems import ProblemKind
from api.queues import QueueWatch
from api.statistics import Statistics
from contracts.model import Contracts
from records.operations import OperationStore
from records.prefixes import PrefixRegister
from records.reconciliation import SweepStore
from records.store import RecordStore

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


@dataclass(frozen=True)
class World:
    """Everything outside the app that its routes use.

    Attributes:
        max_file_bytes: the largest file that is accepted.
        multipart_threshold_bytes: larger files are sent in parts, unless their sender wants it otherwise.
        upload_expiry: how long an announced file may take to come.
        prefixes: those that have lists of their own.
        contracts: what the prefixes accept.
        alerts: whether people get their alerts.
        queues: what waits in them.
        overviews: what stood a few seconds ago.
        statistics: what came in.
        usage: how much keys are used, and may be.
        page: the dashboard's files.
        oidc: how tokens are read, where these are used instead of keys.
    """

    stack: str
    incoming_bucket: str
    quarantine_bucket: str
    accepted_bucket: str
    max_file_bytes: int
    multipart_threshold_bytes: int
    upload_expiry: timedelta
    records: RecordStore
    prefixes: PrefixRegister
    operations: OperationStore
    sweeps: SweepStore
    commands: CommandQueue
    keys: KeyStore
    links: Links
    multipart: Multipart
    contracts: Contracts
    alerts: AlertWatch
    queues: QueueWatch
    overviews: Overviews
    statistics: Statistics
    usage: Usage
    page: Page
    oidc: Oidc | None = None


# RFC 9110, 15.5.2: a 401 names a way to authenticate. There is no registered scheme for a key in a header.
_CHALLENGE = {"WWW-Authenticate": 'ApiKey realm="silent-scalper", header="X-Api-Key"'}
_BEARER = {"WWW-Authenticate": 'Bearer realm="silent-scalper"'}
_header = APIKeyHeader(
    name="X-Api-Key",
    scheme_name="apiKey",
    auto_error=False,
    description="Made by `POST /keys`, or by `python -m api.keys create`.",
)
Presented = Annotated[str | None, Security(_header)]
"""The text of the caller's key."""


async def _world(request: Request) -> World:
    world: World = request.app.state.world
    return world


def _by_key(keys: KeyStore, text: str | None) -> ApiKey:
    if not text:
        detail = "Send an API key in the header X-Api-Key."
        raise Problem(ProblemKind.NO_API_KEY, detail, headers=_CHALLENGE)
    key = keys.verify(text)
    if key is None:
        detail = "The API key in X-Api-Key is unknown, revoked or expired."
        raise Problem(ProblemKind.INVALID_API_KEY, detail, headers=_CHALLENGE)
    return key


def _by_token(oidc: Oidc, request: Request) -> ApiKey:
    try:
        # Only API Gateway can write into this part of an event, and only after it has checked a token.
        caller = oidc.caller(request.scope.get("aws.event", {}))
    except BadClaims as error:
        raise Problem(ProblemKind.INVALID_TOKEN, str(error), headers=_BEARER) from error
    if caller is None:
        detail = "Send a token of the stack's issuer in the header Authorization."
        raise Problem(ProblemKind.NO_TOKEN, detail, headers=_BEARER)
    return caller


def _within_rate(world: World, request: Request, caller: ApiKey) -> None:
    allowance = world.usage.admit(caller)
    if allowance is None:
        return
    request.scope["answer_headers"] = allowance.headers()
    if allowance.refused:
        detail = f"Your key made too many requests; the next one is answered in {allowance.seconds} s."
        raise Problem(ProblemKind.TOO_MANY_REQUESTS, detail)


def _caller(scope: Scope | None, *, unbound: bool = False) -> Callable[..., Awaitable[ApiKey]]:
    async def caller(request: Request, text: Presented) -> ApiKey:
        world: World = request.app.state.world
        found = _by_token(world.oidc, request) if world.oidc else _by_key(world.keys, text)
        _within_rate(world, request, found)
        if scope:
            require_scope(found, scope)
        if unbound:
            require_unbound(found)
        return found

    return caller


TheWorld = Annotated[World, Depends(_world)]
AnyCaller = Annotated[ApiKey, Depends(_caller(None))]
Reader = Annotated[ApiKey, Depends(_caller(Scope.READ))]
Uploader = Annotated[ApiKey, Depends(_caller(Scope.UPLOAD))]
Operator = Annotated[ApiKey, Depends(_caller(Scope.OPERATE))]
Admin = Annotated[ApiKey, Depends(_caller(Scope.ADMIN))]
# For what is about the whole stack: keys that are bound to a prefix are refused.
UnboundReader = Annotated[ApiKey, Depends(_caller(Scope.READ, unbound=True))]
UnboundOperator = Annotated[ApiKey, Depends(_caller(Scope.OPERATE, unbound=True))]
