"""Laws that hold in every history, whatever commands people send in whatever order."""

from dataclasses import replace
from datetime import timedelta
from graphlib import TopologicalSorter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from support.naive_hierarchy import NaiveHierarchy
from support.random_commands import FIRST_COMMANDS, FORESTS, MANY_COMMANDS, STEPS, SentCommand, Step
from support.scenario import ADA, HOME, MEMBERS, NOON, History, given

from ascend.domain.catalog import MODEL
from ascend.domain.errors import Refusal
from ascend.domain.event import touched
from ascend.domain.ids import CommandId, Ref, TaskId
from ascend.domain.links import Link
from ascend.domain.relations.relation import Relation
from ascend.domain.runtime.commit import (
    FORMAT,
    CommandRecord,
    check_storable,
    decode,
    encode,
    encode_body,
    encode_record,
)
from ascend.domain.runtime.model import Model
from ascend.domain.tasks.commands import ReleaseTask
from ascend.domain.tasks.next_occurrence import OpenNextOccurrence
from ascend.domain.tasks.task import Task
from ascend.domain.things import rules as thing_rules
from ascend.domain.things.thing import Thing
from ascend.domain.workspaces.command import Decision
from ascend.domain.workspaces.view import NEVER_EXISTED, Versioned
from ascend.domain.workspaces.workspace import Workspace

START = given(*MEMBERS).do(*FIRST_COMMANDS).events
SHALLOW = 4
long = settings(max_examples=50)
patient = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def decided(history: History, sent: SentCommand, later: timedelta = timedelta(0)) -> Decision:
    by, command = sent
    try:
        return history.decide(command, by, NOON + later)
    except Refusal:
        return ()


def play(commands: list[SentCommand], later: timedelta = timedelta(0)) -> History:
    history = given(*START)
    for sent in commands:
        if events := decided(history, sent, later):
            history.commit(events)
    return history


@long
@for_all(MANY_COMMANDS)
def test_a_repeated_command_writes_nothing(commands: list[SentCommand]) -> None:
    history = given(*START)
    for sent in commands:
        if events := decided(history, sent):
            history.commit(events)
            assert not decided(history, sent)


@long
@for_all(MANY_COMMANDS)
def test_there_is_always_an_owner(commands: list[SentCommand]) -> None:
    history = given(*START)
    for sent in commands:
        if events := decided(history, sent):
            history.commit(events)
        assert history.state(Workspace, HOME).owners() >= 1


@long
@for_all(MANY_COMMANDS)
def test_each_state_follows_from_the_events_that_touch_it_alone(commands: list[SentCommand]) -> None:
    history = play(commands)
    for ref, state in history.entities.items():
        alone = {ref: NEVER_EXISTED}
        for position, events in enumerate(history.commits, 1):
            alone |= MODEL.fold(alone, position, events)
        assert alone == {ref: state}


@long
@for_all(MANY_COMMANDS)
def test_a_commit_folded_twice_changes_nothing(commands: list[SentCommand]) -> None:
    history = play(commands)
    for position, events in enumerate(history.commits, 1):
        assert not MODEL.fold(history.entities, position, events)


@long
@for_all(MANY_COMMANDS)
def test_no_event_is_without_effect(commands: list[SentCommand]) -> None:
    history = given(*START)
    for sent in commands:
        before = dict(history.entities)
        if events := decided(history, sent):
            history.commit(events)
            about = {event.touches()[0] for event in events}
            assert all(history.entities[ref].state != before.get(ref, NEVER_EXISTED).state for ref in about)


@long
@for_all(MANY_COMMANDS, st.timedeltas(timedelta(0), timedelta(days=10_000)))
def test_a_decision_does_not_depend_on_the_time(commands: list[SentCommand], later: timedelta) -> None:
    now, then = play(commands), play(commands, later)
    assert [event.model_copy(update={"at": NOON}) for event in then.events] == now.events


