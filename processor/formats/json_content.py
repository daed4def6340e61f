"""What is in a JSON document: counts, depth, names; in memory that does not grow with it."""

from __future__ import annotations

from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING

from processor.formats.base import over
from processor.formats.json_events import OUT_OF_RANGE, Broken

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from processor.formats.base import Profile
    from processor.formats.json_events import Event

_MOST_NAMES = 200
_LONGEST_NAME = 100
_TRACKED_NAMES = 100_000
_MOST_SHAPES = 100
_LONGEST_SHAPE = 100
_TYPES = {"start_map": "object", "start_array": "array"}
_CONTAINERS = frozenset({"start_map", "start_array", "end_map", "end_array"})
# How many levels are told of: the names of the top object, or of the objects in the top array.
_TOLD = {"object": 2, "array": 3}
_LARGEST_EXPONENT = 307
_SAFE = 2**63
_INFINITE = 2**1024 - 2**970  # what rounds to a double beyond the largest

_Shape = tuple[tuple[str, ...], tuple[str, ...]]


class _Open:
    """An array or object that has not ended yet.

    Attributes:
        names: of an object, those of the piece that is being taken.
        kinds: the types of its values, where names are described; else it stays empty.
        digests: of its names of earlier pieces; None while there are none.
    """

    __slots__ = ("digests", "kinds", "names")

    def __init__(self) -> None:
        self.names: list[str] = []
        self.kinds: list[str] = []
        self.digests: set[int] | None = None


class Content:
    """Takes what a parser found, piece by piece.

    Args:
        until_repeated: break at the first name that its object has already.

    Attributes:
        repeated: how often a name stood in an object that had it already.
        repeated_name: the first such name.
    """

    def __init__(self, max_nesting: int, *, until_repeated: bool = False) -> None:
        self.repeated = 0
        self.repeated_name = ""
        self._until_repeated = until_repeated
        self._max_nesting = max_nesting
        self._counts: Counter[str] = Counter()
        self.type = ""
        self._depth = 0
        self._items = 0
        self._told = 1
        self._open = [_Open()]
        self._tracked = 0
        self._shapes: dict[_Shape, int] = {}
        self._names: dict[str, Counter[str]] = {}
        self._cut = False

    def take(self, events: list[Event]) -> None:
        """Count some more.

        Raises:
            Broken: a number is too large, or the nesting too deep.
        """
        self._counts.update(map(itemgetter(0), events))
        opened = self._open
        inner, told = opened[-1], len(opened) <= self._told
        for event, value in events:
            if event == "map_key":
                inner.names.append(value)
            elif event in _CONTAINERS:
                self._begin(event) if event in _TYPES else self._end(opened.pop())
                inner, told = opened[-1], len(opened) <= self._told
            else:
                kind = _number(value) if event == "number" else event
                if told:
                    inner.kinds.append(kind)
        for level, container in enumerate(opened):
            self._put_away(container, level)

    def _begin(self, event: str) -> None:
        level, kind = len(self._open) - 1, _TYPES[event]
        if level == 0:
            self._told = _TOLD[kind]
        if level < self._told:
            self._open[-1].kinds.append(kind)
        self._open.append(_Open())
        if level == self._depth:
            self._depth += 1
            if self._depth > self._max_nesting:
                what = f"Arrays and objects are nested more deeply than {self._max_nesting:,} levels"
                raise Broken(over("maxNesting", self._max_nesting, what))

    def _end(self, container: _Open) -> None:
        level, names, kinds = len(self._open), container.names, container.kinds
        whole = container.digests is None and len(names) <= _LONGEST_SHAPE and level > 1
        if not whole or len(set(names)) < len(names):
            self._put_away(container, level)
            self._tracked -= len(container.digests or ())
        elif names and kinds:
            # Objects of one array are mostly alike, so that it is quicker to count them as a whole.
            shape = (tuple(names), tuple(kinds))
            self._shapes[shape] = self._shapes.get(shape, 0) + 1
            if len(self._shapes) > _MOST_SHAPES:
                self._tell_shapes()

    def _put_away(self, container: _Open, level: int) -> None:
        """Count what the piece brought of an array or object, and keep no more than digests of its names."""
        names, kinds = container.names, container.kinds
        if level == 0 and kinds:
            self.type = kinds[0]
        elif level == 1 and not names:
            self._items += len(kinds)
        ready = len(kinds) if level < self._told else len(names)  # the value of the last name may be to come
        for name in names[:ready]:
            self._see(name, container)
        if kinds:
            self._tell(names, kinds, 1)
        del names[:ready], kinds[:]

    def _see(self, name: str, container: _Open) -> None:
        container.digests = set() if container.digests is None else container.digests
        digest = hash(name)
        if digest in container.digests:
            self.repeated += 1
            self.repeated_name = self.repeated_name or name[:_LONGEST_NAME]
            if self._until_repeated:
                raise Broken("A name is repeated")
        elif self._tracked < _TRACKED_NAMES:
            container.digests.add(digest)
            self._tracked += 1

    def _tell(self, names: Iterable[str], kinds: Iterable[str], times: int) -> None:
        for name, kind in zip(names, kinds, strict=False):
            known = name[:_LONGEST_NAME]
            if known in self._names or len(self._names) < _MOST_NAMES:
                self._names.setdefault(known, Counter())[kind] += times
            else:
                self._cut = True

    def _tell_shapes(self) -> None:
        for (names, kinds), times in self._shapes.items():
            self._tell(names, kinds, times)
        self._shapes.clear()

    def profile(self) -> Profile:
        """What was counted."""
        self._tell_shapes()
        counts = self._counts
        kinds = ("start_map", "start_array", "string", "number", "boolean", "null")
        profile: Profile = {
            "type": self.type,
            "depth": self._depth,
            "values": sum(counts[kind] for kind in kinds),
            "objects": counts["start_map"],
            "arrays": counts["start_array"],
            **{f"{kind}s": counts[kind] for kind in kinds[2:]},
            "names": [
                {"name": name, "types": sorted(types), "count": types.total()}
                for name, types in self._names.items()
            ],
        }
        if self.type == "array":
            profile["items"] = self._items
        return profile | ({"cut": True} if self._cut else {})


def _number(value: int | Decimal) -> str:
    """Its type. Readers hold numbers as doubles: what is infinite as such is lost.

    Raises:
        Broken: it is infinite.
    """
    if isinstance(value, int):
        if not -_SAFE < value < _SAFE and abs(value) >= _INFINITE:
            raise Broken(OUT_OF_RANGE)
        return "integer"
    if value.adjusted() > _LARGEST_EXPONENT and abs(float(value)) == float("inf"):
        raise Broken(OUT_OF_RANGE)
    return "number"
