"""Where the types of problems lead: a page for each kind, in every stack, without a key."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter, HTTPException, Response

from api.problems import BY_SLUG, ProblemKind

router = APIRouter(include_in_schema=False)

_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>{title}</title>
</head>
<body>
  <main>
    <h1>{title}</h1>
    <p><code>{type}</code>, status {status} {phrase}</p>
    <h2>What it means</h2>
    <p>{meaning}</p>
    <h2>What to do</h2>
    <p>{remedy}</p>
  </main>
</body>
</html>
"""


@router.get("/problems/{slug}")
async def problem(slug: str) -> Response:
    """What this kind of problem means, and what to do about it."""
    kind = BY_SLUG.get(slug)
    if kind is None:
        raise HTTPException(404)
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "public, max-age=86400"}
    return Response(_page(kind), media_type="text/html", headers=headers)


def _page(kind: ProblemKind) -> str:
    from api.problem_texts import TEXTS  # many texts that few requests need

    return _PAGE.format(
        title=escape(kind.title),
        type=kind.type,
        status=int(kind.status),
        phrase=kind.status.phrase,
        meaning=escape(TEXTS[kind].meaning),
        remedy=escape(TEXTS[kind].remedy),
    )
