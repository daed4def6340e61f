"""Callers by OpenID Connect: API Gateway checks their tokens, and the app reads the claims that it passes on.

Instead of API keys, where the stack is configured so.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from api.keys.model import ApiKey, Scope
from api.problems import ProblemKind
from contracts.model import LONGEST_PREFIX, PREFIX
from records.model import utc_text

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFIX = re.compile(PREFIX)


class BadClaims(Exception):
    """A token that its issuer signed, and whose claims cannot be understood."""


@dataclass(frozen=True)
class Oidc:
    """How claims are read.

    Attributes:
        issuer: whose tokens they are.
        prefix_claim: names the folder that a caller is bound to; a token without it is bound to none.
        scope_prefix: stands before our scopes in the token, such as `silent-scalper/`.
    """

    issuer: str
    prefix_claim: str
    scope_prefix: str = ""

    def caller(self, event: Mapping[str, Any]) -> ApiKey | None:
        """Who is meant by the claims that API Gateway put into an event; None if there are none.

        Raises:
            BadClaims: the text says which is wrong.
        """
        authorizer = event.get("requestContext", {}).get("authorizer") or {}
        claims = (authorizer.get("jwt") or {}).get("claims")
        if not claims:
            return None
        subject = claims.get("sub")
        if not subject:
            raise BadClaims("The token has no claim sub.")
        return ApiKey(
            key_id=f"oidc:{hashlib.sha256(subject.encode()).hexdigest()[:24]}",
            name=subject,
            created_at="",
            prefix=self._folder(claims),
            scopes=self._scopes(claims),
            expires_at=_moment(claims.get("exp", "")),
        )

    def _folder(self, claims: Mapping[str, str]) -> str | None:
        folder = claims.get(self.prefix_claim)
        if folder is None:
            return None
        # `$` also matches before a newline at the end, so the whole text is asked for.
        if len(folder) > LONGEST_PREFIX or not _PREFIX.fullmatch(folder):
            raise BadClaims(f"The claim {self.prefix_claim} of the token is no prefix.")
        return folder

    def _scopes(self, claims: Mapping[str, str]) -> frozenset[Scope]:
        # API Gateway writes a list as `[read upload]`.
        told = f"{claims.get('scope', '')} {claims.get('scp', '')}".replace("[", " ").replace("]", " ")
        words = [word.removeprefix(self.scope_prefix) for word in told.split() if self._ours(word)]
        return frozenset(scope for scope in Scope if scope in words)

    def _ours(self, word: str) -> bool:
        return word.startswith(self.scope_prefix)


def _moment(seconds: str) -> str | None:
    """A claim of seconds as a time; API Gateway itself has refused what is over."""
    try:
        return utc_text(datetime.fromtimestamp(float(seconds), UTC))
    except (ValueError, OverflowError, OSError):
        return None


def as_bearer(document: dict[str, Any], oidc: Oidc) -> dict[str, Any]:
    """The OpenAPI document of a stack whose callers have tokens."""
    from api.shaping import refusal  # texts that only the document needs

    url = f"{oidc.issuer.rstrip('/')}/.well-known/openid-configuration"
    document["components"]["securitySchemes"] = {
        "OpenIdConnect": {"type": "openIdConnect", "openIdConnectUrl": url}
    }
    document["components"]["responses"]["Unauthorized"] = refusal(
        [ProblemKind.NO_TOKEN, ProblemKind.INVALID_TOKEN]
    )
    for methods in document["paths"].values():
        for operation in methods.values():
            if operation.get("security"):
                operation["security"] = [{"OpenIdConnect": []}]
    return document
