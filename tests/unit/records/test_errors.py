"""Botocore's errors become ours by their code; nothing unknown is dressed up."""

from __future__ import annotations

from typing import Any

import pytest
from botocore import exceptions as botocore

from records.errors import (
    CONFIGURATION_CODES,
    TRANSIENT_CODES,
    ConfigurationError,
    ScalperError,
    TransientError,
    code_of,
    translated,
)

ENDPOINT = {"endpoint_url": "https://s3.us-east-1.amazonaws.com", "error": "reset"}
NETWORK_TROUBLE = [
    botocore.EndpointConnectionError(**ENDPOINT),
    botocore.ConnectTimeoutError(**ENDPOINT),
    botocore.ReadTimeoutError(**ENDPOINT),
    botocore.ConnectionClosedError(**ENDPOINT),
    botocore.ResponseStreamingError(error="reset"),
    botocore.HTTPClientError(error="reset"),
]


def refusal(code: str, status: int = 400, operation: str = "GetObject") -> botocore.ClientError:
    answer: Any = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return botocore.ClientError(answer, operation)


def kind_of(error: Exception) -> type[Exception]:
    with pytest.raises(Exception) as caught, translated("trying"):  # noqa: PT011
        raise error
    return caught.type


@pytest.mark.parametrize("code", sorted(TRANSIENT_CODES))
def test_time_heals_throttling_and_failures_of_the_service(code: str) -> None:
    assert kind_of(refusal(code)) is TransientError


@pytest.mark.parametrize("code", sorted(CONFIGURATION_CODES))
def test_a_person_must_act_on_permissions_and_missing_resources(code: str) -> None:
    assert kind_of(refusal(code)) is ConfigurationError


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException", "403"])
def test_a_denied_call_is_a_matter_of_configuration_however_it_is_called(code: str) -> None:
    # HeadObject's answer has no body to name a code in, so botocore's is 403; the managed copy begins so.
    assert kind_of(refusal(code, 403, "HeadObject")) is ConfigurationError


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_any_5xx_is_transient(status: int) -> None:
    assert kind_of(refusal("NobodyKnows", status)) is TransientError


@pytest.mark.parametrize("error", NETWORK_TROUBLE, ids=lambda error: type(error).__name__)
def test_network_trouble_is_transient(error: Exception) -> None:
    assert kind_of(error) is TransientError


@pytest.mark.parametrize(
    "error",
    [botocore.NoCredentialsError(), botocore.NoRegionError(), botocore.ParamValidationError(report="wrong")],
    ids=lambda error: type(error).__name__,
)
def test_what_botocore_cannot_even_send_is_a_matter_of_configuration(error: Exception) -> None:
    assert kind_of(error) is ConfigurationError


@pytest.mark.parametrize("code", ["NoSuchKey", "ConditionalCheckFailedException", "", "Throttlin"])
def test_an_unknown_refusal_passes_unchanged(code: str) -> None:
    error = refusal(code)
    with pytest.raises(botocore.ClientError) as caught, translated("trying"):
        raise error

    assert caught.value is error


@pytest.mark.parametrize("error", [ValueError("ours"), KeyError("ours"), TransientError("ours")])
def test_an_error_that_is_not_botocores_passes_unchanged(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, translated("trying"):
        raise error

    assert caught.value is error


def test_the_text_says_what_was_tried_and_the_cause_is_kept() -> None:
    error = refusal("SlowDown", 503)
    with pytest.raises(TransientError) as caught, translated("reading s3://b/k"):
        raise error

    assert str(caught.value).startswith("reading s3://b/k: An error occurred (SlowDown)")
    assert caught.value.__cause__ is error


def test_no_code_is_in_both_tables() -> None:
    assert not CONFIGURATION_CODES & TRANSIENT_CODES


def test_an_answer_without_a_code_has_an_empty_one() -> None:
    assert code_of(botocore.ClientError({}, "GetObject")) == ""


def test_every_error_of_ours_stands_under_one_root() -> None:
    assert issubclass(TransientError, ScalperError)
    assert issubclass(ConfigurationError, ScalperError)
