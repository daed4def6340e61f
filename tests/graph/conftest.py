"""The graphs of some stacks, captured once for each process."""

from __future__ import annotations

import pytest

from local.graph import Graph, capture


@pytest.fixture(scope="session")
def dev() -> Graph:
    return capture("dev")


@pytest.fixture(scope="session")
def prod() -> Graph:
    return capture("prod", corsOrigins=["https://files.example.com"])


@pytest.fixture(scope="session")
def second() -> Graph:
    """A second installation in the same account, with a key and a budget of its own."""
    return capture(
        "dev",
        name="intake-two",
        tags=["cost-center=42"],
        kmsKey="create",
        budgetUsd=40,
        alertEmails=["a@b.example", "c@d.example"],
    )
