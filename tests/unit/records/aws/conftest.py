"""These tests are about connections themselves, so nothing takes their place."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def in_process() -> None:
    """Instead of the way to moto: what is sent here goes to servers of the tests' own."""
