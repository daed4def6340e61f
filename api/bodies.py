"""Bodies that may be left out: FastAPI takes `null` for one that was, and no schema of ours allows it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError


async def _not_null(request: Request) -> None:
    if (await request.body()).strip() == b"null":
        violation = {"type": "null", "loc": ("body",), "msg": "Leave it out instead of sending null"}
        raise RequestValidationError([violation])


NotNull = Annotated[None, Depends(_not_null)]
"""For a parameter after the caller's: whoever has no key hears that first."""
