"""Laws that hold in every history, whatever commands people send in whatever order."""

from dataclasses import replace
from datetime import timedelta
from graphlib import TopologicalSorter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from support.scenario import ADA, HOME, MEMBERS, NOON, History, given, thing_id
from support.wishes import FORESTS, FURNITURE, MANY, STEPS, Step, Wish

from ascend.domain.catalog import MODEL
from ascend.domain.errors import Refusal
from ascend.domain.event import Event, touched
from ascend.domain.ids import CommandId, Ref, TaskId, ThingId
from ascend.domain.links import Link
from ascend.domain.relations.relation import Relation
from ascend.domain.runtime.commit import FORMAT, CommandRecord, check_storable, decode, encode
from ascend.domain.runtime.model import Model
from ascend.domain.tasks.commands import ReleaseTask
from ascend.domain.tasks.next_occurrence import OpenNextOccurrence
from ascend.domain.tasks.task import Task
from ascend.domain.things import commands as thing_commands
from ascend.domain.things.commands import Children, CreateThing, DeleteThing, MoveThing
from ascend.domain.things.thing import Thing, ThingCreated, ThingDeleted, ThingMoved
from ascend.domain.workspaces.command import Command, Decision
from ascend.domain.workspaces.view import NEVER_EXISTED, Versioned
from ascend.domain.workspaces.workspace import Workspace

START = given(*MEMBERS).do(*FURNITURE).events
SHALLOW = 4
long = settings(max_examples=50)
patient = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def decided(history: History, wish: Wish, later: timedelta = timedelta(0)) -> Decision:
    by, command = wish
    try:
        return history.decide(command, by, NOON + later)
    except Refusal:
        return ()


def lived(wishes: list[Wish], later: timedelta = timedelta(0)) -> History:
    history = given(*START)
    for wish in wishes:
        if events := decided(history, wish, later):
            history.commit(events)
    return history


@long
@for_all(MANY)
def test_a_repeated_command_writes_nothing(wishes: list[Wish]) -> None:
    history = given(*START)
    for wish in wishes:
        if events := decided(history, wish):
            history.commit(events)
            assert not decided(history, wish)


@long
@for_all(MANY)
def test_there_is_always_an_owner(wishes: list[Wish]) -> None:
    history = given(*START)
    for wish in wishes:
        if events := decided(history, wish):
            history.commit(events)
        assert history.state(Workspace, HOME).owners() >= 1


@long
@for_all(MANY)
def test_each_state_follows_from_the_events_that_touch_it_alone(wishes: list[Wish]) -> None:
    history = lived(wishes)
    for ref, state in history.entities.items():
        alone = {ref: NEVER_EXISTED}
        for position, events in enumerate(history.commits, 1):
            alone |= MODEL.fold(alone, position, events)
        assert alone == {ref: state}


@long
@for_all(MANY)
def test_a_commit_folded_twice_changes_nothing(wishes: list[Wish]) -> None:
    history = lived(wishes)
    for position, events in enumerate(history.commits, 1):
        assert not MODEL.fold(history.entities, position, events)


@long
@for_all(MANY)
def test_no_event_is_without_effect(wishes: list[Wish]) -> None:
    history = given(*START)
    for wish in wishes:
        before = dict(history.entities)
        if events := decided(history, wish):
            history.commit(events)
            about = {event.touches()[0] for event in events}
            assert all(history.entities[ref].state != before.get(ref, NEVER_EXISTED).state for ref in about)


@long
@for_all(MANY, st.timedeltas(timedelta(0), timedelta(days=10_000)))
def test_a_decision_does_not_depend_on_the_time(wishes: list[Wish], later: timedelta) -> None:
    now, then = lived(wishes), lived(wishes, later)
    assert [event.model_copy(update={"at": NOON}) for event in then.events] == now.events


@long
@for_all(MANY)
def test_versions_count_the_events_about_an_entity(wishes: list[Wish]) -> None:
    history = lived(wishes)
    for ref, state in history.entities.items():
        about = [{event.touches()[0], *event.concerns()} & {*event.touches()} for event in history.events]
        assert state.version == sum(ref in refs for refs in about)


