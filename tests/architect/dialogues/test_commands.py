"""The commands of each request run as printed: from the bare file to the tests of the written code."""

from pathlib import Path

import pytest
from support.architect.requests import Request, answer_from, read_requests, run_commands

REQUESTS = read_requests()
PROPOSED = [request for request in REQUESTS.values() if len(request.files) == 2]


@pytest.mark.slow
@pytest.mark.parametrize("request_", PROPOSED, ids=lambda request: request.title)
def test_the_commands_lead_from_the_first_file_to_code_whose_tests_pass(tmp_path: Path, request_: Request) -> None:
    bare, completed = request_.files
    (tmp_path / request_.file_name).write_text(bare)

    printed = run_commands(request_.commands, tmp_path, answer_from(bare, completed))

    assert "Clean: " in printed
    assert " passed" in printed


def test_the_types_of_the_workspace_are_written_as_a_package(tmp_path: Path) -> None:
    (types, _) = REQUESTS[5].commands

    run_commands([types], tmp_path)

    package = tmp_path / types[-1]
    assert "export interface WorkspaceCard" in (package / "src" / "types.ts").read_text()
    assert "class WorkspaceRepository" in "".join(file.read_text() for file in (package / "src").glob("*.ts"))


def test_a_design_without_events_is_written_in_both_languages(tmp_path: Path) -> None:
    (_, write) = REQUESTS[5].commands
    (file,) = REQUESTS[5].files
    (tmp_path / "team.yaml").write_text(file)

    run_commands([write], tmp_path)

    names = {path.suffix for path in (tmp_path / "team").rglob("*")}
    assert {".py", ".ts", ".json", ".md"} <= names
