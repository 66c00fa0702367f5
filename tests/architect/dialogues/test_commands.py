"""The commands of each request run as printed: from the bare file to the tests of the written code."""

import re
from pathlib import Path

import pytest
from anyio import to_thread
from support.architect.household import open_household
from support.architect.requests import Request, answer_from, read_requests, run_commands
from support.architect.typescript import TypeScript

from ascend.adapters.dynamodb.tables import DynamoTables

REQUESTS = read_requests()
TYPESCRIPT = re.compile(r"^```typescript\n(.*?)^```", re.MULTILINE | re.DOTALL)
PROPOSED = [request for request in REQUESTS.values() if len(request.files) == 2]


@pytest.mark.slow
@pytest.mark.parametrize("request_", PROPOSED, ids=lambda request: request.title)
def test_the_commands_lead_from_the_first_file_to_code_whose_tests_pass(tmp_path: Path, request_: Request) -> None:
    bare, completed = request_.files
    (tmp_path / request_.file_name).write_text(bare)

    printed = run_commands(request_.commands, tmp_path, answer_from(bare, completed))

    assert "Clean: " in printed
    assert " passed" in printed
    cascades = "when_gone: cascade" in completed
    assert any(tmp_path.rglob("policies.py")) == cascades


def test_the_types_of_the_workspace_are_written_as_a_package(tmp_path: Path) -> None:
    types, *_ = REQUESTS[5].commands

    run_commands([types], tmp_path)

    package = tmp_path / types[-1]
    assert "export interface WorkspaceCard" in (package / "src" / "types.ts").read_text()
    assert "class WorkspacesRepository" in (package / "src" / "repositories" / "workspaces.ts").read_text()


async def test_the_example_of_the_client_compiles_and_shows_a_workspace(
    life_os_package: TypeScript, dynamodb_tables: DynamoTables, dynamodb_local_url: str
) -> None:
    household = await open_household(dynamodb_tables)
    await household.project()
    (example,) = TYPESCRIPT.findall(REQUESTS[5].text)
    client = f'new DynamoDBClient({{ endpoint: "{dynamodb_local_url}" }})'
    program = example.replace("new DynamoDBClient({})", client).replace('"ascend" });', '"test" });')
    asked = f'await describe("ada" as UserId, "{household.home}" as WorkspaceId)'

    printed = await to_thread.run_sync(life_os_package.run, f"{program}\nconsole.log({asked});\n")

    assert printed.startswith("Home: ")
    assert "Ada" in printed


def test_a_design_without_events_is_written_in_both_languages_and_runs_on_dynamodb(
    tmp_path: Path, dynamodb_local_url: str
) -> None:
    _, *commands = REQUESTS[5].commands
    (file,) = REQUESTS[5].files
    (tmp_path / "team.yaml").write_text(file)
    local = [[word.replace("http://localhost:8000", dynamodb_local_url) for word in command] for command in commands]

    printed = run_commands(local, tmp_path)

    assert re.search(r"\b\d+ passed in", printed)
    names = {path.suffix for path in (tmp_path / "team").rglob("*")}
    assert {".py", ".ts", ".json", ".md"} <= names
