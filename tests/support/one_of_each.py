"""One example of each command of the Life OS, for rules that hold for all of them.

The examples are derived from the fields. `CHOSEN` has better ones where null, an absent field or a text says more, and where
a rule allows only some of the fields together. A new command needs no entry.
"""

from datetime import date
from typing import Any

from support.derived import derive_model
from support.samples import BOX, DUE, MORE, ON_SHELF, ON_TASK, SHELF, A, C, T
from support.scenario import BEA

from ascend.domain.assets.commands import EditAsset
from ascend.domain.comments.commands import PostComment
from ascend.domain.relations.commands import EditRelation
from ascend.domain.tasks.commands import EditTask, ScheduleTask
from ascend.domain.things.commands import Children, DeleteThing, DescribeThing, MoveThing
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.tags import EditTagsCommand
from ascend.projections.life_os import LIFE_OS

CHOSEN: tuple[Command, ...] = (
    MoveThing(thing_id=SHELF, parent=None),
    DeleteThing(thing_id=SHELF, children=Children.REPARENT, reparented=(BOX,)),
    EditAsset(asset_id=A, uri="https://example.org/a%20b", amount=None, currency=None),
    EditTask(task_id=T, title="Draw", about=()),
    ScheduleTask(task_id=T, start=date(2026, 5, 1), due=DUE, recurrence="FREQ=WEEKLY"),
    DescribeThing(thing_id=SHELF, add_tags=("new", "red"), remove_tags=("old",)),
    EditRelation(source=ON_SHELF, type="part of", target=ON_TASK, inverse=None),
    PostComment(comment_id=C, asset_id=A, text="Mine?", mentions=(BEA,), **MORE),
)


def list_examples() -> tuple[Command, ...]:
    chosen = {type(command): command for command in CHOSEN}
    return tuple(chosen.get(command) or derive_command(command) for command in LIFE_OS.commands)


def derive_command(command: type[Command], **given: Any) -> Command:
    """Return an example with a value in every field; of a command that edits tags, with all tags and no single ones."""
    single: dict[str, Any] = {"add_tags": (), "remove_tags": ()} if issubclass(command, EditTagsCommand) else {}
    return derive_model(command, **{**single, **given})


EXAMPLES = list_examples()


def every_command() -> set[type[Command]]:
    """Return all commands of the domain, registered or not."""
    subclasses = list(Command.__subclasses__())
    for command in subclasses:
        subclasses += command.__subclasses__()
    ours = (command for command in subclasses if command.__module__.startswith("ascend.domain."))
    return {command for command in ours if not command.__abstractmethods__}
