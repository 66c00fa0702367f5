"""What an issue or pull request stands for: a task, its people, its comments, in the order in which things happened."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from ascend.adapters.importers.github.issue import Issue, SourceComment
from ascend.adapters.importers.records import SourceIdentity, Person, SourceRecord, ImportStep, source_person
from ascend.domain.comments.commands import EditComment, PostComment
from ascend.domain.ids import CommentId, TaskId, WorkspaceId
from ascend.domain.tasks.commands import AssignTask, CompleteTask, CreateTask, ScheduleTask


def issue_record(issue: Issue, workspace: WorkspaceId, repository: str) -> SourceRecord:
    """Creation first, then everything by its time."""
    identity = issue_identity(workspace, repository, issue.number)
    task = TaskId.derive(workspace, *identity.names)
    later = [*comment_steps_by_time(issue, identity, task), *completion_steps(issue, identity, task)]
    later.sort(key=lambda happened: happened[0])  # what happened at the same time stays in this order
    steps = (*opening_steps(issue, identity, task), *(step for _, step in later))
    return SourceRecord(f"issue {issue.number}", issue.created_at, people_of(issue), steps)


def issue_identity(workspace: WorkspaceId, repository: str, number: int) -> SourceIdentity:
    return SourceIdentity(workspace, ("github", repository, str(number)))


def github_person(login: str) -> Person:
    return source_person("github", login)


def people_of(issue: Issue) -> tuple[Person, ...]:
    """Everybody who acts or is assigned, each once."""
    spoke = [words.author for _, words in iterate_comments(issue)]
    closed = [] if issue.closed is None else [issue.closer]
    return tuple(github_person(login) for login in dict.fromkeys([issue.author, *issue.assignees, *spoke, *closed]))


def opening_steps(issue: Issue, identity: SourceIdentity, task: TaskId) -> Iterator[ImportStep]:
    """Who assigned and scheduled it, and when, is not told: taken as done by its author, with its creation."""
    author, at = github_person(issue.author).id, issue.created_at
    metadata = {"number": str(issue.number), "type": issue.type} | ({"url": issue.url} if issue.url else {})
    tags = tuple(dict.fromkeys(issue.labels))
    create = CreateTask(task_id=task, title=issue.title, description=issue.body, tags=tags, metadata=metadata, at=at)
    yield identity.task(author, create, edited_at=issue.updated_at or at)
    for login in dict.fromkeys(issue.assignees):
        yield identity.step(f"assign {login}", author, AssignTask(task_id=task, users=(github_person(login).id,), at=at))
    if issue.due is not None:
        yield identity.step(f"due {issue.due}", author, ScheduleTask(task_id=task, due=issue.due, at=at))


def iterate_comments(issue: Issue) -> Iterator[tuple[str, SourceComment]]:
    """Comments and reviews that say something; most reviews only approve."""
    yield from (("comment", words) for words in issue.comments if words.body.strip())
    yield from (("review", words) for words in issue.reviews if words.body.strip())


def comment_steps_by_time(issue: Issue, identity: SourceIdentity, task: TaskId) -> Iterator[tuple[datetime, ImportStep]]:
    """Comments have no number in the archive: who said it when, and the how-maniest of such, names one."""
    seen = Counter[tuple[str, ...]]()
    for kind, words in iterate_comments(issue):
        names = (kind, words.author, words.created_at.isoformat())
        seen[names] += 1
        mine = SourceIdentity(identity.workspace, (*identity.names, *names, str(seen[names])))
        comment = CommentId.derive(identity.workspace, *mine.names)
        yield from comment_steps(mine, comment, task, words, edits=kind == "comment")


def comment_steps(
    mine: SourceIdentity, comment: CommentId, task: TaskId, words: SourceComment, *, edits: bool
) -> Iterator[tuple[datetime, ImportStep]]:
    """Only the last text is known: an edit says it again, and when. The time of a review moves without an edit, too."""
    author = github_person(words.author).id
    post = PostComment(comment_id=comment, task_id=task, text=words.body, at=words.created_at)
    yield words.created_at, mine.step("post", author, post)
    if edits and words.updated_at is not None and words.updated_at > words.created_at:
        edit = EditComment(comment_id=comment, text=words.body, at=words.updated_at)
        yield words.updated_at, mine.step(f"edit {words.updated_at.isoformat()}", author, edit)


def completion_steps(issue: Issue, identity: SourceIdentity, task: TaskId) -> Iterator[tuple[datetime, ImportStep]]:
    if issue.closed is not None:
        complete = CompleteTask(task_id=task, at=issue.closed)
        yield issue.closed, identity.step("complete", github_person(issue.closer).id, complete)
