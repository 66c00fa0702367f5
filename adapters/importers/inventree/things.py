"""The records of locations, categories, parts and stock items: things below their parents, and the moves of items.

created where its tracking begins ──move──▶ … ──move──▶ where it is stored now
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from ascend.adapters.importers.inventree.identities import (
    image_id,
    resolve_actor,
    row_identity,
    thing_id,
    without_empty,
)
from ascend.adapters.importers.inventree.rows import PartRow, PlaceRow, StockItemRow, TrackingRow, format_quantity
from ascend.adapters.importers.inventree.schema import CATEGORY, ITEM, LOCATION, PART
from ascend.adapters.importers.inventree.stage import Holder, StagedRows, holder_of, item_holder
from ascend.adapters.importers.records import ImportStep, Person, SourceRecord
from ascend.domain.errors import InvalidInput
from ascend.domain.ids import Ref, ThingId, WorkspaceId
from ascend.domain.labels import distinct_labels
from ascend.domain.links import LinkAsset
from ascend.domain.text_keys import is_blank
from ascend.domain.things.commands import CreateThing, MoveThing
from ascend.domain.things.thing import Thing, ThingKind
from ascend.domain.values import FEW

STATUS_NAMES = {
    10: "ok",
    50: "attention",
    55: "damaged",
    60: "destroyed",
    65: "rejected",
    70: "lost",
    75: "quarantined",
    85: "returned",
}


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """The creation of a thing, or a move to another place."""

    role: str
    username: str | None
    at: datetime
    to: Holder


@dataclass(frozen=True, slots=True)
class ThingRecords:
    """Makes the records of everything that becomes a thing."""

    rows: StagedRows
    workspace: WorkspaceId

    def record(self, model: str, pk: int, body: str) -> SourceRecord:
        if model == ITEM:
            return self.item(pk, StockItemRow.model_validate_json(body))
        if model == PART:
            return self.part(pk, PartRow.model_validate_json(body))
        return self.place(model, pk, PlaceRow.model_validate_json(body))

    def place(self, model: str, pk: int, place: PlaceRow) -> SourceRecord:
        create = CreateThing(
            thing_id=thing_id(self.workspace, model, pk),
            kind=ThingKind.PHYSICAL if model == LOCATION else ThingKind.DIGITAL,
            name=place.name,
            parent=self.parent_thing(holder_of(model, place.parent)),
            description=place.description,
            metadata=without_empty(source=f"{model} {pk}"),
            at=self.rows.beginning,
        )
        return self.thing_record(model, pk, create, None)

    def part(self, pk: int, part: PartRow) -> SourceRecord:
        create = CreateThing(
            thing_id=thing_id(self.workspace, PART, pk),
            kind=ThingKind.DIGITAL,
            name=part.name,
            parent=self.parent_thing(holder_of(CATEGORY, part.category)),
            description="\n\n".join(text for text in (part.description, part.notes) if text),
            tags=split_keywords(part.keywords),
            metadata=without_empty(source=f"{PART} {pk}", IPN=part.ipn, revision=part.revision, units=part.units),
            at=part.creation_date or self.rows.beginning,
        )
        record = self.thing_record(PART, pk, create, self.rows.username(part.creation_user))
        return self.with_image(record, pk, create, part.image) if part.image else record

    def with_image(self, record: SourceRecord, pk: int, create: CreateThing, image: str) -> SourceRecord:
        """Return the record of a part with one more step, which links the image."""
        link = LinkAsset(asset_id=image_id(self.workspace, image), to=Ref(Thing.entity, create.thing_id), at=create.at)
        (first,) = record.steps
        step = row_identity(self.workspace, PART, pk).step(f"shows {image}", first.actor, link)
        return replace(record, steps=(first, step))

    def item(self, pk: int, item: StockItemRow) -> SourceRecord:
        creation, *moves = self.place_changes(item, self.rows.tracked(pk))
        part = self.rows.part_name(item.part)
        create = CreateThing(
            thing_id=thing_id(self.workspace, ITEM, pk),
            kind=ThingKind.PHYSICAL,
            name=f"{part} #{item.serial}" if item.serial else f"{part} ×{format_quantity(item.quantity)}",
            parent=self.parent_thing(creation.to),
            description=item.notes,
            metadata=item_metadata(pk, item),
            at=creation.at,
        )
        return self.thing_record(ITEM, pk, create, creation.username, tuple(moves))

    def place_changes(self, item: StockItemRow, tracking: list[tuple[int, TrackingRow]]) -> Iterator[PlaceChange]:
        """Yield the creation at the item's first place, then each move to another place.

        A tracking entry that names the place where the item already is makes no move.
        """
        final = item_holder(item)
        located = [(pk, entry) for pk, entry in tracking if entry.deltas.location is not None]
        start = tracking[0][1] if tracking else None
        at = start.date if start else item.updated or self.rows.beginning
        place = holder_of(LOCATION, located[0][1].deltas.location) if located else final
        yield PlaceChange("create", self.rows.username(start.user) if start else None, at, place)
        for pk, entry in located:
            to = holder_of(LOCATION, entry.deltas.location)
            if to != place:
                place, at = to, entry.date
                yield PlaceChange(f"move {pk}", self.rows.username(entry.user), at, place)
        if place != final:
            last = final_tracking(item, tracking)
            yield PlaceChange(f"settle {final}", self.rows.username(last.user), max(at, last.date), final)

    def parent_thing(self, holder: Holder) -> ThingId | None:
        """Return the id of the parent. Raise `InvalidInput` where the file has no such row."""
        if holder is None:
            return None
        model, pk = holder
        if not self.rows.has(model, pk):
            raise InvalidInput(f"{model} {pk} is not in the file")
        return thing_id(self.workspace, model, pk)

    def thing_record(
        self, model: str, pk: int, create: CreateThing, username: str | None, moves: tuple[PlaceChange, ...] = ()
    ) -> SourceRecord:
        """Return the record that creates the thing as this user, then moves it."""
        identity = row_identity(self.workspace, model, pk)
        assert create.at is not None
        creator, persons = resolve_actor(username)
        people: dict[Person, None] = dict.fromkeys(persons)
        steps: list[ImportStep] = [identity.step("create", creator, create)]
        for change in moves:
            actor, persons = resolve_actor(change.username)
            people |= dict.fromkeys(persons)
            move = MoveThing(thing_id=create.thing_id, parent=self.parent_thing(change.to), at=change.at)
            steps.append(identity.step(change.role, actor, move))
        return SourceRecord(f"{model} {pk}", create.at, tuple(people), tuple(steps))


def item_metadata(pk: int, item: StockItemRow) -> dict[str, str]:
    return without_empty(
        source=f"{ITEM} {pk}",
        part=str(item.part),
        quantity=format_quantity(item.quantity),
        serial=item.serial,
        batch=item.batch,
        packaging=item.packaging,
        status=STATUS_NAMES.get(item.status, str(item.status)),
    )


def final_tracking(item: StockItemRow, tracking: list[tuple[int, TrackingRow]]) -> TrackingRow:
    """Return the last entry that puts the item into the item it belongs to, or else the last entry of all."""
    entries = [entry for _, entry in tracking]
    into = [entry for entry in entries if item.belongs_to is not None and entry.deltas.stockitem == item.belongs_to]
    return (into or entries)[-1]


def split_keywords(text: str) -> tuple[str, ...]:
    """Return the first few different keywords, which are separated by commas or, without commas, by spaces."""
    words = text.split(",") if "," in text else text.split()
    return distinct_labels(word.strip() for word in words if not is_blank(word))[:FEW]
