"""The records of builds and orders: tasks about the parts that they make, buy, sell or take back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from ascend.adapters.importers.fitting import MARK, NAME, Fitter, fit_name, fits
from ascend.adapters.importers.inventree.hierarchy import Holder
from ascend.adapters.importers.inventree.identities import resolve_actor, task_id, thing_id, without_empty
from ascend.adapters.importers.inventree.rows import BuildRow, OrderRow, format_quantity
from ascend.adapters.importers.inventree.schema import BUILD, PART, PURCHASE, RETURN, SALE
from ascend.adapters.importers.inventree.stage import StagedRows
from ascend.adapters.importers.inventree.statuses import describe_status
from ascend.adapters.importers.merge.wanted import Said, Wanted
from ascend.adapters.importers.records import IMPORTER, SourceRecord
from ascend.domain.ids import WorkspaceId
from ascend.domain.tasks.task import Status, Task

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
STATUSES = {
    **dict.fromkeys(("production", "placed", "in progress"), Status.STARTED),
    **dict.fromkeys(("complete", "shipped"), Status.DONE),
    **dict.fromkeys(("cancelled", "lost", "returned"), Status.CANCELLED),
}
"""The status of a task by the name of InvenTree's status. It is open for all others."""
NO_REFERENCE = "(no reference)"
UNSTATED = ("priority", "start", "recurrence", "assignees")
"""The fields of a task of which a dump says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrder:
    """The common content of a build and an order."""

    reference: str
    parent: int | None
    """The pk of the parent build, as the row names it."""
    title: str
    notes: str
    parts: tuple[int, ...]
    """The pks of its parts, in the order of its lines."""
    status: int
    custom_status: int | None
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

    def record(self, model: str, pk: int, holder: Holder, body: str) -> SourceRecord:
        order = self.build(body) if model == BUILD else self.order(model, pk, body)
        fit = Fitter(f"{model} {pk}")
        creator, people = resolve_actor(order.created_by)
        ender, enders = resolve_actor(order.ended_by or order.created_by)
        created = Said(creator, order.created_at)
        task = self.task(fit, model, pk, holder, order, created)
        said = {"scheduled": created}
        if task.closed_at is not None:
            said["status"] = Said(ender, task.closed_at)
            people = tuple(dict.fromkeys((*people, *enders)))
        elif task.status is Status.STARTED:
            said["status"] = Said(creator, not_before(created.at, order.begun_at))
        changed = Said(IMPORTER, max(self.rows.end, created.at))
        wanted = Wanted(state=task, created=created, changed=changed, said=said, unstated=UNSTATED)
        return SourceRecord(fit.record, created.at, people, wanted=(wanted,), notices=tuple(fit.notices))

    def task(self, fit: Fitter, model: str, pk: int, holder: Holder, order: WorkOrder, created: Said) -> Task:
        """Return the task as the file has it.

        A task keeps its parent for good. A new parent in a later dump shows in the metadata only.
        """
        name, custom = describe_status(self.rows, model, STATUS_NAMES[model], order.status, order.custom_status)
        metadata = {
            "source": f"{model} {pk}",
            "type": TYPE_NAMES[model],
            "reference": order.reference,
            "status": name,
            "custom status": custom,
            "quantity": order.quantity,
            "parent": "" if order.parent is None else str(order.parent),
        }
        title, description = title_and_description(order)
        status = STATUSES.get(name, Status.OPEN)
        is_closed = status in {Status.DONE, Status.CANCELLED}
        return Task(
            id=task_id(self.workspace, model, pk),
            title=title,
            description=fit.text("description", description),
            about=tuple(thing_id(self.workspace, PART, part) for part in self.parts(fit, order.parts)),
            tags=(),
            metadata=fit.metadata("metadata", without_empty(metadata)),
            status=status,
            due=order.due,
            parent=None if holder is None else task_id(self.workspace, *holder),
            created_by=created.by,
            created_at=created.at,
            closed_at=not_before(created.at, order.ended_at) if is_closed else None,
        )

    def parts(self, fit: Fitter, pks: Iterable[int]) -> tuple[int, ...]:
        """Return the first few different parts that are in the file, because the number of things of a task is limited."""
        parts = list[int]()
        for pk in dict.fromkeys(pks):
            if self.rows.has(PART, pk):
                parts.append(pk)
            else:
                fit.note("part", "left out", f"{PART} {pk} is not in the file")
        return fit.few("parts", parts)

    def build(self, body: str) -> WorkOrder:
        build = BuildRow.model_validate_json(body)
        return WorkOrder(
            reference=build.reference,
            parent=build.parent,
            title=build.title,
            notes=build.notes,
            parts=() if build.part is None else (build.part,),
            status=build.status,
            custom_status=build.status_custom_key,
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
            parts=tuple(self.rows.order_parts(model, pk)),
            status=order.status,
            custom_status=order.status_custom_key,
            quantity="",
            due=order.target_date,
            created_by=self.rows.username(order.created_by),
            created_at=order.creation_date or self.rows.beginning,
            begun_at=order.issue_date,
            ended_at=order.complete_date or order.shipment_date,
            ended_by=self.rows.username(order.received_by if model == PURCHASE else order.shipped_by),
        )


def title_and_description(order: WorkOrder) -> tuple[str, str]:
    """Return the title and the description of a task.

    A text that does not fit a title is shortened to its first line, and stands whole in the description.
    """
    whole = f"{order.reference}: {order.title}" if order.reference and order.title else order.reference or order.title
    if fits(NAME, whole):
        return whole, order.notes
    first, *rest = whole.strip().splitlines() or [""]
    title = fit_name(f"{first}{MARK}" if rest else first, NO_REFERENCE).value
    return title, "\n\n".join(text for text in (order.title or order.reference, order.notes) if text)


def not_before(created: datetime, time: datetime | None) -> datetime:
    """Return the time of a change, or that of the creation where the dump gives none, or an earlier one."""
    return created if time is None else max(time, created)