@long
@for_all(MANY)
def test_stored_events_are_read_as_they_were_and_fold_to_the_same_states(wishes: list[Wish]) -> None:
    """The law holds for this release, and for the events that the next release will write."""
    history = lived(wishes)
    for model in (MODEL, replace(MODEL, writes={})):
        again = stored_and_read(model, history)
        assert {ref: state.state for ref, state in again.items()} == {
            ref: state.state for ref, state in history.entities.items()
        }
        for ref, state in again.items():
            assert state.state is not None
            assert model.load_state(ref, model.dump_state(ref, state.state)) == state.state


def stored_and_read(model: Model, history: History) -> dict[Ref, Versioned]:
    entities: dict[Ref, Versioned] = {}
    for position, events in enumerate(history.commits, 1):
        before = {ref: entities.get(ref, NEVER_EXISTED) for ref in touched(events)}
        stored = check_storable(model, before, position, events)
        record = CommandRecord(CommandId.derive("any"), "", ADA, tuple(stored.written))
        (read,) = decode(model, FORMAT, encode((record,)))
        assert read.events == tuple(stored.read)
        entities |= model.fold(before, position, read.events)
    return entities


@long
@for_all(MANY)
def test_counts_agree_with_a_naive_count(wishes: list[Wish]) -> None:
    history = lived(wishes)
    tasks = [state.state for state in history.entities.values() if isinstance(state.state, Task)]
    for task in tasks:
        assert task.subtasks == sum(other.parent == task.id and not other.deleted for other in tasks)
    things = [state.state for state in history.entities.values() if isinstance(state.state, Thing)]
    for thing in things:
        if not thing.deleted:
            assert thing.children == sum(other.parent == thing.id and not other.deleted for other in things)


@long
@for_all(MANY)
def test_no_task_ever_waits_for_itself(wishes: list[Wish]) -> None:
    history = given(*START)
    for wish in wishes:
        if events := decided(history, wish):
            history.commit(events)
            waits = {
                state.state.id: state.state.blocked_by
                for state in history.entities.values()
                if isinstance(state.state, Task) and not state.state.deleted
            }
            assert list(TopologicalSorter(waits).static_order()) is not None  # raises for a cycle


@long
@for_all(MANY)
def test_every_reference_has_a_target_that_existed(wishes: list[Wish]) -> None:
    """A subtask has a living parent, and the ends of relations and links existed at some time."""
    for ref, state in (history := lived(wishes)).entities.items():
        match state.state:
            case Task(parent=TaskId() as parent, deleted=False):
                assert not history.state(Task, parent).deleted, ref
            case Relation(source=source, target=target):
                assert {source, target} <= history.entities.keys()
            case Link(asset=asset, to=to):
                assert {Ref("asset", asset), to} <= history.entities.keys()
            case _:
                pass


@long
@for_all(MANY)
def test_only_membership_changes_in_an_archived_workspace(wishes: list[Wish]) -> None:
    history = given(*START)
    for wish in wishes:
        archived = history.state(Workspace, HOME).archived
        if events := decided(history, wish):
            if archived and not isinstance(wish[1], ReleaseTask | OpenNextOccurrence):
                assert {event.tag for event in events} <= {
                    "workspace.restored",
                    "workspace.member_joined",
                    "workspace.invitation_withdrawn",
                    "workspace.member_removed",
                }
            history.commit(events)


def test_these_histories_hold_nearly_every_event() -> None:
    """Nearly every event that people can cause is in one of the histories. Chance decides which."""
    seen: set[str] = set()

    @settings(max_examples=200, database=None, derandomize=True)
    @for_all(MANY)
    def look(wishes: list[Wish]) -> None:
        seen.update(event.tag for event in lived(wishes).events)

    look()
    assert len(missing := MODEL.events.keys() - seen - {"workspace.erased"}) <= len(MODEL.events) // 10, missing


# Hierarchies, against the simplest account of them


class Tree:
    """A naive model of the hierarchy: the parent of each Thing. A deleted Thing is removed."""

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
        """Return the Thing and its ancestors, as far as they exist."""
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
def test_a_hierarchy_agrees_with_a_naive_model(
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
