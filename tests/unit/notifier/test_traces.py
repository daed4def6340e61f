"""The end of a file's traces: that it was counted, and told of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from notifier.alerts import Rules
from notifier.digest import Writer
from notifier.notifier import Notifier
from notifier.topic import Topic
from records.telemetry import Telemetry
from records.tracing import Tracer
from tests.unit.notifier.conftest import API

if TYPE_CHECKING:
    import pytest

    from tests.unit.notifier.conftest import Desk, MakeBad, MakeBatch
    from tests.xray import Daemon


def test_a_bad_file_is_followed_to_its_mail(
    desk: Desk, bad: MakeBad, batch: MakeBatch, daemon: Daemon, capsys: pytest.CaptureFixture[str]
) -> None:
    notifier = Notifier(
        desk.store,
        Topic(desk.sns, desk.arn),
        Writer("prod", API, Rules(300, 12)),
        Telemetry("prod"),
        clock=desk.clock,
        notify_on_success=False,
        tracer=Tracer(daemon.environment()),
    )
    record = bad()

    notifier.run(batch(record))

    told = [(document["name"], document["annotations"]) for document in daemon.documents()]
    about = {"recordId": record.record_id}
    assert told == [("count", about), ("publish", about)]
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (line["message"], line["recordIds"]) == ("notified", [record.record_id])
