"""The rows of a dump on disk. It names rows before it gives them (tracking before items before parts), so they are
gathered first, and then asked for in the order in which things can be made: what holds something before what it holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from itertools import groupby
from typing import Any

from pydantic import ValidationError

from ascend.adapters.importers.inventree.rows import (
    Account,
    BomLine,
    Build,
    Fields,
    Item,
    Line,
    Order,
    Part,
    Place,
    Row,
    SupplierPart,
    Tracking,
)
from ascend.adapters.importers.inventree.schema import (
    ABOUT,
    BUILD,
    CATEGORY,
    CONSISTS,
    HOLDS,
    IMAGES,
    ITEM,
    LINES,
    LOCATION,
    ONE_THING,
    PART,
    SHAPES,
    TASKS,
    THINGS,
    TRACKED,
    VARIANTS,
)
from ascend.adapters.importers.stage import Stage, Twice
from ascend.domain.errors import InvalidInput
from ascend.domain.values import explain

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Held = tuple[str, int] | None
"""The model and pk of what holds a thing. None: nothing does."""


@dataclass(slots=True)
class Rows:
    """The dump's rows by what they are about."""

    stage: Stage
    earliest: datetime | None = None

    @property
    def beginning(self) -> datetime:
        """The earliest time in the dump: what has no time is as old as that."""
        return self.earliest or EPOCH

    def put(self, raw: Any) -> None:
        """Raises `ValidationError`, or `InvalidInput` that names the row."""
        if not isinstance(raw, dict):
            raise InvalidInput("Input should be an object")
        row = Row.model_validate(raw)
        shape = SHAPES.get(row.model)
        if shape is None:
            return
        label = f"{row.model} {row.pk}"
        if type(row.pk) is not int or not 0 <= row.pk < 2**63:
            raise InvalidInput(f"{label}: pk: a whole number is needed")
        try:
            self._put(row, row.pk, shape.model_validate(row.fields))
        except ValidationError as error:
            raise InvalidInput(explain(label, error)) from None
        except Twice as error:
            raise InvalidInput(f"{label}: {error}") from None

    def _put(self, row: Row, pk: int, fields: Fields) -> None:
        body = fields.model_dump_json()
        match fields:
            case Account():
                self._saw(fields.date_joined)
                self.stage.put("account", pk, fields.username, body)
            case Place():
                self._thing(row.model, pk, held(row.model, fields.parent), None, body)
            case Part():
                self._saw(fields.creation_date)
                self._thing(PART, pk, held(CATEGORY, fields.category), None, body)
                self._part(pk, fields)
            case BomLine():
                self.stage.put("bom", pk, fields.part, fields.sub_part, body)
            case Item():
                self._saw(fields.updated)
                self._thing(ITEM, pk, stored_in(fields), fields.part, body)
            case Tracking():
                self._saw(fields.date)
                self.stage.put("tracking", fields.item, round(fields.date.timestamp() * 1e6), pk, body)
            case Order():
                self._saw(fields.creation_date)
                self.stage.put("task", TASKS.index(row.model), pk, None, None, body)
            case Build():
                self._saw(fields.creation_date)
                rank = TASKS.index(BUILD)
                self.stage.put("task", rank, pk, None if fields.parent is None else rank, fields.parent, body)
            case Line():
                rank = TASKS.index(row.model.removesuffix("lineitem"))
                self.stage.put("line", rank, fields.order, pk, fields.part, fields.item)
            case SupplierPart():
                self.stage.put("supplied", pk, fields.part)
            case _:
                raise AssertionError(row.model)

    def _thing(self, model: str, pk: int, holder: Held, part: int | None, body: str) -> None:
        up_rank, up_pk = (None, None) if holder is None else (THINGS.index(holder[0]), holder[1])
        self.stage.put("thing", THINGS.index(model), pk, up_rank, up_pk, part, body)

    def _part(self, pk: int, part: Part) -> None:
        if part.image:
            self.stage.put("shown", part.image, pk)
        if part.variant_of is not None:
            self.stage.put("variant", pk, part.variant_of)

    def _saw(self, moment: datetime | None) -> None:
        if moment is not None and (self.earliest is None or moment < self.earliest):
            self.earliest = moment

    def arrange(self) -> None:
        """When all rows are there. Raises `InvalidInput` where they do not make hierarchies."""
        HOLDS.arrange(self.stage)
        CONSISTS.arrange(self.stage)

    def count(self) -> int:
        """Of records."""
        return sum(self.stage.count(table) for table in ("account", "image", "thing", "task", "bill"))

    # What was put, in order

    def accounts(self) -> Iterator[tuple[int, Account]]:
        for pk, body in self.stage.rows("SELECT pk, body FROM account ORDER BY pk"):
            yield pk, Account.model_validate_json(body)

    def images(self) -> Iterator[tuple[str, int]]:
        """Each once, with the first part that shows it."""
        yield from self.stage.rows(IMAGES)

    def things(self) -> Iterator[tuple[str, int, str]]:
        """What holds something comes before what it holds."""
        yield from HOLDS.rows(self.stage)

    def tasks(self) -> Iterator[tuple[str, int, str]]:
        yield from CONSISTS.rows(self.stage)

    def bills(self) -> Iterator[tuple[int, BomLine]]:
        """What a part contains of another, with the pk of the first line that says so."""
        for _, rows in groupby(self.stage.rows(LINES), lambda row: row[:2]):
            lines = ((pk, BomLine.model_validate_json(body)) for _, _, pk, body in rows)
            pk, first = next(lines)
            yield pk, reduce(BomLine.and_also, (line for _, line in lines), first)

    def variants(self) -> Iterator[tuple[int, int]]:
        """A part, and the one of which it is a variant."""
        yield from self.stage.rows(VARIANTS)

    def tracked(self, item: int) -> list[tuple[int, Tracking]]:
        """By time."""
        found = self.stage.rows(TRACKED, item)
        return [(pk, Tracking.model_validate_json(body)) for pk, body in found]

    def about(self, model: str, order: int) -> Iterator[int]:
        """The parts that an order's lines name and the file has, in the order of the lines."""
        for (part,) in self.stage.rows(ABOUT, TASKS.index(model), order):
            if part is not None and self.has(PART, part):
                yield part

    def has(self, model: str, pk: int) -> bool:
        return self.stage.first(ONE_THING, THINGS.index(model), pk) is not None

    def part_name(self, pk: int) -> str:
        found = self.stage.first(ONE_THING, THINGS.index(PART), pk)
        if found is None:
            raise InvalidInput(f"its part {pk} is not in the file")
        return Part.model_validate_json(found[0]).name

    def username(self, user: str | int | None) -> str | None:
        """A reference by pk, too."""
        if not isinstance(user, int):
            return user
        found = self.stage.first("SELECT username FROM account WHERE pk = ?", user)
        return None if found is None else str(found[0])


def held(model: str, pk: int | None) -> Held:
    return None if pk is None else (model, pk)


def stored_in(item: Item) -> Held:
    """Inside another item, or at a location, or nowhere (sold, or lost)."""
    return held(LOCATION, item.location) if item.belongs_to is None else held(ITEM, item.belongs_to)
