"""Asks handlers for a page of 50 records, as Lambda would; prints JSON.

`python -m bench.requests ROUNDS SIZE MODULE…`: warm handlers, with a table of that size in the process.
"""

from __future__ import annotations

import importlib
import json
import statistics
import sys
import time
from typing import Any

from bench.table import API_KEY, Table
from bench.wire import SHARDS, connect_to

WARMED = 50
BLOCK = 20
PAGE = 50


def event() -> dict[str, Any]:
    """What API Gateway sends for `GET /records?limit=50`."""
    http = {
        "method": "GET",
        "path": "/records",
        "protocol": "HTTP/1.1",
        "sourceIp": "192.0.2.1",
        "userAgent": "bench",
    }
    host = "abcdefghij.execute-api.eu-central-1.amazonaws.com"
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/records",
        "rawQueryString": f"limit={PAGE}",
        "headers": {"accept": "application/json", "host": host, "x-api-key": API_KEY},
        "queryStringParameters": {"limit": str(PAGE)},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdefghij",
            "domainName": host,
            "http": http,
            "requestId": "bench",
            "routeKey": "$default",
            "stage": "$default",
            "time": "31/Jan/2026:12:00:00 +0000",
            "timeEpoch": 1769860800000,
        },
        "isBase64Encoded": False,
    }


def checked(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer, which must be a whole page."""
    if answer["statusCode"] != 200 or len(json.loads(answer["body"])["items"]) != PAGE:
        raise RuntimeError(f"no page: {answer}")
    return answer


def warm(rounds: int, size: int, modules: list[str]) -> dict[str, dict[str, float]]:
    """Microseconds of a request, and what it asks of the table."""
    table = Table(size, SHARDS)
    connect_to(table)
    handlers = {module: importlib.import_module(module).handler for module in modules}
    for handler in handlers.values():
        for _ in range(WARMED):
            checked(handler(event(), None))
    times: dict[str, list[float]] = {module: [] for module in modules}
    costs: dict[str, list[float]] = {module: [0, 0, 0] for module in modules}
    for _ in range(rounds):  # a block of each: what else the machine does then meets all of them
        for module, handler in handlers.items():
            events = [event() for _ in range(BLOCK)]
            before = _costs(table)
            for sent in events:
                began = time.perf_counter()
                handler(sent, None)
                times[module].append((time.perf_counter() - began) * 1e6)
            spent = [now - then for now, then in zip(_costs(table), before, strict=True)]
            costs[module] = [sum(pair) for pair in zip(costs[module], spent, strict=True)]
    return {module: _described(times[module], costs[module]) for module in modules}


def _costs(table: Table) -> tuple[float, ...]:
    return time.process_time() * 1e6, table.calls, table.read_units


def _described(times: list[float], costs: list[float]) -> dict[str, float]:
    cpu, calls, units = (cost / len(times) for cost in costs)
    slow = statistics.quantiles(times, n=100)[-1]
    return {"p50": statistics.median(times), "p99": slow, "cpu": cpu, "calls": calls, "units": units}


if __name__ == "__main__":
    print(json.dumps(warm(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])))
