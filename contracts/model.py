"""A contract: what one prefix of the incoming bucket accepts.

Table schemas follow the Frictionless standard: specs.frictionlessdata.io/table-schema.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PREFIX = r"^[A-Za-z0-9_=-][A-Za-z0-9_.=-]*(/[A-Za-z0-9_=-][A-Za-z0-9_.=-]*)*$"
"""A folder of the incoming bucket, without a slash at either end."""
LONGEST_PREFIX = 200
TYPES = ("string", "integer", "number", "boolean", "date", "datetime", "time", "year", "any")
HEADERS = {"exact": "exact", "anyOrder": "any_order", "atLeast": "at_least", "none": "none"}
"""The words of a contract's YAML and JSON, and those of `Contract.header`."""
ON_BAD_ROWS = ("quarantine", "split")
_COMPILED = Path(__file__).with_name("compiled.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column of a table schema, with its constraints.

    Attributes:
        type: one of `string`, `integer`, `number`, `boolean`, `date`, `datetime`, `time`, `year`, `any`.
        format: of dates and times: `default` (ISO 8601) or a strptime pattern such as `%d.%m.%Y`.
        true_values, false_values: of booleans, as they stand in the file.
        enum: texts of the field's type and format.
        minimum, maximum: likewise.
        min_length, max_length: of a text, in characters.
        pattern: an XML Schema regular expression that the whole text matches.
    """

    name: str
    type: str = "string"
    format: str = "default"
    title: str | None = None
    description: str | None = None
    true_values: tuple[str, ...] = ("true", "True", "TRUE", "1")
    false_values: tuple[str, ...] = ("false", "False", "FALSE", "0")
    required: bool = False
    unique: bool = False
    enum: tuple[str, ...] | None = None
    pattern: str | None = None
    minimum: str | None = None
    maximum: str | None = None
    min_length: int | None = None
    max_length: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What one prefix accepts.

    Attributes:
        name: of its file, without `.yaml`.
        prefix: object keys that begin with `<prefix>/` are under it; the most specific one wins.
        media_types: as detected from the content; empty accepts all.
        min_bytes, max_bytes: sizes of a file, in bytes; None sets no bound of its own.
        encoding: of texts without a byte order mark, for example `windows-1252`; None is UTF-8.
        delimiter: of tables; None detects it.
        header: `exact` (these labels in this order), `any_order` (these labels in any order), `at_least`
            (these labels and perhaps more) or `none` (no header: columns in the order of the fields).
        fields: the columns; empty checks no table.
        primary_key: names of fields that together are unique and never missing.
        missing_values: texts that stand for a missing value.
        tolerated_bad_rows: how many rows may be bad; None where a share is given instead.
        tolerated_bad_share: which share of the rows may be bad, from 0 to 1.
        on_bad_rows: `quarantine`, or `split`: good rows are written as Parquet, bad ones to `rejects.csv`.
        personal_data: the profile holds no minima and maxima.
    """

    name: str
    prefix: str
    description: str | None = None
    media_types: tuple[str, ...] = ()
    min_bytes: int | None = None
    max_bytes: int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header: str = "exact"
    fields: tuple[Field, ...] = ()
    primary_key: tuple[str, ...] = ()
    missing_values: tuple[str, ...] = ("",)
    tolerated_bad_rows: int | None = 0
    tolerated_bad_share: float | None = None
    on_bad_rows: str = "quarantine"
    personal_data: bool = False

    def tolerates(self, bad_rows: int, rows: int) -> bool:
        """Whether a table of so many rows may have so many bad ones."""
        if self.tolerated_bad_share is not None:
            return bad_rows <= Decimal(repr(self.tolerated_bad_share)) * rows  # 29 of 100 rows are 29 %
        return bad_rows <= (self.tolerated_bad_rows or 0)


class NotCompiled(Exception):
    """There are no compiled contracts beside this module, as in every checkout: the bundles hold them."""


class Contracts:
    """All contracts of a stack, in the order of their prefixes."""

    def __init__(self, contracts: Iterable[Contract] = ()) -> None:
        self._by_prefix = {contract.prefix: contract for contract in contracts}

    def __iter__(self) -> Iterator[Contract]:
        return iter(sorted(self._by_prefix.values(), key=lambda contract: contract.prefix))

    def __len__(self) -> int:
        return len(self._by_prefix)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Contracts) and self._by_prefix == other._by_prefix

    __hash__ = None  # type: ignore[assignment]

    def for_prefix(self, prefix: str) -> Contract | None:
        """The contract for files in a folder: its own, or that of the nearest folder above it."""
        while prefix:
            if contract := self._by_prefix.get(prefix):
                return contract
            prefix = prefix.rpartition("/")[0]
        return None

    def for_key(self, object_key: str) -> Contract | None:
        """The contract with the most specific prefix that an object's key is under."""
        return self.for_prefix(object_key.rpartition("/")[0])

    def to_text(self) -> str:
        """As `compiled.json` holds them: the same contracts give the same text."""
        compiled = {"contracts": [to_json(contract) for contract in self]}
        return json.dumps(compiled, ensure_ascii=False, separators=(",", ":")) + "\n"