@long
@for_all(MANY_COMMANDS)
def test_versions_count_the_events_about_an_entity(commands: list[SentCommand]) -> None:
    history = play(commands)
    for ref, state in history.entities.items():
        about = [{event.touches()[0], *event.concerns()} & {*event.touches()} for event in history.events]
        assert state.version == sum(ref in refs for refs in about)


@long
@for_all(MANY_COMMANDS)
def test_stored_events_are_read_as_they_were_and_fold_to_the_same_states(commands: list[SentCommand]) -> None:
    """The law holds for this release, and for the events that the next release will write."""
    history = play(commands)
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
        assert encode_body([encode_record(record, stored.encoded)]) == encode((record,))
        entities |= model.fold(before, position, read.events)
    return entities


@long
@for_all(MANY_COMMANDS)
def test_counts_agree_with_a_naive_count(commands: list[SentCommand]) -> None:
    history = play(commands)
    tasks = [state.state for state in history.entities.values() if isinstance(state.state, Task)]
    for task in tasks:
        assert task.subtasks == sum(other.parent == task.id and not other.deleted for other in tasks)
    things = [state.state for state in history.entities.values() if isinstance(state.state, Thing)]
    for thing in things:
        if not thing.deleted:
            assert thing.children == sum(other.parent == thing.id and not other.deleted for other in things)


@long
@for_all(MANY_COMMANDS)
def test_no_task_ever_waits_for_itself(commands: list[SentCommand]) -> None:
    history = given(*START)
    for sent in commands:
        if events := decided(history, sent):
            history.commit(events)
            waits = {
                state.state.id: state.state.blocked_by
                for state in history.entities.values()
                if isinstance(state.state, Task) and not state.state.deleted
            }
            assert list(TopologicalSorter(waits).static_order()) is not None  # raises for a cycle


@long
@for_all(MANY_COMMANDS)
def test_every_reference_has_a_target_that_existed(commands: list[SentCommand]) -> None:
    """A subtask has a living parent, and the ends of relations and links existed at some time."""
    for ref, state in (history := play(commands)).entities.items():
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
@for_all(MANY_COMMANDS)
def test_only_membership_changes_in_an_archived_workspace(commands: list[SentCommand]) -> None:
    history = given(*START)
    for sent in commands:
        archived = history.state(Workspace, HOME).archived
        if events := decided(history, sent):
            if archived and not isinstance(sent[1], ReleaseTask | OpenNextOccurrence):
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
    @for_all(MANY_COMMANDS)
    def look(commands: list[SentCommand]) -> None:
        seen.update(event.tag for event in play(commands).events)

    look()
    assert len(missing := MODEL.events.keys() - seen - {"workspace.erased"}) <= len(MODEL.events) // 10, missing


@patient
@for_all(FORESTS, STEPS)
def test_a_hierarchy_agrees_with_a_naive_model(
    monkeypatch: pytest.MonkeyPatch, forest: list[Step], steps: list[Step]
) -> None:
    monkeypatch.setattr(thing_rules, "DEPTH", SHALLOW)
    history, tree = given(*MEMBERS), NaiveHierarchy()
    for step in forest + steps:
        before, events = tree.shape(), decided(history, (ADA, tree.command(step)))
        for event in events:
            tree.apply(event)
            after = tree.shape()
            changed = {ref for ref in before | after if before.get(ref) != after.get(ref)}
            assert changed <= set(event.touches())
        if events:
            history.commit(events)
        for thing, parent in tree.parents.items():
            state = history.state(Thing, thing)
            assert (state.parent, state.children) == (parent, len(tree.children(thing)))
            assert state.height >= tree.height(thing)
            if parent is not None and parent in tree.parents:  # so the raised ancestors are the lowest ones
                assert history.state(Thing, parent).height > state.height
            if tree.lives(thing):
                assert len(tree.path(thing)) <= SHALLOW
