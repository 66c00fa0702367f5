"""What a check looks at: tables, item types, patterns, events, as one value; and what it finds."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from ascend.adapters.layout.catalog import item_types
from ascend.adapters.layout.item_type import ItemType
from ascend.adapters.layout.table_specs import TABLES, TableSpec
from ascend.adapters.layout.template import FIELD, Template
from ascend.architect.check.fields import FIELDS, Field, field_of
from ascend.domain.catalog import MODEL
from ascend.domain.event import Event
from ascend.domain.runtime.model import Model
from ascend.projections.catalog import PROJECTIONS
from ascend.projections.pattern import Pattern, RequestKind
from ascend.projections.projection import Projection
from ascend.projections.queries.patterns import PATTERNS

OURS = "ascend.projections."
BUILD = "epoch"
"""In every key of a read item: what the engine adds to it."""
Released = Mapping[str, Mapping[str, object]]
"""What was released: its name with its version → its shape."""


@dataclass(frozen=True, slots=True)
class Finding:
    rule: str
    where: str
    said: str
    todo: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.where}: {self.said}. To do: {self.todo}"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of an item type in its table, or in one of the indexes."""

    item: ItemType
    place: str
    """The table's name, `gsi1`, `gsi2`."""
    template: Template

    def __str__(self) -> str:
        return f"{self.item.name} in {self.place} ({self.template.pk} {self.template.sk})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """What is checked. `released` of None: nothing was released yet."""

    tables: tuple[TableSpec, ...]
    item_types: tuple[ItemType, ...]
    patterns: tuple[Pattern[Any], ...]
    events: tuple[type[Event], ...] = ()
    fields: Mapping[str, Field]
    """Of item types of your own, by name: what they may hold, where their types do not say it."""
    released: Released | None = None

    @classmethod
    def of(
        cls,
        projections: Iterable[Projection] = PROJECTIONS,
        patterns: Iterable[Pattern[Any]] = PATTERNS,
        model: Model = MODEL,
        fields: Mapping[str, Field] | None = None,
        released: Released | None = None,
    ) -> Self:
        return cls(
            tables=TABLES,
            item_types=item_types(projections),
            patterns=tuple(patterns),
            events=tuple(model.events.values()),
            fields=fields or {},
            released=released,
        )

    def all_keys(self) -> Iterator[Keys]:
        """Of all item types, in all places."""
        for item in self.item_types:
            for place, template in ((item.table.value, item.key), ("gsi1", item.gsi1), ("gsi2", item.gsi2)):
                if template is not None:
                    yield Keys(item, place, template)

    def keys_of(self, pattern: Pattern[Any]) -> Keys | None:
        """What the pattern asks of the views; None where its item type is not there."""
        if pattern.kind is RequestKind.LOG:
            return None
        place = f"gsi{pattern.index}" if pattern.index else None
        mine = (one for one in self.all_keys() if one.item.model is pattern.item)
        return next((one for one in mine if one.place == (place or one.item.table.value)), None)

    def field(self, name: str, item: ItemType) -> Field | None:
        ours = item.model is None or item.model.__module__.startswith(OURS) or name == BUILD
        return field_of(name, item.model, FIELDS if ours else self.fields)

    def fields_in(self, text: str, item: ItemType) -> list[tuple[str, Field]]:
        """Those that stand in a part of a template, as far as they are known."""
        found = ((name, self.field(name, item)) for name in FIELD.findall(text))
        return [(name, field) for name, field in found if field is not None]


Rule = Callable[[Schema], Iterator[Finding]]
