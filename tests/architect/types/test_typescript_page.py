"""The TypeScript examples of docs/how-to/use-the-types.md compile with the strictest options, and run."""

import json
import re
from typing import Any

from anyio import to_thread
from support.architect.household import open_household
from support.architect.typescript import TypeScript, to_literal
from support.paths import ROOT

import ascend
from ascend.adapters.dynamodb.tables import DynamoTables

PAGE = (ROOT / "docs" / "how-to" / "use-the-types.md").read_text()
SENDING, READING = re.findall(r"^```typescript\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SERVER = """
const replies: unknown[] = REPLIES;
globalThis.fetch = (async () => {
  const [status, body] = replies.shift() as [number, object];
  return new Response(JSON.stringify(body), { status });
}) as typeof fetch;
const home = "0199f1d2-7c1e-7a3b-8c4d-5e6f70819200" as WorkspaceId;
const task = await open(home, "Paint");
console.log(JSON.stringify([await complete(home, task, 1), await complete(home, task, 1), await complete(home, task, 1)]));
"""


def test_the_example_that_sends_commands_runs(life_os_package: TypeScript) -> None:
    receipt = {"workspace": "w", "command_id": "c", "position": 1, "events": 1}
    replies: list[Any] = [[200, receipt], [200, receipt]]
    replies += [
        [409, {"error": {"types": [rule, "Refusal"], "message": "no"}}]
        for rule in ("TaskIsCancelled", "VersionConflict")
    ]

    printed = life_os_package.run(SENDING + SERVER.replace("REPLIES", to_literal(replies)))

    assert json.loads(printed) == ["done", "It was cancelled.", "Somebody has changed it: look at it again."]


async def test_the_example_that_reads_runs(
    life_os_package: TypeScript, dynamodb_tables: DynamoTables, dynamodb_local_url: str, aws_env: dict[str, str]
) -> None:
    household = await open_household(dynamodb_tables)
    late = ascend.TaskId(household.ids["Late"])
    await household.send(household.home, ascend.PrioritiseTask(task_id=late, priority=ascend.Priority.URGENT))
    await household.project()
    client = f'new DynamoDBClient({{ endpoint: "{dynamodb_local_url}" }})'
    program = READING.replace("new DynamoDBClient({})", client).replace('"ascend" });', '"test" });')
    program = program.replace("new Date()", 'new Date("2030-01-31T23:10:00Z")')  # the household's tasks are due then
    shown = f'[await dueByToday("ada" as UserId, "Europe/Berlin"), await urgent("ada" as UserId, "{household.home}" as WorkspaceId)]'

    printed = await to_thread.run_sync(life_os_package.run, f"{program}\nconsole.log(JSON.stringify({shown}));\n")

    feed, urgent = json.loads(printed)
    assert sorted(line["title"] for line in feed) == ["Late", "Pay the rent", "Race"]  # it is 1 February in Berlin
    assert [line["title"] for line in urgent] == ["Late"]
