"""Regular expressions: what is accepted, DuckDB can evaluate."""

from __future__ import annotations

import re

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.patterns import unusable

PIECES = [
    *(
        "a",
        "é",
        "_",
        "-",
        "^",
        "$",
        ".",
        "|",
        "#",
        " ",
        "\n",
        "\0",
        "(",
        ")",
        "(?:",
        "(?i)",
        "(?s:",
        "(?x)",
        "(?u)",
    ),
    *(
        "(?P<n>",
        "(?P=n)",
        "(?=a)",
        "(?!a)",
        "(?<=a)",
        "(?<!a)",
        "(?>a)",
        "(?#a)",
        "(?(1)a)",
        "(?i-s:a)",
        "(?",
    ),
    *(
        "(?<n>a)",
        "*",
        "+",
        "?",
        "*?",
        "++",
        "{2}",
        "{2,}",
        "{,3}",
        "{2,3}",
        "{3,2}",
        "{999}",
        "{1001}",
        "{",
        "}",
    ),
    *("{a}", "[", "]", "[^", "[a-z]", "[]a]", "[^]a]", "[[:alpha:]]", "[a&&b]", "[z-a]", r"[\d-x]", r"[\b]"),
    *(rf"\{letter}" for letter in "dDwWsSbBAZzGQEKRXhHLNUuCafnrtvxc01289_é-. /\\'\"@pP"),
    *(
        r"\x41",
        r"\x{41}",
        r"\x4",
        r"\u0041",
        r"\N{DIGIT ONE}",
        r"\012",
        r"\p{L}",
        r"\pL",
        r"\P{Nd}",
        r"\p{^Lu}",
    ),
    *(r"\p{Greek}", r"\p{Foo}", r"[\p{L}]", r"[\pZ-a]", r"\p{", r"[a\]]"),
]


@settings(max_examples=500, deadline=None)
@example(pieces=["(", "a", "{999}", ")", "{2}"])
@example(pieces=["(?:", "(?:", "a", "{2}", ")", "{2,3}", ")", "{999}"])
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=6))
def test_whatever_is_accepted_can_be_evaluated(pieces: list[str]) -> None:
    pattern = "".join(pieces)

    if unusable(pattern) is None:
        row = duckdb.connect().execute("SELECT regexp_full_match(?, ?)", ["abc", pattern]).fetchone()
        assert row in [(True,), (False,)]


@pytest.mark.parametrize(
    "pattern",
    [
        "C[0-9]{6}",
        r"\d{4}-\d{2}",
        "(?i)(red|green)",
        r"[\w.+-]+@[\w-]+(\.[\w-]+)+",
        r"\p{L}[\p{L} '-]*",
        "a{1000}",
        "((a{10}){10}){10}",
        "a*?",
        r"\(\?=",
        "[(?=]",
        "",
    ],
)
def test_usual_patterns_are_usable(pattern: str) -> None:
    assert unusable(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(?=a)a", "(?=…) looks ahead"),
        ("a(?!b)", "(?!…) looks ahead"),
        ("(?<=a)b", "(?<=…) looks behind"),
        ("(?<!a)b", "(?<!…) looks behind"),
        (r"(a)\1", r"\1 refers back to a group"),
        ("(?P<n>a)(?P=n)", "(?P=n) refers back to a group"),
        ("(?>a)", "(?>…) is an atomic group"),
        ("(a)?(?(1)b)", "(?(…) is a condition"),
        ("(?#why)a", "(?#…) is a comment"),
        ("(?x)a", "(?x) is not supported"),
        ("a++", "a + after another repetition is possessive"),
        ("a{,3}", "write {0,3} for {,3}"),
        (r"a\Z", r"\Z is not supported"),
        (r"\u0041", r"\u is not supported"),
        (r"\p{Letter}", r"\p{Letter} is no category of characters"),
        ("(a", "no regular expression: missing ), unterminated subpattern"),
        ("[a", "no regular expression: unterminated character set"),
        ("*", "no regular expression: nothing to repeat"),
        ("[[:alpha:]]", "write a backslash before it"),
        ("a{1001}", "repeats something more than 1,000 times"),
        ("(a{100}){11}", "repeats something more than 1,000 times"),
        (r"\p{L}{500}", "too large"),
        (r"([\p{L}\d]+, ?){400}", "too large"),
        ("a" * 60_000, "too large"),
    ],
)
def test_other_patterns_are_refused_with_the_reason(pattern: str, reason: str) -> None:
    told = unusable(pattern)

    assert told is not None
    assert reason in told
    assert re.fullmatch(r"The pattern .*\.", told)
