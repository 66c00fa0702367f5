"""The rows of a dump on the stage.

A dump refers to rows before it gives them (tracking before items before parts). So all rows are gathered first, then read
in an order in which things can be created: parents before their children.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from itertools import groupby

from ascend.adapters.importers.inventree.hierarchy import Holder
from ascend.adapters.importers.inventree.rows import AccountRow, BomLineRow, PartRow, TrackingRow
from ascend.adapters.importers.inventree.schema import (
    BOM_LINES_OF_PART,
    FIND_STATUS,
    FIND_THING,
    IMAGES_IN_ORDER,
    LINES_WITHOUT_PART,
    ORDER_PARTS,
    PART,
    STATUS_SETS,
    TASK_HIERARCHY,
    TASKS,
    THING_HIERARCHY,
    THINGS,
    TRACKING_BY_TIME,
)
from ascend.adapters.importers.report import Notice
from ascend.adapters.importers.stage import Stage

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class StagedRows:
    """The dump's rows, to be read in order."""

    stage: Stage
    earliest: datetime | None = None
    latest: datetime | None = None

    @property
    def beginning(self) -> datetime:
        """The earliest time in the dump. It stands in wherever a row has no time."""
        return self.earliest or EPOCH

    @property
    def end(self) -> datetime:
        """The latest time in the dump. What has changed since an earlier dump has changed until then."""
        return self.latest or EPOCH

    def note_times(self, start: datetime | None, times: Iterable[datetime | None]) -> None:
        """Note the time at which a row begins, and all its times, as far as it gives them."""
        if start is not None:
            self.earliest = min(self.earliest or start, start)
        for time in times:
            if time is not None:
                self.latest = max(self.latest or time, time)

    def arrange(self) -> Iterator[Notice]:
        """Arrange the hierarchies when all rows are staged. Yield a notice for each row that is moved to the top."""
        yield from THING_HIERARCHY.arrange(self.stage)
        yield from TASK_HIERARCHY.arrange(self.stage)

    def count(self) -> int:
        """Return the number of records that the rows become."""
        return sum(self.stage.count(table) for table in ("account", "image", "thing", "task", "bill"))

    # Reading, in order

    def accounts(self) -> Iterator[tuple[int, AccountRow]]:
        for pk, body in self.stage.rows("SELECT pk, body FROM account ORDER BY pk"):
            yield pk, AccountRow.model_validate_json(body)

    def images(self) -> Iterator[tuple[str, int]]:
        """Yield each image once, with the first part that shows it."""
        yield from self.stage.rows(IMAGES_IN_ORDER)

    def things(self) -> Iterator[tuple[str, int, Holder, str]]:
        """Yield model, pk, parent and body of each row that becomes a thing, parents before their children."""
        yield from THING_HIERARCHY.rows(self.stage)

    def tasks(self) -> Iterator[tuple[str, int, Holder, str]]:
        """Yield model, pk, parent and body of each row that becomes a task, parents before their children."""
        yield from TASK_HIERARCHY.rows(self.stage)

    def parts(self) -> Iterator[int]:
        """Yield the pks of all parts."""
        for (pk,) in self.stage.rows("SELECT pk FROM thing WHERE rank = ? ORDER BY pk", THINGS.index(PART)):
            yield pk

    def bill(self, part: int) -> Iterator[tuple[int, BomLineRow]]:
        """Yield one merged line for each component of a part, with the pk of the first line."""
        for _, rows in groupby(self.stage.rows(BOM_LINES_OF_PART, part), lambda row: row[0]):
            lines = ((pk, BomLineRow.model_validate_json(body)) for _, pk, body in rows)
            pk, first = next(lines)
            yield pk, reduce(BomLineRow.merge, (line for _, line in lines), first)

    def lines_without_part(self) -> Iterator[tuple[int, int]]:
        """Yield the pk of each line of a bill of a part that is not in the file, and the pk of that part."""
        yield from self.stage.rows(LINES_WITHOUT_PART, THINGS.index(PART))

    def template(self, part: int) -> int | None:
        """Return the pk of the template of a variant."""
        row = self.stage.first("SELECT template FROM variant WHERE part = ?", part)
        return None if row is None else int(row[0])

    def tracked(self, item: int) -> list[tuple[int, TrackingRow]]:
        """Return the pk and content of the item's tracking entries, by time."""
        rows = self.stage.rows(TRACKING_BY_TIME, item)
        return [(pk, TrackingRow.model_validate_json(body)) for pk, body in rows]

    def order_parts(self, model: str, order: int) -> Iterator[int]:
        """Yield the pk of the part of each line of an order, in the order of the lines, if the line names one."""
        for (part,) in self.stage.rows(ORDER_PARTS, TASKS.index(model), order):
            if part is not None:
                yield part

    def has(self, model: str, pk: int) -> bool:
        return self.stage.first(FIND_THING, THINGS.index(model), pk) is not None

    def part_name(self, pk: int) -> str | None:
        """Return the name of a part, or None where the file has no such part."""
        row = self.stage.first(FIND_THING, THINGS.index(PART), pk)
        return None if row is None else PartRow.model_validate_json(row[0]).name

    def custom_status(self, model: str, code: int) -> tuple[str, int | None] | None:
        """Return the label of a status that users have added, and the built-in status that it stands for."""
        return self.stage.first(FIND_STATUS, STATUS_SETS[model], code)

    def username(self, user: str | int | None) -> str | None:
        """Return the name for a reference to a user, which is a name or a pk."""
        if not isinstance(user, int):
            return user
        row = self.stage.first("SELECT username FROM account WHERE pk = ?", user)
        return None if row is None else str(row[0])
