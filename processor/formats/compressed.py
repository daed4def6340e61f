"""Compressed files: gzip and zstd. Each is unpacked as a stream, and what is in it is examined."""

from __future__ import annotations

import sys
import zlib
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from processor.formats.base import About, File, Profile, Rejected, over
from processor.formats.machine import of_machine
from processor.media import HEAD_BYTES, detect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from processor.formats.base import Ceilings, Examination

FREE_BYTES = 10_000_000
"""So much may be unpacked of a small file before the ratio counts."""
_CHUNK_BYTES = 65_536
_OUTPUT_BYTES = 1_048_576
_GZIP_WITH_HEADER = 31  # zlib's window bits for gzip: header, CRC and size are checked
_ZSTD_WINDOW_LOG = 27  # 128 MiB, what the zstd program itself takes without being told
_GZIP_BEGINNING = b"\x1f\x8b"
_TAR = {".tgz": ".tar", ".tzst": ".tar"}


class _Broken(Exception):
    """The packed bytes are not what the format demands; the message says how the library saw it."""


class _Member(Protocol):
    """One gzip member or zstd frame that is being unpacked."""

    @property
    def done(self) -> bool: ...

    @property
    def rest(self) -> bytes:
        """What follows the member in what it was fed with."""
        ...

    def unpack(self, packed: bytes) -> Iterator[bytes]:
        """Unpack more, in bounded pieces.

        Raises:
            _Broken, Rejected: the bytes cannot be unpacked.
        """
        ...


class _GzipMember:
    def __init__(self) -> None:
        self._unpacker = zlib.decompressobj(_GZIP_WITH_HEADER)

    @property
    def done(self) -> bool:
        return self._unpacker.eof

    @property
    def rest(self) -> bytes:
        return self._unpacker.unused_data

    def unpack(self, packed: bytes) -> Iterator[bytes]:
        piece, waiting = b"", packed
        while waiting or len(piece) == _OUTPUT_BYTES:
            try:
                piece = self._unpacker.decompress(waiting, _OUTPUT_BYTES)
            except zlib.error as error:
                if of_machine(error):
                    raise
                raise _Broken(str(error)) from error
            waiting = self._unpacker.unconsumed_tail
            yield piece


class _ZstdFrame:
    def __init__(self) -> None:
        zstd = _zstd()
        options = {zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG}
        self._unpacker, self._error = zstd.ZstdDecompressor(options=options), zstd.ZstdError

    @property
    def done(self) -> bool:
        return bool(self._unpacker.eof)

    @property
    def rest(self) -> bytes:
        return bytes(self._unpacker.unused_data)

    def unpack(self, packed: bytes) -> Iterator[bytes]:
        try:
            yield self._unpacker.decompress(packed, _OUTPUT_BYTES)
            while not self._unpacker.eof and not self._unpacker.needs_input:
                yield self._unpacker.decompress(b"", _OUTPUT_BYTES)
        except self._error as error:
            raise _zstd_fault(str(error)) from error


def _zstd() -> Any:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd


def _zstd_fault(message: str) -> Exception:
    if "too much memory" in message:
        what = "Unpacking it takes a window of more than 128 MiB; pack it without --ultra or --long"
        return Rejected("ceiling-error", f"{what}.")
    if "Dictionary" in message or "dictionary" in message:
        return Rejected("source-error", "It was packed with a dictionary, and cannot be unpacked without it.")
    return _Broken(message)


@dataclass(frozen=True)
class Compressed:
    """One way to compress a single file: members (gzip) or frames (zstd), one after the other."""

    name: str
    label: str
    media_types: frozenset[str]
    suffixes: frozenset[str]
    about: About
    member: type[_GzipMember | _ZstdFrame]
    padded: bool = field(default=False)
    """Whether zeros may follow the last member, as gzip allows for tapes."""

    def examine(self, file: File, work: Examination) -> Profile:
        target = work.folder / "unpacked"
        with file.path.open("rb") as source, target.open("wb") if work.nested else nullcontext() as sink:
            stream = _Unpacking(self, source, file.size_bytes, work.ceilings)
            for piece in stream.pieces():
                if sink:
                    sink.write(piece)
        if not stream.unpacked_bytes:
            raise Rejected("source-error", "It unpacks to nothing: the file in it is empty.")
        inner = File(target, _inner_name(file.name), stream.unpacked_bytes, stream.head, detect(stream.head))
        content = work.nested(inner) if work.nested else {"mediaType": inner.media_type}
        return {
            "unpackedBytes": stream.unpacked_bytes,
            "ratio": round(stream.unpacked_bytes / file.size_bytes, 2),
            "members": stream.members,
            "content": content,
        }


