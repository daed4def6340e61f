"""What every test starts from: nothing of the developer's own AWS setup."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

DUMMIES = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
TABLES = ("RECORDS_TABLE", "API_KEYS_TABLE", "ALERTS_TABLE")
SETTINGS = ("STACK", *TABLES, "QUARANTINE_BUCKET", "TOPIC_ARN", "API_URL")


# Once for the session: a test that needs another environment, or starts a local system, sets its own on top.
@pytest.fixture(scope="session", autouse=True)
def clean_environment() -> Iterator[None]:
    """No credentials, profile, endpoint or certificate but dummies; nothing a Lambda would read."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_") or name in SETTINGS]:
            patch.delenv(name)
        for name, value in DUMMIES.items():
            patch.setenv(name, value)
        yield
