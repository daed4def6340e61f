"""The parts of JPEG, GIF and WebP files: where the image ends, how many frames; and what decoding costs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from processor.formats.base import Rejected, over

if TYPE_CHECKING:
    from typing import BinaryIO

_PIECE_BYTES = 65_536
_SCAN_DATA = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # neither a stuffed byte, nor a restart, nor a filler
_START, _END, _SCAN, _MULTI = 0xD8, 0xD9, 0xDA, 0xE2
_ALONE = frozenset({0x01, *range(0xD0, 0xD8), _START})
_GIF_IMAGE, _GIF_EXTENSION, _GIF_END = 0x2C, 0x21, 0x3B


@dataclass(frozen=True, slots=True)
class Parts:
    """What a walk through the file told."""

    trailing_bytes: int
    frames: int = 1


def jpeg_parts(stream: BinaryIO, size_bytes: int) -> Parts:
    """From marker to marker, up to the end of the image.

    Raises:
        Rejected: it ends before that, or something else stands where a marker should be.
    """
    stream.seek(2)
    several = False
    while True:
        marker = _marker(stream)
        if marker == _END:
            return Parts(0 if several else size_bytes - stream.tell())
        if marker in _ALONE:
            continue
        length = int.from_bytes(stream.read(2), "big")
        if length < 2 or stream.tell() + length - 2 > size_bytes:
            raise incomplete("JPEG", size_bytes)
        body = stream.read(length - 2)
        # Several pictures in one file, as telephones write them: the others come after the end of the first.
        several |= marker == _MULTI and body.startswith(b"MPF\0")
        if marker == _SCAN:
            _skip_scan(stream)


def _marker(stream: BinaryIO) -> int:
    place = stream.tell()
    found = stream.read(2)
    while found == b"\xff\xff":  # fillers
        found = found[1:] + stream.read(1)
    if len(found) < 2:
        raise incomplete("JPEG", place)
    if found[0] != 0xFF:
        raise Rejected(
            "source-error", f"The JPEG image is broken at byte {place:,}: a marker is missing. Send it again."
        )
    return found[1]


def _skip_scan(stream: BinaryIO) -> None:
    """To the marker after the pixels; two pieces overlap by a byte, as a marker may lie across."""
    while piece := stream.read(_PIECE_BYTES):
        found = _SCAN_DATA.search(piece)
        if found:
            stream.seek(found.start() - len(piece), 1)
            return
        if piece.endswith(b"\xff") and len(piece) > 1:
            stream.seek(-1, 1)


def gif_parts(stream: BinaryIO, size_bytes: int, max_frames: int) -> Parts:
    """From block to block, up to the trailer.

    Raises:
        Rejected: it ends before that, or has something else where a block should be, or too many frames.
    """
    stream.seek(0)
    _gif_colours(stream.read(13)[10:11], stream)
    frames = 0
    while kind := stream.read(1):
        if kind[0] == _GIF_END:
            return Parts(size_bytes - stream.tell(), frames)
        if kind[0] == _GIF_IMAGE:
            frames += 1
            if frames > max_frames:
                raise over("maxEntries", max_frames, "It has too many frames")
            _gif_colours(stream.read(9)[8:9], stream)
        elif kind[0] != _GIF_EXTENSION:
            break
        stream.seek(1, 1)  # the code size of an image, the label of an extension
        _skip_blocks(stream)
    if kind:
        what = f"The GIF image is broken at byte {stream.tell() - 1:,}. Send it again."
        raise Rejected("source-error", what)
    raise incomplete("GIF", size_bytes)


def _gif_colours(flags: bytes, stream: BinaryIO) -> None:
    if flags and flags[0] & 0x80:
        stream.seek(3 << ((flags[0] & 7) + 1), 1)


def _skip_blocks(stream: BinaryIO) -> None:
    while (size := stream.read(1)) not in (b"", b"\0"):
        stream.seek(size[0], 1)


def webp_parts(head: bytes, size_bytes: int) -> Parts:
    """By the size that stands at the beginning.

    Raises:
        Rejected: the file is smaller.
    """
    stated = int.from_bytes(head[4:8], "little") + 8
    if stated > size_bytes:
        raise incomplete("WebP", size_bytes)
    return Parts(size_bytes - stated - stated % 2 if size_bytes > stated else 0)


def incomplete(kind: str, place: int) -> Rejected:
    """The image ends too early."""
    what = f"it ends after {place:,} bytes, in the middle of its content"
    return Rejected("source-error", f"The {kind} image is incomplete: {what}. Send it again.")


@dataclass(frozen=True, slots=True)
class Facts:
    """What an image tells before it is decoded."""

    width: int
    height: int
    frames: int
    bands: int
    sample_bytes: int
    progressive: bool
    size_bytes: int

    @property
    def pixels(self) -> int:
        return self.width * self.height


def jpeg_memory(facts: Facts) -> int:
    """A progressive one is kept as coefficients of two bytes until its last scan."""
    return facts.pixels * (2 * facts.bands if facts.progressive else 1)


def gif_memory(facts: Facts) -> int:
    """An animation is kept in colours, with the frame before it."""
    return facts.pixels * (12 if facts.frames > 1 else 2)


def webp_memory(facts: Facts) -> int:
    """The decoder has the whole file, and several copies of the picture."""
    return facts.pixels * 16 + 2 * facts.size_bytes


def tiff_memory(facts: Facts) -> int:
    """All of it may be one strip, which is unpacked before it becomes the picture."""
    return facts.pixels * facts.bands * facts.sample_bytes * 2
