"""The bench of the API tells it all that a Lambda is told."""

from __future__ import annotations

from api.settings import Settings
from bench.api import SETTINGS
from records.environment import read_settings


def test_the_settings_are_all_that_the_api_asks_for() -> None:
    assert read_settings(Settings, SETTINGS).stack == "bench"
