"""The importer of issues and pull requests: GitHub's REST list of issues, and the IETF's issue archive.

    [ {"number", "title", "user", …}, … ]                         a list: the answer of `GET /repos/{owner}/{repo}/issues`
    {"repo", "issues": [{"number", …}, …], "pulls": [ … ]}        an object: the archive, with comments and reviews

    file ──read──▶ stage (on disk) ──by ascending number──▶ records ──▶ commands
                                   ──again, for the references in texts──▶ relations

An import after the source has changed brings the new records, and edits for changed titles, texts and labels. The file
does not record removals as facts of their own, so these changes are not imported: a removed assignee, due date, comment
or reference, a reopened issue, and an edit that goes back to the first content.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, cast

from anyio import to_thread
from pydantic_core import to_json

from ascend.adapters.importers.github.issue import Issue, IssueKey
from ascend.adapters.importers.github.records import issue_record
from ascend.adapters.importers.github.references import relations_record
from ascend.adapters.importers.records import SourceRecord
from ascend.adapters.importers.report import Notice, Report
from ascend.adapters.importers.run import ImportRun, Progress
from ascend.adapters.importers.sending import Send, Summary
from ascend.adapters.importers.stage import ConflictingRecord, Stage, open_stage
from ascend.adapters.importers.stream import NotWholeJson, find_shape, iterate_elements, iterate_records
from ascend.domain.errors import InvalidInput, InvalidRecord
from ascend.domain.ids import WorkspaceId

SCHEMA = "CREATE TABLE issue (number INTEGER, repository TEXT, body TEXT, PRIMARY KEY (number, repository))"
FIND_ISSUE = "SELECT 1 FROM issue WHERE number = ? AND repository = ?"
ISSUES_IN_ORDER = "SELECT number, repository, body FROM issue ORDER BY number, repository"


async def import_github(
    path: Path,
    workspace: WorkspaceId,
    name: str,
    send: Send,
    progress: Progress | None = None,
    report: Report | None = None,
) -> Summary:
    """Send the file's issues as commands, by ascending number. Importing the same file again appends nothing.

    What does not come in as the file gives it goes into `report`.

    Raises:
        InvalidInput: the file holds no issues, or it ends too early; all issues before the place were imported.
        InvalidRecord: the report is strict, and an issue does not come in as the file gives it; all issues with a lower
            number were imported. Or a record has no number, or the number of an earlier record; all records before it
            were imported.
    """
    run = ImportRun(path, workspace, name, send, progress, report)
    async with open_stage(SCHEMA) as stage:
        error = await _read_until_error(run, path, stage)
        total = await to_thread.run_sync(stage.count, "issue")
        await run.send(_issue_records(run, stage, workspace), total)
        await run.send(_relation_records(run, stage, workspace), total)
    if error is not None:
        raise error
    return run.summary


# Reading


async def _read_until_error(run: ImportRun, path: Path, stage: Stage) -> InvalidInput | None:
    """Fill the stage. Return the error that ended the reading, or raise it when it is at the first record."""
    try:
        await run.read(run.stage_each(_raw_issues(path), partial(_put, stage)))
    except InvalidInput as error:
        if not run.records_read:
            raise
        if isinstance(error, InvalidRecord):
            return error
        return InvalidInput(
            f"{error.detail}; all records before it were imported: correct the file and run the import again"
        )
    return None


def _put(stage: Stage, issue: tuple[str, Any]) -> None:
    repository, raw = issue
    body = to_json(raw).decode()
    key = IssueKey.model_validate_json(body)
    try:
        stage.put("issue", key.number, key.repository(repository), body)
    except ConflictingRecord as error:
        raise InvalidInput(f"issue {key.number}: {error}") from None


def _raw_issues(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield each issue with the name of its repository, which is empty where the file does not give it."""
    match find_shape(path, record_keys=("number",), lists=("issues", "pulls")):
        case "records":
            yield from (("", raw) for raw in iterate_records(path))
        case "lists":
            yield from _archived_issues(path)
        case _:
            raise InvalidInput(f"{path}: neither a JSON list of issues nor an issue archive with a list of issues")


def _archived_issues(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield the issues, then the pull requests, with one pass over the file each.

    When the file ends too early, each pass yields its elements before that place, and the error comes last.
    """
    first_error: NotWholeJson | None = None
    repository, records_read = "", 0
    for prefix in ("repo", "issues.item", "pulls.item"):
        try:
            for element in iterate_elements(path, prefix):
                if prefix == "repo":
                    repository = str(element)
                    break
                yield repository, mark_as_pull(element) if prefix == "pulls.item" else element
                records_read += 1
        except NotWholeJson as error:
            first_error = first_error or error
    if first_error is not None:
        raise NotWholeJson(path, records_read, first_error.reason)


def mark_as_pull(element: Any) -> Any:
    return {"pull_request": {}, **cast("dict[str, Any]", element)} if isinstance(element, dict) else element


# Records


def _issue_records(run: ImportRun, stage: Stage, workspace: WorkspaceId) -> Iterator[SourceRecord | Notice]:
    for number, repository, body in stage.rows(ISSUES_IN_ORDER):
        yield run.make_record(f"issue {number}", partial(_issue_record, body, workspace, repository))


def _issue_record(body: str, workspace: WorkspaceId, repository: str) -> SourceRecord:
    return issue_record(Issue.model_validate_json(body), workspace, repository)


def _relation_records(run: ImportRun, stage: Stage, workspace: WorkspaceId) -> Iterator[SourceRecord | Notice]:
    """Yield each issue's relations. Send them after all tasks: a text may refer to an issue with a higher number."""
    for number, repository, body in stage.rows(ISSUES_IN_ORDER):
        exists = partial(_is_staged, stage, repository)
        issue = Issue.model_validate_json(body)
        yield run.make_record(f"issue {number}", partial(relations_record, issue, workspace, repository, exists))


def _is_staged(stage: Stage, repository: str, number: int) -> bool:
    return stage.first(FIND_ISSUE, number, repository) is not None
