"""Builds and orders as tasks about the parts that they make, buy, sell or take back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from ascend.adapters.importers.inventree.rows import Build, Order, plain
from ascend.adapters.importers.inventree.schema import BUILD, PART, PURCHASE, RETURN, SALE
from ascend.adapters.importers.inventree.stage import Rows
from ascend.adapters.importers.inventree.things import actor, given, thing_id
from ascend.adapters.importers.records import Identity, Record
from ascend.domain.ids import TaskId, ThingId, WorkspaceId
from ascend.domain.tasks.commands import CancelTask, CompleteTask, CreateTask, ScheduleTask, StartTask
from ascend.domain.values import FEW

TYPES = {BUILD: "build order", PURCHASE: "purchase order", SALE: "sales order", RETURN: "return order"}
PENDING, ON_HOLD = "pending", "on hold"
STATUS = {
    BUILD: {10: PENDING, 20: "production", 25: ON_HOLD, 30: "cancelled", 40: "complete"},
    PURCHASE: {10: PENDING, 20: "placed", 25: ON_HOLD, 30: "complete", 40: "cancelled", 50: "lost", 60: "returned"},
    SALE: {
        10: PENDING,
        15: "in progress",
        20: "shipped",
        25: ON_HOLD,
        30: "complete",
        40: "cancelled",
        50: "lost",
        60: "returned",
    },
    RETURN: {10: PENDING, 20: "in progress", 25: ON_HOLD, 30: "complete", 40: "cancelled"},
}
"""InvenTree's status codes. One that is not here leaves the task open, with the number in its metadata."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a build and an order have in common."""

    reference: str
    parent: int | None
    """The build of which it is a part."""
    title: str
    notes: str
    about: tuple[ThingId, ...]
    status: str
    quantity: str
    due: date | None
    by: str | None
    at: datetime
    begun: datetime | None
    ended: datetime | None
    ended_by: str | None


@dataclass(frozen=True, slots=True)
class Tasks:
    rows: Rows
    workspace: WorkspaceId

    def record(self, model: str, pk: int, body: str) -> Record:
        job = self.build(body) if model == BUILD else self.order(model, pk, body)
        identity = Identity(self.workspace, ("inventree", model, str(pk)))
        task = self.task_id(model, pk)
        user, people = actor(job.by)
        steps = [identity.task(user, self.create(model, pk, task, job), edited_at=job.at)]
        if job.due is not None:
            steps.append(identity.step(f"due {job.due}", user, ScheduleTask(task_id=task, due=job.due, at=job.at)))
        for role, by, command in self.progress(job, task):
            doer, more = actor(by)
            steps.append(identity.step(role, doer, command))
            people = tuple(dict.fromkeys((*people, *more)))
        return Record(f"{model} {pk}", job.at, people, tuple(steps))

    def task_id(self, model: str, pk: int) -> TaskId:
        return TaskId.derive(self.workspace, "inventree", model, str(pk))

    def create(self, model: str, pk: int, task: TaskId, job: Job) -> CreateTask:
        """Another parent than at the last import is not followed, since a task's is for good, but told in the metadata."""
        metadata = given(
            source=f"{model} {pk}",
            type=TYPES[model],
            reference=job.reference,
            status=job.status,
            quantity=job.quantity,
            parent="" if job.parent is None else str(job.parent),
        )
        create = CreateTask(
            task_id=task,
            title=f"{job.reference}: {job.title}" if job.title else job.reference,
            description=job.notes,
            about=job.about,
            metadata=metadata,
            at=job.at,
        )
        if job.parent is None:
            return create
        return create.model_copy(update={"parent": self.task_id(BUILD, job.parent)})

    def progress(
        self, job: Job, task: TaskId
    ) -> Iterator[tuple[str, str | None, StartTask | CompleteTask | CancelTask]]:
        """Nothing ends before it was created; an end of which no time is known was at once."""
        begun = max(job.begun or job.at, job.at)
        ended = max(job.ended or job.at, job.at)
        match job.status:
            case "production" | "placed" | "in progress":
                yield "start", job.by, StartTask(task_id=task, at=begun)
            case "complete" | "shipped":
                yield "complete", job.ended_by or job.by, CompleteTask(task_id=task, at=ended)
            case "cancelled" | "lost" | "returned":
                yield "cancel", job.ended_by or job.by, CancelTask(task_id=task, at=ended)
            case _:
                pass

    def build(self, body: str) -> Job:
        build = Build.model_validate_json(body)
        return Job(
            reference=build.reference,
            parent=build.parent,
            title=build.title,
            notes=build.notes,
            about=self.parts(iter([build.part] if self.rows.has(PART, build.part) else [])),
            status=STATUS[BUILD].get(build.status, str(build.status)),
            quantity=plain(build.quantity),
            due=build.target_date,
            by=self.rows.username(build.issued_by),
            at=build.creation_date or self.rows.beginning,
            begun=None,
            ended=build.completion_date,
            ended_by=self.rows.username(build.completed_by),
        )

    def order(self, model: str, pk: int, body: str) -> Job:
        order = Order.model_validate_json(body)
        return Job(
            reference=order.reference,
            parent=None,
            title=order.description,
            notes="",
            about=self.parts(self.rows.about(model, pk)),
            status=STATUS[model].get(order.status, str(order.status)),
            quantity="",
            due=order.target_date,
            by=self.rows.username(order.created_by),
            at=order.creation_date or self.rows.beginning,
            begun=order.issue_date,
            ended=order.complete_date or order.shipment_date,
            ended_by=self.rows.username(order.received_by if model == PURCHASE else order.shipped_by),
        )

    def parts(self, pks: Iterator[int]) -> tuple[ThingId, ...]:
        """Each once, the first of them: a task is about few things."""
        seen: dict[int, None] = {}
        new = (pk for pk in pks if pk not in seen and seen.setdefault(pk) is None)
        return tuple(thing_id(self.workspace, PART, pk) for pk in islice(new, FEW))
