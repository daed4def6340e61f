"""A file's traces, from the upload to the mail about it: all parts tell of it by the same record id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from tests.flow.conftest import eventually
from tests.xray import checked

if TYPE_CHECKING:
    from tests.flow.conftest import Client


def test_an_upload_is_followed_from_its_announcement_to_its_mail(client: Client) -> None:
    announced = client.api.post("/uploads", json={"fileName": "traced.csv", "sizeBytes": 0}).json()
    form = announced["upload"]
    httpx.post(form["url"], data=form["fields"], files={"file": b""}, trust_env=False).raise_for_status()
    record_id, traces = announced["record"]["recordId"], client.system.traces

    def told() -> set[str]:
        client.flush()
        names = {document["name"] for document in traces.about(record_id)}
        return names if names >= {"create_upload", "take in", "count", "publish"} else set()

    eventually(told, "documents of the API, the processor and the notifier")
    documents = [checked(document) for document in traces.about(record_id)]
    (taken_in,) = [document for document in documents if document["name"] == "take in"]
    assert taken_in["annotations"]["reason"] == "empty_file"
    assert len({document["trace_id"] for document in documents}) >= 3


def test_the_dashboard_is_where_people_look_for_it(client: Client) -> None:
    name = client.system.outputs["cloudWatchDashboardUrl"].rpartition("/")[2]
    body = client.system.deployment.client("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"]
    assert client.system.outputs["processorFunction"] in body
