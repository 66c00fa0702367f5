"""A naive model of the hierarchy of Things, to compare the real one with."""

from support.random_commands import Step
from support.scenario import thing_id

from ascend.domain.event import Event
from ascend.domain.ids import Ref, ThingId
from ascend.domain.things.commands import Children, CreateThing, DeleteThing, MoveThing
from ascend.domain.things.thing import ThingCreated, ThingDeleted, ThingMoved
from ascend.domain.workspaces.command import Command


class NaiveHierarchy:
    """The parent of each Thing. A deleted Thing is removed."""

    def __init__(self) -> None:
        self.parents: dict[ThingId, ThingId | None] = {}

    def apply(self, event: Event) -> None:
        match event:
            case ThingCreated():
                self.parents[event.thing_id] = event.parent
            case ThingMoved():
                self.parents[event.thing_id] = event.new_parent
            case ThingDeleted():
                self.parents |= dict.fromkeys(event.reparented, event.parent)
                del self.parents[event.thing_id]
            case _:
                pass

    def children(self, thing: ThingId) -> tuple[ThingId, ...]:
        return tuple(child for child, parent in self.parents.items() if parent == thing)

    def path(self, thing: ThingId) -> list[ThingId]:
        """Return the Thing and its ancestors, as far as they exist."""
        path, parent = [thing], self.parents[thing]
        while parent is not None and parent in self.parents:
            assert parent not in path, "a cycle"
            path, parent = [*path, parent], self.parents[parent]
        return path

    def lives(self, thing: ThingId) -> bool:
        return self.parents[self.path(thing)[-1]] is None

    def height(self, thing: ThingId) -> int:
        paths = (self.path(other) for other in self.parents)
        return max((path.index(thing) for path in paths if thing in path), default=0)

    def shape(self) -> dict[Ref, object]:
        return {Ref("thing", thing): (parent, self.children(thing)) for thing, parent in self.parents.items()}

    def command(self, step: Step) -> Command:
        change, thing, to = step[0], thing_id(step[1]), None if step[2] is None else thing_id(step[2])
        match change:
            case "create":
                return CreateThing(thing_id=thing, name="x", parent=to)
            case "move":
                return MoveThing(thing_id=thing, parent=to)
            case "reparent":
                return DeleteThing(thing_id=thing, children=Children.REPARENT, reparented=self.children(thing))
            case _:
                return DeleteThing(thing_id=thing, children=Children(change))
