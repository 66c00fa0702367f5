"""Locations, categories, parts and stock items as things: what they hang below, and where an item has been.

created where its tracking begins ──move──▶ … ──move──▶ where it is stored now
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from ascend.adapters.importers.inventree.rows import Item, Part, Place, Tracking, plain
from ascend.adapters.importers.inventree.schema import CATEGORY, ITEM, LOCATION, PART
from ascend.adapters.importers.inventree.stage import Held, Rows, held, stored_in
from ascend.adapters.importers.records import IMPORTER, Identity, Person, Record, Step, person
from ascend.domain.errors import InvalidInput
from ascend.domain.ids import AssetId, Ref, ThingId, UserId, WorkspaceId
from ascend.domain.links import LinkAsset
from ascend.domain.things.commands import CreateThing, MoveThing
from ascend.domain.things.thing import Thing, ThingKind
from ascend.domain.values import FEW

STATUS = {
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
class Moved:
    role: str
    by: str | None
    at: datetime
    to: Held


def thing_id(workspace: WorkspaceId, model: str, pk: int) -> ThingId:
    return ThingId.derive(workspace, "inventree", model, str(pk))


def image_id(workspace: WorkspaceId, path: str) -> AssetId:
    return AssetId.derive(workspace, "inventree", "image", path)


def actor(username: str | None) -> tuple[UserId, tuple[Person, ...]]:
    """Who acts: a person, who must be a member for it, or the importer."""
    if username is None:
        return IMPORTER, ()
    somebody = person("inventree", username)
    return somebody.id, (somebody,)


@dataclass(frozen=True, slots=True)
class Things:
    rows: Rows
    workspace: WorkspaceId

    def record(self, model: str, pk: int, body: str) -> Record:
        if model == ITEM:
            return self.item(pk, Item.model_validate_json(body))
        if model == PART:
            return self.part(pk, Part.model_validate_json(body))
        return self.place(model, pk, Place.model_validate_json(body))

    def place(self, model: str, pk: int, place: Place) -> Record:
        kind = ThingKind.PHYSICAL if model == LOCATION else ThingKind.DIGITAL
        create = CreateThing(
            thing_id=thing_id(self.workspace, model, pk),
            kind=kind,
            name=place.name,
            parent=self.below(held(model, place.parent)),
            description=place.description,
            metadata=given(source=f"{model} {pk}"),
            at=self.rows.beginning,
        )
        return self.made(model, pk, create, None)

    def part(self, pk: int, part: Part) -> Record:
        create = CreateThing(
            thing_id=thing_id(self.workspace, PART, pk),
            kind=ThingKind.DIGITAL,
            name=part.name,
            parent=self.below(held(CATEGORY, part.category)),
            description="\n\n".join(text for text in (part.description, part.notes) if text),
            tags=keywords(part.keywords),
            metadata=given(source=f"{PART} {pk}", IPN=part.ipn, revision=part.revision, units=part.units),
            at=part.creation_date or self.rows.beginning,
        )
        made = self.made(PART, pk, create, self.rows.username(part.creation_user))
        if not part.image:
            return made
        link = LinkAsset(
            asset_id=image_id(self.workspace, part.image), to=Ref(Thing.entity, create.thing_id), at=create.at
        )
        (first,) = made.steps
        identity = Identity(self.workspace, ("inventree", PART, str(pk)))
        return replace(made, steps=(first, identity.step(f"shows {part.image}", first.actor, link)))

    def item(self, pk: int, item: Item) -> Record:
        begun, *moves = self.journey(item, self.rows.tracked(pk))
        name = self.rows.part_name(item.part)
        create = CreateThing(
            thing_id=thing_id(self.workspace, ITEM, pk),
            kind=ThingKind.PHYSICAL,
            name=f"{name} #{item.serial}" if item.serial else f"{name} ×{plain(item.quantity)}",
            parent=self.below(begun.to),
            description=item.notes,
            metadata=given(
                source=f"{ITEM} {pk}",
                part=str(item.part),
                quantity=plain(item.quantity),
                serial=item.serial,
                batch=item.batch,
                packaging=item.packaging,
                status=STATUS.get(item.status, str(item.status)),
            ),
            at=begun.at,
        )
        return self.made(ITEM, pk, create, begun.by, tuple(moves))

    def journey(self, item: Item, tracked: list[tuple[int, Tracking]]) -> Iterator[Moved]:
        """Where it was first, then each change of place. An entry that names where the item already is, is none."""
        final = stored_in(item)
        places = [(pk, entry) for pk, entry in tracked if entry.deltas.location is not None]
        start = tracked[0][1] if tracked else None
        at = start.date if start else item.updated or self.rows.beginning
        here = held(LOCATION, places[0][1].deltas.location) if places else final
        yield Moved("create", self.rows.username(start.user) if start else None, at, here)
        for pk, entry in places:
            to = held(LOCATION, entry.deltas.location)
            if to != here:
                here, at = to, entry.date
                yield Moved(f"move {pk}", self.rows.username(entry.user), at, here)
        if here != final:
            last = settling(item, tracked)
            yield Moved(f"settle {final}", self.rows.username(last.user), max(at, last.date), final)

    def below(self, holder: Held) -> ThingId | None:
        """Raises `InvalidInput` where the file has no such thing."""
        if holder is None:
            return None
        model, pk = holder
        if not self.rows.has(model, pk):
            raise InvalidInput(f"{model} {pk} is not in the file")
        return thing_id(self.workspace, model, pk)

    def made(self, model: str, pk: int, create: CreateThing, by: str | None, moves: tuple[Moved, ...] = ()) -> Record:
        identity = Identity(self.workspace, ("inventree", model, str(pk)))
        assert create.at is not None
        steps: list[Step] = []
        people: dict[Person, None] = {}
        creation = Moved("create", by, create.at, None)
        for moved in (creation, *moves):
            user, persons = actor(moved.by)
            people |= dict.fromkeys(persons)
            move = MoveThing(thing_id=create.thing_id, parent=self.below(moved.to), at=moved.at)
            steps.append(identity.step(moved.role, user, create if moved is creation else move))
        return Record(f"{model} {pk}", create.at, tuple(people), tuple(steps))


def settling(item: Item, tracked: list[tuple[int, Tracking]]) -> Tracking:
    """The entry that says that it was put into what it belongs to, or the last one."""
    entries = [entry for _, entry in tracked]
    into = [entry for entry in entries if item.belongs_to is not None and entry.deltas.stockitem == item.belongs_to]
    return (into or entries)[-1]


def given(**metadata: str) -> dict[str, str]:
    return {name: text for name, text in metadata.items() if text}


def keywords(text: str) -> tuple[str, ...]:
    words = text.split(",") if "," in text else text.split()
    return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))[:FEW]
