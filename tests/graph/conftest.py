"""The graphs of two stacks, captured once for each process."""

from __future__ import annotations

import pytest

from local.graph import Graph, capture


@pytest.fixture(scope="session")
def dev() -> Graph:
    return capture("dev")


@pytest.fixture(scope="session")
def prod() -> Graph:
    return capture("prod", corsOrigins=["https://files.example.com"])
