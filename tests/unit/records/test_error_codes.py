"""Every error that AWS documents for what the Lambdas call is of exactly one kind; so says the page."""

from __future__ import annotations

import ast
import re
from itertools import combinations
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.retries import standard

from local.program import ROOT
from records.error_codes import (
    CONFIGURATION,
    CONFIGURATION_CODES,
    EXPECTED,
    EXPECTED_CODES,
    TRANSACTION_CANCELED,
    TRANSIENT,
    TRANSIENT_CODES,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MULTIPART_COPY = (
    "CreateMultipartUpload",
    "UploadPartCopy",
    "CompleteMultipartUpload",
    "AbortMultipartUpload",
)
OPERATIONS = {
    "s3": (
        "GetObject",
        "HeadObject",
        "CopyObject",
        *MULTIPART_COPY,
        "UploadPart",
        "ListParts",
        "PutObject",
        "DeleteObject",
        "ListObjectVersions",
        "ListObjectsV2",
    ),
    "dynamodb": (
        "GetItem",
        "BatchGetItem",
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "Query",
        "TransactWriteItems",
    ),
    "sqs": (
        "SendMessage",
        "SendMessageBatch",
        "ReceiveMessage",
        "DeleteMessage",
        "DeleteMessageBatch",
        "ChangeMessageVisibility",
        "ChangeMessageVisibilityBatch",
        "GetQueueAttributes",
    ),
    "sns": ("Publish", "ListSubscriptionsByTopic"),
    "cloudwatch": ("GetMetricData",),
}
CASES = [(service, name) for service, names in OPERATIONS.items() for name in names]
# What clients have besides operations: boto3's managed copy, and what sends nothing.
MANAGED = {"copy": ("HeadObject", "CopyObject", *MULTIPART_COPY)}
HARMLESS = {"get_paginator", "generate_presigned_post", "generate_presigned_url"}
# docs.aws.amazon.com/awsconsolehelpdocs/latest/gsg/common-errors.html, and what older pages have besides.
COMMON = [
    "AccessDeniedException",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InternalFailure",
    "MalformedHttpRequestException",
    "NotAuthorized",
    "OptInRequired",
    "RequestAbortedException",
    "RequestEntityTooLargeException",
    "RequestExpired",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "ThrottlingException",
    "UnrecognizedClientException",
    "UnknownOperationException",
    "ValidationError",
    "InvalidAction",
    "InvalidClientTokenId",
    "InvalidParameterCombination",
    "InvalidParameterValue",
    "InvalidQueryParameter",
    "MalformedQueryString",
    "MissingAction",
    "MissingAuthenticationToken",
    "MissingParameter",
]
# Of SQS's two names for an error, those that differ from its model's by more than a prefix.
QUERY_NAMES = {
    "QueueDoesNotExist": "AWS.SimpleQueueService.NonExistentQueue",
    "KmsAccessDenied": "KMS.AccessDeniedException",
    "KmsDisabled": "KMS.DisabledException",
    "KmsInvalidKeyUsage": "KMS.InvalidKeyUsageException",
    "KmsInvalidState": "KMS.InvalidStateException",
    "KmsNotFound": "KMS.NotFoundException",
    "KmsOptInRequired": "KMS.OptInRequired",
    "KmsThrottled": "KMS.ThrottlingException",
}
KINDS = {"TransientError": TRANSIENT, "ConfigurationError": CONFIGURATION, "As it is": EXPECTED}
CODES = [TRANSIENT_CODES, CONFIGURATION_CODES, EXPECTED_CODES, frozenset({TRANSACTION_CANCELED})]
PAGE = ROOT / "docs" / "errors-aws.md"


@pytest.fixture(scope="module")
def models() -> dict[str, Any]:
    session = botocore.session.get_session()
    return {service: session.get_service_model(service) for service in OPERATIONS}


def kinds_of(code: str) -> int:
    return sum(code in codes for codes in CODES)


@pytest.mark.parametrize(("service", "operation"), CASES, ids=["-".join(case) for case in CASES])
def test_every_error_that_an_operation_declares_is_of_exactly_one_kind(
    models: dict[str, Any], service: str, operation: str
) -> None:
    declared = {shape.error_code for shape in models[service].operation_model(operation).error_shapes}

    assert {code for code in declared if kinds_of(code) != 1} == set()


@pytest.mark.parametrize("code", COMMON)
def test_what_all_services_have_in_common_is_of_exactly_one_kind(code: str) -> None:
    assert kinds_of(code) == 1


def test_every_reason_for_which_a_transaction_is_canceled_is_of_exactly_one_kind(
    models: dict[str, Any],
) -> None:
    text = models["dynamodb"].shape_for(TRANSACTION_CANCELED).documentation
    reasons = set(re.findall(r"Code: <code>(\w+)", text)) - {"None"}

    assert len(reasons) > 4
    assert {code for code in reasons if kinds_of(code) != 1} == set()


@pytest.mark.parametrize(("name", "query_name"), QUERY_NAMES.items())
def test_an_error_of_sqs_is_of_one_kind_by_both_of_its_names(name: str, query_name: str) -> None:
    assert [name in codes for codes in CODES] == [query_name in codes for codes in CODES]
    assert kinds_of(name) == 1


def test_names_of_sqs_with_a_prefix_are_of_the_same_kind_as_without() -> None:
    prefix = "AWS.SimpleQueueService."
    for codes in CODES[:3]:
        prefixed = {code.removeprefix(prefix) for code in codes if code.startswith(prefix)}
        assert prefixed - {"NonExistentQueue"} <= codes


def test_what_botocore_tries_again_is_transient() -> None:
    checkers: Any = standard
    retried = {
        *checkers.ThrottledRetryableChecker._THROTTLED_ERROR_CODES,
        *checkers.TransientRetryableChecker._TRANSIENT_ERROR_CODES,
    }
    assert retried - TRANSIENT_CODES == set()


def test_no_code_is_of_two_kinds() -> None:
    for one, other in combinations(CODES, 2):
        assert not one & other
    for groups in KINDS.values():
        for some, others in combinations(groups.values(), 2):
            assert not some & others


def calls(path: Path) -> Iterator[tuple[str, str]]:
    """What a module calls or names as a text, with what it is called on."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, ast.unparse(node.func.value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, ""


def test_the_lambdas_call_no_operation_that_is_not_looked_at_here(models: dict[str, Any]) -> None:
    known = {xform_name(name): name for model in models.values() for name in model.operation_names}
    looked_at = {name for names in OPERATIONS.values() for name in names}
    found: set[str] = set()
    for package in ("processor", "notifier", "api", "records"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for name, on in calls(path):
                if name in known:
                    found.add(known[name])
                elif on.endswith("client"):
                    assert name in MANAGED or name in HARMLESS, f"{path}: {on}.{name}"
                    found.update(MANAGED.get(name, ()))

    assert {"GetObject", "CopyObject", "PutItem", "UpdateItem", "Query", "Publish"} <= found
    assert found - looked_at == set()


def test_the_page_has_every_code_with_its_kind_and_what_it_means() -> None:
    kind, told = "", {}
    for line in PAGE.read_text().splitlines():
        if heading := re.fullmatch(r"## `?(.+?)`?", line):
            kind = heading.group(1)
        elif kind in KINDS and (row := re.fullmatch(r"\| ([^`|]+) \| (`.+`) \|", line)):
            told[kind, row.group(1)] = row.group(2)

    written = {
        (kind, group): ", ".join(f"`{code}`" for code in sorted(codes))
        for kind, groups in KINDS.items()
        for group, codes in groups.items()
    }
    assert told == written
