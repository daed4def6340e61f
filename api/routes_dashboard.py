"""The dashboard at `/`, and its files; its own routes stand behind a `#`, so no other path is needed."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request, Response

from api.conditional import matches
from api.deps import TheWorld

router = APIRouter(include_in_schema=False)

_NOT_BUILT = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Silent Scalper</title></head>
<body>
  <h1>The dashboard is not built</h1>
  <p>This process runs from a checkout. <code>make run</code> and <code>make bundle</code> build the page
  with Node.js 20 or newer; the API is at <a href="docs">/docs</a>.</p>
</body>
</html>
"""
_NOTHING_ELSE = {"Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"}


@router.get("/")
async def page(world: TheWorld, request: Request) -> Response:
    """The same for everybody: a key is asked for by the page itself."""
    if not world.page.built:
        return Response(_NOT_BUILT, HTTPStatus.NOT_FOUND, _NOTHING_ELSE, "text/html")
    content, headers = world.page.index(request.headers.get("accept-encoding", ""))
    if matches(request.headers.get("if-none-match", ""), headers["ETag"]):
        # As the answer would be, but for what is said of content.
        kept = {name: headers[name] for name in headers.keys() - {"Content-Type", "Content-Encoding"}}
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=kept)
    return Response(content, headers=headers)


@router.get("/assets/{asset}")
async def asset_file(world: TheWorld, request: Request, asset: str) -> Response:
    """A file of the page."""
    if not world.page.has_asset(asset):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    content, headers = world.page.asset(asset, request.headers.get("accept-encoding", ""))
    return Response(content, headers=headers)
