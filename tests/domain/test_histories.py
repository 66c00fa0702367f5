"""Laws that hold in every history, whatever people want in whatever order."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from scenario import HOME, MEMBERS, NOON, History, given
from wishes import HIERARCHY, WISHES, Wish

from ascend.domain import thing_commands
from ascend.domain.command import Decision
from ascend.domain.errors import Refusal
from ascend.domain.event import Event
from ascend.domain.ids import Ref, ThingId
from ascend.domain.model import MODEL
from ascend.domain.thing import Thing, ThingCreated, ThingDeleted, ThingMoved
from ascend.domain.view import UNBORN, Versioned
from ascend.domain.workspace import Workspace

MANY = st.lists(WISHES, max_size=40)
TREES = st.lists(HIERARCHY, max_size=40)
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
    """Who hangs below whom, and who was deleted."""

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

    def children(self, thing: ThingId) -> int:
        return sum(parent == thing for parent in self.parents.values())

    def path(self, thing: ThingId) -> list[ThingId]:
        path, link = [thing], self.parents.get(thing)
        while link is not None:
            assert link not in path, "a cycle"
            path, link = [*path, link], self.parents.get(link)
        return path

    def height(self, thing: ThingId) -> int:
        paths = (self.path(other) for other in self.parents)
        return max((path.index(thing) for path in paths if thing in path), default=0)


def shape(tree: Tree) -> dict[Ref, object]:
    return {Ref("thing", thing): (parent, tree.children(thing)) for thing, parent in tree.parents.items()}


@patient
@for_all(TREES)
def test_a_hierarchy_is_what_its_things_say(monkeypatch: pytest.MonkeyPatch, wishes: list[Wish]) -> None:
    monkeypatch.setattr(thing_commands, "DEPTH", SHALLOW)
    history, tree = given(*MEMBERS), Tree()
    for wish in wishes:
        for event in (events := decided(history, wish)):
            before = shape(tree)
            tree.take(event)
            after = shape(tree)
            changed = {ref for ref in before | after if before.get(ref) != after.get(ref)}
            assert changed <= set(event.touches())
        if events:
            history.commit(events)
        for thing in tree.parents:
            state = history.state(Thing, thing)
            assert state.parent == tree.parents[thing]
            assert state.children == tree.children(thing)
            assert state.height >= tree.height(thing)
            if not dead(history.entities, tree.path(thing)):
                assert len(tree.path(thing)) <= SHALLOW


def dead(entities: dict[Ref, Versioned], path: list[ThingId]) -> bool:
    states = (entities[Ref("thing", thing)].state for thing in path)
    return any(isinstance(state, Thing) and state.deleted for state in states)


@patient
@for_all(TREES)
def test_a_bound_grows_by_one_with_each_level(monkeypatch: pytest.MonkeyPatch, wishes: list[Wish]) -> None:
    """Why an event may name the ancestors that it raises as the first so many of them."""
    monkeypatch.setattr(thing_commands, "DEPTH", SHALLOW)
    history = lived(wishes)
    for versioned in history.entities.values():
        thing = versioned.state
        if isinstance(thing, Thing) and thing.parent is not None and not thing.deleted:
            assert history.state(Thing, thing.parent).height > thing.height
