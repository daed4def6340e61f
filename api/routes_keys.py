"""API keys by the API: make, list, rotate and revoke those that are no more than the caller's own."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Response

from api.bodies import NotNull
from api.deps import Admin, Presented, TheWorld, World
from api.document import headers, problems
from api.errors import Problem
from api.idempotency import IdempotencyKey
from api.keys import ApiKey, KeyExists, NotRotated
from api.keys.model import key_text
from api.keys.repeats import Repeatable, repeatable
from api.problems import ProblemKind
from api.routes_records import json_response
from api.schemas_keys import KeyList, KeyRequest, KeyView, KeyWithText, SecretRequest
from records.model import utc_text

router = APIRouter(tags=["keys"])

KeyPath = Annotated[str, Path(alias="keyId", pattern="^[0-9a-f]{12}$")]


@router.post(
    "/keys",
    status_code=HTTPStatus.CREATED,
    response_model=KeyWithText,
    responses=problems(
        ProblemKind.BEYOND_OWN_KEY,
        ProblemKind.SECRET_NOT_REPEATABLE,
        ProblemKind.IDEMPOTENCY_KEY_REUSED,
        ProblemKind.ALREADY_EXPIRED,
    )
    | headers(HTTPStatus.CREATED, "Location"),
    operation_id="create_key",
    summary="Make a key",
)
async def create_key(
    world: TheWorld,
    caller: Admin,
    presented: Presented,
    request: KeyRequest,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """The answer holds the key's text, which cannot be read again.

    No key can have a scope, a prefix or a time that the caller's own does not have. The same request with the
    same `Idempotency-Key` gets the same answer, as long as the caller presents the same secret.
    """
    body = request.model_dump(mode="json")
    made = repeatable(caller.key_id, presented or "", idempotency_key, "create", body)
    key = _wanted(world, caller, request, made)
    try:
        text = world.keys.add(key, made.secret, made.asked)
    except KeyExists as taken:
        if taken.asked != made.asked or not taken.same:
            raise _not_again(taken, made) from taken
        key, text = taken.key, key_text(made.key_id, made.secret)
    return _shown(world, key, text)


@router.get(
    "/keys",
    response_model=KeyList,
    responses=problems(),
    operation_id="list_keys",
    summary="List keys",
)
async def list_keys(world: TheWorld, caller: Admin) -> Response:
    """Oldest first, revoked and expired ones included; for a key that is bound, those within its prefix."""
    seen = [key for key in world.keys.list() if caller.covers_folder(key.prefix)]
    return json_response({"items": [_described(world, key) for key in seen]})


@router.get(
    "/keys/{keyId}",
    response_model=KeyView,
    responses=problems(ProblemKind.KEY_NOT_FOUND),
    operation_id="get_key",
    summary="Read one key",
)
async def get_key(world: TheWorld, caller: Admin, key_id: KeyPath) -> Response:
    """What it may do, and when it was used last; never its secret."""
    return json_response(_described(world, _found(world, caller, key_id)))


@router.delete(
    "/keys/{keyId}",
    response_model=KeyView,
    responses=problems(ProblemKind.KEY_NOT_FOUND, ProblemKind.OWN_KEY),
    operation_id="revoke_key",
    summary="Revoke a key",
)
async def revoke_key(world: TheWorld, caller: Admin, key_id: KeyPath) -> Response:
    """It stops working within half a minute, for ever. Revoking twice is revoking once.

    No key can revoke itself: so there is always one that can make others.
    """
    _found(world, caller, key_id)
    if key_id == caller.key_id:
        raise _own("revoke itself")
    return json_response(_described(world, world.keys.revoke(key_id)))


@router.post(
    "/keys/{keyId}/secrets",
    status_code=HTTPStatus.CREATED,
    response_model=KeyWithText,
    responses=problems(
        ProblemKind.BEYOND_OWN_KEY,
        ProblemKind.KEY_NOT_FOUND,
        ProblemKind.OWN_KEY,
        ProblemKind.NOT_ROTATABLE,
        ProblemKind.SECRET_NOT_REPEATABLE,
        ProblemKind.IDEMPOTENCY_KEY_REUSED,
    )
    | headers(HTTPStatus.CREATED, "Location"),
    operation_id="rotate_key",
    summary="Give a key another secret",
)
async def rotate_key(
    world: TheWorld,
    caller: Admin,
    presented: Presented,
    key_id: KeyPath,
    _: NotNull,
    request: Annotated[SecretRequest | None, Body()] = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """The secret before it works for a while, a day if nothing is said; so holders can change without a gap.

    There are never more than two. A key that can do more than the caller's own cannot be rotated.
    """
    grace = (request or SecretRequest()).grace_seconds
    if key_id == caller.key_id and not grace:
        raise _own("end the secret that it came with")
    if not caller.includes(_found(world, caller, key_id)):
        raise _beyond("The key has a scope, a prefix or a time")
    made = repeatable(
        caller.key_id, presented or "", idempotency_key, f"rotate {key_id}", {"graceSeconds": grace}
    )
    asked = (made.by, made.asked) if made.by and made.asked else None
    try:
        key, text = world.keys.rotate(key_id, made.secret, grace, asked)
    except KeyExists as taken:
        raise _not_again(taken, made) from taken
    except NotRotated as error:
        detail = f"Key {key_id} gets no secret: {error}."
        raise Problem(ProblemKind.NOT_ROTATABLE, detail) from error
    return _shown(world, key, text)


def _wanted(world: World, caller: ApiKey, request: KeyRequest, made: Repeatable) -> ApiKey:
    now = world.keys.now()
    expires_at = utc_text(request.expires_at) if request.expires_at else caller.expires_at
    if expires_at and expires_at <= now:
        detail = f"expiresAt is {expires_at}, which is over; it must be in the future."
        raise Problem(ProblemKind.ALREADY_EXPIRED, detail)
    key = ApiKey(
        key_id=made.key_id,
        name=request.name,
        created_at=now,
        prefix=request.prefix or caller.prefix,
        scopes=frozenset(request.scopes),
        expires_at=expires_at,
        created_by=caller.key_id,
    )
    if not caller.includes(key):
        raise _beyond("You ask for a scope, a prefix or a time")
    return key


def _found(world: World, caller: ApiKey, key_id: str) -> ApiKey:
    key = world.keys.get(key_id)
    if key is None or not caller.covers_folder(key.prefix):
        raise Problem(ProblemKind.KEY_NOT_FOUND, f"There is no key {key_id}.")
    return key


def _not_again(taken: KeyExists, made: Repeatable) -> Problem:
    if taken.asked != made.asked:
        detail = "This Idempotency-Key was used for another request; choose a new one."
        return Problem(ProblemKind.IDEMPOTENCY_KEY_REUSED, detail)
    detail = (
        f"This was answered before, for key {taken.key.key_id}. Its secret cannot be told again, as your own "
        "or that key's has changed since; rotate the key, or revoke it and make another."
    )
    return Problem(ProblemKind.SECRET_NOT_REPEATABLE, detail)


def _own(what: str) -> Problem:
    return Problem(ProblemKind.OWN_KEY, f"A key cannot {what}; use another one, or `python -m api.keys`.")


def _beyond(what: str) -> Problem:
    detail = f"{what} that your own key does not have."
    return Problem(ProblemKind.BEYOND_OWN_KEY, detail)


def _shown(world: World, key: ApiKey, text: str) -> Response:
    answer = json_response(_described(world, key) | {"apiKey": text}, HTTPStatus.CREATED)
    answer.headers["Location"] = f"/keys/{key.key_id}"
    return answer


def _described(world: World, key: ApiKey) -> dict[str, Any]:
    now = world.keys.now()
    known = {
        "keyId": key.key_id,
        "name": key.name,
        "state": key.state(now),
        "scopes": sorted(key.scopes),
        "prefix": key.prefix,
        "createdAt": key.created_at,
        "createdBy": key.created_by,
        "expiresAt": key.expires_at,
        "revokedAt": key.revoked_at,
        "lastUsedAt": key.last_used_at,
        "olderUntil": key.older_until if key.older_until and key.older_until > now else None,
    }
    return {name: value for name, value in known.items() if value is not None}
