"""Signature Version 4 of a POST to `/`: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html.

botocore's own signer does the same, and its import takes longer than that of the rest of the client.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_ALGORITHM = "AWS4-HMAC-SHA256"


class Credentials(NamedTuple):
    """Of the Lambda's role; the token belongs to those that expire."""

    access_key: str
    secret_key: str
    token: str | None = None


class Signer:
    """Signs requests to one service in one region.

    Args:
        credentials: gives those that are valid now.
    """

    def __init__(self, credentials: Callable[[], Credentials], region: str, service: str) -> None:
        self._credentials = credentials
        self._region = region
        self._service = service

    def sign(self, headers: dict[str, str], body: bytes, now: datetime) -> dict[str, str]:
        """All headers to send.

        Args:
            headers: `Host` and whatever else is to be signed, each value without spaces around it.
            now: in UTC.
        """
        credentials = self._credentials()
        moment = f"{now:%Y%m%dT%H%M%SZ}"
        headers = headers | {"X-Amz-Date": moment}
        if credentials.token:
            headers["X-Amz-Security-Token"] = credentials.token
        named = sorted((name.lower(), value) for name, value in headers.items())
        names = ";".join(name for name, _ in named)
        lines = "".join(f"{name}:{value}\n" for name, value in named)
        request = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
        scope = f"{moment[:8]}/{self._region}/{self._service}/aws4_request"
        text = f"{_ALGORITHM}\n{moment}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
        signature = hmac.new(_key(credentials.secret_key, scope), text.encode(), "sha256").hexdigest()
        headers["Authorization"] = (
            f"{_ALGORITHM} Credential={credentials.access_key}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}"
        )
        return headers


@lru_cache(maxsize=4)
def _key(secret: str, scope: str) -> bytes:
    # The same for a whole day.
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
