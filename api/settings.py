"""What the API is told by its environment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Each field is an environment variable of the same name in capitals."""

    stack: str
    records_table: str
    api_keys_table: str
    alerts_table: str
    undelivered_queue_url: str
    incoming_bucket: str
    quarantine_bucket: str
    accepted_bucket: str
    queue_url: str
    dead_letter_queue_url: str
    upload_expiry_hours: int
    index_shards: int
    max_file_bytes: int
    key_rate_limit: int
    key_rate_burst: int
    oidc_issuer: str
    oidc_prefix_claim: str
    oidc_scope_prefix: str
    multipart_threshold_bytes: int
