"""What a page needs first: what its caller may do, and what stands now."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.conditional import IfNoneMatch, answers, conditional
from api.deps import AnyCaller, Reader, TheWorld
from api.document import problems
from api.routes_records import json_response
from api.schemas_overview import AccessView, Authentication, Overview

router = APIRouter()


@router.get(
    "/access",
    tags=["access"],
    response_model=AccessView,
    responses=problems(),
    operation_id="get_access",
    summary="What may I do?",
)
async def get_access(world: TheWorld, caller: AnyCaller) -> Response:
    """Whatever scopes the caller has, or has not."""
    known = {
        "authentication": Authentication.TOKEN if world.oidc else Authentication.API_KEY,
        "keyId": caller.key_id,
        "name": caller.name,
        "scopes": sorted(caller.scopes),
        "prefix": caller.prefix,
        "expiresAt": caller.expires_at,
        "stack": world.stack,
        "maxFileBytes": world.max_file_bytes,
        "multipartThresholdBytes": world.multipart_threshold_bytes,
    }
    return json_response({name: value for name, value in known.items() if value is not None})


@router.get(
    "/overview",
    tags=["stats"],
    response_model=Overview,
    responses=answers(),
    operation_id="get_overview",
    summary="What stands now?",
)
async def get_overview(world: TheWorld, caller: Reader, if_none_match: IfNoneMatch = None) -> Response:
    """Whether files come in, what waits, and what needs somebody; of a bound key's own files.

    At most 1,000 files that need somebody are counted, and 1,000 that are under way: `complete` says whether
    these are all. The answer is kept for ten seconds, and its `ETag` does not depend on `at`.
    """
    body = world.overviews.of(world, caller.prefix)
    return conditional(body, if_none_match, {}, aside="at")
