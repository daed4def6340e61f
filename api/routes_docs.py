"""Swagger UI at /docs, from files that we ship: no CDN, no inline script, a strict policy."""

from __future__ import annotations

from importlib import resources

from fastapi import APIRouter, HTTPException, Response

router = APIRouter(include_in_schema=False)

_ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Silent Scalper API</title>
  <link rel="icon" href="docs/favicon-32x32.png">
  <link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
  <main id="swagger-ui"></main>
  <script src="docs/swagger-ui-bundle.js"></script>
  <script src="docs/start.js"></script>
</body>
</html>
"""
_START = """// Swagger UI takes the underscores of our operations' names for spaces of an old kind.
const links = () => ({ statePlugins: { layout: { wrapActions: {
  parseDeepLinkHash: (original, { layoutActions }) => (hash) => {
    const [tag, operation] = hash.replace(/^#[/]?/, "").split("/");
    if (!operation) return original(hash);
    layoutActions.show(["operations-tag", tag], true);
    layoutActions.show(["operations", tag, operation], true);
    layoutActions.scrollTo(["operations", tag, operation]);
  },
} } } });
SwaggerUIBundle({
  url: "openapi.json", dom_id: "#swagger-ui", deepLinking: true, plugins: [links],
  persistAuthorization: false, tryItOutEnabled: true, displayRequestDuration: true,
});
"""


@router.get("/docs")
async def docs() -> Response:
    """The page."""
    return Response(_PAGE, media_type="text/html", headers={"Content-Security-Policy": _POLICY})


@router.get("/docs/start.js")
async def start() -> Response:
    """What would otherwise be an inline script."""
    return Response(_START, media_type="text/javascript")


@router.get("/docs/{name}")
async def asset(name: str) -> Response:
    """A file of Swagger UI; the bundle holds it compressed, and every browser takes it so."""
    if name not in _ASSETS:
        raise HTTPException(404)
    folder = resources.files("fastapi_swagger") / "resources"
    compressed = folder / f"{name}.gz"
    headers = {"Cache-Control": "public, max-age=86400"}
    if compressed.is_file():
        headers["Content-Encoding"] = "gzip"
        return Response(compressed.read_bytes(), media_type=_ASSETS[name], headers=headers)
    return Response((folder / name).read_bytes(), media_type=_ASSETS[name], headers=headers)
