"""Images: the dimensions are looked at first, then every pixel is decoded, as far as memory allows."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from processor.findings import Finding
from processor.formats.base import About, Profile, Rejected, over
from processor.formats.image_parts import (
    Facts,
    gif_memory,
    gif_parts,
    jpeg_memory,
    jpeg_parts,
    tiff_memory,
    webp_memory,
    webp_parts,
)
from processor.formats.machine import of_machine
from processor.formats.png import Png, read_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PIL.Image import Image

    from processor.formats.base import Ceilings, Examination, File
    from processor.formats.image_parts import Parts

_MOST_MEMORY_BYTES = 402_653_184
_FRAMES_FACTOR = 10  # an animation may have so many times the pixels of a single image
_GPS = 0x8825
_REDUCED = 8  # the JPEG decoder makes a picture of an eighth, and reads all of the content for it


@dataclass(frozen=True)
class Picture:
    """A format that Pillow decodes.

    Attributes:
        pillow: Pillow's name of the format.
        memory: how many bytes decoding takes.
        parts: walks through the file and says where it ends; None for TIFF, which has no end.
    """

    name: str
    label: str
    media_types: frozenset[str]
    suffixes: frozenset[str]
    about: About
    pillow: str
    memory: Callable[[Facts], int]
    parts: Callable[[File, Ceilings], Parts] | None

    def examine(self, file: File, work: Examination) -> Profile:
        with _quiet(), self._reading("its header cannot be read"):
            from PIL import Image

            Image.MAX_IMAGE_PIXELS = None  # the ceiling is ours
            with Image.open(file.path, formats=[self.pillow]) as image:
                check_pixels(image.width, image.height, work.ceilings)
                parts = self.parts(file, work.ceilings) if self.parts else None
                profile = self._described(image, parts)
                facts = _facts(image, profile["frames"], file.size_bytes)
                if self.memory(facts) > _MOST_MEMORY_BYTES:
                    _warn(
                        work, "ceiling-error", "It is too large to be decoded: only its parts were checked."
                    )
                else:
                    self._decode(image, facts, work.ceilings)
        _trailing(work, parts.trailing_bytes if parts else 0)
        return profile

    def _described(self, image: Image, parts: Parts | None) -> Profile:
        frames = parts.frames if parts and self.pillow == "GIF" else getattr(image, "n_frames", 1)
        profile = {"width": image.width, "height": image.height, "mode": image.mode, "frames": frames}
        for key, name in (("progressive", "progressive"), ("compression", "compression")):
            if key in image.info:
                value = image.info[key]
                profile[name] = value if isinstance(value, str) else bool(value)
        return profile | ({"location": True} if _located(image) else {})

    def _decode(self, image: Image, facts: Facts, ceilings: Ceilings) -> None:
        if self.pillow == "JPEG":
            with self._reading("its pixels cannot be decoded"):
                image.draft(None, (facts.width // _REDUCED or 1, facts.height // _REDUCED or 1))
                image.load()
            return
        if facts.frames > ceilings.max_entries:
            raise over("maxEntries", ceilings.max_entries, "It has too many frames")
        pixels = 0
        for number in range(facts.frames):
            with self._reading(f"frame {number + 1} cannot be decoded"):
                image.seek(number)
                check_pixels(image.width, image.height, ceilings)
                image.load()
            pixels += image.width * image.height
            if pixels > _FRAMES_FACTOR * ceilings.max_pixels:
                raise _too_many_frames(ceilings)

    @contextmanager
    def _reading(self, broken: str) -> Iterator[None]:
        try:
            yield
        except Rejected:
            raise
        # Pillow raises whatever a wrong number leads to: OSError, SyntaxError, struct.error, KeyError, …
        except Exception as error:
            if of_machine(error):
                raise
            what = f"The {self.pillow} image is broken or incomplete: {broken}. Send it again."
            raise Rejected("source-error", what) from error


class PngImage:
    """A PNG image, which takes no memory to speak of."""

    name = "png"
    label = "a PNG image"
    media_types = frozenset({"image/png"})
    suffixes = frozenset({".png"})
    about = About(
        recognised="`.png`; the signature.",
        checked="Every chunk's CRC; all pixels of all frames are unpacked and counted. "
        "What follows the end is warned of.",
        described="Width, height, mode, bit depth, frames, and whether it tells a location.",
        bounded="`maxPixels`, for all frames together ten times that; `maxEntries` frames. Read as a stream.",
    )

    def examine(self, file: File, work: Examination) -> Profile:
        header = read_header(file.head)
        check_pixels(header.width, header.height, work.ceilings)
        png = Png(
            header,
            file.size_bytes,
            max_frame_pixels=_FRAMES_FACTOR * work.ceilings.max_pixels,
            max_frames=work.ceilings.max_entries,
        )
        with file.path.open("rb") as stream:
            profile = {"width": header.width, "height": header.height} | png.check(stream)
        if png.surplus:
            _warn(work, "source-error", "It has more data than pixels.")
        _trailing(work, png.trailing_bytes)
        return profile | ({"location": True} if png.exif and _exif_located(png.exif) else {})


def check_pixels(width: int, height: int, ceilings: Ceilings) -> None:
    """Refuse an image before it is decoded.

    Raises:
        Rejected: `ceiling-error`.
    """
    if width * height > ceilings.max_pixels:
        what = f"It has {width:,} × {height:,} = {width * height:,} pixels"
        raise over("maxPixels", ceilings.max_pixels, what)


def _facts(image: Image, frames: int, size_bytes: int) -> Facts:
    samples = {"1": 1, "I": 4, "F": 4}.get(image.mode, 2 if image.mode.startswith("I;16") else 1)
    bands = 4 if len(image.getbands()) > 1 else 1  # Pillow keeps three bands in four bytes
    progressive = bool(image.info.get("progressive"))
    return Facts(image.width, image.height, frames, bands, samples, progressive, size_bytes)


def _located(image: Image) -> bool:
    try:
        return bool(image.getexif().get_ifd(_GPS))
    # Of no use to the image itself; Pillow raises whatever a wrong number leads to.
    except Exception as error:
        if of_machine(error):
            raise
        return False


def _exif_located(content: bytes) -> bool:
    from PIL.Image import Exif

    exif = Exif()
    with _quiet():
        try:
            exif.load(content)
            return bool(exif.get_ifd(_GPS))
        except Exception as error:  # as above
            if of_machine(error):
                raise
            return False


@contextmanager
def _quiet() -> Iterator[None]:
    """Pillow warns of odd metadata, and of large images; both are our own business."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _too_many_frames(ceilings: Ceilings) -> Rejected:
    limit = _FRAMES_FACTOR * ceilings.max_pixels
    what = f"All its frames together have more than {limit:,} pixels"
    return over("maxPixels", ceilings.max_pixels, what)


