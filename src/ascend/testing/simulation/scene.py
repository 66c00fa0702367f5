"""A scene: the dice, the people, and the entities of one workspace, for a generator of random commands."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from ascend.domain.ids import Id, UserId, WorkspaceId
from ascend.domain.role import Role
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.members import AddMember, ChangeRole, RemoveMember
from ascend.domain.workspaces.view import Entity
from ascend.testing.simulation.expected import States

I = TypeVar("I", bound=Id)  # noqa: E741  an Id
S = TypeVar("S", bound=Entity)


@dataclass(frozen=True)
class Scene:
    """One workspace at the moment at which somebody thinks of a command. Others may change it before the command is sent.

    Draw everything from `dice` and `new_id`, so that the same seed makes the same commands.
    """

    dice: random.Random
    workspace: WorkspaceId
    actor: UserId
    """The user who will send the command."""
    users: Sequence[UserId]
    """All users. Not all of them are members."""
    now: datetime
    states: States
    make_id: Callable[[], str]

    def entities(self, kind: type[S]) -> list[S]:
        """Return all entities of this kind that exist, also those that the application takes for deleted."""
        return [known.state for known in self.states.values() if isinstance(known.state, kind)]

    def new_id(self, kind: type[I]) -> I:
        """Return a new id of this type."""
        return kind(self.make_id())


Generator = Callable[[Scene], Command]
"""Makes a random command. It may be one that is refused."""


def change_members(scene: Scene) -> Command:
    """Return a command that adds, removes or changes a member. The first user stays."""
    user = scene.dice.choice(scene.users[1:])
    role = scene.dice.choice((Role.ADMIN, Role.MEMBER, Role.VIEWER))
    commands = (
        AddMember(user_id=user, name=user.title(), role=role),
        ChangeRole(user_id=user, role=role),
        RemoveMember(user_id=user),
    )
    return scene.dice.choice(commands)
