"""The commands of a script: their words, without redirections, assignments and control structures."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SUBSTITUTED = "SUBSTITUTED"
"""Stands where the output of another command would."""
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1([^\n]*)\n.*?^\s*\2$", re.MULTILINE | re.DOTALL)
_ASSIGNMENT = re.compile(r"\w+=", re.ASCII)
_KEYWORDS = {"if", "then", "else", "elif", "fi", "do", "done", "while", "until", "!", "{", "}", "time"}
_SEPARATORS = set(";&|()")


def commands(script: str) -> list[list[str]]:
    """Each command's words, those in `$(…)` included."""
    script = _HEREDOC.sub(r"\3", script.replace("\\\n", " "))
    found: list[list[str]] = []
    while (begin := script.rfind("$(")) >= 0:  # the innermost of the last ones
        end = _closing(script, begin + 1)
        inner = script[begin + 2 : end]
        if inner.startswith("("):  # arithmetic
            script = f"{script[:begin]}1{script[end + 1 :]}"
        else:
            found = commands(inner) + found
            script = script[:begin] + SUBSTITUTED + script[end + 1 :]
    for words in _lines(script):
        found += _simple(words)
    return found


def _closing(script: str, opening: int) -> int:
    """Where the parenthesis is closed that is opened here."""
    depth = 0
    for place in range(opening, len(script)):
        depth += {"(": 1, ")": -1}.get(script[place], 0)
        if depth == 0:
            return place
    raise ValueError(f"a parenthesis is open: {script[opening:]}")


def _lines(script: str) -> Iterator[list[str]]:
    """The words of each line; a line goes on while a quote is open."""
    line = ""
    for part in script.splitlines():
        line += part
        try:
            yield _words(line)
        except ValueError:
            line += "\n"
        else:
            line = ""
    if line:
        raise ValueError(f"a quote is open: {line}")


def _words(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";&|<>()")
    lexer.whitespace_split = True
    return list(lexer)


def _simple(words: list[str]) -> Iterator[list[str]]:
    """The commands between separators."""
    current: list[str] = []
    waiting = iter(words)
    for word in waiting:
        if set(word) <= _SEPARATORS:
            yield from _stripped(current)
            current = []
        elif set(word) & {"<", ">"} and set(word) <= {"<", ">", "&", "|"}:
            next(waiting, None)  # the file
            if current and current[-1].isdigit():
                current.pop()  # the number of a stream
        else:
            current.append(word)
    yield from _stripped(current)


def _stripped(words: list[str]) -> Iterator[list[str]]:
    while words and (words[0] in _KEYWORDS or _ASSIGNMENT.match(words[0])):
        words = words[1:]
    if words and words[0] != "for":
        yield words
