"""docs/errors.md: every kind of problem, from the registry. `python -m local.problems` prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.edge import LARGEST_BODY_BYTES
from api.problem_texts import TEXTS
from api.problems import ProblemKind

if TYPE_CHECKING:
    from collections.abc import Iterator

_INTRODUCTION = f"""# Errors

Whatever goes wrong, the API answers with a problem document (RFC 9457) of the media type
`application/problem+json`:

```json
{{
  "type": "/problems/invalid-request",
  "title": "Invalid request",
  "status": 422,
  "detail": "#/sizeBytes: Input should be greater than or equal to 0",
  "requestId": "UZk8mjYsFiAEJ2A=",
  "errors": [{{"pointer": "#/sizeBytes", "detail": "Input should be greater than or equal to 0"}}]
}}
```

- `type` is the kind. It is stable: compare it, and nothing else, in a program. It is also the path of a page
  about the kind, in every stack, without a key: `GET /problems/invalid-request`.
- `title` is the kind in words; `detail` says what was wrong this time. Both are for people, and may change.
- `requestId` is by what the logs know the request. Every answer, good or bad, has it in the header
  `X-Request-Id` as well.
- `errors` names each place of a request that is wrong: `#/…` is a JSON pointer into the body (RFC 6901),
  `query/…`, `path/…` and `header/…` name a parameter. At most the first hundred are listed.

A body may have {LARGEST_BODY_BYTES:,} bytes. Which kinds a route can answer stands in `openapi.json`: each
is an example of its status.

API Gateway answers some requests before they reach the API, with `{{"message": "…"}}` as
`application/json`: 429 if the stack's limit of requests is used up (`throttleRate`, `throttleBurst`), 413
over 10 MB, 503 or 500 if the function does not answer within 30 seconds. Take these by their status.
"""


def page() -> Iterator[str]:
    """The lines of the page."""
    yield _INTRODUCTION
    yield "| Kind | Status | What it means |"
    yield "|---|---|---|"
    for kind in ProblemKind:
        yield f"| [{kind.slug}](#{kind.slug}) | {int(kind.status)} | {TEXTS[kind].meaning} |"
    for kind in ProblemKind:
        yield f"\n## {kind.slug}\n"
        yield f"{int(kind.status)} {kind.status.phrase}, “{kind.title}”."
        yield " ".join(TEXTS[kind])


if __name__ == "__main__":
    print("\n".join(page()))
