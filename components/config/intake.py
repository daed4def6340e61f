"""The keys about files: what is taken in, how it is worked on, and how long it is kept."""

from __future__ import annotations

from dataclasses import dataclass

from components.config.key import BUCKET, KEY_ARN, KEY_ARN_LIKE, key

LOG_RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545),
    *(731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""What CloudWatch Logs allows."""


@dataclass(frozen=True, kw_only=True)
class Files:
    """How large files may be, and how much work each may make."""

    max_file_bytes: int = key(
        # The most that leaves room for two copies in a Lambda's local storage.
        1_073_741_824,
        "Larger files are quarantined, in bytes.",
        effect="Sets the processor's local storage, together with maxUnpackedBytes.",
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
        effect="Three copies of it fit into the processor's local storage.",
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


@dataclass(frozen=True, kw_only=True)
class Processing:
    """How files are worked on."""

    incoming_bucket: str = key(
        "",
        "An existing bucket that files come into, instead of one that the stack makes.",
        effect="Read [An existing bucket](#an-existing-bucket) before: everything in it is taken in.",
        each=BUCKET,
        like="a-bucket-name",
    )
    incoming_bucket_settings: str = key(
        "ours",
        "Who sets the existing bucket's event notification and CORS rules: the stack (`ours`), which refuses "
        "to replace any, or the bucket's owner (`theirs`).",
        one_of=("ours", "theirs"),
    )
    incoming_bucket_kms_key: str = key(
        "",
        "The KMS key that the existing bucket is encrypted with, if it has one of its own.",
        effect="The roles may use it; its policy must let the account's IAM policies decide.",
        each=KEY_ARN,
        like=KEY_ARN_LIKE,
        allowed="the ARN of a key",
    )
    index_shards: int = key(
        4,
        "Partitions of each index: 1,000 new files a second each. It may grow, never shrink.",
        effect="A page of a list is a query of each.",
        least=1,
        most=64,
    )
    processor_concurrency: int = key(
        20,
        "At most this many processors at once.",
        effect="More drain a backlog sooner, and cost the same for each file.",
        least=2,
        most=1_000,
    )
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
        effect="A comparison lists the bucket: $5 for a billion objects.",
        least=1,
        most=720,
    )
    upload_expiry_hours: int = key(
        72, "An announced upload that has not come by then is expired.", least=2, most=720
    )


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long what is kept."""

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
        effect="They are paid for as long.",
        least=15,
        most=3_650,
    )
    record_retention_days: int = key(
        0, "Records are deleted after this time; 0 keeps them for ever.", least=15, most=36_500, or_zero=True
    )
    log_retention_days: int = key(30, "Logs are deleted after this time.", one_of=LOG_RETENTION_DAYS)
