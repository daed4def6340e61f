"""Faults: how they are read, drawn and counted, and how a service says that it is asked too often."""

from __future__ import annotations

import json

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.parsers import create_parser
from botocore.retries.standard import ThrottledRetryableChecker

from local.__main__ import main
from local.emulator import LocalError
from local.faults.dice import Dice
from local.faults.options import Faults, parse_faults
from local.faults.refusals import service_of, too_many_requests
from local.faults.switch import Reporter
from records.errors import TransientError, kind_of_code, translated

KEY = f"ss_{'0' * 12}_{'k' * 43}"
JSON = "application/x-amz-json-1.0"


def signed(service: str) -> str:
    scope = f"ASIA0/20261121/us-east-1/{service}/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"


def test_every_fault_is_read() -> None:
    text = "duplicate=0.2,reorder=0.3, delay=2s,lose=0.01,throttle=1,crash=0,seed=7"
    assert parse_faults(text) == Faults(
        duplicate=0.2, reorder=0.3, delay=2, lose=0.01, throttle=1, crash=0, seed=7
    )


@pytest.mark.parametrize(("text", "seconds"), [("500ms", 0.5), ("1.5s", 1.5), ("0s", 0), ("60s", 60)])
def test_a_delay_has_a_unit(text: str, seconds: float) -> None:
    assert parse_faults(f"delay={text}").delay == seconds


def test_what_is_described_can_be_read_again() -> None:
    faults = Faults(duplicate=0.25, delay=1.5, crash=0.02, seed=3)
    assert parse_faults(faults.described()) == faults


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("burn=0.1", "there is no fault 'burn'; allowed are duplicate, reorder, lose, throttle, crash with"),
        ("", "there is no fault ''"),
        ("duplicate=0.1,", "there is no fault ''"),
        ("duplicate=0.1,duplicate=0.2", "duplicate is given twice"),
        ("duplicate=1.1", "'duplicate=1.1' cannot be; allowed are"),
        ("duplicate=-0.1", "'duplicate=-0.1' cannot be"),
        ("duplicate=nan", "'duplicate=nan' cannot be"),
        ("duplicate=often", "'duplicate=often' cannot be"),
        ("duplicate", "'duplicate' cannot be"),
        ("delay=2", "'delay=2' cannot be; allowed are .* delay with a duration up to 60s"),
        ("delay=2m", "'delay=2m' cannot be"),
        ("delay=61s", "'delay=61s' cannot be"),
        ("seed=1.5", "'seed=1.5' cannot be; allowed are .* seed with a whole number"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(text: str, told: str) -> None:
    with pytest.raises(LocalError, match=told):
        parse_faults(text)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["up", "--ephemeral", "--faults", "burn=1"], "there is no fault 'burn'; allowed are duplicate"),
        (["ingest", __file__, "--faults", "delay=2"], "'delay=2' cannot be; allowed are"),
        (["chaos", "--faults", "crash=2"], "'crash=2' cannot be; allowed are"),
        (["chaos", "--bad", "2"], "--bad 2: it must be a share from 0 to 1"),
        (
            ["ingest", __file__, "--faults", "crash=0.1", "--url", "http://127.0.0.1:1", "--api-key", KEY],
            "--faults is for a system of one's own",
        ),
    ],
)
def test_a_command_refuses_what_cannot_be_before_it_starts_anything(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert told in error


def drawn(seed: int | None) -> list[bool]:
    dice = Dice(Faults(crash=0.5, throttle=0.5, seed=seed))
    return [dice.falls("crash") for _ in range(200)]


def test_the_same_seed_draws_the_same_again() -> None:
    assert drawn(1) == drawn(1) != drawn(2)


def test_one_kind_does_not_change_what_another_draws() -> None:
    dice = Dice(Faults(crash=0.5, throttle=0.5, seed=1))
    mixed = []
    for _ in range(200):
        dice.falls("throttle")
        mixed.append(dice.falls("crash"))
    assert mixed == drawn(1)


def test_without_a_seed_one_is_drawn_and_known() -> None:
    dice = Dice(Faults(crash=0.5))
    seed = dice.faults.seed
    assert seed is not None
    assert [dice.falls("crash") for _ in range(200)] == drawn(seed)


def test_a_fault_falls_as_often_as_it_shall() -> None:
    dice = Dice(Faults(duplicate=1, lose=0, crash=0.2, seed=1))
    assert all(dice.falls("duplicate") for _ in range(100))
    assert not any(dice.falls("lose") for _ in range(100))
    assert 150 < sum(dice.falls("crash") for _ in range(1_000)) < 250


def test_a_kind_that_has_ended_falls_no_more() -> None:
    dice = Dice(Faults(crash=1, throttle=1, seed=1))
    assert dice.falls("crash")
    dice.end("crash")
    assert not any(dice.falls("crash") for _ in range(100))
    assert dice.falls("throttle")


def test_what_was_injected_is_told() -> None:
    dice = Dice(Faults(seed=1))
    assert dice.told() == "faults injected: none"
    for _ in range(1_200):
        dice.count("throttle")
    dice.count("lose")
    assert dice.told() == "faults injected: lose 1, throttle 1,200"


def test_the_end_is_told_with_the_counts() -> None:
    dice, lines = Dice(Faults(seed=1)), list[str]()
    with Reporter(dice, lines.append):
        dice.count("crash before a call")
    assert lines == ["faults injected: crash before a call 1"]


@pytest.mark.parametrize("service", ["s3", "dynamodb", "sqs", "sns"])
def test_botocore_takes_a_refusal_for_throttling_and_we_for_transient(service: str) -> None:
    headers = {"Authorization": signed(service)}
    if service in ("dynamodb", "sqs"):
        headers |= {"X-Amz-Target": "Some.Operation", "Content-Type": JSON}
    refusal = too_many_requests(headers)

    model = boto3.client(service, region_name="us-east-1").meta.service_model  # type: ignore[call-overload]
    shape = model.operation_model(model.operation_names[0]).output_shape
    response = {"status_code": refusal.status, "headers": {}, "body": refusal.body}
    parsed = create_parser(model.resolved_protocol).parse(response, shape)

    code = parsed["Error"]["Code"]
    assert code in ThrottledRetryableChecker._THROTTLED_ERROR_CODES  # type: ignore[attr-defined]
    assert kind_of_code(code) is TransientError
    with pytest.raises(TransientError), translated("asking"):
        raise ClientError(parsed, "Operation")


def test_a_refusal_in_json_has_the_type_that_was_asked_in() -> None:
    refusal = too_many_requests({"X-Amz-Target": "AmazonSQS.SendMessage", "Content-Type": JSON})
    assert (refusal.status, refusal.media_type) == (400, JSON)
    assert json.loads(refusal.body)["__type"] == "ThrottlingException"


def test_the_service_is_the_one_that_a_call_is_signed_for() -> None:
    assert service_of({"Authorization": signed("dynamodb")}) == "dynamodb"
    assert service_of({}) == ""
