"""What is told of images, and which are refused."""

from __future__ import annotations

import io
import random
import struct
import warnings
import zlib
from typing import Any

import pytest
from PIL import Image

from processor.formats import images
from processor.formats.base import Ceilings
from processor.formats.images import FORMATS
from tests.unit.processor.formats.examining import examine
from tests.unit.processor.formats.makers import SAMPLES, cut, each_cut, survived

KINDS = {kind.name: kind for kind in FORMATS}
SIZE = (97, 61)


def noise(mode: str = "RGB", seed: int = 1) -> Image.Image:
    bands = 1 if mode in ("1", "P") else len(Image.new(mode, (1, 1)).getbands())
    content = random.Random(seed).randbytes(SIZE[0] * SIZE[1] * bands)
    made = Image.frombytes("L" if mode in ("1", "P") else mode, SIZE, content)
    return made.convert(mode)


def saved(kind: str, image: Image.Image | None = None, **options: Any) -> bytes:
    target = io.BytesIO()
    (image or noise()).save(target, {"webp": "WEBP", "tiff": "TIFF"}.get(kind, kind), **options)
    return target.getvalue()


def frames(kind: str, number: int) -> bytes:
    mode = "P" if kind == "gif" else "RGB"
    others = [noise(mode, seed) for seed in range(2, number + 1)]
    return saved(kind, noise(mode), save_all=True, append_images=others)


def located() -> Image.Exif:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (50.0, 1.0, 2.0)}
    return exif


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, pixels: bytes, *more: bytes, interlace: int = 0) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, interlace)
    parts = [chunk(b"IHDR", header), *more, chunk(b"IDAT", zlib.compress(pixels)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


GOOD = {kind: saved(kind) for kind in KINDS}
each_kind = pytest.mark.parametrize("kind", KINDS)


@each_kind
def test_size_and_mode_are_told(kind: str) -> None:
    seen = examine(KINDS[kind], GOOD[kind])

    assert (seen.errors, seen.warnings) == ([], [])
    assert {key: seen.profile[key] for key in ("width", "height", "frames")} == {
        "width": 97,
        "height": 61,
        "frames": 1,
    }
    assert "location" not in seen.profile


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        *(("png", mode, {}) for mode in ("1", "L", "P", "RGB", "RGBA", "LA", "I;16")),
        *(("jpeg", mode, {}) for mode in ("L", "RGB", "CMYK")),
        ("jpeg", "RGB", {"progressive": True, "quality": 95}),
        ("webp", "RGBA", {"lossless": True}),
        *(("tiff", "RGB", {"compression": f"tiff_{name}"}) for name in ("lzw", "deflate")),
        *(("tiff", "RGB", {"compression": name}) for name in ("packbits", "jpeg")),
        ("tiff", "1", {"compression": "group4"}),
    ],
)
def test_every_mode_and_compression_is_good(kind: str, mode: str, options: dict[str, Any]) -> None:
    image = Image.new("I;16", SIZE) if mode == "I;16" else noise(mode)

    seen = examine(KINDS[kind], saved(kind, image, **options))

    assert (seen.errors, seen.profile["width"]) == ([], 97)


@pytest.mark.parametrize("kind", ["png", "gif", "webp", "tiff"])
def test_all_frames_are_counted(kind: str) -> None:
    seen = examine(KINDS[kind], frames(kind, 4))

    assert (seen.errors, seen.profile["frames"]) == ([], 4)


def test_images_of_other_programs_are_good() -> None:
    paths = [path for ending in ("png", "jpg") for path in SAMPLES.rglob(f"*.{ending}")]

    seen = [examine(KINDS["png" if path.suffix == ".png" else "jpeg"], path) for path in paths]

    assert len(paths) > 20
    assert not any(one.errors for one in seen)


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_location_is_mentioned_without_its_coordinates(kind: str) -> None:
    seen = examine(KINDS[kind], saved(kind, exif=located()))

    assert seen.profile["location"] is True
    assert "50" not in str(seen.profile)


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp"])
@each_cut()
def test_a_truncated_image_is_corrupt(kind: str, where: str) -> None:
    seen = examine(KINDS[kind], cut(GOOD[kind], where))

    assert seen.errors == [("source-error", None)]


