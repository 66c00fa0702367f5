"""Laws that hold in every history, whatever people want in whatever order."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from scenario import ADA, HOME, MEMBERS, NOON, History, given, thing_id
from wishes import FORESTS, STEPS, WISHES, Step, Wish

from ascend.domain import thing_commands
from ascend.domain.command import Command, Decision
from ascend.domain.errors import Refusal
from ascend.domain.event import Event
from ascend.domain.ids import Ref, ThingId
from ascend.domain.model import MODEL
from ascend.domain.thing import Thing, ThingCreated, ThingDeleted, ThingMoved
from ascend.domain.thing_commands import Children, CreateThing, DeleteThing, MoveThing
from ascend.domain.view import UNBORN
from ascend.domain.workspace import Workspace

MANY = st.lists(WISHES, max_size=40)
SHALLOW = 4
patient = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def decided(history: History, wish: Wish, later: timedelta = timedelta(0)) -> Decision:
    by, command = wish
    try:
        return history.decide(command, by, NOON + later)
    except Refusal:
        return ()


def lived(wishes: list[Wish], later: timedelta = timedelta(0)) -> History:
    history = given(*MEMBERS)
    for wish in wishes:
        if events := decided(history, wish, later):
            history.commit(events)
    return history


@for_all(MANY)
def test_a_repeated_command_writes_nothing(wishes: list[Wish]) -> None:
    history = given(*MEMBERS)
    for wish in wishes:
        if events := decided(history, wish):
            history.commit(events)
            assert not decided(history, wish)


@for_all(MANY)
def test_an_owner_is_always_there(wishes: list[Wish]) -> None:
    history = given(*MEMBERS)
    for wish in wishes:
        if events := decided(history, wish):
            history.commit(events)
        assert history.state(Workspace, HOME).owners() >= 1


@for_all(MANY)
def test_each_state_follows_from_the_events_that_touch_it_alone(wishes: list[Wish]) -> None:
    history = lived(wishes)
    for ref, state in history.entities.items():
        alone = {ref: UNBORN}
        for position, event in enumerate(history.events, 1):
            alone |= MODEL.fold(alone, position, [event])
        assert alone == {ref: state}


@for_all(MANY)
def test_a_commit_folded_twice_changes_nothing(wishes: list[Wish]) -> None:
    history = lived(wishes)
    for position, event in enumerate(history.events, 1):
        assert not MODEL.fold(history.entities, position, [event])


@for_all(MANY)
def test_no_event_is_without_effect(wishes: list[Wish]) -> None:
    history = given(*MEMBERS)
    for wish in wishes:
        before = dict(history.entities)
        if events := decided(history, wish):
            history.commit(events)
            about = {event.touches()[0] for event in events}
            assert all(history.entities[ref].state != before.get(ref, UNBORN).state for ref in about)


@for_all(MANY, st.timedeltas(timedelta(0), timedelta(days=10_000)))
def test_what_is_decided_does_not_depend_on_when(wishes: list[Wish], later: timedelta) -> None:
    now, then = lived(wishes), lived(wishes, later)
    assert [event.model_copy(update={"at": NOON}) for event in then.events] == now.events


@for_all(MANY)
def test_versions_count_the_events_about_an_entity(wishes: list[Wish]) -> None:
    history = lived(wishes)
    for ref, state in history.entities.items():
        assert state.version == sum(event.touches()[0] == ref for event in history.events)


# Hierarchies, against the simplest account of them


class Tree:
    """Who hangs below whom; what was deleted is gone."""

    def __init__(self) -> None:
        self.parents: dict[ThingId, ThingId | None] = {}

    def take(self, event: Event) -> None:
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
        """It and what is above it, as far as that is there."""
        path, link = [thing], self.parents[thing]
        while link is not None and link in self.parents:
            assert link not in path, "a cycle"
            path, link = [*path, link], self.parents[link]
        return path

    def lives(self, thing: ThingId) -> bool:
        return self.parents[self.path(thing)[-1]] is None

    def height(self, thing: ThingId) -> int:
        paths = (self.path(other) for other in self.parents)
        return max((path.index(thing) for path in paths if thing in path), default=0)

    def shape(self) -> dict[Ref, object]:
        return {Ref("thing", thing): (parent, self.children(thing)) for thing, parent in self.parents.items()}

    def command(self, step: Step) -> Command:
        what, thing, to = step[0], thing_id(step[1]), None if step[2] is None else thing_id(step[2])
        match what:
            case "create":
                return CreateThing(thing_id=thing, name="x", parent=to)
            case "move":
                return MoveThing(thing_id=thing, parent=to)
            case "reparent":
                return DeleteThing(thing_id=thing, children=Children.REPARENT, reparented=self.children(thing))
            case _:
                return DeleteThing(thing_id=thing, children=Children(what))


@patient
@for_all(FORESTS, STEPS)
def test_a_hierarchy_is_what_its_things_say(
    monkeypatch: pytest.MonkeyPatch, forest: list[Step], steps: list[Step]
) -> None:
    monkeypatch.setattr(thing_commands, "DEPTH", SHALLOW)
    history, tree = given(*MEMBERS), Tree()
    for step in forest + steps:
        before, events = tree.shape(), decided(history, (ADA, tree.command(step)))
        for event in events:
            tree.take(event)
            after = tree.shape()
            changed = {ref for ref in before | after if before.get(ref) != after.get(ref)}
            assert changed <= set(event.touches())
        if events:
            history.commit(events)
        for thing, parent in tree.parents.items():
            state = history.state(Thing, thing)
            assert (state.parent, state.children) == (parent, len(tree.children(thing)))
            assert state.height >= tree.height(thing)
            if (
                parent is not None and parent in tree.parents
            ):  # why an event may name those that it raises as the first so many ancestors
                assert history.state(Thing, parent).height > state.height
            if tree.lives(thing):
                assert len(tree.path(thing)) <= SHALLOW
