"""The rows of a dump on disk. It names rows before it gives them (tracking before items before parts), so they are
gathered first, and then asked for in the order in which things can be made: what holds something before what it holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from ascend.adapters.importers.inventree_rows import (
    Account,
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
from ascend.adapters.importers.inventree_schema import (
    ABOUT,
    ALL_TASKS,
    ARRANGE,
    ASTRAY,
    CATEGORY,
    ITEM,
    LOCATION,
    ONE_THING,
    PART,
    SHAPES,
    TASKS,
    THINGS,
    TOO_DEEP,
    TRACKED,
)
from ascend.adapters.importers.stage import Stage, Twice
from ascend.domain.command import explain
from ascend.domain.errors import InvalidInput
from ascend.domain.thing_commands import DEPTH

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
            case Item():
                self._saw(fields.updated)
                self._thing(ITEM, pk, stored_in(fields), fields.part, body)
            case Tracking():
                self._saw(fields.date)
                self.stage.put("tracking", fields.item, round(fields.date.timestamp() * 1e6), pk, body)
            case Order() | Build():
                self._saw(fields.creation_date)
                self.stage.put("task", TASKS.index(row.model), pk, body)
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

    def _saw(self, moment: datetime | None) -> None:
        if moment is not None and (self.earliest is None or moment < self.earliest):
            self.earliest = moment

    def arrange(self) -> None:
        """When all rows are there. Raises `InvalidInput` where they do not make a hierarchy."""
        self.stage.run(ARRANGE)
        deep = self.stage.first(TOO_DEEP)
        if deep is not None:
            raise InvalidInput(f"{THINGS[deep[0]]} {deep[1]}: it is more than {DEPTH} levels deep")
        if (astray := self.stage.first(ASTRAY)) is not None:
            why = "what holds it is not in the file, or they hold each other in a circle"
            raise InvalidInput(f"{THINGS[astray[0]]} {astray[1]}: {why}")

    def count(self) -> int:
        return sum(self.stage.count(table) for table in ("account", "thing", "task"))

    # What was put, in order

    def accounts(self) -> Iterator[tuple[int, Account]]:
        for pk, body in self.stage.rows("SELECT pk, body FROM account ORDER BY pk"):
            yield pk, Account.model_validate_json(body)

    def things(self) -> Iterator[tuple[str, int, str]]:
        """What holds something comes before what it holds."""
        for rank, pk, body in self.stage.rows(
            "SELECT rank, pk, body FROM arranged JOIN thing USING (rank, pk) ORDER BY rank, level, pk"
        ):
            yield THINGS[rank], pk, body

    def tasks(self) -> Iterator[tuple[str, int, str]]:
        for rank, pk, body in self.stage.rows(ALL_TASKS):
            yield TASKS[rank], pk, body

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
