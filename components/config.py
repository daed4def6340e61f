"""The stack's configuration, typed and checked; `Pulumi.yaml` describes the same keys."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import Any

import pulumi

PLATFORMS = ("arm64", "x86_64", "host")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ISSUER = re.compile(r"https?://[^\s?#]+")
_WORD = re.compile(r"[!-~]{1,200}")
_ORIGIN = re.compile(r"https?://[^/\s*]+")


class ConfigError(pulumi.RunError):
    """A value that the stack cannot be built with; the text says which and what is allowed."""


def key(default: Any, description: str, **limits: Any) -> Any:
    """A config key: its default, what it is for, and what is allowed."""
    metadata = {"description": description, **limits}
    if isinstance(default, tuple):
        return field(default_factory=lambda: default, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class StackConfig:
    """Each field is a key of the same name in camelCase under `silent-scalper:`."""

    alert_emails: tuple[str, ...] = key(
        (), "Addresses that are told of quarantined files and alarms.", each=_EMAIL, like="name@example.com"
    )
    notify_on_success: bool = key(False, "Also tell of processed files.")
    cors_origins: tuple[str, ...] = key(
        (),
        "Web pages that may upload from a browser, besides the API's own.",
        each=_ORIGIN,
        like="https://example.com",
    )
    max_file_bytes: int = key(
        # The most that leaves room for two copies in a Lambda's local storage.
        1_073_741_824,
        "Larger files are quarantined, in bytes.",
        least=1,
        most=2_147_483_648,
    )
    multipart_threshold_bytes: int = key(
        104_857_600,
        "Larger uploads are sent in parts, in bytes, unless their sender wants it otherwise.",
        least=5_242_880,
        most=5_368_709_120,
    )
    max_unpacked_bytes: int = key(
        1_073_741_824,
        "Of a compressed file, an archive or a workbook, unpacked, in bytes.",
        least=1_048_576,
        most=1_610_612_736,
        ceiling=True,
    )
    max_unpack_ratio: int = key(
        200,
        "Unpacked bytes for each packed one, counted beyond the first 10 MB.",
        least=10,
        most=2_000,
        ceiling=True,
    )
    max_line_bytes: int = key(
        1_048_576,
        "Of one line of a table, or one token of JSON or XML.",
        least=1_024,
        most=8_388_608,
        ceiling=True,
    )
    max_columns: int = key(2_000, "Columns of a table.", least=1, most=10_000, ceiling=True)
    max_nesting: int = key(512, "Levels of JSON or XML.", least=8, most=10_000, ceiling=True)
    max_entries: int = key(100_000, "Entries of an archive.", least=1, most=1_000_000, ceiling=True)
    max_pixels: int = key(
        100_000_000, "Of an image, width times height.", least=1_000_000, most=1_000_000_000, ceiling=True
    )
    max_rejects: int = key(
        10_000, "Rows of rejects.csv; further ones are counted only.", least=1, most=100_000, ceiling=True
    )
    max_seconds: int = key(
        240,
        "Seconds of looking through a table with very many bad or blank lines.",
        least=10,
        most=480,
        ceiling=True,
    )
    index_shards: int = key(
        4,
        "Partitions of each index: 1,000 new files a second each. It may grow, never shrink.",
        least=1,
        most=64,
    )
    processor_concurrency: int = key(20, "At most this many processors at once.", least=2, most=1_000)
    automatic_retries: int = key(
        5,
        "A file that failed because AWS was not available is tried again so often by itself, after 15 "
        "minutes and then after four times as long.",
        least=0,
        most=10,
    )
    reconcile_hours: int = key(
        24,
        "So long after the bucket was compared with the records, it is compared again.",
        least=1,
        most=720,
    )
    upload_expiry_hours: int = key(
        72, "An announced upload that has not come by then is expired.", least=2, most=720
    )
    quarantine_retention_days: int = key(
        90,
        "Quarantined files expire after this time; noncurrentVersionDays later their bytes are gone.",
        least=1,
        most=3_650,
    )
    noncurrent_version_days: int = key(
        # Not below the 14 days of the dead-letter queue: what waits there must still have its bytes.
        30,
        "Overwritten and deleted versions are kept so long.",
        least=15,
        most=3_650,
    )
    record_retention_days: int = key(
        0, "Records are deleted after this time; 0 keeps them for ever.", least=15, most=36_500, or_zero=True
    )
    log_retention_days: int = key(
        30,
        "Logs are deleted after this time.",
        one_of=(
            1,
            3,
            5,
            7,
            14,
            30,
            60,
            90,
            120,
            150,
            180,
            365,
            400,
            545,
            731,
            1096,
            1827,
            2192,
            2557,
            2922,
            3288,
            3653,
        ),
    )
    tracing: bool = key(
        False, "X-Ray records one invocation a second of each Lambda, and 5 % of the others: $5 a million."
    )
    alert_window_seconds: int = key(
        300,
        "One message for each cause in so long; the first file of a cause is told at once.",
        least=1,
        most=86_400,
    )
    max_alerts_per_hour: int = key(
        12,
        "No more messages in any hour; what is held back is counted, and told in the next one.",
        least=1,
        most=100,
    )
    throttle_rate: int = key(50, "API requests a second, for all callers together.", least=1, most=10_000)
    throttle_burst: int = key(100, "API requests at once, for all callers together.", least=1, most=5_000)
    key_rate_limit: int = key(
        25, "API requests a second of one key; 0 sets no limit.", least=1, most=10_000, or_zero=True
    )
    key_rate_burst: int = key(
        100, "API requests at once of one key, after a while of quiet.", least=1, most=50_000
    )
    oidc_issuer: str = key(
        "",
        "Callers send tokens of this OpenID Connect issuer instead of API keys.",
        each=_ISSUER,
        like="https://example.com",
    )
    oidc_audience: str = key(
        "", "Whom the tokens must be for: the API's name, or id, at the issuer.", each=_WORD, like="a-name"
    )
    oidc_prefix_claim: str = key(
        "silent_scalper_prefix",
        "The claim with the prefix that a caller is bound to; a token without it is bound to none.",
        each=_WORD,
        like="a-name",
    )
    oidc_scope_prefix: str = key(
        "", "What stands before our scopes in a token, such as `silent-scalper/`.", each=_WORD, like="a-name/"
    )
    lambda_platform: str = key(
        "arm64", "What the Lambdas run on; `host` is this machine, for the local system.", one_of=PLATFORMS
    )


CEILINGS = tuple(item.name for item in fields(StackConfig) if item.metadata.get("ceiling"))
"""How much work one file may make: the processor has a setting of the same name for each."""


def camel(name: str) -> str:
    """`alert_emails` → `alertEmails`."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def load(config: pulumi.Config) -> StackConfig:
    """The stack's configuration.

    Raises:
        ConfigError: lists every value that is not allowed.
    """
    values: dict[str, Any] = {}
    problems: list[str] = []
    for item in fields(StackConfig):
        text = config.get(camel(item.name))
        if text is None:
            continue
        try:
            values[item.name] = _read(config, camel(item.name), item.type, item.metadata)
        except (ValueError, TypeError, pulumi.errors.RunError) as error:
            problems.append(f"{config.name}:{camel(item.name)} is {text!r}: {error}")
    if bool(values.get("oidc_issuer")) != bool(values.get("oidc_audience")):
        problems.append(f"{config.name}:oidcIssuer and {config.name}:oidcAudience are set together, or not")
    if problems:
        raise ConfigError("the stack's configuration is not valid:\n  " + "\n  ".join(problems))
    return StackConfig(**values)


