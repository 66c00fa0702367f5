"""Rows that name the row they are in, arranged so that what holds something comes before what it holds."""

from collections.abc import Iterator
from dataclasses import dataclass

from ascend.adapters.importers.stage import Stage
from ascend.domain.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """A staged table with the columns rank (of the row's model), pk, up_rank, up_pk and body."""

    table: str
    models: tuple[str, ...]
    levels: int
    """How deep it may be."""

    def arrange(self, stage: Stage) -> None:
        """When all rows are there. Raises `InvalidInput` where they do not make a hierarchy."""
        stage.run(self._tree)
        if (deep := stage.first(f"SELECT rank, pk FROM {self.table}_tree WHERE level > {self.levels}")) is not None:  # noqa: S608 - our own
            raise InvalidInput(f"{self.models[deep[0]]} {deep[1]}: it is more than {self.levels} levels deep")
        if (astray := stage.first(self._astray)) is not None:
            why = "what holds it is not in the file, or they hold each other in a circle"
            raise InvalidInput(f"{self.models[astray[0]]} {astray[1]}: {why}")

    def rows(self, stage: Stage) -> Iterator[tuple[str, int, str]]:
        """Model, pk and body of each."""
        joined = f"{self.table}_tree JOIN {self.table} USING (rank, pk)"
        for rank, pk, body in stage.rows(f"SELECT rank, pk, body FROM {joined} ORDER BY rank, level, pk"):  # noqa: S608 - our own
            yield self.models[rank], pk, body

    @property
    def _tree(self) -> str:
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
    def _astray(self) -> str:
        missing = f"(rank, pk) NOT IN (SELECT rank, pk FROM {self.table}_tree)"  # noqa: S608 - as above
        return f"SELECT rank, pk FROM {self.table} WHERE {missing} ORDER BY rank, pk"  # noqa: S608 - as above
