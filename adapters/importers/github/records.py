"""The record of an issue or pull request: a task, its people and its comments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from ascend.adapters.importers.fitting import Fitter, fit_label
from ascend.adapters.importers.github.identities import ID, INLINE, NUMBER, TYPE, URL, CommentIds
from ascend.adapters.importers.github.issue import GHOST, Issue, Label, SourceComment, SourceReview
from ascend.adapters.importers.merge.known import KnownEntities
from ascend.adapters.importers.merge.wanted import Said, Wanted, WholeList
from ascend.adapters.importers.records import Person, SourceRecord, source_person
from ascend.adapters.importers.unusable import read_usable, unusable
from ascend.domain.comments.comment import Comment
from ascend.domain.ids import Ref, TaskId, UserId, WorkspaceId
from ascend.domain.tasks.task import Status, Task

M = TypeVar("M", bound=BaseModel)

STATED = {
    "body": "description",
    "labels": "tags",
    "assignees": "assignees",
    "milestone": "due",
    "closedAt": "closed_at",
}
"""The fields of a task by the fields of an issue that state them."""
UNSTATED = ("priority", "start", "recurrence", "about")
"""The fields of a task of which GitHub says nothing."""


def github_person(login: str) -> Person:
    return source_person("github", login)


def user_of(login: str) -> UserId:
    return github_person(login).id


@dataclass(frozen=True, slots=True)
class FoundComment:
    """A comment of the source with its place in the file."""

    place: str
    kind: str
    source: SourceComment
    metadata: Mapping[str, str]


@dataclass(slots=True)
class IssueRecord:
    """Makes the record of one issue. `raw` is the issue as the file has it."""

    issue: Issue
    raw: dict[str, Any]
    task: TaskId
    workspace: WorkspaceId
    repository: str
    known: KnownEntities
    fitter: Fitter
    pending: int = 0

    def make(self) -> SourceRecord:
        assignees = self.assignees()
        comments = list(self.found_comments())
        task = self.wanted_task(assignees)
        wanted = {item.ref: item for item in (task, *self.wanted_comments(comments))}
        closers = [] if self.issue.closed is None else [self.issue.closer]
        authors = [comment.source.author for comment in comments]
        logins = dict.fromkeys([self.issue.author, *assignees, *authors, *closers])
        for change in (change for login in logins for change in fit_label(login, login).changes):
            self.fitter.note("user", change.kind, change.reason)
        return SourceRecord(
            self.fitter.record,
            task.created.at,
            tuple(github_person(login) for login in logins),
            wanted=tuple(wanted.values()),
            whole=tuple(self.whole_lists()),
            pending=self.pending,
            notices=tuple(self.fitter.notices),
        )

    # The task

    def wanted_task(self, assignees: list[str]) -> Wanted:
        """Return the task. The file does not say who assigned and scheduled it, and when: the author, at its creation."""
        issue, fit = self.issue, self.fitter
        author = user_of(issue.author)
        created, changed = Said(author, issue.created_at), Said(author, issue.updated_at or issue.created_at)
        closing = None if issue.closed is None else Said(user_of(issue.closer), issue.closed)
        metadata = {NUMBER: str(issue.number), TYPE: issue.type, URL: issue.url, ID: next(iter(issue.stable_ids), "")}
        state = Task(
            id=self.task,
            title=fit.name("title", issue.title, f"#{issue.number}"),
            description=fit.text("body", issue.body),
            about=(),
            tags=fit.tags("labels", self.labels()),
            metadata=fit.metadata("metadata", {key: text for key, text in metadata.items() if text}),
            status=Status.OPEN if closing is None else Status.CANCELLED if issue.is_cancelled else Status.DONE,
            due=issue.due,
            assignees=tuple(user_of(login) for login in assignees),
            created_by=author,
            created_at=created.at,
            closed_at=None if closing is None else closing.at,
        )
        said = {"assigned": created, "scheduled": created, "status": closing or changed}
        return Wanted(state=state, created=created, changed=changed, said=said, unstated=tuple(self.unstated()))

    def unstated(self) -> Iterator[str]:
        """Yield the fields of which the file says nothing."""
        yield from (field for name, field in STATED.items() if not states(self.raw, name))
        yield from UNSTATED

    def labels(self) -> Iterator[str]:
        for place, raw in enumerate(self.issue.labels):
            label = self.read(f"labels.{place}", Label, {"name": raw} if isinstance(raw, str) else raw)
            if label is not None:
                yield label.name

    def assignees(self) -> list[str]:
        """Return the logins of the assignees, each once."""
        logins = list[str]()
        for place, raw in enumerate(self.issue.assignees):
            login = GHOST if raw is None else read_field(raw, "login") if isinstance(raw, dict) else raw
            if isinstance(login, str):
                logins.append(login)
            else:
                self.fitter.note(f"assignees.{place}", "left out", "it names no user")
        return list(self.fitter.few("assignees", [*dict.fromkeys(logins)]))

    # Comments

    def found_comments(self) -> Iterator[FoundComment]:
        """Yield each comment, review and inline comment with a text. Most reviews only approve and have none."""
        for place, raw in enumerate(self.issue.comments or []):
            comment = self.read(f"comments.{place}", SourceComment, raw)
            if comment is not None and comment.body.strip():
                yield FoundComment(f"comments.{place}", "comment", comment, {})
        for place, raw in enumerate(self.issue.reviews or []):
            if is_pending(raw):
                self.pending += 1
            elif (review := self.read(f"reviews.{place}", SourceReview, raw)) is not None:
                yield from self.comments_of_review(f"reviews.{place}", review)

    def comments_of_review(self, place: str, review: SourceReview) -> Iterator[FoundComment]:
        if review.body.strip():
            yield FoundComment(place, "review", review, {})
        for number, raw in enumerate(review.comments or []):
            named = {"author": review.author, **cast("dict[str, Any]", raw)} if isinstance(raw, dict) else raw
            comment = self.read(f"{place}.comments.{number}", SourceComment, named)
            if comment is not None and comment.body.strip():
                metadata = {TYPE: INLINE} | place_of(cast("dict[str, Any]", raw))
                yield FoundComment(f"{place}.comments.{number}", INLINE, comment, metadata)

    def wanted_comments(self, comments: list[FoundComment]) -> Iterator[Wanted]:
        """Yield the comments. Only those on the issue itself have a time of their edit: for reviews, it moves without one."""
        ids = CommentIds(self.known, self.workspace, self.task, self.repository, self.issue)
        found_ids = ids.find_all([(found.kind, found.source) for found in comments])
        for found, id in zip(comments, found_ids, strict=True):
            source, author = found.source, user_of(found.source.author)
            posted = Said(author, source.created_at)
            edited = Said(author, source.updated_at or source.created_at)
            is_edited = found.kind == "comment" and edited.at > posted.at
            state = Comment(
                id=id,
                on=Ref(Task.entity, self.task),
                author=author,
                text=self.fitter.text(found.place, source.body),
                mentions=(),
                metadata=self.fitter.metadata(found.place, found.metadata),
                posted_at=posted.at,
                edited_at=edited.at if is_edited else None,
            )
            unstated = ("mentions",) if is_edited else ("mentions", "edited_at")
            yield Wanted(state=state, created=posted, changed=edited, unstated=unstated, needs=(state.on,))

    def whole_lists(self) -> Iterator[WholeList]:
        """Yield which comments the file gives completely: a list of the REST API gives only their number."""
        issue = self.issue
        gives_reviews = issue.reviews is not None or not issue.is_pull
        gives_comments = issue.comments is not None and gives_reviews
        gives_inline = gives_reviews and all(
            isinstance(read_field(raw, "comments"), list) for raw in issue.reviews or []
        )

        def holds(comment: Comment) -> bool:
            return gives_inline if comment.metadata.get(TYPE) == INLINE else gives_comments

        said = Said(user_of(issue.author), issue.updated_at or issue.created_at)
        yield WholeList(Ref(Task.entity, self.task), Comment.entity, said, holds)

    def read(self, place: str, model: type[M], raw: Any) -> M | None:
        """Return a part of the issue. None, with a notice, where it cannot be kept."""
        try:
            return read_usable(model, raw, lambda name, reason: self.fitter.note(f"{place}.{name}", "left out", reason))
        except ValidationError as error:
            self.fitter.note(place, "left out", unusable(place, error).notice.reason)
            return None


def states(raw: Mapping[str, Any], name: str) -> bool:
    """Return True if the file gives this field of an issue: the command line tool writes only the fields asked for."""
    return name in raw or "createdAt" not in raw


def read_field(raw: Any, name: str) -> Any:
    """Return a field of a record as the file has it. None where there is no such field, or no record."""
    return cast("dict[str, Any]", raw).get(name) if isinstance(raw, dict) else None


def is_pending(raw: Any) -> bool:
    """Return True for a review that its author has not sent yet."""
    return str(read_field(raw, "state")).upper() == "PENDING"


def place_of(raw: dict[str, Any]) -> dict[str, str]:
    """Return the place of an inline comment, as far as the file gives it."""
    places = {"path": raw.get("path"), "position": raw.get("originalPosition", raw.get("original_position"))}
    return {name: str(value) for name, value in places.items() if isinstance(value, int | str)}