def test_a_tiff_image_whose_pixels_are_cut_off_is_corrupt() -> None:
    seen = examine(KINDS["tiff"], GOOD["tiff"][:-2_000])

    assert seen.errors == [("source-error", None)]


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp"])
def test_what_follows_the_image_is_warned_of(kind: str) -> None:
    seen = examine(KINDS[kind], GOOD[kind] + b"<?php evil(); ?>")

    assert (seen.errors, seen.warnings) == ([], [("source-error", None)])
    assert "16 bytes" in seen.messages


@each_kind
def test_other_content_is_corrupt(kind: str) -> None:
    seen = examine(KINDS[kind], b"this is not an image, whatever its name says" * 10)

    assert seen.errors == [("source-error", None)]


@each_kind
def test_too_many_pixels_are_refused_before_they_are_decoded(kind: str) -> None:
    seen = examine(KINDS[kind], GOOD[kind], ceilings=Ceilings(max_pixels=97 * 61 - 1))

    assert seen.errors == [("ceiling-error", None)]
    assert "97 × 61" in seen.messages


@pytest.mark.parametrize("kind", ["png", "gif", "webp", "tiff"])
def test_too_many_pixels_in_all_frames_together_are_refused(kind: str) -> None:
    seen = examine(KINDS[kind], frames(kind, 12), ceilings=Ceilings(max_pixels=97 * 61))

    assert seen.errors == [("ceiling-error", None)]
    assert "maxPixels" in seen.messages


@pytest.mark.parametrize("kind", ["png", "gif", "webp", "tiff"])
def test_too_many_frames_are_refused(kind: str) -> None:
    seen = examine(KINDS[kind], frames(kind, 5), ceilings=Ceilings(max_entries=4))

    assert seen.errors == [("ceiling-error", None)]
    assert "maxEntries" in seen.messages


@pytest.mark.parametrize("kind", ["jpeg", "gif", "webp", "tiff"])
def test_what_does_not_fit_into_memory_is_warned_of(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "_MOST_MEMORY_BYTES", 1_000)

    seen = examine(KINDS[kind], GOOD[kind])

    assert (seen.errors, seen.warnings) == ([], [("ceiling-error", None)])


def test_a_large_image_makes_no_warning_of_pillow() -> None:
    large = png(14_000, 14_000, bytes(14_001 * 14_000))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        seen = examine(KINDS["png"], large, ceilings=Ceilings(max_pixels=200_000_000))

    assert (seen.errors, seen.profile["width"]) == ([], 14_000)


def test_a_flipped_bit_in_a_png_is_found_wherever_it_is() -> None:
    content = GOOD["png"]
    places = random.Random(2).sample(range(8, len(content)), 60)

    seen = [
        examine(KINDS["png"], content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        for place in places
    ]

    assert all(one.errors for one in seen)


def test_missing_pixels_of_a_png_are_told() -> None:
    seen = examine(KINDS["png"], png(10, 10, bytes(11 * 9)))

    assert seen.errors == [("source-error", None)]
    assert "99 of 110 bytes" in seen.messages


def test_more_data_than_pixels_is_warned_of() -> None:
    seen = examine(KINDS["png"], png(10, 10, bytes(11 * 12)))

    assert (seen.errors, seen.warnings) == ([], [("source-error", None)])


def test_a_filter_that_does_not_exist_is_corrupt() -> None:
    seen = examine(KINDS["png"], png(10, 10, bytes(11 * 5) + b"\x05" + bytes(54)))

    assert seen.errors == [("source-error", None)]
    assert "filter" in seen.messages


def test_an_interlaced_png_has_the_pixels_of_its_seven_passes() -> None:
    # 3 × 2: passes of 1 × 1, 1 × 1 and 1 × 1 pixels, then 3 × 1; each row begins with its filter.
    pixels = bytes(2 + 2 + 2 + 4)

    good = examine(KINDS["png"], png(3, 2, pixels, interlace=1))
    short = examine(KINDS["png"], png(3, 2, pixels[:-1], interlace=1))

    assert (good.errors, good.warnings, good.profile["interlaced"]) == ([], [], True)
    assert short.errors == [("source-error", None)]


def test_compressed_text_in_a_png_is_never_unpacked() -> None:
    bomb = chunk(b"zTXt", b"note\0\0" + zlib.compress(bytes(30_000_000)))

    seen = examine(KINDS["png"], png(10, 10, bytes(110), bomb))

    assert seen.errors == []


@each_kind
def test_whatever_is_broken_nothing_else_happens(kind: str) -> None:
    counts = survived(KINDS[kind], GOOD[kind], 60)

    assert counts["bad"] > 15
