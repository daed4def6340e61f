"""How a file is cut into the parts of a multipart upload: arithmetic alone.

S3's limits: docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
"""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024**2
LEAST_PART_BYTES = 5 * MIB
LARGEST_PART_BYTES = 5 * 1024 * MIB
MOST_PARTS = 10_000
LARGEST_OBJECT_BYTES = 5 * 1024**2 * MIB
USUAL_PART_BYTES = 16 * MIB


@dataclass(frozen=True)
class Cut:
    """A file of some size in parts of one size; only the last one may be smaller."""

    size_bytes: int
    part_size_bytes: int

    @property
    def count(self) -> int:
        """How many parts there are; an empty file is one empty part."""
        return max(1, -(-self.size_bytes // self.part_size_bytes))

    def size_of(self, part_number: int) -> int:
        """How long a part is; the first has the number 1."""
        return min(self.part_size_bytes, self.size_bytes - (part_number - 1) * self.part_size_bytes)


def cut(size_bytes: int) -> Cut:
    """The usual parts or, of a file that has too many of them, larger ones: always whole MiB."""
    least = -(-size_bytes // MOST_PARTS)
    return Cut(size_bytes, max(USUAL_PART_BYTES, -(-least // MIB) * MIB))
