"""Mistakes in a contract: each is told with its line, its column and what is allowed."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from tests.unit.contracts.writing import problems

if TYPE_CHECKING:
    from pathlib import Path

NAMES = "prefix, description, mediaTypes, minBytes, maxBytes, encoding, delimiter, header, schema, "
NAMES += "toleratedBadRows, onBadRows, personalData"
PREFIX = "A prefix is one or more folders such as orders or orders/emea: letters, digits and _ . = - "
PREFIX += "without a slash at either end, and no folder begins with a dot."
DELIMITER = r'A delimiter is one character, such as "," or ";" or "|" or "\t", in quotes.'
ROWS = "There must be a number of rows from 0, or a share from 0% to 100%, here."
WHOLE = "There must be a whole number from 0 here, such as 1000."


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("colour: red", f'2:1: "colour" is not known here. Allowed are {NAMES}.'),
        (
            "media_types: [a/b]",
            f'2:1: "media_types" is not known here; did you mean "mediaTypes"? Allowed are {NAMES}.',
        ),
        ("fields: []", '2:1: "fields" belongs under "schema".'),
        ("prefix: b", '2:1: "prefix" stands in line 1 already.'),
        ("[1, 2]: b", f"2:1: A name must be a text here. Allowed are {NAMES}."),
        ("mediaTypes: text/csv", "2:13: There must be a list here, such as [one, another]."),
        (
            "mediaTypes: [text/csv, CSV]",
            '2:24: "CSV" is no media type: write it as text/csv, in small letters.',
        ),
        (
            "mediaTypes: [text/csv, application/pdf]\nschema: {fields: [{name: a}]}",
            "2:24: Columns are checked of tables only: with a schema it is one of text/csv, "
            "text/tab-separated-values, application/gzip, application/zstd.",
        ),
        ("mediaTypes: [a/b, a/b]", '2:19: "a/b" stands in this list already.'),
        ("mediaTypes: [[a/b]]", "2:14: There must be a text here."),
        ('minBytes: "10"', f"2:11: {WHOLE}"),
        ("minBytes: -1", f"2:11: {WHOLE}"),
        ("minBytes: 1.5", f"2:11: {WHOLE}"),
        ("minBytes: 010", f"2:11: {WHOLE}"),
        ("maxBytes: 1 MB", f"2:11: {WHOLE}"),
        ("minBytes: 2\nmaxBytes: 1", "3:11: maxBytes 1 is below minBytes 2."),
        (
            "encoding: utf-9",
            '2:11: "utf-9" is no known encoding of texts; there are, for example, utf-8, utf-16, '
            "windows-1252 and iso-8859-15.",
        ),
        (
            "encoding: base64",
            '2:11: "base64" is no known encoding of texts; there are, for example, utf-8, utf-16, '
            "windows-1252 and iso-8859-15.",
        ),
        ("delimiter: ;;", f"2:12: {DELIMITER}"),
        ("delimiter: x", f"2:12: {DELIMITER}"),
        ("delimiter: |", f"2:12: {DELIMITER}"),
        (
            "header: anyorder",
            '2:9: "anyorder" is not known here; did you mean "anyOrder"? '
            "Allowed are exact, anyOrder, atLeast, none.",
        ),
        (
            "header: none",
            "2:9: This says how columns are found, so schema.fields must say which there are.",
        ),
        ("onBadRows: split", "2:12: split needs schema.fields: without them no row is good or bad."),
        (
            "onBadRows: delete",
            '2:12: "delete" is not known here. Allowed are quarantine, split.',
        ),
        ("toleratedBadRows: 101%", f"2:19: {ROWS}"),
        ("toleratedBadRows: -1", f"2:19: {ROWS}"),
        ("toleratedBadRows: 0.1", f"2:19: {ROWS}"),
        ('personalData: "true"', "2:15: There must be true or false here, without quotes."),
        ("description:", '2:13: There is no value here: write one, or "" for the empty text.'),
        ("description: !secret x", "2:14: The tag !secret is not known here: leave it out."),
        ("schema: []", "2:9: There must be names with values here, such as fields: …"),
        ("schema: {}", '2:9: "fields" is missing here.'),
        ("schema: {fields: {}}", "2:18: There must be a list here, each entry beginning with a hyphen."),
        ("schema: {fields: [x]}", "2:19: There must be names with values here, such as name: …"),
        ("schema: {fields: [{type: date}]}", '2:19: "name" is missing here.'),
        ('schema: {fields: [{name: ""}]}', "2:26: A field has a name that is not empty."),
        (
            "schema: {fields: [{name: a}, {name: a}]}",
            '2:37: There is another field "a" before this one.',
        ),
        (
            "schema: {fields: [{name: a}, {name: A}]}",
            '2:37: "A" differs from an earlier field in small and capital letters only.',
        ),
        (
            "schema: {fields: [{name: order}], primaryKey: ordr}",
            '2:47: There is no field "ordr"; did you mean "order"? The fields are order.',
        ),
        (
            "schema: {fields: [{name: a}], primaryKey: [a, b]}",
            '2:47: There is no field "b". The fields are a.',
        ),
        (
            "schema: {fields: [{name: a}], missingValues: [NULL]}",
            '2:47: NULL means no value in YAML: write "NULL" in quotes if it is a text.',
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_and_column(tmp_path: Path, line: str, told: str) -> None:
    assert problems(tmp_path, f"prefix: orders\n{line}\n") == [told]


@pytest.mark.parametrize(
    "prefix",
    ["/orders", "orders/", "a//b", "..", "a/../b", ".a", "a b", "ü", '""', '"a\\n"'],
)
def test_a_bad_prefix(tmp_path: Path, prefix: str) -> None:
    assert problems(tmp_path, f"prefix: {prefix}\n") == [f"1:9: {PREFIX}"]


def test_a_prefix_that_is_too_long(tmp_path: Path) -> None:
    assert problems(tmp_path, f"prefix: {'p' * 201}\n") == ["1:9: A prefix has at most 200 characters."]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    content = """\
    prefix: /orders
    minBytes: many
    schema:
      fields:
        - {name: a, type: date, constraints: {minimum: x, enum: [y, z]}}
        - {nme: b}
        - {name: c, typ: integer, constraints: {minimum: 1}}
      primaryKey: [a, b]
    onBadRows: splt
    """

    told = problems(tmp_path, dedent(content))

    assert [problem.split(": ")[0] for problem in told] == [
        "1:9",
        "2:11",
        "5:52",
        "5:62",
        "5:65",
        "6:8",
        "7:17",
        "9:12",
    ]
    assert "did you mean" in told[5]
    assert "did you mean" in told[6]
