"""What a browser runs in a drawing."""

from __future__ import annotations

_ELEMENTS = frozenset({"script", "foreignobject", "handler", "iframe", "embed", "object"})
_SCHEMES = ("javascript:", "vbscript:", "data:text/html", "data:application/xhtml+xml")
_HIDING = dict.fromkeys(range(0x21))
_LONGEST_SCHEME = 200


def is_script(name: str, attributes: list[str]) -> bool:
    """Whether an element is a script, foreign content, or has an event handler or a link to a script.

    Args:
        name: after its namespace and a space, as expat gives it.
        attributes: names and values in turn.
    """
    if name.rpartition(" ")[2].lower() in _ELEMENTS:
        return True
    return any(
        (len(key) > 2 and key[:2].lower() == "on") or _links(value)
        for key, value in zip(attributes[::2], attributes[1::2], strict=True)
    )


def _links(value: str) -> bool:
    # Browsers take white space and control characters out of a link before they look at its scheme.
    begin = value[:_LONGEST_SCHEME] if ":" in value else ""
    return begin.translate(_HIDING).lower().startswith(_SCHEMES)
