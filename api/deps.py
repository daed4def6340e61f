"""The app's world, and the typed dependencies by which routes reach it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader

from api.alerting import AlertWatch
from api.commands import CommandQueue
from api.errors import Problem
from api.keys import ApiKey, KeyStore
from api.links import Links
from api.multipart import Multipart
from contracts.model import Contracts
from records.operations import OperationStore
from records.reconciliation import SweepStore
from records.store import RecordStore


@dataclass(frozen=True)
class World:
    """Everything outside the app that its routes use.

    Attributes:
        max_file_bytes: the largest file that is accepted.
        multipart_threshold_bytes: larger files are sent in parts, unless their sender wants it otherwise.
        upload_expiry: how long an announced file may take to come.
        contracts: what the prefixes accept.
        alerts: whether people get their alerts.
    """

    stack: str
    incoming_bucket: str
    quarantine_bucket: str
    accepted_bucket: str
    max_file_bytes: int
    multipart_threshold_bytes: int
    upload_expiry: timedelta
    records: RecordStore
    operations: OperationStore
    sweeps: SweepStore
    commands: CommandQueue
    keys: KeyStore
    links: Links
    multipart: Multipart
    contracts: Contracts
    alerts: AlertWatch


# RFC 9110, 15.5.2: a 401 names a way to authenticate. There is no registered scheme for a key in a header.
_CHALLENGE = {"WWW-Authenticate": 'ApiKey realm="silent-scalper", header="X-Api-Key"'}
_header = APIKeyHeader(
    name="X-Api-Key", auto_error=False, description="Made by `python -m api.keys create --name …`."
)


async def _world(request: Request) -> World:
    world: World = request.app.state.world
    return world


async def _caller(request: Request, text: Annotated[str | None, Security(_header)]) -> ApiKey:
    world: World = request.app.state.world
    if not text:
        detail = "Send an API key in the header X-Api-Key."
        raise Problem(HTTPStatus.UNAUTHORIZED, "no-api-key", detail, headers=_CHALLENGE)
    key = world.keys.verify(text)
    if key is None:
        detail = "The API key in X-Api-Key is unknown or revoked."
        raise Problem(HTTPStatus.UNAUTHORIZED, "invalid-api-key", detail, headers=_CHALLENGE)
    return key


TheWorld = Annotated[World, Depends(_world)]
Reader = Annotated[ApiKey, Depends(_caller)]
Uploader = Reader
Operator = Reader
