"""GET /records/{recordId}/rejects and /accepted: links to what was made of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from api.links import attachment
from api.schemas import Report
from records.model import Reason, Status
from tests.unit.api.examples import dropped, minimal

if TYPE_CHECKING:
    from api.deps import World
    from tests.unit.api.client import Client

REJECTS, ACCEPTED = "ab12/rejects.csv", "ab12/accepted.parquet"


@pytest.mark.parametrize(
    ("kind", "address", "name"),
    [
        ("rejects", f"https://quarantine.s3.us-east-1.amazonaws.com/{REJECTS}", "1.rejects.csv"),
        ("accepted", f"https://accepted.s3.us-east-1.amazonaws.com/{ACCEPTED}", "1.parquet"),
    ],
)
def test_a_link_leads_to_what_was_made_of_the_file(
    client: Client, world: World, kind: str, address: str, name: str
) -> None:
    world.records.add(dropped(1, rejects_key=REJECTS, accepted_key=ACCEPTED))

    answer = client.get(f"/records/{dropped(1).record_id}/{kind}")

    assert answer.status == 200
    body = Report.model_validate_json(answer.body)
    url = urlsplit(body.url)
    assert (f"{url.scheme}://{url.netloc}{url.path}", body.file_name) == (address, name)
    assert parse_qs(url.query)["response-content-disposition"] == [attachment(name)]
    assert parse_qs(url.query)["response-content-type"] == ["application/octet-stream"]


def test_a_quarantined_file_hands_out_its_bad_rows(client: Client, world: World) -> None:
    record = dropped(1, status=Status.QUARANTINED, reason=Reason.BAD_ROWS, rejects_key=REJECTS)
    world.records.add(record)

    assert client.get(f"/records/{record.record_id}/rejects").status == 200


@pytest.mark.parametrize(("kind", "problem"), [("rejects", "no-rejects"), ("accepted", "not-split")])
def test_a_record_without_it_says_so(client: Client, world: World, kind: str, problem: str) -> None:
    world.records.add(minimal())

    client.get(f"/records/{minimal().record_id}/{kind}").problem(404, problem)
