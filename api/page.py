"""The dashboard's files as the bundle holds them: compressed when it is built, sent as they lie there."""

from __future__ import annotations

import gzip
import re
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from api.conditional import entity_tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
"""Of all files that there may be; `components.dashboard` refuses others when it builds."""
INDEX: Final = "index.html"
_ASSETS: Final = "assets"
_SUFFIXES: Final = {"br": ".br", "gzip": ".gz"}
"""The codings that files are stored in, the better one first."""
_CODING = re.compile(r"\s*([\w!#$%&'*+.^`|~-]+)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?", re.ASCII)
_SAFE: Final = {
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Page:
    """Reads a file when it is first asked for, and keeps it.

    Args:
        folder: `index.html` and `assets/…`, each with `.br` and `.gz` after its name.
        origins: where presigned URLs lead.
    """

    def __init__(self, folder: Path, origins: Iterable[str]) -> None:
        self._folder = folder
        self._origins = sorted(set(origins))
        self._read = cache(self._stored)

    @cached_property
    def _names(self) -> frozenset[str]:
        found = self._folder.rglob("*.br") if self._folder.is_dir() else ()
        return frozenset(path.relative_to(self._folder).as_posix().removesuffix(".br") for path in found)

    @property
    def built(self) -> bool:
        """Whether there is a page."""
        return INDEX in self._names

    def has_asset(self, name: str) -> bool:
        """Whether there is such a file; only names that are known lead to one, whatever is asked for."""
        return "/" not in name and f"{_ASSETS}/{name}" in self._names

    def index(self, accepted: str) -> tuple[bytes, dict[str, str]]:
        """The page's content and headers."""
        content, headers = self._read(INDEX, coding(accepted))
        own = {
            "Cache-Control": "no-cache",
            "ETag": entity_tag(content),
            "Content-Security-Policy": self.policy,
        }
        return content, headers | _SAFE | own

    def asset(self, name: str, accepted: str) -> tuple[bytes, dict[str, str]]:
        """A file's content and headers; its name changes with its content, so it is right for ever."""
        content, headers = self._read(f"{_ASSETS}/{name}", coding(accepted))
        return content, headers | {"Cache-Control": "public, max-age=31536000, immutable"}

    @property
    def policy(self) -> str:
        """Nothing from elsewhere but what is sent to the buckets, and nothing that stands in the page."""
        connect = " ".join(["'self'", *self._origins])
        return (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
            f"font-src 'self'; connect-src {connect}; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )

    def _stored(self, name: str, wanted: str | None) -> tuple[bytes, dict[str, str]]:
        headers = {"Content-Type": MEDIA_TYPES[PurePosixPath(name).suffix], "Vary": "Accept-Encoding"}
        if wanted is None:
            return gzip.decompress((self._folder / f"{name}.gz").read_bytes()), headers
        content = (self._folder / f"{name}{_SUFFIXES[wanted]}").read_bytes()
        return content, headers | {"Content-Encoding": wanted}


def coding(accepted: str) -> str | None:
    """The coding to send, of those that an `Accept-Encoding` allows (RFC 9110, 12.5.3); None for none."""
    weights = {
        found[1].lower(): float(found[2] or 1)
        for part in accepted.split(",")
        if (found := _CODING.fullmatch(part))
    }
    other = weights.get("*", 0.0)
    allowed = {name: weights.get(name, other) for name in _SUFFIXES}
    best = max(allowed, key=lambda name: allowed[name])
    return best if allowed[best] > 0 else None


def origin(bucket: str, environment: Mapping[str, str]) -> str:
    """Where presigned URLs of a bucket lead, without boto3: a test holds this to what boto3 signs."""
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or "us-east-1"
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    own = f"https://s3.{region}.{suffix}"
    endpoint = environment.get("AWS_ENDPOINT_URL_S3") or environment.get("AWS_ENDPOINT_URL") or own
    scheme, _, host = endpoint.partition("://")
    host = host.partition("/")[0]
    # No name can stand before an address; those that Pulumi gives to buckets have no dots.
    return f"{scheme}://{host}" if _is_address(host) else f"{scheme}://{bucket}.{host}"


def _is_address(host: str) -> bool:
    """Of IP, with a port or without one."""
    return host.startswith("[") or bool(re.fullmatch(r"(\d{1,3}\.){3}\d{1,3}(:\d+)?", host, re.ASCII))
