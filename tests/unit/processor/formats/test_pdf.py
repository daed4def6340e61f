"""What is told of PDF documents, and which are refused."""

from __future__ import annotations

import io
import re
import zlib

import pytest
from pypdf import PdfWriter

from processor.formats import pdf
from processor.formats.base import Ceilings
from processor.formats.pdf import FORMAT
from tests.unit.processor.formats.examining import examine
from tests.unit.processor.formats.makers import SAMPLES, survived


def written(writer: PdfWriter) -> bytes:
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def blank(pages: int) -> PdfWriter:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    return writer


def document(*objects: bytes) -> bytes:
    """A document of these objects, numbered from 1; the first one is the catalog."""
    content, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    content += b"".join(b"%010d 00000 n \n" % place for place in places)
    return content + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def one_page(content: bytes, *, catalog: bytes = b"", page: bytes = b"") -> bytes:
    stream = b"<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream" % (len(content), content)
    return document(
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R%s>>" % page,
        stream,
    )


GOOD = one_page(zlib.compress(b"0 0 m 9 9 l S\n" * 200))


def test_version_and_pages_are_told() -> None:
    seen = examine(FORMAT, written(blank(7)))

    assert (seen.errors, seen.warnings) == ([], [])
    assert seen.profile == {"version": "1.3", "encrypted": False, "pages": 7}


def test_documents_of_other_programs_are_good() -> None:
    paths = sorted(SAMPLES.rglob("*.pdf"))

    seen = [examine(FORMAT, path) for path in paths]

    assert len(paths) > 10
    assert all((one.errors, one.warnings, one.profile["pages"]) == ([], [], 1) for one in seen)


def test_an_encrypted_document_is_described_as_such() -> None:
    writer = blank(1)
    writer.encrypt("secret", algorithm="RC4-128")

    seen = examine(FORMAT, written(writer))

    assert (seen.errors, seen.profile["encrypted"], "pages" in seen.profile) == ([], True, False)


def test_the_title_stays_out_of_the_profile() -> None:
    writer = blank(1)
    writer.add_metadata({"/Title": "confidential"})

    seen = examine(FORMAT, written(writer))

    assert "confidential" not in str(seen.profile)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_truncated_document_is_corrupt(share: float) -> None:
    seen = examine(FORMAT, GOOD[: int(len(GOOD) * share)])

    assert seen.errors == [("source-error", None)]
    assert "its end is missing" in seen.messages


def test_other_content_is_no_document() -> None:
    seen = examine(FORMAT, b"id,name\n1,Ada\n")

    assert seen.errors == [("format-error", None)]


def test_a_table_that_is_not_where_it_should_be_is_warned_of() -> None:
    moved = re.sub(rb"startxref\n\d+", b"startxref\n17", GOOD)

    seen = examine(FORMAT, moved)

    assert (seen.errors, seen.warnings, seen.profile["pages"]) == ([], [("source-error", None)], 1)


def test_a_page_whose_content_cannot_be_unpacked_is_corrupt() -> None:
    packed = bytearray(zlib.compress(b"0 0 m 9 9 l S\n" * 200))
    packed[2:9] = bytes(7)

    seen = examine(FORMAT, one_page(bytes(packed)))

    assert seen.errors == [("source-error", None)]
    assert "page 1" in seen.messages


def test_a_wrong_checksum_of_a_page_is_warned_of() -> None:
    packed = zlib.compress(b"0 0 m 9 9 l S\n")

    seen = examine(FORMAT, one_page(packed[:-1] + bytes([packed[-1] ^ 1])))

    assert (seen.errors, seen.warnings) == ([], [("source-error", None)])


SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"


@pytest.mark.parametrize(
    ("catalog", "page", "danger"),
    [
        (b"/OpenAction" + SCRIPT, b"", "JavaScript"),
        (b"/Names<</JavaScript<</Names[(a)" + SCRIPT + b"]>>>>", b"", "JavaScript"),
        (b"/AA<</WC" + SCRIPT + b">>", b"", "JavaScript"),
        (b"/OpenAction<</S/Launch/F(calc.exe)>>", b"", "start programs"),
        (b"/Names<</EmbeddedFiles<</Names[]>>>>", b"", "embedded files"),
        (b"", b"/AA<</O" + SCRIPT + b">>", "JavaScript"),
        (b"", b"/Annots[<</Subtype/Link/A<</S/Launch/F(x)>>>>]", "start programs"),
    ],
)
def test_what_attacks_readers_is_warned_of(catalog: bytes, page: bytes, danger: str) -> None:
    seen = examine(FORMAT, one_page(zlib.compress(b"S"), catalog=catalog, page=page))

    assert (seen.errors, seen.warnings) == ([], [("unsafe-error", None)])
    assert danger in seen.messages


def test_ordinary_links_and_openings_are_good() -> None:
    link = b"/Annots[<</Subtype/Link/A<</S/URI/URI(https://example.org)>>>>]"

    seen = examine(
        FORMAT, one_page(zlib.compress(b"S"), catalog=b"/OpenAction[3 0 R/Fit]", page=link)
    )  # fmt: skip

    assert (seen.errors, seen.warnings) == ([], [])


def test_pages_that_go_round_in_a_circle_are_corrupt() -> None:
    seen = examine(
        FORMAT,
        document(
            b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", b"<</Kids[2 0 R]>>"
        ),
    )

    assert seen.errors == [("source-error", None)]
    assert "circle" in seen.messages


def test_a_page_tree_of_any_depth_is_walked() -> None:
    nodes = [b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (number + 3) for number in range(3_000)]

    seen = examine(FORMAT, document(b"<</Type/Catalog/Pages 2 0 R>>", *nodes, b"<</Type/Page>>"))

    assert (seen.errors, seen.profile["pages"]) == ([], 1)


def test_too_many_pages_go_over_the_ceiling() -> None:
    seen = examine(FORMAT, written(blank(12)), ceilings=Ceilings(max_entries=10))

    assert seen.errors == [("ceiling-error", None)]
    assert "maxEntries" in seen.messages


def test_a_bomb_in_a_page_goes_over_the_ratio() -> None:
    seen = examine(FORMAT, one_page(zlib.compress(bytes(30_000_000))))

    assert seen.errors == [("ceiling-error", None)]
    assert "maxUnpackRatio" in seen.messages


def test_a_document_too_large_for_memory_is_looked_at_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_MOST_BYTES", 100)

    seen = examine(FORMAT, GOOD)

    assert (seen.errors, seen.warnings, seen.profile) == ([], [("ceiling-error", None)], {"version": "1.7"})


def test_a_document_that_takes_too_long_goes_over_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_DEADLINE_SECONDS", -1)

    seen = examine(FORMAT, GOOD)

    assert seen.errors == [("ceiling-error", None)]


def test_a_branch_without_pages_is_no_page() -> None:
    seen = examine(
        FORMAT, document(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kinds[3 0 R]>>")
    )

    assert seen.errors == [("source-error", None)]


def test_a_document_without_pages_is_corrupt() -> None:
    seen = examine(FORMAT, document(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 0/Kids[]>>"))

    assert seen.errors == [("source-error", None)]


def test_whatever_is_broken_nothing_else_happens() -> None:
    counts = survived(FORMAT, written(blank(3)), 100)

    assert counts["bad"] > 10
