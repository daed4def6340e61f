"""PNG: every chunk's CRC and every pixel's bytes are checked as a stream, so no picture is ever in memory."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from processor.formats.base import Profile, Rejected, over
from processor.formats.machine import of_machine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PIECE_BYTES = 65_536
_MOST_EXIF_BYTES = 1_048_576
_HEADER_BYTES = 13
_PALETTE = 3
# Colour type: how many samples a pixel has, Pillow's name for it, and the depths that are allowed.
_COLOURS = {
    0: (1, "L", {1, 2, 4, 8, 16}),
    2: (3, "RGB", {8, 16}),
    _PALETTE: (1, "P", {1, 2, 4, 8}),
    4: (2, "LA", {8, 16}),
    6: (4, "RGBA", {8, 16}),
}
# Adam7: first column, first row, and the steps to the next ones.
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_FILTERS = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class Header:
    """The first chunk."""

    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool

    @property
    def mode(self) -> str:
        return _COLOURS[self.colour][1]

    def row_bytes(self, width: int) -> int:
        """Of one row, with the byte that names its filter."""
        return 1 + (width * _COLOURS[self.colour][0] * self.depth + 7) // 8

    def picture_bytes(self, width: int, height: int) -> int:
        """Unpacked, of a frame of this size."""
        if not self.interlaced:
            return height * self.row_bytes(width)
        sizes = ((-(-(width - x) // step_x), -(-(height - y) // step_y)) for x, y, step_x, step_y in _PASSES)
        return sum(rows * self.row_bytes(columns) for columns, rows in sizes if columns > 0 and rows > 0)


def read_header(head: bytes) -> Header:
    """What the beginning of the file says.

    Raises:
        Rejected: it is no PNG header, or one that contradicts itself.
    """
    if not head.startswith(_SIGNATURE) or head[12:16] != b"IHDR" or len(head) < 16 + _HEADER_BYTES:
        raise Rejected("source-error", "The PNG image is broken: it does not begin with a header.")
    width, height, depth, colour, method, filters, interlace = struct.unpack(">IIBBBBB", head[16:29])
    allowed = colour in _COLOURS and depth in _COLOURS[colour][2]
    if not (width and height and allowed and method == filters == 0 and interlace <= 1):
        raise Rejected("source-error", "The PNG image is broken: its header contradicts itself.")
    return Header(width, height, depth, colour, bool(interlace))


class Png:
    """Walks through a file once.

    Attributes:
        exif: what its camera wrote; empty if nothing, or more than 1 MiB.
        trailing_bytes: after the end of the image.
        surplus: whether it has more data than pixels.

    Args:
        max_frame_pixels: of all frames of an animation together.
        max_frames: of an animation.
    """

    def __init__(self, header: Header, size_bytes: int, *, max_frame_pixels: int, max_frames: int) -> None:
        self.exif = b""
        self.trailing_bytes = 0
        self.surplus = False
        self.frames = 0
        self._header = header
        self._size_bytes = size_bytes
        self._max_frame_pixels = max_frame_pixels
        self._max_frames = max_frames
        self._frame_pixels = 0
        self._palette = False
        self._pixels = self._begun(header.width, header.height)

    def check(self, stream: BinaryIO) -> Profile:
        """Every chunk up to the end.

        Raises:
            Rejected: it is broken, incomplete, or over a ceiling.
        """
        stream.seek(len(_SIGNATURE))
        while self._chunk(stream) != b"IEND":
            pass
        self._finish()
        if self._header.colour == _PALETTE and not self._palette:
            raise Rejected("source-error", "The PNG image is broken: its palette is missing.")
        self.trailing_bytes = self._size_bytes - stream.tell()
        return {
            "mode": self._header.mode,
            "bitDepth": self._header.depth,
            "interlaced": self._header.interlaced,
            "frames": max(self.frames, 1),
        }

    def _chunk(self, stream: BinaryIO) -> bytes:
        place = stream.tell()
        start = stream.read(8)
        if len(start) < 8:
            raise _incomplete(self._size_bytes)
        length, kind = int.from_bytes(start[:4], "big"), start[4:]
        if not (kind.isascii() and kind.isalpha()):
            raise _broken(f"there is no chunk at byte {place:,}, where one should be")
        crc = zlib.crc32(kind)
        held = b""
        for piece in self._pieces(stream, length):
            crc = zlib.crc32(piece, crc)
            if kind in (b"IDAT", b"fdAT"):
                # The data of further frames begin with a number of four bytes.
                first = kind == b"fdAT" and stream.tell() - len(piece) == place + 8
                self._data(piece[4:] if first else piece, place)
            elif kind == b"fcTL" or (kind == b"eXIf" and length <= _MOST_EXIF_BYTES):
                held += piece
        if stream.read(4) != crc.to_bytes(4, "big"):
            raise _broken(f"the checksum of the part at byte {place:,} is wrong")
        self._seen(kind, held)
        return kind

    def _pieces(self, stream: BinaryIO, length: int) -> Iterator[bytes]:
        if length > self._size_bytes - stream.tell():
            raise _incomplete(self._size_bytes)
        left = length
        while left:
            piece = stream.read(min(left, _PIECE_BYTES))
            left -= len(piece)
            yield piece

    def _data(self, piece: bytes, place: int) -> None:
        try:
            self._pixels.add(piece)
        except zlib.error as error:
            if of_machine(error):
                raise
            raise _broken(f"its pixels cannot be unpacked in the part at byte {place:,}") from error

    def _seen(self, kind: bytes, held: bytes) -> None:
        if kind == b"PLTE":
            self._palette = True
        elif kind == b"eXIf":
            self.exif = held
        elif kind == b"fcTL":
            self._frame(held)

    def _frame(self, control: bytes) -> None:
        if len(control) != 26:
            raise _broken("the description of a frame has a wrong size")
        width, height = struct.unpack(">II", control[4:12])
        self.frames += 1
        if self.frames > self._max_frames:
            raise over("maxEntries", self._max_frames, "It has too many frames")
        if self._pixels.begun:
            self._finish()
            self._pixels = self._begun(width, height)

    def _begun(self, width: int, height: int) -> _Pixels:
        self._frame_pixels += width * height
        if self._frame_pixels > self._max_frame_pixels:
            what = "All its frames together have too many pixels"
            raise over("maxPixels", self._max_frame_pixels, what)
        step = 0 if self._header.interlaced else self._header.row_bytes(width)
        return _Pixels(self._header.picture_bytes(width, height), step)

    def _finish(self) -> None:
        self.surplus |= self._pixels.finish()


class _Pixels:
    """The unpacked bytes of one frame: counted, their filters looked at, and dropped."""

    def __init__(self, expected: int, step: int) -> None:
        self.begun = False
        self._expected = expected
        self._step = step
        self._seen = 0
        self._unpacker = zlib.decompressobj()
        self._surplus = False

    def add(self, packed: bytes) -> None:
        self.begun = True
        while packed and not self._unpacker.eof and self._seen <= self._expected:
            pixels = self._unpacker.decompress(packed, 16 * _PIECE_BYTES)
            packed = self._unpacker.unconsumed_tail
            self._count(pixels)
        self._surplus |= bool(packed)

    def _count(self, pixels: bytes) -> None:
        pixels = pixels[: self._expected + 1 - self._seen]
        starts = (
            pixels[: self._expected - self._seen][-self._seen % self._step :: self._step]
            if self._step
            else b""
        )
        if not _FILTERS.issuperset(starts):
            raise _broken("a row of pixels has a filter that does not exist")
        self._seen += len(pixels)

    def finish(self) -> bool:
        """Whether there were more bytes than pixels.

        Raises:
            Rejected: there were fewer.
        """
        self._count(self._unpacker.flush())
        if self._seen < self._expected:
            what = f"it has {self._seen:,} of {self._expected:,} bytes of pixels"
            raise Rejected("source-error", f"The PNG image is incomplete: {what}. Send it again.")
        return self._surplus or self._seen > self._expected


def _broken(why: str) -> Rejected:
    return Rejected("source-error", f"The PNG image is broken: {why}. Send it again.")


def _incomplete(size_bytes: int) -> Rejected:
    what = f"it ends after {size_bytes:,} bytes, in the middle of its content"
    return Rejected("source-error", f"The PNG image is incomplete: {what}. Send it again.")
