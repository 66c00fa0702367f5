"""Identities: which task or comment of the workspace a record of the source stands for.

    1. the id that GitHub gave it, which never changes
    2. what earlier files and earlier releases derived: repository and number; or kind, author, time and count of a comment
    3. another name that an import wrote into the task's metadata, for example from before the repository was renamed

The first of these that the log has counts. Where it has none, the best one that the file gives counts.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import count

from ascend.adapters.importers.github.issue import Issue, SourceComment, repository_of
from ascend.adapters.importers.merge.known import Known, KnownEntities
from ascend.adapters.importers.records import source_person
from ascend.domain.comments.comment import Comment
from ascend.domain.ids import CommentId, Ref, TaskId, WorkspaceId
from ascend.domain.tasks.task import Task
from ascend.domain.workspaces.view import Entity

Identity = tuple[str, ...]
"""The names from which an id derives."""
NUMBER, TYPE, URL, ID = "number", "type", "url", "id"
"""The keys of the metadata of an imported task."""
INLINE = "inline"
"""The type of an inline comment of a review, in its metadata."""


def stable_identity(id: str) -> Identity:
    return ("github", "node", id)


def numbered_identity(repository: str, number: int | str) -> Identity:
    return ("github", repository, str(number))


def names_of_task(state: Entity) -> Iterable[str]:
    """Return the names under which a later file finds an imported task: its id, and its number in its repository."""
    if isinstance(state, Task):
        if id := state.metadata.get(ID):
            yield id_name(id)
        if number := state.metadata.get(NUMBER):
            yield number_name(repository_of(state.metadata.get(URL, "")), number)


def id_name(id: str) -> str:
    return f"github {id}"


def number_name(repository: str, number: int | str) -> str:
    """Return a name. GitHub's names of repositories do not distinguish case. They are empty where files name none."""
    return f"github {repository.lower()}#{number}"


def find_task(
    known: KnownEntities, workspace: WorkspaceId, repository: str, number: int, ids: tuple[str, ...]
) -> TaskId:
    """Return the id of the task for an issue with this number and these stable ids."""
    stable = [TaskId.derive(workspace, *stable_identity(id)) for id in ids]
    earlier = TaskId.derive(workspace, *numbered_identity(repository, number))
    sure = [*stable, *(TaskId(named) for id in ids for named in known.named(id_name(id), Task.entity))]
    for candidate in sure:
        if known.find(Ref(Task.entity, candidate)) is not None:
            return candidate
    by_number = known.named(number_name(repository, number), Task.entity)
    for candidate in (earlier, *map(TaskId, by_number)):
        if is_same_issue(known, candidate, ids):
            return candidate
    return stable[0] if stable else earlier


def is_same_issue(known: KnownEntities, task: TaskId, ids: tuple[str, ...]) -> bool:
    """Return True if the task exists, and is not known as another issue: a new repository may have an old name."""
    entity = known.find(Ref(Task.entity, task))
    if entity is None:
        return False
    other = metadata_of(entity).get(ID)
    return other is None or all(form_of(id) != form_of(other) for id in ids)


def metadata_of(entity: Known) -> Mapping[str, str]:
    return entity.state.metadata if isinstance(entity.state, Task) else {}


def form_of(id: str) -> str:
    """Return the form of a stable id. Ids of different forms say nothing about each other."""
    if id.isdecimal():
        return "number"
    return "node" if "_" in id else "older node"


def _take_same(unclaimed: list[Comment], kind: str, comment: SourceComment, text: str | None) -> CommentId | None:
    """Remove the comment of the same author and time, and of this text if one is given. Return its id."""
    wanted = source_person("github", comment.author).id, comment.created_at, kind == INLINE
    for state in unclaimed:
        is_inline = state.metadata.get(TYPE) == INLINE
        if (state.author, state.posted_at, is_inline) == wanted and text in {None, state.text}:
            unclaimed.remove(state)
            return state.id
    return None


class CommentIds:
    """Finds the ids of the comments of one issue.

    A comment without an id of GitHub is identified by its kind, author and time, and a count of its equals. Its id
    derives from the identity that the issue had when the comment came in. Where that is forgotten, because the
    repository was renamed or GitHub's ids took another form, the comment is found by its author and time.
    """

    def __init__(
        self, known: KnownEntities, workspace: WorkspaceId, task: TaskId, repository: str, issue: Issue
    ) -> None:
        self._known = known
        self._workspace = workspace
        self._task = task
        self._bases = list(self._identities_of(task, repository, issue))
        self._counts = Counter[Identity]()

    def find_all(self, comments: Sequence[tuple[str, SourceComment]]) -> list[CommentId]:
        """Return the ids of all comments of the issue, each given with its kind."""
        candidates = [self._candidates(kind, comment) for kind, comment in comments]
        if self._known.is_empty:
            return [next(ids) for ids in candidates]
        every = [list(ids) for ids in candidates]
        found = [next(filter(self._exists, ids), None) for ids in every]
        if None in found:
            unclaimed = self._unclaimed(found)
            for is_same_text in (True, False):
                for place, (kind, comment) in enumerate(comments):
                    if found[place] is None:
                        found[place] = _take_same(unclaimed, kind, comment, comment.body if is_same_text else None)
        return [id or ids[0] for id, ids in zip(found, every, strict=True)]

    def _candidates(self, kind: str, comment: SourceComment) -> Iterator[CommentId]:
        """Return the ids that the comment may have, the best one first."""
        names = (kind, comment.author, comment.created_at.isoformat())
        self._counts[names] += 1
        derived = [(*base, *names, str(self._counts[names])) for base in self._bases]
        return map(self._current, (*map(stable_identity, comment.stable_ids), *derived))

    def _unclaimed(self, found: Container[CommentId | None]) -> list[Comment]:
        """Return the comments that no identity finds: those of imports, and those that people have deleted."""
        owned = self._known.owned_by(Ref(Task.entity, self._task), Comment.entity)
        states = (known.state for known in owned if known.by_import is not known.gone)
        return [state for state in states if isinstance(state, Comment) and state.id not in found]

    def _identities_of(self, task: TaskId, repository: str, issue: Issue) -> Iterator[Identity]:
        """Yield the identities of the issue itself, from which those of its comments derive or once derived."""
        yield from map(stable_identity, issue.stable_ids[:1])
        yield numbered_identity(repository, issue.number)
        entity = self._known.find(Ref(Task.entity, task))
        if entity is not None:
            metadata = metadata_of(entity)
            yield numbered_identity(repository_of(metadata.get(URL, "")), metadata.get(NUMBER, ""))
            yield stable_identity(metadata.get(ID, ""))

    def _exists(self, id: CommentId) -> bool:
        return self._known.find(Ref(Comment.entity, id)) is not None

    def _current(self, identity: Identity) -> CommentId:
        """Return the id, or the next one where an import has removed the comment: a deleted comment never comes back."""
        for number in count(1):
            again = () if number == 1 else ("again", str(number))
            id = CommentId.derive(self._workspace, *identity, *again)
            entity = self._known.find(Ref(Comment.entity, id))
            if entity is None or not (entity.gone and entity.by_import):
                return id
        raise AssertionError("unreachable")
