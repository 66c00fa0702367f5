"""The records of locations, categories, parts and stock items: things below their parents, and the moves of items.

created where its tracking begins ──move──▶ … ──move──▶ where it is stored now
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ascend.adapters.importers.fitting import Fitter
from ascend.adapters.importers.inventree.hierarchy import Holder
from ascend.adapters.importers.inventree.identities import (
    image_id,
    resolve_actor,
    row_identity,
    thing_id,
    without_empty,
)
from ascend.adapters.importers.inventree.rows import PartRow, PlaceRow, StockItemRow, TrackingRow, format_quantity
from ascend.adapters.importers.inventree.schema import ITEM, LOCATION, PART
from ascend.adapters.importers.inventree.stage import StagedRows
from ascend.adapters.importers.inventree.statuses import describe_status
from ascend.adapters.importers.merge.wanted import Said, Transition, Wanted, WholeList
from ascend.adapters.importers.records import IMPORTER, Person, SourceRecord
from ascend.domain.assets.asset import Asset
from ascend.domain.ids import CommandId, LinkId, Ref, ThingId, WorkspaceId
from ascend.domain.links import Link
from ascend.domain.things.commands import MoveThing
from ascend.domain.things.thing import Thing, ThingKind

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
NO_NAME = "(no name)"


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """The creation of a thing, or a move to another place."""

    username: str | None
    at: datetime
    to: Holder
    tracking: int | None = None
    """The pk of the tracking entry that is the move."""


@dataclass(frozen=True, slots=True)
class ThingRecords:
    """Makes the records of everything that becomes a thing. Their parents are in the file."""

    rows: StagedRows
    workspace: WorkspaceId

    def record(self, model: str, pk: int, holder: Holder, body: str) -> SourceRecord:
        fit = Fitter(f"{model} {pk}")
        if model == ITEM:
            return self.item(fit, pk, holder, StockItemRow.model_validate_json(body))
        if model == PART:
            return self.part(fit, pk, holder, PartRow.model_validate_json(body))
        return self.place(fit, model, pk, holder, PlaceRow.model_validate_json(body))

    def place(self, fit: Fitter, model: str, pk: int, holder: Holder, place: PlaceRow) -> SourceRecord:
        created = Said(IMPORTER, self.rows.beginning)
        kind = ThingKind.PHYSICAL if model == LOCATION else ThingKind.DIGITAL
        thing = self.thing(fit, model, pk, created, kind, place.name, holder, place.description)
        return self.thing_record(fit, self.wanted(thing, created), ())

    def part(self, fit: Fitter, pk: int, holder: Holder, part: PartRow) -> SourceRecord:
        creator, people = resolve_actor(self.rows.username(part.creation_user))
        created = Said(creator, part.creation_date or self.rows.beginning)
        description = "\n\n".join(text for text in (part.description, part.notes) if text)
        metadata = {"IPN": part.ipn, "revision": part.revision, "units": part.units}
        tags = split_keywords(part.keywords)
        thing = self.thing(fit, PART, pk, created, ThingKind.DIGITAL, part.name, holder, description, tags, metadata)
        links = [self.image_link(thing, part.image, created)] if part.image else []
        whole = WholeList(Ref(Thing.entity, thing.id), Link.entity, Said(IMPORTER, self.rows.end))
        return self.thing_record(fit, self.wanted(thing, created), people, *links, whole=(whole,))

    def image_link(self, thing: Thing, image: str, created: Said) -> Wanted:
        """Return the link of a part with its image."""
        asset, to = image_id(self.workspace, image), Ref(Thing.entity, thing.id)
        link = Link(id=LinkId.derive(asset, *to), asset=asset, to=to, there=True)
        return Wanted(state=link, created=created, changed=created, needs=(Ref(Asset.entity, asset), to))

    def item(self, fit: Fitter, pk: int, holder: Holder, item: StockItemRow) -> SourceRecord:
        creation, *moves = self.place_changes(fit, item, holder, self.rows.tracked(pk))
        creator, people = resolve_actor(creation.username)
        created = Said(creator, creation.at)
        part = self.rows.part_name(item.part)
        if part is None:
            fit.note("part", "left out", f"{PART} {item.part} is not in the file")
        name = f"part {item.part}" if part is None else part or NO_NAME
        name = f"{name} #{item.serial}" if item.serial else f"{name} ×{format_quantity(item.quantity)}"
        metadata = self.item_metadata(item)
        thing = self.thing(fit, ITEM, pk, created, ThingKind.PHYSICAL, name, holder, item.notes, (), metadata)
        tracked = tuple(self.move(pk, change) for change in moves if change.tracking is not None)
        settled = next((change for change in moves if change.tracking is None), None)
        said = {} if settled is None else {"moved": Said(resolve_actor(settled.username)[0], settled.at)}
        wanted = self.moved(thing, created, self.holder_id(creation.to), tracked, said)
        movers = [person for change in moves for person in resolve_actor(change.username)[1]]
        return self.thing_record(fit, wanted, tuple(dict.fromkeys((*people, *movers))))

    def item_metadata(self, item: StockItemRow) -> dict[str, str]:
        status, custom = describe_status(self.rows, ITEM, STATUS_NAMES, item.status, item.status_custom_key)
        return {
            "part": str(item.part),
            "quantity": format_quantity(item.quantity),
            "serial": item.serial,
            "batch": item.batch,
            "packaging": item.packaging,
            "status": status,
            "custom status": custom,
        }

    def place_changes(
        self, fit: Fitter, item: StockItemRow, final: Holder, tracking: list[tuple[int, TrackingRow]]
    ) -> Iterator[PlaceChange]:
        """Yield the creation at the item's first place, then each move to another place.

        A tracking entry that names the place where the item already is makes no move.
        """
        located = list(self.located(fit, tracking))
        start = tracking[0][1] if tracking else None
        at = start.date if start else item.updated or self.rows.beginning
        place = located[0][2] if located else final
        yield PlaceChange(self.rows.username(start.user) if start else None, at, place)
        for pk, entry, to in located:
            if to != place:
                place, at = to, entry.date
                yield PlaceChange(self.rows.username(entry.user), at, place, pk)
        if place != final:
            last = final_tracking(item, tracking)
            yield PlaceChange(self.rows.username(last.user), max(at, last.date), final)

    def located(
        self, fit: Fitter, tracking: list[tuple[int, TrackingRow]]
    ) -> Iterator[tuple[int, TrackingRow, Holder]]:
        """Yield the tracking entries that name a location of the file, with that location."""
        for pk, entry in tracking:
            location = entry.deltas.location
            if location is not None and self.rows.has(LOCATION, location):
                yield pk, entry, (LOCATION, location)
            elif location is not None:
                reason = f"{LOCATION} {location} is not in the file"
                fit.note(f"stock.stockitemtracking {pk}", "left out", reason)

    def thing(
        self,
        fit: Fitter,
        model: str,
        pk: int,
        created: Said,
        kind: ThingKind,
        name: str,
        holder: Holder,
        description: str = "",
        tags: tuple[str, ...] = (),
        metadata: Mapping[str, str] | None = None,
    ) -> Thing:
        """Return the thing as the file has it."""
        return Thing(
            id=thing_id(self.workspace, model, pk),
            kind=kind,
            name=fit.name("name", name, NO_NAME),
            parent=self.holder_id(holder),
            description=fit.text("description", description),
            tags=fit.tags("keywords", tags),
            metadata=fit.metadata("metadata", without_empty({"source": f"{model} {pk}", **(metadata or {})})),
            created_by=created.by,
            created_at=created.at,
        )

    def wanted(self, thing: Thing, created: Said) -> Wanted:
        """Return a thing that is created where it is."""
        return self.moved(thing, created, thing.parent)

    def moved(
        self,
        thing: Thing,
        created: Said,
        first: ThingId | None,
        transitions: tuple[Transition, ...] = (),
        said: Mapping[str, Said] | None = None,
    ) -> Wanted:
        """Return a thing that is created at its first place, and moved from there."""
        return Wanted(
            state=thing,
            created=created,
            changed=Said(IMPORTER, max(self.rows.end, created.at)),
            said=said or {},
            unstated=("archived",),
            first={"parent": first},
            transitions=transitions,
            needs=() if first is None else (Ref(Thing.entity, first),),
        )

    def move(self, pk: int, change: PlaceChange) -> Transition:
        """Return the move of an item that a tracking entry records."""
        to, thing = self.holder_id(change.to), thing_id(self.workspace, ITEM, pk)
        id = CommandId.derive(self.workspace, *row_identity(self.workspace, ITEM, pk).names, f"move {change.tracking}")
        command = MoveThing(thing_id=thing, parent=to, at=change.at)
        return Transition(id, resolve_actor(change.username)[0], command, "parent", to)

    def thing_record(
        self, fit: Fitter, wanted: Wanted, people: tuple[Person, ...], *links: Wanted, whole: tuple[WholeList, ...] = ()
    ) -> SourceRecord:
        return SourceRecord(
            fit.record, wanted.created.at, people, wanted=(wanted, *links), whole=whole, notices=tuple(fit.notices)
        )

    def holder_id(self, holder: Holder) -> ThingId | None:
        return None if holder is None else thing_id(self.workspace, *holder)


def final_tracking(item: StockItemRow, tracking: list[tuple[int, TrackingRow]]) -> TrackingRow:
    """Return the last entry that puts the item into the item it belongs to, or else the last entry of all."""
    entries = [entry for _, entry in tracking]
    into = [entry for entry in entries if item.belongs_to is not None and entry.deltas.stockitem == item.belongs_to]
    return (into or entries)[-1]


def split_keywords(text: str) -> tuple[str, ...]:
    """Return the different keywords, which are separated by commas or, without commas, by spaces."""
    words = text.split(",") if "," in text else text.split()
    return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))
