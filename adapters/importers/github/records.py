"""The record of an issue or pull request: a task, its people and its comments, in the order of their times."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from ascend.adapters.importers.github.issue import Issue, SourceComment
from ascend.adapters.importers.records import ImportStep, Person, SourceIdentity, SourceRecord, source_person
from ascend.domain.comments.commands import EditComment, PostComment
from ascend.domain.ids import CommentId, TaskId, WorkspaceId
from ascend.domain.labels import distinct_labels
from ascend.domain.tasks.commands import AssignTask, CompleteTask, CreateTask
from ascend.domain.tasks.schedule import ScheduleTask


def issue_record(issue: Issue, workspace: WorkspaceId, repository: str) -> SourceRecord:
    """Return the issue's record: the steps of its opening first, then all others by their times."""
    identity = issue_identity(workspace, repository, issue.number)
    task = TaskId.derive(workspace, *identity.names)
    later = [*comment_steps(issue, identity, task), *completion_steps(issue, identity, task)]
    later.sort(key=lambda timed: timed[0])  # the sort is stable: steps with the same time keep this order
    steps = (*opening_steps(issue, identity, task), *(step for _, step in later))
    return SourceRecord(f"issue {issue.number}", issue.created_at, people_of(issue), steps)


def issue_identity(workspace: WorkspaceId, repository: str, number: int) -> SourceIdentity:
    return SourceIdentity(workspace, ("github", repository, str(number)))


def github_person(login: str) -> Person:
    return source_person("github", login)


def people_of(issue: Issue) -> tuple[Person, ...]:
    """Return everybody who acts or is assigned, each once."""
    commenters = [comment.author for _, comment in iterate_comments(issue)]
    closers = [] if issue.closed is None else [issue.closer]
    logins = dict.fromkeys([issue.author, *issue.assignees, *commenters, *closers])
    return tuple(github_person(login) for login in logins)


def opening_steps(issue: Issue, identity: SourceIdentity, task: TaskId) -> Iterator[ImportStep]:
    """Yield the steps that create, assign and schedule the task.

    The file does not say who assigned and scheduled the issue, and when. The steps name its author and its creation.
    """
    author, at = github_person(issue.author).id, issue.created_at
    metadata = {"number": str(issue.number), "type": issue.type} | ({"url": issue.url} if issue.url else {})
    tags = distinct_labels(issue.labels)
    create = CreateTask(task_id=task, title=issue.title, description=issue.body, tags=tags, metadata=metadata, at=at)
    yield identity.task(author, create, edited_at=issue.updated_at or at)
    for login in dict.fromkeys(issue.assignees):
        yield identity.step(
            f"assign {login}", author, AssignTask(task_id=task, users=(github_person(login).id,), at=at)
        )
    if issue.due is not None:
        yield identity.step(f"due {issue.due}", author, ScheduleTask(task_id=task, due=issue.due, at=at))


def iterate_comments(issue: Issue) -> Iterator[tuple[str, SourceComment]]:
    """Yield each comment and review that has a text, with its kind. Most reviews only approve and have none."""
    yield from (("comment", comment) for comment in issue.comments if comment.body.strip())
    yield from (("review", review) for review in issue.reviews if review.body.strip())


def comment_steps(issue: Issue, identity: SourceIdentity, task: TaskId) -> Iterator[tuple[datetime, ImportStep]]:
    """Yield the steps of all comments and reviews, each with its time.

    The archive gives comments no number. A comment's identity is its kind, author and time, and a count of its equals.
    """
    counts = Counter[tuple[str, ...]]()
    for kind, source in iterate_comments(issue):
        names = (kind, source.author, source.created_at.isoformat())
        counts[names] += 1
        comment_identity = SourceIdentity(identity.workspace, (*identity.names, *names, str(counts[names])))
        yield from steps_of_comment(comment_identity, task, source, has_edits=kind == "comment")


def steps_of_comment(
    identity: SourceIdentity, task: TaskId, source: SourceComment, *, has_edits: bool
) -> Iterator[tuple[datetime, ImportStep]]:
    """Yield the step that posts the comment, and a step that edits it where it was edited later.

    The file holds the last text only, so both steps carry it. Reviews have no edits: their time moves without one.
    """
    comment = CommentId.derive(identity.workspace, *identity.names)
    author = github_person(source.author).id
    post = PostComment(comment_id=comment, task_id=task, text=source.body, at=source.created_at)
    yield source.created_at, identity.step("post", author, post)
    if has_edits and source.updated_at is not None and source.updated_at > source.created_at:
        edit = EditComment(comment_id=comment, text=source.body, at=source.updated_at)
        yield source.updated_at, identity.step(f"edit {source.updated_at.isoformat()}", author, edit)


def completion_steps(issue: Issue, identity: SourceIdentity, task: TaskId) -> Iterator[tuple[datetime, ImportStep]]:
    """Yield the step that completes the task, with its time, if the issue is closed."""
    if issue.closed is not None:
        complete = CompleteTask(task_id=task, at=issue.closed)
        yield issue.closed, identity.step("complete", github_person(issue.closer).id, complete)
