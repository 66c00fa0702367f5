"""A policy answers events with commands. Here: what an answer is, and the id that makes it happen exactly once."""

from dataclasses import dataclass

from ascend.domain.ids import CommandId
from ascend.domain.workspaces.command import Command


@dataclass(frozen=True, slots=True)
class Reaction:
    """A command that answers an event.

    `name` tells the answers to one event apart, also when it is answered again after a crash: name an answer after what
    it acts on, never by counting.
    """

    command: Command
    name: str


def reaction_id(policy: str, commit: str, index: int, name: str) -> CommandId:
    """The same answer to the same event (the commit's `index`-th) has the same id, whoever sends it, however often."""
    return CommandId.derive(policy, commit, str(index), name)
