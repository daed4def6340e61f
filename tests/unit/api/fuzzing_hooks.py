"""What Schemathesis cannot know: which values only the API can make, and which are good for one request."""

from __future__ import annotations

import os
import uuid
from typing import TYPE_CHECKING, Any

import schemathesis
from schemathesis import GenerationMode

if TYPE_CHECKING:
    from schemathesis import Case, HookContext

OWN_KEY = os.environ["OWN_KEY"]
ANOTHER_KEY = "000000000001"
FAR = "2100"


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """A request that shall be accepted has no cursor that was made up, and no key of another request.

    Nor has it an expiry that may be over. No request changes the API key that all are made with.
    """
    if case.path_parameters and case.path_parameters.get("keyId") == OWN_KEY:
        case.path_parameters["keyId"] = ANOTHER_KEY
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    if case.query:
        case.query.pop("cursor", None)
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = uuid.uuid4().hex
    if isinstance(case.body, dict) and str(case.body.get("expiresAt", FAR)) < FAR:
        del case.body["expiresAt"]
