"""What a prefix accepts, as clients see it."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from api.schemas import Count, Schema


class HeaderRule(StrEnum):
    """How a table's header is held against the contract's fields."""

    EXACT = "exact"
    ANY_ORDER = "anyOrder"
    AT_LEAST = "atLeast"
    NONE = "none"


class BadRowsRule(StrEnum):
    """What becomes of a table with bad rows."""

    QUARANTINE = "quarantine"
    SPLIT = "split"


class ConstraintsView(Schema):
    """What values must be, besides of their type."""

    required: bool = False
    unique: bool = False
    enum: list[str] | None = None
    pattern: str | None = Field(default=None, description="A regular expression for the whole value.")
    minimum: str | None = None
    maximum: str | None = None
    min_length: int | None = None
    max_length: int | None = None


class FieldView(Schema):
    """A column of a table schema, after Frictionless."""

    name: str
    type: str
    format: str = "default"
    title: str | None = None
    description: str | None = None
    true_values: list[str] | None = None
    false_values: list[str] | None = None
    constraints: ConstraintsView | None = None


class TableSchemaView(Schema):
    """The columns of a table, after Frictionless."""

    fields: list[FieldView]
    primary_key: list[str]
    missing_values: list[str]


class ContractView(Schema):
    """What one prefix accepts."""

    name: str = Field(examples=["orders"])
    prefix: str = Field(examples=["orders"])
    description: str | None = None
    media_types: list[str] = Field(description="As detected from the content; none accepts all.")
    min_bytes: Count | None = None
    max_bytes: Count | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header: HeaderRule
    table_schema: TableSchemaView | None = Field(default=None, alias="schema")
    tolerated_bad_rows: int | str = Field(
        examples=[0, "1%"], description="A number of rows, or a share of them."
    )
    on_bad_rows: BadRowsRule
    personal_data: bool


class ContractList(Schema):
    """All contracts, in the order of their prefixes."""

    items: list[ContractView]
