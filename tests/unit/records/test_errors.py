"""What AWS, botocore and the network raise becomes ours, by its code or its class."""

from __future__ import annotations

import errno
import importlib
import socket
import ssl
from typing import Any

import boto3.exceptions
import pytest
import s3transfer.exceptions
import urllib3.exceptions
from botocore import exceptions as botocore

from records.error_codes import CONFIGURATION_CODES, EXPECTED_CODES, TRANSIENT_CODES
from records.errors import (
    _TRANSIENT_NAMES,
    ConfigurationError,
    ScalperError,
    TransientError,
    code_of,
    kind_of,
    translated,
)

ENDPOINT: dict[str, Any] = {"endpoint_url": "https://s3.us-east-1.amazonaws.com", "error": "reset"}
NETWORK_TROUBLE = [
    botocore.EndpointConnectionError(**ENDPOINT),
    botocore.ConnectTimeoutError(**ENDPOINT),
    botocore.ReadTimeoutError(**ENDPOINT),
    botocore.ConnectionClosedError(**ENDPOINT),
    botocore.ResponseStreamingError(error="reset"),
    botocore.HTTPClientError(error="reset"),
    botocore.IncompleteReadError(actual_bytes=3, expected_bytes=7),
    botocore.SSLError(**ENDPOINT),
    botocore.ProxyConnectionError(proxy_url="http://proxy", error="reset"),
    botocore.FlexibleChecksumError(error_msg="changed on its way"),
    botocore.ChecksumError(checksum_type="crc32", expected_checksum="1", actual_checksum="2"),
]
# What botocore does not wrap, or somebody else raises.
ELSEWHERE = [
    urllib3.exceptions.SSLError("broken record"),
    urllib3.exceptions.DecodeError("broken"),
    urllib3.exceptions.ProtocolError("reset"),
    ssl.SSLError(1, "broken record"),
    socket.gaierror(-3, "Temporary failure in name resolution"),
    ConnectionResetError(errno.ECONNRESET, "reset"),
    BrokenPipeError(errno.EPIPE, "broken"),
    TimeoutError("too long"),
    boto3.exceptions.RetriesExceededError(boto3.exceptions.Boto3Error("reset")),
    s3transfer.exceptions.S3CopyFailedError("changed"),
    s3transfer.exceptions.FatalError(),
    OSError(errno.ENOSPC, "No space left on device"),
    OSError(errno.EIO, "Input/output error"),
    OSError(errno.EMFILE, "Too many open files"),
]


def refusal(code: str, status: int = 400, operation: str = "GetObject") -> botocore.ClientError:
    answer: Any = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return botocore.ClientError(answer, operation)


def kind_raised(error: Exception) -> type[Exception]:
    with pytest.raises(Exception) as caught, translated("trying"):  # noqa: PT011
        raise error
    return caught.type


