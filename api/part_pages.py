"""Pages of an upload's parts: which S3 has, and where to send the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.links import links_expire
from api.parts import USUAL_PART_BYTES, Cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.links import Links
    from api.multipart import Received
    from records.model import Record

PARTS_A_PAGE = 100


def cut_of(record: Record) -> Cut:
    """How the file of an upload in parts is cut."""
    return Cut(record.expected_size_bytes or 0, record.part_size_bytes or USUAL_PART_BYTES)


def page_of(
    links: Links,
    record: Record,
    received: Sequence[Received] = (),
    *,
    first: int = 1,
    limit: int = PARTS_A_PAGE,
) -> dict[str, Any]:
    """What a `PartPage` holds: the parts from a number on, with links for those that S3 does not have.

    Args:
        received: what S3 has of them.
    """
    cut = cut_of(record)
    numbers = range(first, min(first + limit, cut.count + 1))
    here = {part.part_number: part for part in received if part.size_bytes == cut.size_of(part.part_number)}
    # The checksum of a part must be known before its link is signed.
    wanted = [] if record.part_checksums else [number for number in numbers if number not in here]
    urls = {link["partNumber"]: link["url"] for link in links.parts(record, [(n, None) for n in wanted])}
    page = {
        "partSizeBytes": cut.part_size_bytes,
        "partCount": cut.count,
        "partChecksums": bool(record.part_checksums),
        "items": [_view(number, cut, urls.get(number), here.get(number)) for number in numbers],
        "expiresAt": links_expire(),
    }
    return page | ({"nextPartNumber": first + limit} if first + limit <= cut.count else {})


def _view(number: int, cut: Cut, url: str | None, part: Received | None) -> dict[str, Any]:
    view: dict[str, Any] = {"partNumber": number, "sizeBytes": cut.size_of(number)}
    if part:
        received = {"sizeBytes": part.size_bytes, "etag": part.etag}
        view["received"] = received | ({"sha256": part.sha256} if part.sha256 else {})
    return view | ({"url": url} if url else {})