class _Unpacking:
    """Unpacks a whole file once, and counts."""

    def __init__(self, kind: Compressed, source: BinaryIO, packed_bytes: int, ceilings: Ceilings) -> None:
        self.unpacked_bytes = 0
        self.members = 0
        self.head = b""
        self._kind = kind
        self._source = source
        self._packed_bytes = packed_bytes
        self._ceilings = ceilings

    def pieces(self) -> Iterator[bytes]:
        """The content.

        Raises:
            Rejected: it is broken, or goes over a ceiling.
        """
        rest = self._source.read(_CHUNK_BYTES)
        while rest:
            self.members += 1
            if self.members > self._ceilings.max_entries:
                what = "It is made of too many compressed parts"
                raise over("maxEntries", self._ceilings.max_entries, what)
            member = self._kind.member()
            yield from self._unpacked(member, rest)
            rest = self._after(member.rest)

    def _unpacked(self, member: _Member, packed: bytes) -> Iterator[bytes]:
        while True:
            try:
                for piece in member.unpack(packed):
                    self._count(piece)
                    yield piece
            except _Broken as error:
                raise Rejected("source-error", self._broken(str(error))) from error
            if member.done:
                return
            packed = self._source.read(_CHUNK_BYTES)
            if not packed:
                where = f"it ends after {self._packed_bytes:,} bytes, in the middle of its content"
                raise Rejected("source-error", f"The compressed file is incomplete: {where}. Send it again.")

    def _count(self, piece: bytes) -> None:
        if len(self.head) < HEAD_BYTES:
            self.head += piece[: HEAD_BYTES - len(self.head)]
        self.unpacked_bytes += len(piece)
        check_unpacked(self.unpacked_bytes, self._packed_bytes, self._ceilings)

    def _after(self, rest: bytes) -> bytes:
        """What comes after a member: the next one, or nothing."""
        rest = rest or self._source.read(_CHUNK_BYTES)
        while self._kind.padded and rest and not rest.strip(b"\0"):
            rest = self._source.read(_CHUNK_BYTES)
        if self._kind.padded and not rest.startswith(_GZIP_BEGINNING[: len(rest)]):
            rest = rest.lstrip(b"\0")
        return rest

    def _broken(self, detail: str) -> str:
        place = f"before byte {self._source.tell():,}"
        if self.members > 1 and ("header" in detail or "Unknown frame" in detail):
            return f"Something that is not {self._kind.name} content follows the compressed content, {place}."
        return f"The compressed content is broken {place} ({detail}). Send the file again."


def check_unpacked(unpacked_bytes: int, packed_bytes: int, ceilings: Ceilings) -> None:
    """Refuse what unpacks to too much.

    Raises:
        Rejected: `ceiling-error`.
    """
    if unpacked_bytes > ceilings.max_unpacked_bytes:
        what = f"It unpacks to more than {ceilings.max_unpacked_bytes:,} bytes"
        raise over("maxUnpackedBytes", ceilings.max_unpacked_bytes, what)
    if unpacked_bytes > FREE_BYTES + ceilings.max_unpack_ratio * packed_bytes:
        what = f"It unpacks to more than {ceilings.max_unpack_ratio:,} times its size, as attacks do"
        raise over("maxUnpackRatio", ceilings.max_unpack_ratio, what)


def _inner_name(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    ending = dot + suffix.lower()
    known = any(ending in kind.suffixes for kind in FORMATS)
    return stem + _TAR.get(ending, "") if stem and known else name


_BOUNDED = (
    "Unpacked as a stream, up to `maxUnpackedBytes` and `maxUnpackRatio`, counted beyond the first 10 MB; "
    "`maxEntries` parts. A compressed file in a compressed file is not opened again."
)
_DESCRIBED = "Unpacked size, ratio, number of parts, and the profile of the file in it."
FORMATS = (
    Compressed(
        name="gzip",
        label="a gzip file",
        media_types=frozenset({"application/gzip"}),
        suffixes=frozenset({".gz", ".gzip", ".tgz"}),
        about=About(
            recognised="`.gz`, `.gzip`, `.tgz`; the signature `1f 8b`.",
            checked="Every part is unpacked and its CRC-32 and size compared; only zeros may follow. "
            "The file in it is examined by its own name and content.",
            described=_DESCRIBED,
            bounded=_BOUNDED,
        ),
        member=_GzipMember,
        padded=True,
    ),
    Compressed(
        name="zstd",
        label="a Zstandard file",
        media_types=frozenset({"application/zstd"}),
        suffixes=frozenset({".zst", ".zstd", ".tzst"}),
        about=About(
            recognised="`.zst`, `.zstd`, `.tzst`; the signature `28 b5 2f fd`.",
            checked="Every frame is unpacked, and its checksum, if any, compared; nothing may follow. "
            "The file in it is examined by its own name and content.",
            described=_DESCRIBED,
            bounded=_BOUNDED + " The window may have 128 MiB.",
        ),
        member=_ZstdFrame,
    ),
)