def assert_passes(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, translated("trying"):
        raise error

    assert caught.value is error


@pytest.mark.parametrize("code", sorted(TRANSIENT_CODES))
def test_time_heals_throttling_and_failures_of_the_service(code: str) -> None:
    assert kind_raised(refusal(code)) is TransientError


@pytest.mark.parametrize("code", sorted(CONFIGURATION_CODES))
def test_a_person_must_act_on_permissions_and_missing_resources(code: str) -> None:
    assert kind_raised(refusal(code)) is ConfigurationError


@pytest.mark.parametrize(
    "error",
    [
        botocore.CredentialRetrievalError(provider="container", error_msg="slow"),
        botocore.MetadataRetrievalError(error_msg="slow"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whoever_gives_out_credentials_may_be_slow(error: Exception) -> None:
    assert kind_raised(error) is TransientError


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException", "403"])
def test_a_denied_call_is_a_matter_of_configuration_however_it_is_called(code: str) -> None:
    # HeadObject's answer has no body to name a code in, so botocore's is 403; the managed copy begins so.
    assert kind_raised(refusal(code, 403, "HeadObject")) is ConfigurationError


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_any_5xx_is_transient(status: int) -> None:
    assert kind_raised(refusal("NobodyKnows", status)) is TransientError


@pytest.mark.parametrize("error", NETWORK_TROUBLE, ids=lambda error: type(error).__name__)
def test_network_trouble_is_transient(error: Exception) -> None:
    assert kind_raised(error) is TransientError


@pytest.mark.parametrize(
    "error",
    [
        botocore.NoCredentialsError(),
        botocore.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"),
        botocore.NoRegionError(),
        botocore.ParamValidationError(report="wrong"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_botocore_cannot_even_send_is_a_matter_of_configuration(error: Exception) -> None:
    assert kind_raised(error) is ConfigurationError


@pytest.mark.parametrize("code", ["", "Throttlin", "NobodyKnows"])
@pytest.mark.parametrize("status", [0, 301, 400, 403, 404, 409, 422])
def test_an_unknown_refusal_will_be_repeated_so_a_person_must_act(code: str, status: int) -> None:
    assert kind_raised(refusal(code, status)) is ConfigurationError


@pytest.mark.parametrize("status", [408, 429])
def test_some_statuses_say_by_themselves_that_it_may_work_later(status: int) -> None:
    assert kind_raised(refusal("NobodyKnows", status)) is TransientError


@pytest.mark.parametrize("code", sorted(EXPECTED_CODES))
def test_what_the_caller_expects_passes_unchanged(code: str) -> None:
    assert_passes(refusal(code, 404))


def canceled(*codes: str) -> botocore.ClientError:
    error = refusal("TransactionCanceledException", operation="TransactWriteItems")
    error.response["CancellationReasons"] = [{"Code": code} for code in codes]
    return error


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        (("None", "TransactionConflict"), TransientError),
        (("ConditionalCheckFailed", "ThrottlingError"), TransientError),
        (("ProvisionedThroughputExceeded",), TransientError),
        (("ValidationError", "TransactionConflict"), ConfigurationError),
        (("ItemCollectionSizeLimitExceeded", "None"), ConfigurationError),
        (("ConditionalCheckFailed", "NobodyKnows"), ConfigurationError),
        ((), TransientError),
    ],
)
def test_a_canceled_transaction_is_of_the_kind_of_its_reasons(
    codes: tuple[str, ...], kind: type[Exception]
) -> None:
    assert kind_raised(canceled(*codes)) is kind


@pytest.mark.parametrize("codes", [("ConditionalCheckFailed", "None"), ("ConditionalCheckFailed",) * 2])
def test_a_transaction_whose_conditions_did_not_hold_passes_unchanged(codes: tuple[str, ...]) -> None:
    assert_passes(canceled(*codes))


def test_what_a_managed_transfer_wraps_is_of_the_kind_of_what_aws_said() -> None:
    failed = boto3.exceptions.S3UploadFailedError("denied")
    failed.__context__ = refusal("AccessDenied", 403)

    assert kind_raised(failed) is ConfigurationError


@pytest.mark.parametrize("error", ELSEWHERE, ids=lambda error: type(error).__name__)
def test_network_trouble_and_a_full_disk_are_transient_by_whatever_name(error: Exception) -> None:
    assert kind_raised(error) is TransientError


def test_every_exception_of_the_managed_transfers_is_transient_but_for_mistakes_of_ours() -> None:
    mistakes = {"InvalidSubscriberMethodError", "TransferNotDoneError"}
    own: dict[str, Any] = {n: k for n, k in vars(s3transfer.exceptions).items() if isinstance(k, type)}
    assert mistakes <= set(own)
    for name, kind in own.items():
        assert (kind_of(kind.__new__(kind)) is None) == (name in mistakes), name


@pytest.mark.parametrize(
    "name", sorted(_TRANSIENT_NAMES), ids=lambda name: name.removesuffix("Error").replace(".exceptions.", "-")
)
def test_every_name_in_the_table_of_libraries_exists(name: str) -> None:
    module, _, kind = name.rpartition(".")
    assert getattr(importlib.import_module(module), kind).__module__ == module


def test_every_error_of_botocore_itself_is_of_a_kind() -> None:
    kinds = [kind for kind in vars(botocore).values() if isinstance(kind, type)]
    known = [kind for kind in kinds if issubclass(kind, botocore.BotoCoreError | botocore.ClientError)]
    assert len(known) > 50
    for kind in known:
        error = refusal("Throttling") if issubclass(kind, botocore.ClientError) else kind.__new__(kind)
        assert kind_of(error) in (TransientError, ConfigurationError), kind


@pytest.mark.parametrize(
    "error",
    [
        ValueError("ours"),
        KeyError("ours"),
        TransientError("ours"),
        MemoryError(),
        FileNotFoundError(errno.ENOENT, "gone"),
        OSError("without a number"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_of_no_kind_passes_unchanged(error: Exception) -> None:
    assert_passes(error)


def test_the_text_says_what_was_tried_and_the_cause_is_kept() -> None:
    error = refusal("SlowDown", 503)
    with pytest.raises(TransientError) as caught, translated("reading s3://b/k"):
        raise error

    assert str(caught.value).startswith("reading s3://b/k: An error occurred (SlowDown)")
    assert caught.value.__cause__ is error


def test_an_answer_without_a_code_has_an_empty_one() -> None:
    assert code_of(botocore.ClientError({}, "GetObject")) == ""


def test_every_error_of_ours_stands_under_one_root() -> None:
    assert issubclass(TransientError, ScalperError)
    assert issubclass(ConfigurationError, ScalperError)
