"""The part of CloudWatch's metric math that the program's alarms use, for one period at a time.

An expression of it is an expression of Python's, too, so Python reads it. What has no data is None.
"""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Value = float | None
_OPERATORS: dict[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
}


class UnknownMath(Exception):
    """An expression that the local system does not understand."""


def result(expression: str, values: Mapping[str, Value]) -> Value:
    """What an expression comes to.

    Args:
        values: of a period, by the id of the metric.

    Raises:
        UnknownMath: the expression has a word or a sign that is not known here.
    """
    return _value(ast.parse(expression, mode="eval").body, values)


def _value(node: ast.AST, values: Mapping[str, Value]) -> Value:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name) if name in values:
            return values[name]
        case ast.BinOp(left=left, op=sign, right=right):
            return _both(sign, _value(left, values), _value(right, values))
        case ast.Compare(left=left, ops=[sign], comparators=[right]):
            return _both(sign, _value(left, values), _value(right, values))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _call(name, arguments, values)
    raise UnknownMath(f"{ast.unparse(node)}: add it to local/metric_math.py")


def _both(sign: ast.AST, left: Value, right: Value) -> Value:
    if type(sign) not in _OPERATORS:
        raise UnknownMath(f"{type(sign).__name__}: add it to local/metric_math.py")
    if left is None or right is None or (isinstance(sign, ast.Div) and right == 0):
        return None
    return float(_OPERATORS[type(sign)](left, right))


def _call(name: str, arguments: list[Any], values: Mapping[str, Value]) -> Value:
    match name, arguments:
        case "IF", [condition, then, otherwise]:
            holds = _value(condition, values)
            return None if holds is None else _value(then if holds else otherwise, values)
        case "FILL", [series, filling]:
            known = _value(series, values)
            return _value(filling, values) if known is None else known
        case "SUM", [ast.List(elts=series)]:
            known_ones = [value for one in series if (value := _value(one, values)) is not None]
            return sum(known_ones) if known_ones else None
    raise UnknownMath(f"{name} of {len(arguments)}: add it to local/metric_math.py")
