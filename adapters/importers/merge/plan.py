"""The plan of a record: the commands that bring its entities to what the source says, and what people's changes keep.

A plan is made of what stands in the log, so a plan made after a crash holds what is still missing.

    id of a command      the entity, the role, and the version that it starts from: a transition, never its content
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from ascend.adapters.importers.merge.cells import field_of, value_of, with_values
from ascend.adapters.importers.merge.changes import EntityChange, changes, creation, removal
from ascend.adapters.importers.merge.known import Known, KnownEntities
from ascend.adapters.importers.merge.merging import merge
from ascend.adapters.importers.merge.wanted import Said, Transition, Wanted, WholeList
from ascend.adapters.importers.records import IMPORTER, Person, SourceRecord
from ascend.adapters.importers.report import Notice, NoticeKind
from ascend.domain.comments.comment import Comment
from ascend.domain.ids import CommandId, Ref, UserId, WorkspaceId
from ascend.domain.links import Link
from ascend.domain.relations.relation import Relation
from ascend.domain.tasks.task import Task
from ascend.domain.workspaces.view import Entity


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One command of a plan."""

    ref: Ref
    version: int
    """The version of the entity when the plan was made."""
    change: EntityChange
    cells: int = 0
    """The number of cells of an existing entity that it changes."""
    named: CommandId | None = None
    """The id that the source gives to the change."""

    def id(self, workspace: WorkspaceId, version: int) -> CommandId:
        """Return the id of the command when it is sent at this version of the entity."""
        names = ("import", *self.ref, self.change.role, f"from {version}")
        return self.named or CommandId.derive(workspace, *names)


@dataclass(slots=True)
class Plan:
    """The plan of one record."""

    newcomers: list[Person] = field(default_factory=list[Person])
    """People to add as members."""
    former: set[UserId] = field(default_factory=set[UserId])
    """People who were members, and are none any more."""
    steps: list[PlannedStep] = field(default_factory=list[PlannedStep])
    notices: list[Notice] = field(default_factory=list[Notice])


def plan_record(record: SourceRecord, known: KnownEntities) -> Plan:
    """Return the plan. Call it in a worker thread."""
    return _Planner(record, known).make()


