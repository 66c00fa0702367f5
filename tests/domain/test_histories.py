"""Laws that hold in every history, whatever commands people send in whatever order."""

from datetime import timedelta
from graphlib import TopologicalSorter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from support.naive_hierarchy import NaiveHierarchy
from support.random_commands import FIRST_COMMANDS, FORESTS, MANY_COMMANDS, STEPS, SentCommand, Step
from support.scenario import MEMBERS, NEWEST_EVENTS

from ascend.domain.errors import Refusal
from ascend.domain.event import touched
from ascend.domain.ids import CommandId, Ref, TaskId
from ascend.domain.links import Link
from ascend.domain.relations.relation import Relation
from ascend.domain.runtime.body import encode, encode_record, join_records
from ascend.domain.runtime.decoding import decode
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.record import CommandRecord
from ascend.domain.runtime.storable import check_storable
from ascend.domain.tasks.commands import ReleaseTask
from ascend.domain.tasks.next_occurrence import OpenNextOccurrence
from ascend.domain.tasks.skip_occurrence import SkipOccurrence
from ascend.domain.tasks.task import Task
from ascend.domain.things import rules as thing_rules
from ascend.domain.things.thing import Thing
from ascend.domain.workspaces.view import NEVER_EXISTED, Versioned
from ascend.domain.workspaces.workspace import Workspace
from ascend.projections.application import Application
from ascend.projections.life_os import LIFE_OS
from ascend.testing import ADA, HOME, NOON, Scenario, given

START = given(*MEMBERS).after(*FIRST_COMMANDS).events
SHALLOW = 4
long = settings(max_examples=50)
patient = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def send(history: Scenario, sent: SentCommand, later: timedelta = timedelta(0)) -> Scenario:
    """Return the history after the command. A refused command changes nothing."""
    by, command = sent
    try:
        return history.after(command, by=by, at=NOON + later)
    except Refusal:
        return history


def play(commands: list[SentCommand], later: timedelta = timedelta(0), app: Application = LIFE_OS) -> Scenario:
    history = given(*START, app=app)
    for sent in commands:
        history = send(history, sent, later)
    return history


def entities(history: Scenario) -> dict[Ref, Versioned]:
    states: dict[Ref, Versioned] = {}
    for commit in history.commits:
        events = tuple(commit.events())
        before = {ref: states.get(ref, NEVER_EXISTED) for ref in touched(events)}
        states |= LIFE_OS.model.fold(before, commit.position, events)
    return states


@long
@for_all(MANY_COMMANDS)
def test_a_repeated_command_writes_nothing(commands: list[SentCommand]) -> None:
    """Also under another id. Only a skip is another one each time: it happens once by its command's id."""
    history = given(*START)
    for sent in commands:
        once = send(history, sent)
        if once.events != history.events and not isinstance(sent[1], SkipOccurrence):
            assert send(once, sent).events == once.events
        history = once


@long
@for_all(MANY_COMMANDS)
def test_there_is_always_an_owner(commands: list[SentCommand]) -> None:
    history = given(*START)
    for sent in commands:
        history = send(history, sent)
        assert history.state(Workspace, HOME).owners() >= 1


@long
@for_all(MANY_COMMANDS)
def test_each_state_follows_from_the_events_that_touch_it_alone(commands: list[SentCommand]) -> None:
    history = play(commands)
    for ref, state in entities(history).items():
        alone = {ref: NEVER_EXISTED}
        for commit in history.commits:
            alone |= LIFE_OS.model.fold(alone, commit.position, commit.events())
        assert alone == {ref: state}


@long
@for_all(MANY_COMMANDS)
def test_a_commit_folded_twice_changes_nothing(commands: list[SentCommand]) -> None:
    history = play(commands)
    for commit in history.commits:
        assert not LIFE_OS.model.fold(entities(history), commit.position, commit.events())


@long
@for_all(MANY_COMMANDS)
def test_no_event_is_without_effect(commands: list[SentCommand]) -> None:
    history = given(*START)
    for sent in commands:
        before, known = entities(history), len(history.events)
        history = send(history, sent)
        about = {event.touches()[0] for event in history.events[known:]}
        after = entities(history)
        assert all(after[ref].state != before.get(ref, NEVER_EXISTED).state for ref in about)


@long
@for_all(MANY_COMMANDS, st.timedeltas(timedelta(0), timedelta(days=10_000)))
def test_a_decision_does_not_depend_on_the_time(commands: list[SentCommand], later: timedelta) -> None:
    now, then = play(commands), play(commands, later)
    assert [event.model_copy(update={"at": NOON}) for event in then.events] == now.events


@long
@for_all(MANY_COMMANDS)
def test_versions_count_the_events_about_an_entity(commands: list[SentCommand]) -> None:
    history = play(commands)
    for ref, state in entities(history).items():
        about = [{event.touches()[0], *event.concerns()} & {*event.touches()} for event in history.events]
        assert state.version == sum(ref in refs for refs in about)


