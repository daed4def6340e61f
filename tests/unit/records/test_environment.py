"""Settings: everything that is wrong with the environment is said at once."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from records.environment import read_settings
from records.errors import MissingSettings


@dataclass(frozen=True)
class Settings:
    table_name: str
    shards: int
    notify: bool
    retention_days: int = 30


COMPLETE = {"TABLE_NAME": "records", "SHARDS": "4", "NOTIFY": "true"}


def test_texts_numbers_and_truth_values_are_read() -> None:
    assert read_settings(Settings, COMPLETE) == Settings("records", 4, True)
    assert read_settings(Settings, COMPLETE | {"NOTIFY": "false"}).notify is False
    assert read_settings(Settings, COMPLETE | {"RETENTION_DAYS": "-1"}).retention_days == -1


def test_what_is_not_asked_for_does_not_matter() -> None:
    assert read_settings(Settings, COMPLETE | {"PATH": "/bin"}) == Settings("records", 4, True)


def test_every_missing_variable_is_named_with_the_settings_that_want_it() -> None:
    with pytest.raises(MissingSettings) as caught:
        read_settings(Settings, {})

    assert str(caught.value) == (
        f"{__name__}.Settings: TABLE_NAME is not set; SHARDS is not set; NOTIFY is not set"
    )


def test_missing_and_unreadable_variables_are_named_together() -> None:
    with pytest.raises(MissingSettings) as caught:
        read_settings(Settings, {"SHARDS": "four", "NOTIFY": "yes"})

    for problem in ("TABLE_NAME is not set", "SHARDS is 'four', not a whole number", "NOTIFY is 'yes'"):
        assert problem in str(caught.value)


@pytest.mark.parametrize("text", ["", "4.0", "1e3", "four", "-", "--4", "4-", "²", "0x4"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(MissingSettings, match=r"SHARDS is .*, not a whole number"):
        read_settings(Settings, COMPLETE | {"SHARDS": text})


@pytest.mark.parametrize("text", ["", "True", "yes", "1", "false "])
def test_truth_values_are_true_or_false_and_nothing_else(text: str) -> None:
    with pytest.raises(MissingSettings, match=r"NOTIFY is .*, neither true nor false"):
        read_settings(Settings, COMPLETE | {"NOTIFY": text})


def test_an_unreadable_variable_is_not_replaced_by_its_default() -> None:
    with pytest.raises(MissingSettings, match="RETENTION_DAYS is 'many'"):
        read_settings(Settings, COMPLETE | {"RETENTION_DAYS": "many"})