def load(path: Path) -> Contracts:
    """The contracts that `Contracts.to_text` wrote."""
    compiled = json.loads(path.read_text(encoding="utf-8"))
    return Contracts(from_json(entry) for entry in compiled["contracts"])


@cache
def bundled() -> Contracts:
    """The contracts that a Lambda's bundle carries.

    Raises:
        NotCompiled: this is no bundle.
    """
    if not _COMPILED.is_file():
        raise NotCompiled(f"{_COMPILED} is missing: only bundles have it, so give the contracts explicitly")
    return load(_COMPILED)


def to_json(contract: Contract) -> dict[str, Any]:
    """In the form of the YAML file, with its name and its defaults, without what is not set."""
    words = {ours: word for word, ours in HEADERS.items()}
    named: dict[str, Any] = {
        "name": contract.name,
        "prefix": contract.prefix,
        "description": contract.description,
        "mediaTypes": list(contract.media_types),
        "minBytes": contract.min_bytes,
        "maxBytes": contract.max_bytes,
        "encoding": contract.encoding,
        "delimiter": contract.delimiter,
        "header": words[contract.header],
        "schema": _schema_to_json(contract),
        "toleratedBadRows": _tolerance_to_json(contract),
        "onBadRows": contract.on_bad_rows,
        "personalData": contract.personal_data,
    }
    return {name: value for name, value in named.items() if value is not None}


def from_json(data: dict[str, Any]) -> Contract:
    """The inverse of `to_json`; what is absent has its default."""
    schema = data.get("schema", {})
    known = {item.name: data[_camel(item.name)] for item in fields(Contract) if _camel(item.name) in data}
    known |= {
        item.name: schema[_camel(item.name)] for item in fields(Contract) if _camel(item.name) in schema
    }
    known["header"] = HEADERS[known.get("header", "exact")]
    known["fields"] = tuple(_field_from_json(entry) for entry in schema.get("fields", ()))
    tolerated = known.get("tolerated_bad_rows")
    if isinstance(tolerated, str):
        share = float(Decimal(tolerated.removesuffix("%")) / 100)
        known |= {"tolerated_bad_rows": None, "tolerated_bad_share": share}
    return Contract(**{name: _frozen(value) for name, value in known.items()})


def _schema_to_json(contract: Contract) -> dict[str, Any] | None:
    if not (contract.fields or contract.primary_key or contract.missing_values != ("",)):
        return None
    return {
        "fields": [_field_to_json(field) for field in contract.fields],
        "primaryKey": list(contract.primary_key),
        "missingValues": list(contract.missing_values),
    }


def _tolerance_to_json(contract: Contract) -> int | str | None:
    if contract.tolerated_bad_share is None:
        return contract.tolerated_bad_rows
    percent = Decimal(repr(contract.tolerated_bad_share)) * 100
    return f"{percent.normalize():f}%"


_CONSTRAINTS = frozenset(
    {"required", "unique", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength"}
)


def _field_to_json(field: Field) -> dict[str, Any]:
    plain, shown = Field(name=field.name), {"name": field.name, "type": field.type}
    for item in fields(Field):
        if getattr(field, item.name) != getattr(plain, item.name):
            shown[_camel(item.name)] = _thawed(getattr(field, item.name))
    constraints = {name: shown.pop(name) for name in list(shown) if name in _CONSTRAINTS}
    return shown | ({"constraints": constraints} if constraints else {})


def _field_from_json(data: dict[str, Any]) -> Field:
    flat = data | data.get("constraints", {})
    return Field(
        **{item.name: _frozen(flat[_camel(item.name)]) for item in fields(Field) if _camel(item.name) in flat}
    )


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _thawed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
