"""Whether the API answers, and whether alerts go out."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter

from api.deps import TheWorld
from api.schemas import AlertsView, Health

router = APIRouter(tags=["health"])


@router.get(
    "/health",
    operation_id="get_health",
    summary="Is the API up, and do alerts go out?",
    response_model_exclude_none=True,
)
async def get_health(world: TheWorld) -> Health:
    """Needs no key, and answers 200 whatever it finds out about the alerts."""
    return Health(stack=world.stack, alerts=AlertsView(**asdict(world.alerts.state())))
