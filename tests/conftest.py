"""What every test starts from: nothing of the developer's own AWS setup."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.system import System

LIMIT = 20_000_000
LONG = (
    "tests/flow/test_faults.py",
    "tests/unit/processor/test_crash_sweep.py",
    "tests/flow/test_commands.py",
    "tests/browser/test_dashboard_accessibility.py",
    "tests/browser/test_dashboard_budgets.py",
    "tests/unit/processor/test_machine.py",
    "tests/flow/test_real_files.py",
    "tests/unit/api/test_fuzzing.py",
    "tests/flow/test_alarms.py",
    "tests/browser/test_dashboard_session.py",
    "tests/ceilings/test_ceilings.py",
    "tests/browser/test_dashboard_upload.py",
    "tests/browser/test_dashboard_overview.py",
    "tests/browser/test_dashboard_files.py",
    "tests/browser/test_dashboard_keys.py",
    "tests/unit/notifier/test_sweep.py",
    "tests/bundle/test_bundle.py",
    "tests/bundle/test_running.py",
    "tests/clients/test_clients.py",
)
"""Files of tests that take a minute and more: they begin first, so that no process works alone at the end."""
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


@pytest.fixture(scope="session")
def system(clean_environment: None) -> Iterator[System]:
    """The local system, once for all tests of a process: what `make run` starts, with IAM enforced."""
    from local.system import ephemeral, running  # most processes need none of it, and it takes long

    # Tests let the clocks tick themselves, so that no tick takes what one of them waits for.
    options = replace(ephemeral(maxFileBytes=LIMIT, maxAlertsPerHour=100), schedule_speed=0)
    with running(options) as system:
        yield system


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first, then those with the most tests: a process that is free gets the next file."""
    sizes = Counter(map(_file_of, items))
    places = {name: place for place, name in enumerate(LONG)}

    def place(item: pytest.Item) -> tuple[int, int, str]:
        file = _file_of(item)
        return places.get(file, len(LONG)), -sizes[file], file

    items.sort(key=place)


def _file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


class Tell(Protocol):
    """Puts a cell into a table that is printed at the end of the run."""

    def __call__(self, table: str, row: str, column: str, cell: object) -> None: ...


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """For what a test has counted, and whoever reads the run's output wants to see."""
    properties = request.node.user_properties

    def put(table: str, row: str, column: str, cell: object) -> None:
        properties.append(("cell", (table, row, column, str(cell))))

    return put


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the tables that tests have filled."""
    tables: dict[str, dict[str, dict[str, str]]] = {}
    for report in terminalreporter.stats.get("passed", []):
        for name, value in report.user_properties:
            if name == "cell" and report.when == "call":
                table, row, column, cell = value
                tables.setdefault(table, {}).setdefault(row, {})[column] = cell
    for table, rows in tables.items():
        terminalreporter.section(table)
        columns = list(dict.fromkeys(column for cells in rows.values() for column in cells))
        width = max(map(len, rows)) + 2
        terminalreporter.line("".ljust(width) + "".join(column.ljust(16) for column in columns))
        for row, cells in rows.items():
            terminalreporter.line(
                row.ljust(width) + "".join(cells.get(column, "").ljust(16) for column in columns).rstrip()
            )
