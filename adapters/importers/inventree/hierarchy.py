"""Hierarchies on the stage: rows that name their parent, in an order where parents come before their children.

A row whose parent is missing, that is its own ancestor, or that is too deep is kept at the top, with all rows below it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ascend.adapters.importers.report import Notice
from ascend.adapters.importers.stage import Stage

Holder = tuple[str, int] | None
"""The model and pk of the row that holds another, or None where that row is at the top."""
Place = tuple[int, int]
"""The rank and pk of a row."""


@dataclass(frozen=True, slots=True)
class StagedHierarchy:
    """A staged table with the columns rank (the place of the row's model in `models`), pk, up_rank, up_pk and body."""

    table: str
    models: tuple[str, ...]
    levels: int
    """The greatest depth allowed."""
    parent_fields: Mapping[tuple[str, str], str]
    """The field that names the parent, by the models of a row and its parent, where it is not `parent`."""

    def arrange(self, stage: Stage) -> Iterator[Notice]:
        """Compute the level of each row when all are staged. Yield a notice for each that is moved to the top."""
        stage.run(self._create)
        stage.run(self._detach("up.rank IS NULL", "is not in the file"))
        stage.run(self._add_below("up_pk IS NULL"))
        self._break_cycles(stage)
        stage.run(self._detach(f"tree.depth > 1 AND (tree.depth - 1) % {self.levels} = 0", self._too_deep))
        yield from self._faults(stage)

    def rows(self, stage: Stage) -> Iterator[tuple[str, int, Holder, str]]:
        """Yield model, pk, parent and body of each row."""
        level = f"(depth - 1) % {self.levels}"
        columns = f"rank, pk, up_rank, up_pk, body FROM {self.table} JOIN {self.table}_tree USING (rank, pk)"
        for rank, pk, up_rank, up_pk, body in stage.rows(f"SELECT {columns} ORDER BY rank, {level}, pk"):
            yield self.models[rank], pk, None if up_pk is None else (self.models[up_rank], up_pk), body

    @property
    def _too_deep(self) -> str:
        return f"holds it more than {self.levels} levels deep"

    @property
    def _create(self) -> str:
        columns = "rank INTEGER, pk INTEGER"
        return f"""
CREATE TABLE {self.table}_tree ({columns}, depth INTEGER, PRIMARY KEY (rank, pk));
CREATE TABLE {self.table}_fault ({columns}, up_rank INTEGER, up_pk INTEGER, reason TEXT);
"""

    def _detach(self, condition: str, reason: str) -> str:
        """Return the statements that move rows to the top, and note their parents."""
        return f"""
INSERT INTO {self.table}_fault SELECT row.rank, row.pk, row.up_rank, row.up_pk, '{reason}' FROM {self.table} AS row
    LEFT JOIN {self.table} AS up ON (up.rank, up.pk) = (row.up_rank, row.up_pk)
    LEFT JOIN {self.table}_tree AS tree ON (tree.rank, tree.pk) = (row.rank, row.pk)
    WHERE row.up_pk IS NOT NULL AND {condition} ORDER BY row.rank, row.pk;
UPDATE {self.table} SET up_rank = NULL, up_pk = NULL WHERE (rank, pk) IN (SELECT rank, pk FROM {self.table}_fault);
"""  # noqa: S608 - our own names and texts

    def _detach_one(self, rank: int, pk: int, reason: str) -> str:
        """Return the same for one row, without a look at all others."""
        row = f"(rank, pk) = ({rank}, {pk})"
        return f"""
INSERT INTO {self.table}_fault SELECT rank, pk, up_rank, up_pk, '{reason}' FROM {self.table} WHERE {row};
UPDATE {self.table} SET up_rank = NULL, up_pk = NULL WHERE {row};
"""  # noqa: S608 - as above

    def _add_below(self, condition: str) -> str:
        """Return the statement that adds the rows of the condition to the tree, and all below them."""
        return f"""
INSERT INTO {self.table}_tree WITH RECURSIVE tree (rank, pk, depth) AS (
    SELECT rank, pk, 1 FROM {self.table} WHERE {condition}
    UNION ALL
    SELECT below.rank, below.pk, depth + 1
    FROM tree JOIN {self.table} AS below ON (below.up_rank, below.up_pk) = (tree.rank, tree.pk)
) SELECT rank, pk, depth FROM tree;
"""  # noqa: S608 - our own names and numbers

    def _break_cycles(self, stage: Stage) -> None:
        """Move one row of each cycle to the top: the one with the lowest number."""
        row: Place = (-1, -1)
        while (found := stage.first(self._find_detached, *row)) is not None:
            row = (found[0], found[1])
            rank, pk = self._lowest_of_cycle(stage, row)
            stage.run(self._detach_one(rank, pk, "is also below it"))
            stage.run(self._add_below(f"(rank, pk) = ({rank}, {pk})"))

    @property
    def _find_detached(self) -> str:
        """The statement that finds the next row without a path to the top."""
        known = f"SELECT 1 FROM {self.table}_tree AS tree WHERE (tree.rank, tree.pk) = (row.rank, row.pk)"  # noqa: S608 - as above
        return f"""SELECT rank, pk FROM {self.table} AS row
WHERE (rank, pk) > (?, ?) AND NOT EXISTS ({known}) ORDER BY rank, pk LIMIT 1"""  # noqa: S608 - as above

    def _lowest_of_cycle(self, stage: Stage, row: Place) -> Place:
        """Return the lowest row of the cycle that is above this row, or that the row is a part of."""
        slow, fast = self._above(stage, row), self._above(stage, self._above(stage, row))
        while slow != fast:
            slow, fast = self._above(stage, slow), self._above(stage, self._above(stage, fast))
        lowest, place = slow, self._above(stage, slow)
        while place != slow:
            lowest, place = min(lowest, place), self._above(stage, place)
        return lowest

    def _above(self, stage: Stage, row: Place) -> Place:
        statement = f"SELECT up_rank, up_pk FROM {self.table} WHERE (rank, pk) = (?, ?)"  # noqa: S608 - as above
        found = stage.first(statement, *row)
        assert found is not None
        return found[0], found[1]

    def _faults(self, stage: Stage) -> Iterator[Notice]:
        columns = f"rank, pk, up_rank, up_pk, reason FROM {self.table}_fault"
        for rank, pk, up_rank, up_pk, reason in stage.rows(f"SELECT {columns} ORDER BY rowid"):
            model = self.models[int(rank)]
            up = self.models[int(up_rank)]
            field = self.parent_fields.get((model, up), "parent")
            yield Notice(f"{model} {pk}", "left out", field, f"{up} {up_pk} {reason}; this row is kept at the top")
