"""Takes out of moto what costs most of the time of a call; makes each call of DynamoDB one step, as it is."""

from __future__ import annotations

from functools import cache
from threading import RLock
from typing import TYPE_CHECKING, Any

from botocore import useragent
from moto.core import responses
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.responses import DynamoHandler

if TYPE_CHECKING:
    import pytest

_call_action = DynamoHandler.call_action
_one_call_at_a_time = RLock()
_serialize = BaseJSONSerializer._serialize_type_structure
PURE = (
    (useragent, "sanitize_user_agent_string_component"),
    (responses, "camelcase_to_underscores"),
    (responses, "method_names_from_class"),
)
"""What is worked out anew for each call, from the same few arguments."""
_REMEMBERING = [(module, name, cache(getattr(module, name))) for module, name in PURE]


def make_quick(patch: pytest.MonkeyPatch) -> None:
    """Until the patch is undone."""
    patch.setattr(BaseJSONSerializer, "_serialize_type_structure", _item_as_it_is)
    patch.setattr(DynamoHandler, "call_action", _in_one_step)
    for module, name, remembering in _REMEMBERING:
        patch.setattr(module, name, remembering)


def _in_one_step(self: Any) -> Any:
    """Another thread's write must not change a table that a transaction copies."""
    with _one_call_at_a_time:
        return _call_action(self)


def _item_as_it_is(self: Any, serialized: dict[str, Any], value: Any, shape: Any, key: str) -> None:
    """A value of an item is JSON already, if it is no bytes.

    Moto looks in it for each of DynamoDB's ten types under each of a dozen names, which took half of the time
    of all tests with a table.
    """
    if shape.name == "AttributeValue" and "B" not in value:
        serialized[key] = value
    else:
        _serialize(self, serialized, value, shape, key)
