"""Hierarchies on the stage: rows that name their parent, in an order where parents come before their children."""

from collections.abc import Iterator
from dataclasses import dataclass

from ascend.adapters.importers.stage import Stage
from ascend.domain.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class StagedHierarchy:
    """A staged table with the columns rank (the place of the row's model in `models`), pk, up_rank, up_pk and body."""

    table: str
    models: tuple[str, ...]
    levels: int
    """The greatest depth allowed."""

    def arrange(self, stage: Stage) -> None:
        """Compute the level of each row. Call this when all rows are staged.

        Raises:
            InvalidInput: the rows are no hierarchy, or a row is too deep.
        """
        stage.run(self._create_tree)
        if (deep := stage.first(f"SELECT rank, pk FROM {self.table}_tree WHERE level > {self.levels}")) is not None:  # noqa: S608 - our own
            raise InvalidInput(f"{self.models[deep[0]]} {deep[1]}: it is more than {self.levels} levels deep")
        if (detached := stage.first(self._find_detached)) is not None:
            reason = "its parent is not in the file, or the parents form a cycle"
            raise InvalidInput(f"{self.models[detached[0]]} {detached[1]}: {reason}")

    def rows(self, stage: Stage) -> Iterator[tuple[str, int, str]]:
        """Yield model, pk and body of each row."""
        source = f"{self.table}_tree JOIN {self.table} USING (rank, pk)"
        for rank, pk, body in stage.rows(f"SELECT rank, pk, body FROM {source} ORDER BY rank, level, pk"):  # noqa: S608 - our own
            yield self.models[rank], pk, body

    @property
    def _create_tree(self) -> str:
        return f"""
CREATE TABLE {self.table}_tree AS WITH RECURSIVE tree (rank, pk, level) AS (
    SELECT rank, pk, 1 FROM {self.table} WHERE up_pk IS NULL
    UNION ALL
    SELECT below.rank, below.pk, level + 1
    FROM tree JOIN {self.table} AS below ON (below.up_rank, below.up_pk) = (tree.rank, tree.pk)
    WHERE level <= {self.levels}
) SELECT rank, pk, level FROM tree ORDER BY rank, level, pk;
CREATE UNIQUE INDEX {self.table}_once ON {self.table}_tree (rank, pk);
"""  # noqa: S608 - our own names and numbers

    @property
    def _find_detached(self) -> str:
        """The statement that finds rows without a path to the top."""
        missing = f"(rank, pk) NOT IN (SELECT rank, pk FROM {self.table}_tree)"  # noqa: S608 - as above
        return f"SELECT rank, pk FROM {self.table} WHERE {missing} ORDER BY rank, pk"  # noqa: S608 - as above
