"""Imports issues and pull requests: GitHub's REST list of issues, and the archive format of the IETF.

    [ {"number", "title", "user", …}, … ]                         a list: what `GET /repos/{owner}/{repo}/issues` gives
    {"repo", "issues": [{"number", …}, …], "pulls": [ … ]}        an object: the archive, with comments and reviews

    file ──read──▶ stage (on disk) ──by ascending number──▶ records ──▶ commands
                                   ──again, for what they say about each other──▶ relations

Imported again after the source has changed, what is new follows, and changed titles, texts and labels are edits.
Not followed, because the file does not say it as a fact of its own: what was taken away (an assignee, a due date, a
comment, a reference), what was reopened, and an edit that goes back to the first content.
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
from ascend.adapters.importers.records import SourceRecord, check_source
from ascend.adapters.importers.sending import Progress, Send, RecordSender, Summary
from ascend.adapters.importers.stage import Stage, ConflictingRecord, open_stage
from ascend.adapters.importers.stream import NotWholeJson, iterate_elements, read_first_character, has_list
from ascend.adapters.importers.threads import iterate_in_threads
from ascend.domain.errors import InvalidInput, InvalidRecord
from ascend.domain.ids import WorkspaceId

SCHEMA = "CREATE TABLE issue (number INTEGER, repository TEXT, body TEXT, PRIMARY KEY (number, repository))"
FIND_ISSUE = "SELECT 1 FROM issue WHERE number = ? AND repository = ?"
ISSUES_IN_ORDER = "SELECT number, repository, body FROM issue ORDER BY number, repository"


async def import_github(
    path: Path, workspace: WorkspaceId, name: str, send: Send, progress: Progress | None = None
) -> Summary:
    """Sends what the file says, by ascending number. Importing the same file again appends nothing.

    Raises:
        InvalidInput: not such a file, or it ends too early; all issues before the place were imported.
        InvalidRecord: an issue cannot be imported; all with a lower number were. Or a record of the file has no
            number, or that of another one before it; all before it were imported.
    """
    sending = RecordSender(path, workspace, name, send)
    async with open_stage(SCHEMA) as stage:
        broken = await _read(path, stage, progress)
        total = await to_thread.run_sync(stage.count, "issue")
        for records in (_records(path, stage, workspace), _relations(path, stage, workspace)):
            async for each in iterate_in_threads(records):
                await sending.record(each)
                if progress:
                    progress("importing", sending.summary.records, total)
    if broken is not None:
        raise broken
    return sending.summary


async def _read(path: Path, stage: Stage, progress: Progress | None) -> InvalidInput | None:
    """Fills the stage. Returns what stopped it; nothing can be done with a file that has nothing in it."""
    read = 0
    try:
        async for _ in iterate_in_threads(_staged(path, stage)):
            read += 1
            if progress:
                progress("reading", read, None)
    except InvalidInput as error:
        if not read:
            raise
        if isinstance(error, InvalidRecord):
            return error
        return InvalidInput(f"{error.detail}; everything before it was imported: mend it and run the import again")
    return None


def _staged(path: Path, stage: Stage) -> Iterator[None]:
    for at, (repository, raw) in enumerate(_issues(path), 1):
        check_source(path, f"record {at}", partial(_put, stage, repository, raw))
        yield


def _put(stage: Stage, repository: str, raw: Any) -> None:
    body = to_json(raw).decode()
    key = IssueKey.model_validate_json(body)
    try:
        stage.put("issue", key.number, key.repository(repository), body)
    except ConflictingRecord as error:
        raise InvalidInput(f"issue {key.number}: {error}") from None


def _issues(path: Path) -> Iterator[tuple[str, Any]]:
    """Each with the name of its repository, as far as the file gives one."""
    match read_first_character(path):
        case "[":
            yield from (("", raw) for raw in iterate_elements(path, "item"))
        case "{" if has_list(path, "issues", "pulls"):
            yield from _archived(path)
        case _:
            raise InvalidInput(f"{path}: neither a JSON list of issues nor an issue archive with a list of issues")


def _archived(path: Path) -> Iterator[tuple[str, Any]]:
    """One pass over the file for each list. Where it ends too early, each still gives what it has."""
    broken: NotWholeJson | None = None
    repository, read = "", 0
    for prefix in ("repo", "issues.item", "pulls.item"):
        try:
            for element in iterate_elements(path, prefix):
                if prefix == "repo":
                    repository = str(element)
                    break
                yield repository, mark_as_pull(element) if prefix == "pulls.item" else element
                read += 1
        except NotWholeJson as error:
            broken = broken or error
    if broken is not None:
        raise NotWholeJson(path, read, broken.why)


def mark_as_pull(element: Any) -> Any:
    return {"pull_request": {}, **cast("dict[str, Any]", element)} if isinstance(element, dict) else element


def _records(path: Path, stage: Stage, workspace: WorkspaceId) -> Iterator[SourceRecord]:
    for number, repository, body in stage.rows(ISSUES_IN_ORDER):
        yield check_source(path, f"issue {number}", lambda: issue_record(Issue.model_validate_json(body), workspace, repository))  # noqa: B023 - called at once


def _relations(path: Path, stage: Stage, workspace: WorkspaceId) -> Iterator[SourceRecord]:
    """When all tasks are there: a text may name an issue with a higher number."""
    for number, repository, body in stage.rows(ISSUES_IN_ORDER):
        there = partial(_is_staged, stage, repository)
        issue = Issue.model_validate_json(body)
        yield check_source(path, f"issue {number}", partial(relations_record, issue, workspace, repository, there))


def _is_staged(stage: Stage, repository: str, number: int) -> bool:
    return stage.first(FIND_ISSUE, number, repository) is not None
