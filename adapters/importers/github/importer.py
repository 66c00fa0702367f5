"""The importer of issues and pull requests: GitHub's REST list of issues, and the IETF's issue archive.

    [ {"number", "title", "user", …}, … ]                         a list: the answer of `GET /repos/{owner}/{repo}/issues`
    {"repo", "issues": [{"number", …}, …], "pulls": [ … ]}        an object: the archive, with comments and reviews

    file ──read──▶ stage (on disk) ──by ascending number──▶ records ──▶ commands
                                   ──again, for the references in texts──▶ relations

After an import, each issue is as an import into an empty workspace would make it, apart from the fields that people have
changed since. Comments are removed only where the file gives them: a list of the REST API gives only their number.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

from anyio import to_thread
from pydantic_core import from_json, to_json

from ascend.adapters.importers.fitting import Fitter
from ascend.adapters.importers.github.identities import find_task, names_of_task, number_name
from ascend.adapters.importers.github.issue import Issue, IssueKey
from ascend.adapters.importers.github.records import IssueRecord, states
from ascend.adapters.importers.github.references import relations_record
from ascend.adapters.importers.records import SourceRecord
from ascend.adapters.importers.report import Notice, Report
from ascend.adapters.importers.run import ImportRun, Progress, open_run
from ascend.adapters.importers.sending import ImportTarget, Summary
from ascend.adapters.importers.stage import ConflictingRecord, Stage, open_stage
from ascend.adapters.importers.stream import NotWholeJson, find_shape, iterate_elements, iterate_records
from ascend.adapters.importers.unusable import read_usable
from ascend.domain.errors import InvalidInput, InvalidRecord
from ascend.domain.ids import TaskId, WorkspaceId
from ascend.domain.tasks.task import Task

SCHEMA = """
CREATE TABLE issue (
    number INTEGER, repository TEXT, stable TEXT, updated TEXT, body TEXT, PRIMARY KEY (number, repository)
);
CREATE INDEX issue_stable ON issue (stable);
CREATE TABLE task (number INTEGER, repository TEXT, id TEXT, PRIMARY KEY (number, repository));
"""
SAME_ISSUE = "SELECT number, repository, updated, body FROM issue WHERE (number = ? AND repository = ?) OR stable = ?"
ISSUES_IN_ORDER = "SELECT number, repository, body FROM issue ORDER BY number, repository"
FIND_TASK = "SELECT id FROM task WHERE number = ? AND repository = ?"


async def import_github(
    path: Path,
    workspace: WorkspaceId,
    name: str,
    target: ImportTarget,
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
    async with (
        open_run(path, workspace, name, target, progress, report, names_of_task) as run,
        open_stage(SCHEMA) as stage,
    ):
        error = await _read_until_error(run, path, stage)
        total = await to_thread.run_sync(stage.count, "issue")
        await run.send(_issue_records(run, stage, workspace), total)
        await run.send(_relation_records(run, stage), total)
    if error is not None:
        raise error
    return run.summary


# Reading


async def _read_until_error(run: ImportRun, path: Path, stage: Stage) -> InvalidInput | None:
    """Fill the stage. Return the error that ended the reading, or raise it when it is at the first record."""
    try:
        await run.read(run.stage_each(_raw_issues(path), partial(_put, run, stage)))
    except InvalidInput as error:
        if not run.records_read:
            raise
        if isinstance(error, InvalidRecord):
            return error
        return InvalidInput(
            f"{error.detail}; all records before it were imported: correct the file and run the import again"
        )
    return None


def _put(run: ImportRun, stage: Stage, issue: tuple[str, Any]) -> None:
    """Put an issue onto the stage. Of two records of one issue, the one with the later change counts."""
    repository, raw = issue
    if not isinstance(raw, dict):
        raise InvalidInput("Input should be an object")
    body = to_json(raw).decode()
    key = read_usable(IssueKey, raw)
    row = (key.number, key.repository(repository), next(iter(key.stable_ids), None), _sortable(key.updated_at), body)
    for number, other_repository, updated, other_body in list(stage.rows(SAME_ISSUE, *row[:3])):
        if other_body == body:
            return
        if run.report.strict:
            raise InvalidInput(f"issue {key.number}: {ConflictingRecord()}")
        run.report.add(Notice(f"issue {key.number}", "passed over", "", "the file has a later record of this issue"))
        if updated > row[3]:
            return
        stage.delete("issue", number=number, repository=other_repository)
    stage.put("issue", *row)


def _sortable(time: str) -> str:
    """Return a time as a text that sorts by it, empty where it is none."""
    try:
        return datetime.fromisoformat(time).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return ""


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
        yield run.make_record(
            f"issue {number}", partial(_issue_record, run, stage, workspace, (number, repository), body)
        )


def _issue_record(
    run: ImportRun, stage: Stage, workspace: WorkspaceId, place: tuple[int, str], body: str
) -> SourceRecord:
    number, repository = place
    raw = from_json(body)
    fitter = Fitter(f"issue {number}")
    issue = read_usable(Issue, raw, lambda name, reason: fitter.note(name, "left out", reason))
    task = find_task(run.known, workspace, repository, issue.number, issue.stable_ids)
    record = IssueRecord(issue, raw, task, workspace, repository, run.known, fitter).make()
    stage.put("task", issue.number, repository, task)
    return record


def _relation_records(run: ImportRun, stage: Stage) -> Iterator[SourceRecord | Notice]:
    """Yield each issue's relations, where the file gives its text.

    Send them after all tasks: a text may refer to an issue with a higher number.
    """
    for number, repository, body in stage.rows(ISSUES_IN_ORDER):
        row, raw = stage.first(FIND_TASK, number, repository), from_json(body)
        if row is not None and states(raw, "body"):
            find = partial(_find_task, run, stage, repository)
            issue = read_usable(Issue, raw)
            yield run.make_record(f"issue {number}", partial(relations_record, issue, TaskId(row[0]), find))


def _find_task(run: ImportRun, stage: Stage, repository: str, number: int) -> TaskId | None:
    """Return the task for an issue of the file, or for one that an earlier file brought."""
    if (row := stage.first(FIND_TASK, number, repository)) is not None:
        return TaskId(row[0])
    named = run.known.named(number_name(repository, number), Task.entity)
    return TaskId(named[0]) if named else None
