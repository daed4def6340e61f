"""Writes Pulumi's properties in the words of an AWS request, as botocore's model has them.

Pulumi's `memorySize` is Lambda's `MemorySize`: names differ in case only, so the model can be asked. A
property that the request does not have is an error, never dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.client import BaseClient


class UnknownProperty(Exception):
    """The program sets something that the request has no word for."""


def request(client: BaseClient, operation: str, properties: dict[str, Any]) -> dict[str, Any]:
    """The arguments of an operation.

    Raises:
        UnknownProperty: a property has no counterpart; the text names its path.
    """
    model = client.meta.service_model.operation_model(operation)
    shaped = _shaped(model.input_shape, properties, operation)
    assert isinstance(shaped, dict)  # noqa: S101
    return shaped


def _shaped(shape: Any, value: Any, path: str) -> Any:
    if shape is None:
        raise UnknownProperty(f"{path} takes nothing")
    if shape.type_name == "structure" and isinstance(value, dict):
        return _structure(shape, value, path)
    if shape.type_name == "list" and isinstance(value, list):
        return [_shaped(shape.member, entry, f"{path}[{number}]") for number, entry in enumerate(value)]
    # Numbers come through protobuf as floats, and JSON has no integers of its own.
    if shape.type_name in ("integer", "long") and isinstance(value, float):
        return int(value)
    return value


def _structure(shape: Any, value: dict[str, Any], path: str) -> dict[str, Any]:
    members = {name.lower(): name for name in shape.members}
    shaped = {}
    for name, entry in value.items():
        known = members.get(name.lower())
        if known is None:
            raise UnknownProperty(
                f"{path}.{name} is not known; it could be one of {', '.join(shape.members)}"
            )
        shaped[known] = _shaped(shape.members[known], entry, f"{path}.{known}")
    return shaped
