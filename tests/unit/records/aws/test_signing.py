"""Our signer signs as botocore's does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials
from hypothesis import given
from hypothesis import strategies as st

from records.aws.signing import Credentials, Signer

WORD = st.text("abcdefghijklmnopqrstuvwxyzABCDEF0123456789/+=", min_size=1, max_size=60)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
REGIONS = st.sampled_from(["us-east-1", "eu-central-1", "cn-north-1"])


class At(SigV4Auth):
    """botocore's signer, which asks the clock, at a moment of ours."""

    def __init__(self, moment: datetime, credentials: BotocoreCredentials, region: str) -> None:
        super().__init__(credentials, "dynamodb", region)
        self._moment = moment

    def add_auth(self, request: AWSRequest) -> None:
        request.context["timestamp"] = f"{self._moment:%Y%m%dT%H%M%SZ}"
        signer: Any = self  # its steps have no types
        signer._modify_request_before_signing(request)
        text = signer.string_to_sign(request, signer.canonical_request(request))
        signer._inject_signature_to_request(request, signer.signature(text, request))


@given(access=WORD, secret=WORD, token=st.none() | WORD, region=REGIONS, body=st.binary(), moment=MOMENTS)
def test_a_request_is_signed_as_botocore_signs_it(
    access: str, secret: str, token: str | None, region: str, body: bytes, moment: datetime
) -> None:
    headers = {
        "Host": "dynamodb.eu-central-1.amazonaws.com",
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": "DynamoDB_20120810.Query",
    }
    theirs = AWSRequest("POST", f"https://{headers['Host']}/", dict(headers), body)
    At(moment, BotocoreCredentials(access, secret, token), region).add_auth(theirs)

    ours = Signer(lambda: Credentials(access, secret, token), region, "dynamodb").sign(headers, body, moment)

    assert {name.lower(): value for name, value in ours.items()} == {
        name.lower(): value for name, value in theirs.headers.items()
    }


def test_credentials_are_asked_for_at_each_request() -> None:
    given_out = iter([Credentials("first", "a"), Credentials("second", "b")])
    signer = Signer(lambda: next(given_out), "us-east-1", "dynamodb")
    moment = datetime(2026, 1, 31, 12, tzinfo=UTC)

    signed = [signer.sign({"Host": "here"}, b"", moment)["Authorization"] for _ in range(2)]

    assert ["Credential=first/" in signed[0], "Credential=second/" in signed[1]] == [True, True]
