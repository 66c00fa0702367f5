"""The schema as one value (tables, item types, patterns, events), and the findings of a check."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from ascend.adapters.layout.catalog import item_types
from ascend.adapters.layout.item_type import ItemType
from ascend.adapters.layout.table_specs import TABLES, IndexSpec, TableSpec
from ascend.adapters.layout.template import Template
from ascend.architect.check.fields import FIELDS, Field, find_field
from ascend.domain.event import Event
from ascend.projections.key_template import FIELD
from ascend.projections.pattern import Pattern, RequestKind
from ascend.projections.projection import Projection

OWN_MODULES = "ascend.projections."
BUILD = "epoch"
"""The field that the engine adds to every key of a read item."""
ReleasedShapes = Mapping[str, Mapping[str, object]]
"""By group (items, engine, events): the shape that was released, by name and version."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that the schema breaks."""

    rule: str
    where: str
    said: str
    """The problem."""
    todo: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.where}: {self.said}. To do: {self.todo}"


@dataclass(frozen=True, slots=True)
class PlacedKeys:
    """The keys of an item type in its table or in one of the indexes."""

    item: ItemType
    place: str
    """The table's name, `gsi1` or `gsi2`."""
    template: Template

    def __str__(self) -> str:
        return f"{self.item.name} in {self.place} ({self.template.pk} {self.template.sk})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The schema to check. `released` is None if there is no release to compare with."""

    tables: tuple[TableSpec, ...]
    item_types: tuple[ItemType, ...]
    patterns: tuple[Pattern[Any], ...]
    events: tuple[type[Event], ...] = ()
    fields: Mapping[str, Field]
    """Key fields of item types that are not Ascend's own, by name. Needed where the type of the field says too little."""
    released: ReleasedShapes | None = None

    @classmethod
    def collect(
        cls,
        projections: Iterable[Projection],
        events: Iterable[type[Event]] = (),
        fields: Mapping[str, Field] | None = None,
        released: ReleasedShapes | None = None,
    ) -> Self:
        """Return the schema of these projections and events."""
        projections = tuple(projections)
        return cls(
            tables=TABLES,
            item_types=item_types(projections),
            patterns=tuple(pattern for projection in projections for pattern in projection.patterns),
            events=tuple(events),
            fields=fields or {},
            released=released,
        )

    @property
    def indexes(self) -> list[IndexSpec]:
        return [index for table in self.tables for index in table.indexes]

    def iter_keys(self) -> Iterator[PlacedKeys]:
        """Yield the keys of every item type, in its table and in each index."""
        for item in self.item_types:
            for place, template in ((item.table.value, item.key), ("gsi1", item.gsi1), ("gsi2", item.gsi2)):
                if template is not None:
                    yield PlacedKeys(item, place, template)

    def find_keys(self, pattern: Pattern[Any]) -> PlacedKeys | None:
        """Return the keys that the pattern reads in the views table or an index.

        None if no item type has keys there, or if the pattern reads the log.
        """
        if pattern.kind is RequestKind.LOG:
            return None
        place = f"gsi{pattern.index}" if pattern.index else None
        candidates = (keys for keys in self.iter_keys() if keys.item.model is pattern.item)
        return next((keys for keys in candidates if keys.place == (place or keys.item.table.value)), None)

    def find_patterns(self, spec: IndexSpec) -> list[Pattern[Any]]:
        """Return the patterns that read an index."""
        return [pattern for pattern in self.patterns if pattern.index and f"gsi{pattern.index}" == spec.name]

    def find_field(self, name: str, item: ItemType) -> Field | None:
        """Return the values that a key field of an item type may hold; None if they are not known."""
        is_own = item.model is None or item.model.__module__.startswith(OWN_MODULES) or name == BUILD
        return find_field(name, item.model, FIELDS if is_own else self.fields)

    def find_fields(self, text: str, item: ItemType) -> list[tuple[str, Field]]:
        """Return the known fields in a part of a template, with their names."""
        candidates = ((name, self.find_field(name, item)) for name in FIELD.findall(text))
        return [(name, field) for name, field in candidates if field is not None]


Rule = Callable[[Schema], Iterator[Finding]]