def _read(config: pulumi.Config, name: str, kind: Any, limits: Any) -> Any:
    if kind == "bool":
        return config.require_bool(name)
    if kind == "int":
        return _number(config.require_int(name), limits)
    if kind == "str":
        return _text(config.require(name), limits)
    return _texts(config.require_object(name), limits)


def _number(value: int, limits: Any) -> int:
    if "one_of" in limits:
        return int(_choice(value, limits))
    or_zero = limits.get("or_zero", False)
    if not (limits["least"] <= value <= limits["most"] or (or_zero and value == 0)):
        zero = "0 or " if or_zero else ""
        raise ValueError(f"it must be {zero}from {limits['least']:,} to {limits['most']:,}")
    return value


def _choice(value: Any, limits: Any) -> Any:
    if value not in limits["one_of"]:
        raise ValueError("it must be one of " + ", ".join(map(str, limits["one_of"])))
    return value


def _text(value: str, limits: Any) -> str:
    if "one_of" in limits:
        return str(_choice(value, limits))
    if value and not limits["each"].fullmatch(value):
        raise ValueError(f"it is not of the form {limits['like']}")
    return value


def _texts(values: Any, limits: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError("it must be a list of texts")
    for value in values:
        if not limits["each"].fullmatch(value):
            raise ValueError(f"{value!r} is not of the form {limits['like']}")
    if len(set(values)) < len(values):
        raise ValueError("the same text stands in it twice")
    return tuple(values)
