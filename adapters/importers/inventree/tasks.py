"""The records of builds and orders: tasks about the parts that they make, buy, sell or take back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from ascend.adapters.importers.inventree.identities import (
    resolve_actor,
    row_identity,
    task_id,
    thing_id,
    without_empty,
)
from ascend.adapters.importers.inventree.rows import BuildRow, OrderRow, format_quantity
from ascend.adapters.importers.inventree.schema import BUILD, PART, PURCHASE, RETURN, SALE
from ascend.adapters.importers.inventree.stage import StagedRows
from ascend.adapters.importers.records import SourceRecord
from ascend.domain.ids import TaskId, ThingId, WorkspaceId
from ascend.domain.tasks.commands import CancelTask, CompleteTask, CreateTask, StartTask
from ascend.domain.tasks.schedule import ScheduleTask
from ascend.domain.values import FEW

TYPE_NAMES = {BUILD: "build order", PURCHASE: "purchase order", SALE: "sales order", RETURN: "return order"}
PENDING, ON_HOLD = "pending", "on hold"
STATUS_NAMES = {
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
"""InvenTree's status codes. A code that is not listed leaves the task open, with the code in its metadata."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrder:
    """The common content of a build and an order."""

    reference: str
    parent: int | None
    """The pk of the parent build."""
    title: str
    notes: str
    about: tuple[ThingId, ...]
    status: str
    quantity: str
    due: date | None
    created_by: str | None
    created_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None


@dataclass(frozen=True, slots=True)
class TaskRecords:
    """Makes the records of builds and orders."""

    rows: StagedRows
    workspace: WorkspaceId

    def record(self, model: str, pk: int, body: str) -> SourceRecord:
        """Return the record of a row: create, schedule, then start or end the task."""
        order = self.build(body) if model == BUILD else self.order(model, pk, body)
        identity, task = row_identity(self.workspace, model, pk), task_id(self.workspace, model, pk)
        creator, people = resolve_actor(order.created_by)
        at = order.created_at
        steps = [identity.task(creator, self.create(model, pk, task, order), edited_at=at)]
        if order.due is not None:
            schedule = ScheduleTask(task_id=task, due=order.due, at=at)
            steps.append(identity.step(f"due {order.due}", creator, schedule))
        for role, username, command in self.progress(order, task):
            actor, actors = resolve_actor(username)
            steps.append(identity.step(role, actor, command))
            people = tuple(dict.fromkeys((*people, *actors)))
        return SourceRecord(f"{model} {pk}", at, people, tuple(steps))

    def create(self, model: str, pk: int, task: TaskId, order: WorkOrder) -> CreateTask:
        """Return the command that creates the task.

        A task keeps its parent for good. A new parent in a later dump shows in the metadata only.
        """
        metadata = without_empty(
            source=f"{model} {pk}",
            type=TYPE_NAMES[model],
            reference=order.reference,
            status=order.status,
            quantity=order.quantity,
            parent="" if order.parent is None else str(order.parent),
        )
        create = CreateTask(
            task_id=task,
            title=f"{order.reference}: {order.title}" if order.title else order.reference,
            description=order.notes,
            about=order.about,
            metadata=metadata,
            at=order.created_at,
        )
        if order.parent is None:
            return create
        return create.model_copy(update={"parent": task_id(self.workspace, BUILD, order.parent)})

    def progress(
        self, order: WorkOrder, task: TaskId
    ) -> Iterator[tuple[str, str | None, StartTask | CompleteTask | CancelTask]]:
        """Yield role, username and command of what happened to the task since its creation.

        No time is before the creation. Where the dump gives no time, the time is that of the creation.
        """
        begun_at = max(order.begun_at or order.created_at, order.created_at)
        ended_at = max(order.ended_at or order.created_at, order.created_at)
        ended_by = order.ended_by or order.created_by
        match order.status:
            case "production" | "placed" | "in progress":
                yield "start", order.created_by, StartTask(task_id=task, at=begun_at)
            case "complete" | "shipped":
                yield "complete", ended_by, CompleteTask(task_id=task, at=ended_at)
            case "cancelled" | "lost" | "returned":
                yield "cancel", ended_by, CancelTask(task_id=task, at=ended_at)
            case _:
                pass

    def build(self, body: str) -> WorkOrder:
        build = BuildRow.model_validate_json(body)
        return WorkOrder(
            reference=build.reference,
            parent=build.parent,
            title=build.title,
            notes=build.notes,
            about=self.parts(iter([build.part] if self.rows.has(PART, build.part) else [])),
            status=STATUS_NAMES[BUILD].get(build.status, str(build.status)),
            quantity=format_quantity(build.quantity),
            due=build.target_date,
            created_by=self.rows.username(build.issued_by),
            created_at=build.creation_date or self.rows.beginning,
            begun_at=None,
            ended_at=build.completion_date,
            ended_by=self.rows.username(build.completed_by),
        )

    def order(self, model: str, pk: int, body: str) -> WorkOrder:
        order = OrderRow.model_validate_json(body)
        return WorkOrder(
            reference=order.reference,
            parent=None,
            title=order.description,
            notes="",
            about=self.parts(self.rows.order_parts(model, pk)),
            status=STATUS_NAMES[model].get(order.status, str(order.status)),
            quantity="",
            due=order.target_date,
            created_by=self.rows.username(order.created_by),
            created_at=order.creation_date or self.rows.beginning,
            begun_at=order.issue_date,
            ended_at=order.complete_date or order.shipment_date,
            ended_by=self.rows.username(order.received_by if model == PURCHASE else order.shipped_by),
        )

    def parts(self, pks: Iterator[int]) -> tuple[ThingId, ...]:
        """Return the first few different parts, because the number of things of a task is limited."""
        chosen: dict[int, None] = {}
        new = (pk for pk in pks if pk not in chosen and chosen.setdefault(pk) is None)
        return tuple(thing_id(self.workspace, PART, pk) for pk in islice(new, FEW))
