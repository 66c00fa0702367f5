"""Scenarios of the Life OS, on the public kit: a workspace with one member of each role, short ids, short facts.

given(*MEMBERS).when(CompleteTask(task_id=task_id()), by=BEA).then(fact(TaskCompleted, by=BEA, task_id=task_id()))
"""

from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from ascend.domain.event import Event
from ascend.domain.ids import AssetId, CommentId, Id, TaskId, ThingId, UserId
from ascend.projections.life_os import LIFE_OS
from ascend.testing import ADA, NOON, workspace

E = TypeVar("E", bound=Event)
I = TypeVar("I", bound=Id)  # noqa: E741 - an Id

BEA, MAX, VERA, STRANGER = (UserId(name) for name in ("bea", "max", "vera", "stranger"))
MEMBERS = workspace(admin=BEA, member=MAX, viewer=VERA)
"""Ada owns the workspace, Bea is an admin, Max a member, Vera a viewer."""
NEWEST_EVENTS = replace(LIFE_OS, writes={})
"""The Life OS as it will be when it writes the newest version of every event."""


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
