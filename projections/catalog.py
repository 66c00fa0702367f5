"""The projections of an application, found by the pattern or the item type that a query asks for."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeVar

from ascend.domain.errors import InvalidInput
from ascend.projections.item import ReadItem
from ascend.projections.pattern import Pattern
from ascend.projections.projection import Projection

R = TypeVar("R", bound=ReadItem)


class ProjectionCatalog:
    """The projections, item types and patterns of one application.

    A query names a pattern or an item type of the read model that it was written for. If the application replaces that
    read model, the replacement's pattern of the same query and the item type derived from the named one are used.
    """

    def __init__(self, application: str, projections: Iterable[Projection]) -> None:
        self.application = application
        self.projections = tuple(projections)
        self.items = tuple(item for projection in self.projections for item in projection.items)
        self.patterns: tuple[Pattern[Any], ...] = tuple(
            pattern for projection in self.projections for pattern in projection.patterns
        )
        self._check_names()
        self._owners = {item: projection for projection in self.projections for item in projection.items}
        self._patterns = {pattern.query: pattern for pattern in self.patterns}
        for pattern in self.patterns:
            self.owner(pattern)

    def _check_names(self) -> None:
        """Raise `InvalidInput` if two projections, item types, queries or patterns have the same name."""
        check_distinct(self.application, "projections have the name", (known.name for known in self.projections))
        check_distinct(self.application, "read items have the name", (item.__name__ for item in self.items))
        check_distinct(self.application, "patterns have the query", (pattern.query for pattern in self.patterns))
        check_distinct(self.application, "patterns have the name", (pattern.name for pattern in self.patterns))

    def owner(self, pattern: Pattern[Any]) -> Projection:
        """Return the projection whose items the pattern reads. Raises `InvalidInput` if the application has none."""
        return self.find_item(pattern.item)[0]

    def find_item(self, item: type[R]) -> tuple[Projection, type[R]]:
        """Return the item type that the application stores for this one, and its projection.

        Raises `InvalidInput` if the application has no such item.
        """
        if (projection := self._owners.get(item)) is not None:
            return projection, item
        for known, projection in self._owners.items():
            if issubclass(known, item):
                return projection, known
        raise InvalidInput(f"the application {self.application} has no read model with the item {item.__name__}")

    def find_pattern(self, pattern: Pattern[R]) -> Pattern[R]:
        """Return the application's pattern of the same query. Raises `InvalidInput` if there is none, or if it returns other items."""
        known = self._patterns.get(pattern.query)
        if known is None or not issubclass(known.item, pattern.item):
            raise InvalidInput(
                f"the application {self.application} has no access pattern {pattern.query!r} over {pattern.item.__name__}"
            )
        return known


def check_distinct(application: str, problem: str, names: Iterable[str]) -> None:
    """Raise `InvalidInput` if two parts of an application have the same name."""
    if repeated := [name for name, count in Counter(names).items() if count > 1]:
        raise InvalidInput(f"application {application}: two {problem} {repeated[0]!r}")