def _trailing(work: Examination, trailing_bytes: int) -> None:
    if trailing_bytes > 0:
        _warn(work, "source-error", f"{trailing_bytes:,} bytes that do not belong to it follow the image.")


def _warn(work: Examination, kind: str, message: str) -> None:
    work.findings.warning(Finding(type=kind, message=message))


def _jpeg(file: File, ceilings: Ceilings) -> Parts:
    with file.path.open("rb") as stream:
        return jpeg_parts(stream, file.size_bytes)


def _gif(file: File, ceilings: Ceilings) -> Parts:
    with file.path.open("rb") as stream:
        return gif_parts(stream, file.size_bytes, ceilings.max_entries)


def _webp(file: File, ceilings: Ceilings) -> Parts:
    return webp_parts(file.head, file.size_bytes)


def _about(recognised: str, checked: str, bounded: str) -> About:
    return About(
        recognised=recognised,
        checked=f"All pixels are decoded. {checked}".strip(),
        described="Width, height, mode, frames, and whether it tells a location.",
        bounded=f"`maxPixels`, for all frames together ten times that. {bounded} Of what would take more "
        "than 384 MiB to decode only the parts are checked, with a warning.",
    )


FORMATS = (
    PngImage(),
    Picture(
        name="jpeg",
        label="a JPEG image",
        media_types=frozenset({"image/jpeg"}),
        suffixes=frozenset({".jpg", ".jpeg", ".jpe", ".jfif"}),
        about=_about(
            "`.jpg`, `.jpeg`, `.jpe`, `.jfif`; the signature.",
            "What follows the end is warned of.",
            "Decoded at an eighth of its size.",
        ),
        pillow="JPEG",
        memory=jpeg_memory,
        parts=_jpeg,
    ),
    Picture(
        name="gif",
        label="a GIF image",
        media_types=frozenset({"image/gif"}),
        suffixes=frozenset({".gif"}),
        about=_about("`.gif`; the signature.", "What follows the end is warned of.", "`maxEntries` frames."),
        pillow="GIF",
        memory=gif_memory,
        parts=_gif,
    ),
    Picture(
        name="webp",
        label="a WebP image",
        media_types=frozenset({"image/webp"}),
        suffixes=frozenset({".webp"}),
        about=_about("`.webp`; the signature.", "What follows the end is warned of.", "`maxEntries` frames."),
        pillow="WEBP",
        memory=webp_memory,
        parts=_webp,
    ),
    Picture(
        name="tiff",
        label="a TIFF image",
        media_types=frozenset({"image/tiff"}),
        suffixes=frozenset({".tif", ".tiff"}),
        about=_about("`.tif`, `.tiff`; the signature.", "", "`maxEntries` pages."),
        pillow="TIFF",
        memory=tiff_memory,
        parts=None,
    ),
)
