"""The keys about the installation itself: its name and keys, who is told what, and its API."""

from __future__ import annotations

from dataclasses import dataclass

from components.config.key import (
    CERTIFICATE_ARN,
    CERTIFICATE_ARN_LIKE,
    DOMAIN,
    EMAIL,
    ISSUER,
    KEY_ARN,
    KEY_ARN_LIKE,
    NAME,
    ORIGIN,
    PAGES,
    POLICY_ARN,
    TAG,
    WORD,
    key,
)

PROJECT = "silent-scalper"
PLATFORMS = ("arm64", "x86_64", "host")
CREATE = "create"
"""What stands instead of a key's ARN when the stack is to make the key."""


@dataclass(frozen=True, kw_only=True)
class Installation:
    """What is deployed, as what, and encrypted with what."""

    name: str = key(
        PROJECT,
        "What this installation is called: in the tag `project`, and before the stack's name in metrics, "
        "alarms and mails, if it is not the usual one.",
        effect="Two installations in one account need two names, or two names of stacks.",
        each=NAME,
        like="a-name, of 2 to 24 small letters, digits and hyphens",
        allowed="2 to 24 small letters, digits and hyphens",
    )
    tags: tuple[str, ...] = key(
        (),
        "Further tags of every resource.",
        effect="Besides `project`, `stack` and `managed-by`.",
        each=TAG,
        like="cost-center=42",
    )
    kms_key: str = key(
        "",
        "What encrypts data at rest: AWS's own keys if empty, a key that the stack makes (`create`), or the "
        "existing key of this ARN.",
        effect="AWS's own keys cost nothing. A key of one's own is $1 a month, $0.03 for ten thousand "
        "requests, and up to two dollars more as it rotates; see [A key of your own](#a-key-of-your-own).",
        each=KEY_ARN,
        besides=CREATE,
        like=f"{CREATE}, or {KEY_ARN_LIKE}",
        allowed=f"empty, `{CREATE}`, or the ARN of a key",
    )
    permissions_boundary: str = key(
        "",
        "The ARN of a policy that bounds every role of the stack, if who deploys may make no others.",
        each=POLICY_ARN,
        like="arn:aws:iam::123456789012:policy/a-name",
        allowed="the ARN of a policy",
    )
    tracing: bool = key(
        False,
        "X-Ray records one invocation a second of each Lambda, and 5 % of the others.",
        effect="$5 a million traces, after 100,000 free ones a month; see [traces](observability.md#traces).",
    )
    lambda_platform: str = key(
        "arm64",
        "What the Lambdas run on; `host` is this machine, for the local system.",
        effect="`x86_64` costs a quarter more.",
        one_of=PLATFORMS,
    )


@dataclass(frozen=True, kw_only=True)
class Alerts:
    """Who is told what, and when."""

    alert_emails: tuple[str, ...] = key(
        (), "Addresses that are told of quarantined files and alarms.", each=EMAIL, like="name@example.com"
    )
    notify_on_success: bool = key(False, "Also tell of processed files.")
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
    alarms: str = key(
        "all",
        "Which alarms there are: all, or the ten at most that CloudWatch's free tier pays for.",
        effect="Each further alarm is $0.10 a month.",
        one_of=("all", "essential"),
    )
    quarantine_rate_percent: int = key(
        10,
        "An alarm goes off when so many percent of the files of 15 minutes are quarantined.",
        least=1,
        most=100,
    )
    quarantine_rate_floor: int = key(
        20, "With fewer files in 15 minutes than this, that alarm stays quiet.", least=1, most=100_000
    )
    oldest_message_minutes: int = key(
        # A file that fails is tried for a quarter of an hour: one that heals shall wake nobody.
        30,
        "An alarm goes off when a file has waited for so long.",
        least=20,
        most=5_760,
    )
    api_p99_ms: int = key(
        # The API's own timeout ends a request after 15 s.
        3_000,
        "An alarm goes off when one in a hundred requests takes longer, in milliseconds.",
        least=100,
        most=15_000,
    )
    anomaly_alarm: bool = key(
        False,
        "Also an alarm when the share of quarantined files is unusual for its day and hour.",
        effect="It counts as three alarms: $0.30 a month.",
    )
    runbook_url: str = key(
        "",
        "Where the pages of docs/runbooks can be read: alarms link to them, or name the file without it.",
        each=PAGES,
        like="https://example.com/runbooks",
    )
    budget_usd: int = key(
        0,
        "What the stack may cost in a month, in US dollars: alertEmails are told at 80 % of it, and when all "
        "of it is forecast; 0 is no budget.",
        effect="Costs nothing; needs the tags `project` and `stack` among the account's "
        "[cost allocation tags](#a-budget).",
        least=1,
        most=1_000_000,
        or_zero=True,
    )


@dataclass(frozen=True, kw_only=True)
class HttpApi:
    """The API, and what stands before it."""

    cors_origins: tuple[str, ...] = key(
        (),
        "Web pages that may upload from a browser, besides the API's own.",
        each=ORIGIN,
        like="https://example.com",
    )
    throttle_rate: int = key(50, "API requests a second, for all callers together.", least=1, most=10_000)
    throttle_burst: int = key(100, "API requests at once, for all callers together.", least=1, most=5_000)
    key_rate_limit: int = key(
        25, "API requests a second of one key; 0 sets no limit.", least=1, most=10_000, or_zero=True
    )
    key_rate_burst: int = key(
        100, "API requests at once of one key, after a while of quiet.", least=1, most=50_000
    )
    domain_name: str = key(
        "",
        "The API's own domain name, instead of the one that AWS gives it.",
        effect="Set together with certificateArn; see [A domain name](#a-domain-name).",
        each=DOMAIN,
        like="files.example.com",
    )
    certificate_arn: str = key(
        "",
        "The certificate of that domain name, in Certificate Manager of the stack's region.",
        each=CERTIFICATE_ARN,
        like=CERTIFICATE_ARN_LIKE,
        allowed="the ARN of a certificate",
    )
    snap_start: bool = key(
        False,
        "Start the API's Lambda from a snapshot: fewer slow first answers.",
        effect="About $4 a month for each version, and $0.14 for a thousand starts; see "
        "[SnapStart](#snapstart).",
    )


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """Tokens of OpenID Connect instead of API keys."""

    oidc_issuer: str = key(
        "",
        "Callers send tokens of this OpenID Connect issuer instead of API keys.",
        each=ISSUER,
        like="https://example.com",
    )
    oidc_audience: str = key(
        "", "Whom the tokens must be for: the API's name, or id, at the issuer.", each=WORD, like="a-name"
    )
    oidc_prefix_claim: str = key(
        "silent_scalper_prefix",
        "The claim with the prefix that a caller is bound to; a token without it is bound to none.",
        each=WORD,
        like="a-name",
    )
    oidc_scope_prefix: str = key(
        "", "What stands before our scopes in a token, such as `silent-scalper/`.", each=WORD, like="a-name/"
    )
