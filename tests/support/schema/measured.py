"""What each access pattern sends and consumes on DynamoDB Local, for a realistic page.

python tests/support/schema/measured.py     writes src/ascend/architect/documents/measured.json anew
"""

import json
import os
import sys
from typing import Any

import anyio
from support.paths import ROOT

sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "scripts")]  # also when run as a script

from dynamodb_local import dynamodb_local, fresh_credentials  # noqa: E402  behind the path
from support.environment import FakeEnvironment  # noqa: E402
from support.schema.realistic import Realistic, fill  # noqa: E402
from support.wire import listen  # noqa: E402

import ascend  # noqa: E402
from ascend.adapters.dynamodb.tables import DynamoTables  # noqa: E402
from ascend.architect.documents.examples import EXAMPLES  # noqa: E402
from ascend.architect.documents.measured import FILE  # noqa: E402
from ascend.projections.queries.patterns import PATTERNS  # noqa: E402


async def measure(url: str) -> dict[str, dict[str, Any]]:
    """By the name of the query: the requests, the read units, the lines of the page."""
    environment = FakeEnvironment()
    async with ascend.open_store(
        f"dynamodb://measured?endpoint_url={url}", create=True, environment=environment
    ) as store:
        realistic = Realistic(environment)
        await fill(store, realistic)
        return await of_queries(store, realistic)


async def of_queries(store: ascend.Store, realistic: Realistic) -> dict[str, dict[str, Any]]:
    if not isinstance(store.tables, DynamoTables):
        raise TypeError("units are measured on DynamoDB only")
    wire = listen(store.tables)
    await store.queries.check(realistic.home, ascend.OPERATOR)  # the epochs are known from here on
    found: dict[str, dict[str, Any]] = {}
    for pattern in PATTERNS:
        wire.clear()
        answer = await eval(EXAMPLES[pattern.query], {"queries": store.queries, **realistic.names})
        found[pattern.query] = {
            "requests": dict(sorted(wire.summary().items())),
            "units": wire.read_units,
            "lines": lines(answer),
        }
    return found


def lines(answer: Any) -> int:
    """Of a page, or of a list; one where it is a single answer."""
    found: Any = getattr(answer, "items", answer)
    return len(found) if hasattr(found, "__len__") else 1


if __name__ == "__main__":
    os.environ.update(fresh_credentials())
    with dynamodb_local() as local:
        FILE.write_text(json.dumps(anyio.run(measure, local), indent=1) + "\n")
