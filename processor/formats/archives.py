"""ZIP archives, and documents that are such: listed and checked, never extracted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processor.findings import Finding
from processor.formats.base import About, Profile
from processor.formats.zip_entries import Unpacked, can_unpack, encrypted, opened, overlapping, pieces, unsafe

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

    from processor.formats.base import Examination, File

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
_OPEN_KINDS = ("text", "spreadsheet", "presentation", "graphics", "chart", "formula", "image", "database")
_NAMES = 100
_LONGEST_NAME = 200
_STEEP_RATIO = 100
MACROS = "vbaProject.bin"
"""How the entry ends that has a document's macros."""


class Archive:
    name = "zip"
    label = "a ZIP archive"
    media_types = frozenset(
        {
            "application/zip",
            "application/epub+zip",
            _OFFICE + "wordprocessingml.document",
            _OFFICE + "presentationml.presentation",
            *(_OPEN + kind for kind in _OPEN_KINDS),
            *(f"{_OPEN}{kind}-template" for kind in _OPEN_KINDS),
        }
    )
    suffixes = frozenset(
        {
            *(".zip", ".jar", ".war", ".apk", ".whl", ".epub", ".kmz", ".npz", ".nupkg"),
            *(".docx", ".docm", ".dotx", ".pptx", ".pptm", ".potx"),
            *(".odt", ".ods", ".odp", ".odg", ".odf", ".ott", ".ots", ".otp"),
        }
    )
    about = About(
        recognised="`.zip`, `.jar`, `.docx`, `.pptx`, `.odt`, `.ods`, `.odp`, `.epub`, `.whl`, `.apk` and "
        "others; the signature `PK`.",
        checked="The directory at the end; every entry is unpacked into nothing and its CRC-32 compared. "
        "Warned of: names that lead out of the folder, symbolic links, overlapping entries, entries that "
        "unpack to a hundred times their size, macros, and entries that are encrypted or packed by a method "
        "other than deflate or bzip2, which are not unpacked.",
        described="Number of entries, unpacked size, ratio, encrypted entries, macros, the first 100 names.",
        bounded="`maxEntries`, known before the directory is read; `maxUnpackedBytes` and `maxUnpackRatio`, "
        "counted beyond the first 10 MB. Nothing is written.",
    )

    def examine(self, file: File, work: Examination) -> Profile:
        with opened(file, work.ceilings) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            Unpacked(file.size_bytes, work.ceilings).add(unpacked)
            _warn_of(entries, work)
            _check(archive, entries, Unpacked(file.size_bytes, work.ceilings))
        profile: Profile = {
            "entries": len(entries),
            "unpackedBytes": unpacked,
            "ratio": round(unpacked / file.size_bytes, 2),
            "encryptedEntries": sum(map(encrypted, entries)),
        }
        if any(entry.filename.endswith(MACROS) for entry in entries):
            profile["macros"] = True
        if work.values:
            profile["names"] = [_shown(entry.filename) for entry in entries[:_NAMES]]
        return profile


def _check(archive: ZipFile, entries: list[ZipInfo], unpacked: Unpacked) -> None:
    for entry in entries:
        if can_unpack(entry):
            for _ in pieces(archive, entry, unpacked):
                pass


def _warn_of(entries: list[ZipInfo], work: Examination) -> None:
    steep = sum(entry.file_size > _STEEP_RATIO * max(entry.compress_size, 1_000) for entry in entries)
    hidden = sum(map(encrypted, entries))
    odd = {
        "Entries that could be written outside of the folder that they are unpacked into": sum(
            map(unsafe, entries)
        ),
        "Entries that overlap one another": overlapping(entries),
        "Entries that unpack to more than a hundred times their size": steep,
        "Entries that hold macros, which run when it is opened": sum(
            e.filename.endswith(MACROS) for e in entries
        ),
    }
    for what, number in odd.items():
        if number:
            work.findings.warning(Finding(type="unsafe-error", message=f"{what}: {number:,}."))
    unknown = sum(not can_unpack(entry) for entry in entries) - hidden
    for what, number in {"encrypted": hidden, "packed by a method that is unknown here": unknown}.items():
        if number:
            message = f"Entries that are {what}, so their content was not checked: {number:,}."
            work.findings.warning(Finding(type="source-error", message=message))


def _shown(name: str) -> str:
    return name[:_LONGEST_NAME].encode("utf-8", "replace").decode()


FORMAT = Archive()
