"""The viewer of a query: a user, or an operator."""

from dataclasses import dataclass

from ascend.domain.errors import NotAllowed
from ascend.domain.ids import UserId


@dataclass(frozen=True, slots=True)
class Operator:
    """Looks at a store from outside and sees every workspace. Never pass it on behalf of a user."""


OPERATOR = Operator()
Viewer = UserId | Operator


def check_self(user: UserId, viewer: Viewer) -> None:
    """Raise `NotAllowed` unless the viewer is the user, or an operator."""
    if viewer != user and not isinstance(viewer, Operator):
        raise NotAllowed("only the user or the operator may read a user's feed, mentions and workspaces")
