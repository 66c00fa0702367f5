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

from ascend.adapters.importers.github.issue import Issue, Key
from ascend.adapters.importers.github.records import record
from ascend.adapters.importers.github.references import related
from ascend.adapters.importers.records import Record, checked
from ascend.adapters.importers.sending import Progress, Send, Sending, Summary
from ascend.adapters.importers.stage import Stage, Twice, staging
from ascend.adapters.importers.stream import NotWholeJson, elements, first_character, has_list
from ascend.adapters.importers.threads import in_threads
from ascend.domain.errors import InvalidInput, InvalidRecord
from ascend.domain.ids import WorkspaceId

SCHEMA = "CREATE TABLE issue (number INTEGER, repository TEXT, body TEXT, PRIMARY KEY (number, repository))"
ONE = "SELECT 1 FROM issue WHERE number = ? AND repository = ?"
IN_ORDER = "SELECT number, repository, body FROM issue ORDER BY number, repository"


async def import_github(
    path: Path, workspace: WorkspaceId, name: str, send: Send, progress: Progress | None = None
) -> Summary:
    """Sends what the file says, by ascending number. Importing the same file again appends nothing.

    Raises:
        InvalidInput: not such a file, or it ends too early; all issues before the place were imported.
        InvalidRecord: an issue cannot be imported; all with a lower number were. Or a record of the file has no
            number, or that of another one before it; all before it were imported.
    """
    sending = Sending(path, workspace, name, send)
    async with staging(SCHEMA) as stage:
        broken = await _read(path, stage, progress)
        total = await to_thread.run_sync(stage.count, "issue")
        for records in (_records(path, stage, workspace), _relations(path, stage, workspace)):
            async for each in in_threads(records):
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
        async for _ in in_threads(_staged(path, stage)):
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
        checked(path, f"record {at}", partial(_put, stage, repository, raw))
        yield


def _put(stage: Stage, repository: str, raw: Any) -> None:
    body = to_json(raw).decode()
    key = Key.model_validate_json(body)
    try:
        stage.put("issue", key.number, key.repository(repository), body)
    except Twice as error:
        raise InvalidInput(f"issue {key.number}: {error}") from None


def _issues(path: Path) -> Iterator[tuple[str, Any]]:
    """Each with the name of its repository, as far as the file gives one."""
    match first_character(path):
        case "[":
            yield from (("", raw) for raw in elements(path, "item"))
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
            for element in elements(path, prefix):
                if prefix == "repo":
                    repository = str(element)
                    break
                yield repository, as_pull(element) if prefix == "pulls.item" else element
                read += 1
        except NotWholeJson as error:
            broken = broken or error
    if broken is not None:
        raise NotWholeJson(path, read, broken.why)


def as_pull(element: Any) -> Any:
    return {"pull_request": {}, **cast("dict[str, Any]", element)} if isinstance(element, dict) else element


def _records(path: Path, stage: Stage, workspace: WorkspaceId) -> Iterator[Record]:
    for number, repository, body in stage.rows(IN_ORDER):
        yield checked(path, f"issue {number}", lambda: record(Issue.model_validate_json(body), workspace, repository))  # noqa: B023 - called at once


def _relations(path: Path, stage: Stage, workspace: WorkspaceId) -> Iterator[Record]:
    """When all tasks are there: a text may name an issue with a higher number."""
    for number, repository, body in stage.rows(IN_ORDER):
        there = partial(_is_staged, stage, repository)
        issue = Issue.model_validate_json(body)
        yield checked(path, f"issue {number}", partial(related, issue, workspace, repository, there))


def _is_staged(stage: Stage, repository: str, number: int) -> bool:
    return stage.first(ONE, number, repository) is not None
