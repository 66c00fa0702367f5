"""The request of each access pattern with the values of the sample store, as the code itself sends it, and its answer.

For an application without samples the values are made up, so that the request is still one that the tables accept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ascend.adapters.layout import keys
from ascend.adapters.store.generation_items import to_stored_state
from ascend.adapters.store.reader import to_table_query
from ascend.adapters.table.item import Index, Item, Key, Table
from ascend.adapters.table.query import Query
from ascend.architect.documents.chosen_values import CHOSEN
from ascend.architect.documents.made_up import make_up
from ascend.architect.sample import ADA
from ascend.projections.application import Application
from ascend.projections.build import Build
from ascend.projections.catalog import ProjectionCatalog
from ascend.projections.item import ReadItem
from ascend.projections.pattern import Pattern, RequestKind, view_key
from ascend.projections.read_models.members import MemberLine

ItemsByTable = Mapping[Table, Sequence[Item]]


@dataclass(frozen=True, slots=True)
class BatchGet:
    """A consistent read of items by their keys, from one table."""

    table: Table
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class SampleRequest:
    """A request of a pattern, and the items of the sample store that it returns, tombstones included."""

    pattern: Pattern[Any]
    request: Query | BatchGet
    answer: tuple[Item, ...]
    made_up: bool
    """True if the sample store holds no item that the pattern shows: then the values are made up."""


def list_sample_requests(app: Application, items: ItemsByTable) -> list[SampleRequest]:
    """Return a request for each pattern of the application; `items` are those of its sample store."""
    builder = SampleRequestBuilder(app.catalog, items)
    return [builder.build(pattern) for pattern in app.catalog.patterns]


class SampleRequestBuilder:
    """Builds the requests for the items of one sample store."""

    def __init__(self, catalog: ProjectionCatalog, items: ItemsByTable) -> None:
        self._catalog = catalog
        self._items = items
        self._epochs = to_stored_state(
            next((item for item in items[Table.VIEWS] if item.key == keys.EPOCHS), None)
        ).epochs

    def build(self, pattern: Pattern[Any]) -> SampleRequest:
        """Return the request that shows the most items of the sample store."""
        stored = self.find_read_items(pattern)
        requests = [self.request_for(pattern, item) for item in stored or [make_up(pattern.item)]]
        answers = [select_items(self._items, request) for request in requests]
        best = max(range(len(requests)), key=lambda number: len(answers[number]))
        return SampleRequest(pattern, requests[best], tuple(answers[best]), made_up=not stored)

    def find_read_items(self, pattern: Pattern[Any]) -> list[ReadItem]:
        """Return the items of the current build that the pattern shows."""
        suffix = f"#{self.current_build(pattern.item)}"
        stored = [
            pattern.item.from_content(str(item.attributes["data"]))
            for item in self._items[Table.VIEWS]
            if item.key.pk.endswith(suffix) and item.attributes.get("type") == pattern.item.__name__
        ]
        chosen = CHOSEN.get(pattern.query, {})
        return [
            item
            for item in stored
            if all(getattr(item, name) == value for name, value in chosen.items())
            and all(getattr(item, name) is not None for name in pattern.given)
        ]

    def request_for(self, pattern: Pattern[Any], item: ReadItem) -> Query | BatchGet:
        """Return the request of the pattern for the values of this item."""
        build = self.current_build(pattern.item)
        given: dict[str, Any] = {name: read_field(item, name) for name in pattern.given}
        match pattern.kind:
            case RequestKind.LOG:
                partition = keys.log_partition(item.workspace)
                return Query(Table.EVENTS, partition, descending=True, limit=pattern.load.page, consistent=True)
            case RequestKind.GET:
                member = view_key(MemberLine, workspace=item.workspace, user=ADA)
                membership = keys.item_key(self.current_build(MemberLine), member)
                return BatchGet(Table.VIEWS, (membership, keys.item_key(build, pattern.item_key(**given))))
            case RequestKind.QUERY:
                return to_table_query(pattern.item_query(build, **given), None, pattern.load.page)

    def current_build(self, item: type[ReadItem]) -> Build:
        projection, _ = self._catalog.find_item(item)
        return Build(projection.name, projection.version, self._epochs.get(projection.name, 0))


def read_field(item: ReadItem, name: str) -> object:
    """Return the value of a field or property. Of a made-up item a property may be empty or fail: then its name stands in."""
    try:
        value = getattr(item, name)
    except (AttributeError, TypeError, ValueError):
        value = None
    return name if value is None else value


def select_items(items: ItemsByTable, request: Query | BatchGet) -> list[Item]:
    """Return the items that the request returns, in its order."""
    stored = items[request.table]
    if isinstance(request, BatchGet):
        return [item for key in request.keys for item in stored if item.key == key]
    placed = [(key, item) for item in stored if (key := find_key(item, request.index)) is not None]
    selected = [(key.sk, item.key.sk, item) for key, item in placed if key.pk == request.pk and key.sk in request.range]
    ordered = sorted(selected, key=lambda entry: entry[:2], reverse=request.descending)
    return [item for _, _, item in ordered][: request.limit]


def find_key(item: Item, index: Index | None) -> Key | None:
    """Return the key of the item in an index, or in the table."""
    return {None: item.key, Index.GSI1: item.gsi1, Index.GSI2: item.gsi2}[index]
