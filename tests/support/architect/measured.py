"""Measurement of each access pattern on DynamoDB Local: the requests and the read units of a realistic page.

.venv/bin/python tests/support/architect/measured.py     writes src/ascend/architect/documents/measured.json again
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import anyio

TESTS = Path(__file__).parents[2]
sys.path[:0] = [str(TESTS), str(TESTS.parent / "scripts")]  # for a run as a script

from dynamodb_local import dynamodb_local, fresh_credentials  # noqa: E402  after the path is set
from support.architect.realistic import Realistic, fill  # noqa: E402
from support.environment import FakeEnvironment  # noqa: E402
from support.wire import listen  # noqa: E402

import ascend  # noqa: E402
from ascend.adapters.dynamodb.tables import DynamoTables  # noqa: E402
from ascend.architect.documents.examples import EXAMPLES  # noqa: E402
from ascend.architect.documents.measured import FILE  # noqa: E402
from ascend.projections.catalog import PATTERNS  # noqa: E402


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
    for pattern in PATTERNS:
        wire.clear()
        answer = await eval(EXAMPLES[pattern.query], {"queries": store.queries, **realistic.names})
        measured[pattern.query] = {
            "requests": dict(sorted(wire.summary().items())),
            "units": wire.read_units,
            "lines": count_lines(answer),
        }
    return measured


def count_lines(answer: Any) -> int:
    """Return the length of a page or of a list; 1 for a single item."""
    items: Any = getattr(answer, "items", answer)
    return len(items) if hasattr(items, "__len__") else 1


if __name__ == "__main__":
    os.environ.update(fresh_credentials())
    with dynamodb_local() as local:
        FILE.write_text(json.dumps(anyio.run(measure, local), indent=1) + "\n")
