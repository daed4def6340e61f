"""The running system, as programs of their own reach it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from local.system import System


@pytest.fixture(scope="session")
def address(system: System) -> dict[str, str]:
    """The environment of a program that uses a client."""
    return {"API": system.url, "KEY": system.api_key}
