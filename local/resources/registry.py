"""The makers by type token."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.deploy import Deployment
    from local.program import Registration

Made = tuple[str, dict[str, Any]]
"""A resource's id, and the outputs that are not among its inputs."""

MAKERS: dict[str, Callable[[Deployment, Registration, dict[str, Any]], Made]] = {}


def makes(token: str) -> Callable[[Any], Any]:
    """Register a function as the maker of a type of resource."""

    def register(make: Any) -> Any:
        MAKERS[token] = make
        return make

    return register
