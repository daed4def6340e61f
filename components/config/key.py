"""What a key of the stack's configuration is, and the forms that its texts may have."""

from __future__ import annotations

import re
from dataclasses import field
from typing import Any

PARTITION = r"arn:aws(?:-[a-z]+)*"
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
ISSUER = re.compile(r"https?://[^\s?#]+")
WORD = re.compile(r"[!-~]{1,200}")
POLICY_ARN = re.compile(rf"{PARTITION}:iam::(\d{{12}}|aws):policy/\S+")
PAGES = re.compile(r"https://[^\s?#]+[^\s?#/]")
ORIGIN = re.compile(r"https?://[^/\s*]+")
NAME = re.compile(r"[a-z][a-z0-9-]{0,22}[a-z0-9]")
TAG = re.compile(r"(?!aws:)[\w.:/+@-]{1,128}=[\w .:/=+@-]{0,256}")
DOMAIN = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
KEY_ARN = re.compile(rf"{PARTITION}:kms:[a-z0-9-]+:\d{{12}}:key/[\w-]+")
CERTIFICATE_ARN = re.compile(rf"{PARTITION}:acm:[a-z0-9-]+:\d{{12}}:certificate/[\w-]+")
KEY_ARN_LIKE = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
CERTIFICATE_ARN_LIKE = (
    "arn:aws:acm:eu-central-1:123456789012:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"
)


def key(default: Any, description: str, *, effect: str = "", **limits: Any) -> Any:
    """A config key: its default, what it is for, what it costs or changes, and what is allowed.

    Args:
        default: what holds when nobody sets it.
        description: one sentence, for `Pulumi.yaml` and the page of keys.
        effect: for whoever thinks of changing it, on the page of keys alone.
        limits: `least`, `most`, `or_zero` of a number; `one_of`; `each`, `besides` and `like`, the form of
            a text; `allowed`, the same in words.
    """
    metadata = {"description": description, "effect": effect, **limits}
    if isinstance(default, tuple):
        return field(default_factory=lambda: default, metadata=metadata)
    return field(default=default, metadata=metadata)
