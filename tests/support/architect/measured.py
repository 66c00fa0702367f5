"""Measurement of each access pattern on DynamoDB Local: the requests and the read units of a realistic page."""

import json
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
from dynamodb_local import dynamodb_local, fresh_credentials
from support.architect.realistic import Realistic, fill
from support.wire import listen

import ascend
from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.architect.documents.measured import FILE
from ascend.projections.life_os import LIFE_OS
from ascend.projections.pattern import Pattern
from ascend.testing import FakeEnvironment


async def measure(url: str) -> dict[str, dict[str, Any]]:
    """Return the requests, the read units and the lines of one page, by the name of the query."""
    environment = FakeEnvironment()
    async with ascend.open_store(
        f"dynamodb://measured?endpoint_url={url}", create=True, environment=environment
    ) as store:
        realistic = Realistic(environment)
        await fill(store, realistic)
        return await measure_queries(store, realistic)


async def measure_queries(store: ascend.Store, realistic: Realistic) -> dict[str, dict[str, Any]]:
    if not isinstance(store.tables, DynamoTables):
        raise TypeError("units are measured on DynamoDB only")
    wire = listen(store.tables)
    await store.queries.check(realistic.home, ascend.OPERATOR)  # caches the epochs
    measured: dict[str, dict[str, Any]] = {}
    for pattern in LIFE_OS.catalog.patterns:
        wire.clear()
        answer = await ask_example(pattern, store, realistic)
        measured[pattern.query] = {
            "requests": dict(sorted(wire.summary().items())),
            "units": wire.read_units,
            "lines": count_lines(answer),
        }
    return measured


async def ask_example(pattern: Pattern[Any], store: ascend.Store, realistic: Realistic) -> Any:
    """Ask the pattern's example. It may use the names of the file that holds the pattern's item."""
    names = {**vars(sys.modules[pattern.item.__module__]), "queries": store.queries, **realistic.names}
    return await eval(pattern.example, names)


def count_lines(answer: Any) -> int:
    """Return the length of a page or of a list; 1 for a single item."""
    items: Any = getattr(answer, "items", answer)
    return len(items) if hasattr(items, "__len__") else 1


@contextmanager
def open_dynamodb_local() -> Generator[str]:
    """Give the endpoint of a DynamoDB Local, with an empty database behind the credentials in the environment."""
    os.environ.update(fresh_credentials())
    with dynamodb_local() as url:
        yield url


def render_measured(url: str) -> dict[Path, str]:
    return {FILE: json.dumps(anyio.run(measure, url), indent=1) + "\n"}
