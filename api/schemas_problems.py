"""What goes wrong, as clients see it: problem documents after RFC 9457."""

from __future__ import annotations

from pydantic import Field

from api.schemas import Schema


class FieldProblem(Schema):
    """One thing that is wrong with a request."""

    pointer: str = Field(
        examples=["#/sizeBytes"],
        description="A JSON pointer into the body (`#/…`), or a parameter (`query/…`, `path/…`, `header/…`).",
    )
    detail: str = Field(examples=["Input should be greater than or equal to 0"])


class ProblemView(Schema):
    """RFC 9457 problem details."""

    type: str = Field(
        examples=["/problems/record-not-found"],
        description="Which kind of problem: the same each time, and the path of a page about it.",
        json_schema_extra={"format": "uri-reference"},
    )
    title: str = Field(examples=["Record not found"], description="The kind in words.")
    status: int = Field(examples=[404], description="The status of the answer.")
    detail: str = Field(description="What was wrong this time.")
    request_id: str = Field(
        examples=["UZk8mjYsFiAEJ2A="],
        description="By what the logs know the request; also in `X-Request-Id`.",
    )
    errors: list[FieldProblem] | None = Field(
        default=None, description="Each place of the request where something is wrong."
    )
