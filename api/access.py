"""What a caller may reach: problems for whoever wants more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.errors import Problem
from api.problems import ProblemKind

if TYPE_CHECKING:
    from api.keys import ApiKey, Scope


def require_scope(caller: ApiKey, scope: Scope) -> None:
    """Refuse a caller without this scope."""
    if scope not in caller.scopes:
        detail = f"This needs the scope {scope}, which your key does not have; ask for one that does."
        raise Problem(ProblemKind.SCOPE_MISSING, detail)


def require_unbound(caller: ApiKey) -> None:
    """Refuse a caller who may see a part only, where the answer is about everything."""
    if caller.prefix is not None:
        detail = f"This is about the whole stack, and your key is bound to {caller.prefix}/."
        raise Problem(ProblemKind.KEY_IS_BOUND, detail)


def upload_folder(caller: ApiKey, wanted: str | None, default: str) -> str:
    """The folder of an upload: the wanted one, else the caller's own, else the default."""
    folder = wanted or caller.prefix or default
    if not caller.covers_folder(folder):
        raise _elsewhere(caller, folder)
    return folder


def key_filter(caller: ApiKey, wanted: str | None) -> str | None:
    """How object keys shall begin: as wanted, within what the caller may see."""
    if caller.prefix is None:
        return wanted
    own = f"{caller.prefix}/"
    if not wanted or wanted == caller.prefix:
        return own
    if not wanted.startswith(own):
        raise _elsewhere(caller, wanted)
    return wanted


def _elsewhere(caller: ApiKey, wanted: str) -> Problem:
    detail = f"{wanted} is not in {caller.prefix}/, which your key is bound to."
    return Problem(ProblemKind.PREFIX_NOT_ALLOWED, detail)