class _Planner:
    def __init__(self, record: SourceRecord, known: KnownEntities) -> None:
        self.record = record
        self.known = known
        self.plan = Plan()
        self.timed: list[tuple[datetime, PlannedStep]] = []

    def make(self) -> Plan:
        for person in self.record.people:
            self.add_person(person)
        for wanted in self.record.wanted:
            self.add(wanted)
        for whole in self.record.whole:
            self.remove_others(whole)
        self.timed.sort(key=lambda timed: timed[0])  # stable: what happened at the same time keeps its order
        self.plan.steps = [step for _, step in self.timed]
        return self.plan

    def note(self, kind: NoticeKind, name: str, reason: str) -> None:
        self.plan.notices.append(Notice(self.record.label, kind, name, reason))

    def add_person(self, person: Person) -> None:
        match self.known.membership(person.id):
            case None:
                self.plan.newcomers.append(person)
            case False:
                self.plan.former.add(person.id)
            case True:
                pass

    # One entity

    def add(self, wanted: Wanted) -> None:
        known = self.known.find(wanted.ref)
        if known is None or (known.gone and known.by_import):
            self.create(wanted, known)
        elif self.known.is_gone(wanted.ref):
            self.note("kept", str(wanted.ref), "it was removed here")
        else:
            self.change(wanted, known)

    def create(self, wanted: Wanted, known: Known | None) -> None:
        """Plan the creation. A relation or link that an import removed is added again."""
        if (missing := next(filter(self.known.is_gone, wanted.needs), None)) is not None:
            self.note("kept", str(wanted.ref), f"{missing}, to which it belongs, was removed here")
            return
        goal = self.without_former(wanted.state, None)
        first, state = creation(with_values(goal, wanted.first), wanted.say)
        if isinstance(goal, Relation | Link):  # it is a part of what its owner says
            first = self.acting(first, goal)
        steps = [PlannedStep(wanted.ref, 0 if known is None else known.version, first)]
        steps += [replace(self.step(wanted, known, transition), cells=0) for transition in wanted.transitions]
        state = with_values(state, {transition.field: transition.value for transition in wanted.transitions})
        steps += [self.step(wanted, known, change) for change in changes(state, goal, wanted.say)]
        self.schedule(steps)

    def change(self, wanted: Wanted, known: Known) -> None:
        """Plan the changes of an entity that exists."""
        goal = self.without_former(wanted.state, known.state)
        merged = merge(known.state, known.of_people, goal, wanted.unstated)
        for cell in merged.kept:
            self.note("kept", f"{wanted.ref}.{cell}", "it was changed here")
        for cell in merged.left_out:
            self.note("left out", f"{wanted.ref}.{cell}", "there is no room for it beside what people added here")
        state, steps = known.state, list[PlannedStep]()
        for transition in self.pending(wanted, known.of_people):
            if value_of(state, transition.field) != transition.value:
                steps.append(self.step(wanted, known, transition))
                state = with_values(state, {transition.field: transition.value})
        for change in changes(state, merged.goal, wanted.say):
            count = sum(cell in change.fields or field_of(cell) in change.fields for cell in merged.changed)
            steps.append(replace(self.step(wanted, known, change), cells=count))
        self.schedule(steps)

    def pending(self, wanted: Wanted, of_people: Container[str]) -> Iterator[Transition]:
        """Yield the transitions that are not in the log, apart from those of fields that a person has changed."""
        for transition in wanted.transitions:
            if transition.field not in of_people and not self.known.has_command(transition.id):
                yield transition

    def without_former(self, wanted: Entity, current: Entity | None) -> Entity:
        """Return the state without assignees who are no longer members, apart from those who are still assigned."""
        if not isinstance(wanted, Task) or not self.plan.former:
            return wanted
        assigned = current.assignees if isinstance(current, Task) else ()
        stay = tuple(user for user in wanted.assignees if user not in self.plan.former or user in assigned)
        return replace(wanted, assignees=stay)

    def step(self, wanted: Wanted, known: Known | None, change: EntityChange | Transition) -> PlannedStep:
        version = 0 if known is None else known.version
        if isinstance(change, Transition):
            named = EntityChange(str(change.id), change.by, change.command, (change.field,))
            return PlannedStep(wanted.ref, version, self.acting(named, wanted.state), 1, change.id)
        return PlannedStep(wanted.ref, version, self.acting(change, wanted.state if known is None else known.state))

    def acting(self, change: EntityChange, state: Entity) -> EntityChange:
        """Return the change with a user who may make it: the importer, where the source's user no longer may.

        Nobody edits a comment in the place of its author, whatever name the source gives to that person by now.
        """
        if isinstance(state, Comment):
            return replace(change, by=state.author)
        is_newcomer = self.known.membership(change.by) is None
        if is_newcomer or self.known.may_change(change.by):
            return change
        return replace(change, by=IMPORTER)

    # Entities that the source no longer has

    def remove_others(self, whole: WholeList) -> None:
        """Plan the removal of what an import created, and what the record no longer names."""
        if self.known.is_gone(whole.owner):
            return
        named = {wanted.ref for wanted in self.record.wanted}
        for known in self.known.owned_by(whole.owner, whole.kind):
            if known.ref in named or known.gone or not known.by_import or not whole.holds(known.state):
                continue
            if known.of_people:
                self.note("kept", str(known.ref), "the source has it no longer, and it was changed here")
                continue
            change = removal(known.state, Said(self.remover(known.state, whole.said.by), whole.said.at))
            self.schedule([PlannedStep(known.ref, known.version, change, cells=1)])

    def remover(self, state: Entity, by: UserId) -> UserId:
        """Return the user who removes the entity: a comment's author, or the importer for somebody who may not."""
        user = state.author if isinstance(state, Comment) else by
        return user if self.known.may_change(user) else IMPORTER

    def schedule(self, steps: list[PlannedStep]) -> None:
        """Add the steps of one entity. They keep their order, and none is before the record's time."""
        at = self.record.at
        for step in steps:
            at = max(at, step.change.command.at or at)
            self.timed.append((at, step))
