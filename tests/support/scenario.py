"""Given these events, when somebody sends a command, then these events follow. Pure: no store, no event loop.

given(*house).when(CompleteTask(task_id=TASK), by=BOB).then(fact(TaskCompleted, by=BOB, task_id=TASK))
given(*house).when(…).refused(TaskIsCancelled)
given(*house).when(…).nothing()
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from ascend.domain.catalog import MODEL
from ascend.domain.errors import Refusal
from ascend.domain.event import Event
from ascend.domain.ids import AssetId, CommandId, CommentId, Id, Ref, TaskId, ThingId, UserId, WorkspaceId
from ascend.domain.role import Role
from ascend.domain.runtime.request import Request, decide
from ascend.domain.workspaces.command import Command, Decision
from ascend.domain.workspaces.view import NEVER_EXISTED, Entity, NotLoaded, Versioned, View
from ascend.domain.workspaces.workspace import MemberAdded, WorkspaceCreated

E = TypeVar("E", bound=Event)
S = TypeVar("S", bound=Entity)
I = TypeVar("I", bound=Id)  # noqa: E741 - an Id

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOME = WorkspaceId.derive("home")
ADA, BEA, MAX, VERA, STRANGER = (UserId(name) for name in ("ada", "bea", "max", "vera", "stranger"))


def id_of(kind: type[I], name: object) -> I:
    return kind.derive(str(name))


def task_id(name: object = "task") -> TaskId:
    return id_of(TaskId, name)


def thing_id(name: object) -> ThingId:
    return id_of(ThingId, name)


def comment_id(name: object = "comment") -> CommentId:
    return id_of(CommentId, name)


def asset_id(name: object = "asset") -> AssetId:
    return id_of(AssetId, name)


def fact(kind: type[E], /, *, by: UserId = ADA, at: datetime = NOON, **data: Any) -> E:
    return kind.model_validate({"at": at, "by": by, **data})


def member(user: UserId, role: Role) -> MemberAdded:
    return fact(MemberAdded, workspace_id=HOME, user_id=user, name=user.title(), role=role)


CREATED = fact(WorkspaceCreated, workspace_id=HOME, name="Home", owner_name="Ada")
MEMBERS = (CREATED, member(BEA, Role.ADMIN), member(MAX, Role.MEMBER), member(VERA, Role.VIEWER))
"""Ada owns the workspace, Bea is an admin, Max a member, Vera a viewer."""


class History:
    """The history of one workspace. Each decision is a commit of its own."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.commits: list[list[Event]] = []
        self.entities: dict[Ref, Versioned] = {}
        for event in events:
            self.commit([event])

    def commit(self, events: Decision) -> None:
        self.commits.append(list(events))
        touched = {ref: self.entities.get(ref, NEVER_EXISTED) for event in events for ref in event.touches()}
        self.entities.update(MODEL.fold(touched, len(self.commits), events))

    @property
    def events(self) -> list[Event]:
        return [event for events in self.commits for event in events]

    def decide(
        self, command: Command, by: UserId = ADA, at: datetime = NOON, expected: Mapping[Ref, int] | None = None
    ) -> Decision:
        """Return the events that follow. As in the command service, missing entities are loaded, then it is decided again."""
        command_id = CommandId.derive("any")
        request = Request(
            workspace=HOME, command=command, actor=by, command_id=command_id, expected=dict(expected or {})
        )
        loaded: dict[Ref, Versioned] = {}
        while True:
            try:
                return decide(request, View(HOME, by, at, loaded))
            except NotLoaded as missing:
                loaded.update((ref, self.entities.get(ref, NEVER_EXISTED)) for ref in missing.refs)

    def do(self, *commands: Command, by: UserId = ADA, at: datetime = NOON) -> "History":
        for command in commands:
            if events := self.decide(command, by, at):
                self.commit(events)
        return self

    def state(self, kind: type[S], id: str) -> S:
        state = self.entities[Ref(kind.entity, id)].state
        assert isinstance(state, kind)
        return state

    def when(
        self, command: Command, *, by: UserId = ADA, at: datetime = NOON, expected: Mapping[Ref, int] | None = None
    ) -> "Answer":
        try:
            return Answer(list(self.decide(command, by, at, expected)))
        except Refusal as refusal:
            return Answer(refusal)


class Answer:
    def __init__(self, outcome: list[Event] | Refusal) -> None:
        self.outcome = outcome

    def then(self, *events: Event) -> None:
        assert self.outcome == list(events)

    def nothing(self) -> None:
        assert self.outcome == []

    def refused(self, rule: type[Refusal]) -> None:
        assert type(self.outcome) is rule, f"{self.outcome!r} is not {rule.__name__}"


def given(*events: Event) -> History:
    return History(events)
