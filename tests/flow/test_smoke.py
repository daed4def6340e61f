"""The smoke test against the local system: it passes there, and fails where something is wrong."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from api.keys import KeyStore
from delivery.smoke import KEY_VARIABLE, main
from records.model import Status

if TYPE_CHECKING:
    from tests.flow.conftest import Client


@pytest.fixture
def endpoint(client: Client, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The stack's outputs on standard input, as `pulumi stack output --json` prints them."""
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(client.system.outputs)))
    return ["--outputs", "-", "--endpoint-url", client.system.deployment.endpoint]


def test_a_working_stack_passes_and_the_key_of_the_test_is_revoked(
    client: Client, endpoint: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(endpoint) == 0, capsys.readouterr()
    told = capsys.readouterr().out
    assert told.count("ok    ") == 6
    assert "The stack works" in told
    statuses = [record.status for record in client.records_under("smoke/")]
    assert statuses == [Status.DISCARDED, Status.PROCESSED]
    keys = KeyStore(client.dynamodb, client.system.outputs["apiKeysTable"])
    (made,) = [key for key in keys.list() if key.name == "smoke test"]
    assert made.state(keys.now()) == "revoked"
    assert made.expires_at


def test_a_key_may_be_given_instead(
    client: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "ss_000000000000_wrong")
    assert main(["--url", client.system.url]) == 1
    assert capsys.readouterr().err.startswith("FAIL  ")


def test_an_outcome_that_does_not_come_in_time_fails(
    client: Client, endpoint: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    events = client.system.deployment.client("lambda")
    (mapping,) = [
        found["UUID"]
        for found in events.list_event_source_mappings()["EventSourceMappings"]
        if ":sqs:" in found["EventSourceArn"]
    ]
    events.update_event_source_mapping(UUID=mapping, Enabled=False)
    try:
        assert main([*endpoint, "--timeout", "1"]) == 1
    finally:
        events.update_event_source_mapping(UUID=mapping, Enabled=True)
    assert "good.csv has no outcome: record" in (told := capsys.readouterr().err)
    assert "is still awaiting_upload after 1 s" in told
    client.idle()


def test_outputs_of_no_stack_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for text, reason in (("{}", "no output 'topicArn'"), ("no JSON", "no outputs of a stack: 'no JSON'")):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        assert main(["--outputs", "-"]) == 1
        assert reason in capsys.readouterr().err
