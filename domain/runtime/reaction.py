"""A reaction: a command by which a policy answers an event, with the id by which it takes effect exactly once."""

from dataclasses import dataclass

from ascend.domain.ids import CommandId
from ascend.domain.workspaces.command import Command


@dataclass(frozen=True, slots=True)
class Reaction:
    """A command that answers an event.

    `name` distinguishes the answers to one event, also when the event is answered again after a crash. So name an answer
    after the thing that it acts on, and never number the answers.
    """

    command: Command
    name: str


def reaction_id(policy: str, commit: str, index: int, name: str) -> CommandId:
    """Return the command id of an answer to an event, the commit's `index`-th.

    The same answer to the same event has the same id, whoever sends it, and however often.
    """
    return CommandId.derive(policy, commit, str(index), name)
