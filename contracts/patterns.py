"""Regular expressions as contracts may have them: what both Python and RE2 know.

The processor lets DuckDB evaluate them, and DuckDB has RE2 (github.com/google/re2/wiki/Syntax), which
takes linear time for any text. Python is what there is for checking them.
"""

from __future__ import annotations

import re
import warnings

MOST_REPEATS = 1_000
# RE2 takes some 350,000 instructions. A category such as \p{L} has up to 784 of them, a range of characters
# 9, a character 4.
_LARGEST, _CATEGORY_SIZE, _OTHER_SIZE = 300_000, 800, 6
_CATEGORIES = (
    "C Cc Cf Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs"
)
_ESCAPE = r"(?P<escape>\\(?:[pP](?:\{\^?(?P<category>\w*)\}|(?P<short>\w))|x[0-9a-fA-F]{2}|.))"
_ESCAPED = re.compile(_ESCAPE, re.DOTALL)
_TOKEN = re.compile(
    _ESCAPE
    + r"""
      | (?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])
      | (?P<group>\(\?(?:P<\w+>|P=\w+\)|P>|<=|<!|[=!>#(]|[a-zA-Z-]*[:)]?))
      | (?P<open>\()
      | (?P<close>\))
      | (?P<count>\{(?:\d+,?\d*|,\d+)\})
      | (?P<repeat>[*+?])
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
# Python does not know these; anything that matches one character stands for them when it is asked.
_CATEGORY = r"\\[pP](?:\{\^?\w*\}|\w)"
_FORBIDDEN_GROUPS = {
    "(?=": "looks ahead",
    "(?!": "looks ahead",
    "(?<=": "looks behind",
    "(?<!": "looks behind",
    "(?>": "is an atomic group",
    "(?#": "is a comment",
    "(?(": "is a condition",
}
_ESCAPES = frozenset("dDwWsSbBAtnrfvax")


def unusable(pattern: str) -> str | None:
    """Why a pattern cannot be used, as a sentence; None where it can."""
    found = _unknown_to_re2(pattern)
    if found:
        return f"The pattern is not usable: {found}."
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            re.compile(re.sub(_CATEGORY, r"\\w", pattern))
        except re.error as error:
            return f"The pattern is no regular expression: {error.msg}."
        except FutureWarning:
            return (
                'The pattern has "[", "--", "&&", "||" or "~~" inside of [...]: write a backslash before it.'
            )
        except (OverflowError, RecursionError):
            return "The pattern is too large."
    return _too_large(pattern)


def _unknown_to_re2(pattern: str) -> str | None:
    before = ""
    for token in _TOKEN.finditer(pattern):
        piece = token.group()
        if token["escape"]:
            problem = _escape_problem(token)
        elif token["set"]:
            found = (_escape_problem(part, in_set=True) for part in _ESCAPED.finditer(piece))
            problem = next(filter(None, found), None)
        elif token["group"]:
            problem = _group_problem(piece)
        elif token["count"] and piece.startswith("{,"):
            problem = f"write {{0{piece[1:]} for {piece}"
        elif piece == "+" and before in ("repeat", "count"):
            problem = "a + after another repetition is possessive, which is not supported"
        else:
            problem = None
        if problem:
            return problem
        before = str(token.lastgroup)
    return None


def _escape_problem(token: re.Match[str], *, in_set: bool = False) -> str | None:
    piece, letter = token["escape"], token["escape"][1]
    if letter in "pP" and len(piece) > 2:
        known = (token["category"] or token["short"]) in _CATEGORIES.split()
        return (
            None
            if known
            else f"{piece} is no category of characters; there are, for example, \\p{{L}} and \\p{{Nd}}"
        )
    if letter.isdigit():
        return f"{piece} refers back to a group, which is not supported"
    if in_set and letter in "bBA":
        return f"{piece} has no meaning inside of [...]"
    if not letter.isascii() or letter == "_":
        return f"{letter} needs no backslash"
    if letter == "x" and len(piece) != 4:
        return f"{piece} needs two hexadecimal digits"
    if letter.isalpha() and letter not in _ESCAPES:
        return f"{piece} is not supported"
    return None


def _group_problem(piece: str) -> str | None:
    if piece.startswith("(?P="):
        return f"{piece} refers back to a group, which is not supported"
    if piece in _FORBIDDEN_GROUPS:
        return f"{piece}…) {_FORBIDDEN_GROUPS[piece]}, which is not supported"
    if not piece.startswith("(?P<") and not re.fullmatch(r"\(\?([ims]*(-[ims]+)?:|[ims]+\))", piece):
        shown = piece if piece.endswith(")") else f"{piece}…)"
        return f"{shown} is not supported; (?:…) groups, and (?i) at the beginning ignores case"
    return None


def _too_large(pattern: str) -> str | None:
    """RE2 unrolls counted repetitions, so it bounds them, their products where they are nested, and all."""
    levels = [_Level()]
    for token in _TOKEN.finditer(pattern):
        if token["open"] or (token["group"] and not token["group"].endswith(")")):
            levels.append(_Level())
        elif token["close"]:
            inner = levels.pop()
            levels[-1].add(inner.size + 1, inner.repeats)
        elif token["count"]:
            levels[-1].repeat(max(1, *(int(number) for number in re.findall(r"\d+", token["count"]))))
        elif not token["repeat"]:
            categories = len(re.findall(_CATEGORY, token.group()))
            levels[-1].add(categories * _CATEGORY_SIZE + len(token.group()) * _OTHER_SIZE, 1)
        if levels[-1].repeats > MOST_REPEATS:
            return f"The pattern repeats something more than {MOST_REPEATS:,} times."
    return "The pattern is too large." if levels[0].size > _LARGEST else None


class _Level:
    """What is inside of one group: its size in RE2's instructions, as large as it can be, and its repeats."""

    def __init__(self) -> None:
        self.size = 0
        self.repeats = 1
        self._last = (0, 1)

    def add(self, size: int, repeats: int) -> None:
        self.size += size
        self.repeats = max(self.repeats, repeats)
        self._last = (size, repeats)

    def repeat(self, times: int) -> None:
        size, repeats = self._last
        self.size += size * (times - 1)
        self.repeats = max(self.repeats, repeats * times)
        self._last = (size * times, repeats * times)