@long
@for_all(MANY_COMMANDS)
def test_stored_events_are_read_as_they_were_and_fold_to_the_same_states(commands: list[SentCommand]) -> None:
    """The law holds for this release, and for the events that the next release will write."""
    for app in (LIFE_OS, NEWEST_EVENTS):
        history = play(commands, app=app)
        again = stored_and_read(app.model, history)
        assert {ref: state.state for ref, state in again.items()} == {
            ref: state.state for ref, state in entities(history).items()
        }
        for ref, state in again.items():
            assert state.state is not None
            assert app.model.load_state(ref, app.model.dump_state(ref, state.state)) == state.state


def stored_and_read(model: Model, history: Scenario) -> dict[Ref, Versioned]:
    states: dict[Ref, Versioned] = {}
    for commit in history.commits:
        events = tuple(commit.events())
        before = {ref: states.get(ref, NEVER_EXISTED) for ref in touched(events)}
        stored = check_storable(model, before, commit.position, events)
        record = CommandRecord(CommandId.derive("any"), "", ADA, tuple(stored.written))
        body = encode((record,))
        (read,) = decode(model, body.format, body.content)
        assert read.events == tuple(stored.read)
        assert join_records([encode_record(record, stored.encoded)]) == body
        states |= model.fold(before, commit.position, read.events)
    return states


@long
@for_all(MANY_COMMANDS)
def test_counts_agree_with_a_naive_count(commands: list[SentCommand]) -> None:
    history = play(commands)
    tasks = [state.state for state in entities(history).values() if isinstance(state.state, Task)]
    for task in tasks:
        assert task.subtasks == sum(other.parent == task.id and not other.deleted for other in tasks)
    things = [state.state for state in entities(history).values() if isinstance(state.state, Thing)]
    for thing in things:
        if not thing.deleted:
            assert thing.children == sum(other.parent == thing.id and not other.deleted for other in things)


@long
@for_all(MANY_COMMANDS)
def test_no_task_ever_waits_for_itself(commands: list[SentCommand]) -> None:
    history = given(*START)
    for sent in commands:
        history = send(history, sent)
        waits = {
            state.state.id: state.state.blocked_by
            for state in entities(history).values()
            if isinstance(state.state, Task) and not state.state.deleted
        }
        assert list(TopologicalSorter(waits).static_order()) is not None  # raises for a cycle


@long
@for_all(MANY_COMMANDS)
def test_every_reference_has_a_target_that_existed(commands: list[SentCommand]) -> None:
    """A subtask has a living parent, and the ends of relations and links existed at some time."""
    history = play(commands)
    known = entities(history)
    for ref, state in known.items():
        match state.state:
            case Task(parent=TaskId() as parent, deleted=False):
                assert not history.state(Task, parent).deleted, ref
            case Relation(source=source, target=target):
                assert {source, target} <= known.keys()
            case Link(asset=asset, to=to):
                assert {Ref("asset", asset), to} <= known.keys()
            case _:
                pass


@long
@for_all(MANY_COMMANDS)
def test_only_membership_changes_in_an_archived_workspace(commands: list[SentCommand]) -> None:
    history = given(*START)
    for sent in commands:
        archived, known = history.state(Workspace, HOME).archived, len(history.events)
        history = send(history, sent)
        if archived and not isinstance(sent[1], ReleaseTask | OpenNextOccurrence):
            assert {event.tag for event in history.events[known:]} <= {
                "workspace.restored",
                "workspace.member_joined",
                "workspace.invitation_withdrawn",
                "workspace.member_removed",
            }


def test_these_histories_hold_nearly_every_event() -> None:
    """Nearly every event that people can cause is in one of the histories. Chance decides which."""
    seen: set[str] = set()

    @settings(max_examples=200, database=None, derandomize=True)
    @for_all(MANY_COMMANDS)
    def look(commands: list[SentCommand]) -> None:
        seen.update(event.tag for event in play(commands).events)

    look()
    assert (
        len(missing := LIFE_OS.model.events.keys() - seen - {"workspace.erased"}) <= len(LIFE_OS.model.events) // 10
    ), missing


@patient
@for_all(FORESTS, STEPS)
def test_a_hierarchy_agrees_with_a_naive_model(
    monkeypatch: pytest.MonkeyPatch, forest: list[Step], steps: list[Step]
) -> None:
    monkeypatch.setattr(thing_rules, "DEPTH", SHALLOW)
    history, tree = given(*MEMBERS), NaiveHierarchy()
    for step in forest + steps:
        before, known = tree.shape(), len(history.events)
        history = send(history, (ADA, tree.command(step)))
        for event in history.events[known:]:
            tree.apply(event)
            after = tree.shape()
            changed = {ref for ref in before | after if before.get(ref) != after.get(ref)}
            assert changed <= set(event.touches())
        for thing, parent in tree.parents.items():
            state = history.state(Thing, thing)
            assert (state.parent, state.children) == (parent, len(tree.children(thing)))
            assert state.height >= tree.height(thing)
            if parent is not None and parent in tree.parents:  # so the raised ancestors are the lowest ones
                assert history.state(Thing, parent).height > state.height
            if tree.lives(thing):
                assert len(tree.path(thing)) <= SHALLOW
