"""What the conditions of plain code protect: unique values, what points at an entity, and the entity itself."""

import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from aiobotocore.session import AioSession

from ascend.architect.review.keys import make_design
from ascend.architect.review.proposal import Proposal
from ascend.architect.write.plain.package_code import PlainCode
from ascend.architect.write.plain.table_template import make_template
from ascend.architect.write.plain.write import write_plain

pytestmark = pytest.mark.anyio
ORDERS = {
    "name": "guarded",
    "entities": [
        {
            "entity": "order",
            "about": "An order.",
            "attributes": {"number": {"bytes": 20, "unique": True}, "due": {"type": "instant", "changes": False}},
            "patterns": [{"question": "One order", "by": ["id"]}, {"question": "Orders due", "range": "due"}],
            "keep_days": 30,
        },
        {
            "entity": "item",
            "attributes": {"label": 30},
            "relationships": [
                {"name": "order", "to": ["order"], "each": 1, "changes": False, "when_gone": "cascade", "of_one": 5}
            ],
            "patterns": [{"question": "Items of an order", "by": ["order"], "consistent": True}],
        },
    ],
}
DESIGN = make_design(Proposal.model_validate(ORDERS))
CREATED = datetime(2030, 1, 31, tzinfo=UTC)
NOW = CREATED.timestamp()
LATER = NOW + 31 * 86_400


class Written:
    """The modules of the written package."""

    def __getattr__(self, name: str) -> Any:
        return import_module(f"guarded_store.{name}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("guarded")
    write_plain(DESIGN, folder)
    return folder


@pytest.fixture
def code(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    yield Written()
    for name in [name for name in sys.modules if name.startswith("guarded_store")]:
        del sys.modules[name]


@asynccontextmanager
async def open_table(url: str) -> AsyncGenerator[Any]:
    properties = make_template(PlainCode(DESIGN))["Resources"]["Table"]["Properties"]
    described = {name: properties[name] for name in ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")}
    session: Any = AioSession()
    async with session.create_client("dynamodb", region_name="us-east-1", endpoint_url=url) as client:
        await client.create_table(TableName="guarded", BillingMode="PAY_PER_REQUEST", **described)
        yield client


def make_order(code: Any, number: str) -> Any:
    ids = code.ids
    return code.order_model.Order(
        id=ids.OrderId.new(CREATED), workspace=ids.WorkspaceId("w-1"), number=number, due=CREATED
    )


def make_item(code: Any, order: Any) -> Any:
    return code.item_model.Item(id=code.ids.ItemId.new(CREATED), workspace=order.workspace, label="one", order=order.id)


@pytest.mark.dynamodb_local
async def test_who_deletes_an_expired_entity_does_not_free_a_value_that_somebody_else_has_by_now(
    code: Any, dynamodb_local_url: str
) -> None:
    async with open_table(dynamodb_local_url) as client:
        early = code.order_repository.OrderRepository(client, "guarded", lambda: NOW)
        late = code.order_repository.OrderRepository(client, "guarded", lambda: LATER)
        expired = await early.create(make_order(code, "n-1"))
        fresh = make_order(code, "n-1").changed(id=code.ids.OrderId.new(CREATED + timedelta(days=31)))
        await late.create(fresh)

        with pytest.raises(code.errors.Conflict):
            await late.delete(expired)
        with pytest.raises(code.errors.Conflict):
            await late.update(expired, number="n-2")
        again = fresh.changed(id=code.ids.OrderId.new(CREATED + timedelta(days=31)))
        with pytest.raises(code.errors.Taken):
            await late.create(again)


@pytest.mark.dynamodb_local
async def test_who_deletes_what_was_read_long_ago_removes_nothing_that_points_at_it(
    code: Any, dynamodb_local_url: str
) -> None:
    async with open_table(dynamodb_local_url) as client:
        orders = code.order_repository.OrderRepository(client, "guarded", lambda: NOW)
        items = code.item_repository.ItemRepository(client, "guarded", lambda: NOW)
        old = await orders.create(make_order(code, "n-1"))
        item = await items.create(make_item(code, old))
        new = await orders.update(old, number="n-2")

        with pytest.raises(code.errors.Conflict):
            await orders.delete(old)
        assert (await items.items_of_an_order(old.workspace, order=old.id)).lines == (item,)
        await orders.delete(new)
        assert (await items.items_of_an_order(old.workspace, order=old.id)).lines == ()


def test_a_change_of_what_stands_in_the_key_is_refused(code: Any) -> None:
    table = code.table.Table(None, "guarded")
    order = make_order(code, "n-1")
    item = make_item(code, order).changed(version=1)
    moved = item.changed(order=code.ids.OrderId.new(CREATED), version=2)
    lister = code.item_model.list_item_items

    with pytest.raises(code.errors.InvalidValue, match="never changes"):
        table.plan(list(lister(item)), list(lister(moved)), 1)


def test_a_moment_in_a_key_has_four_digits_of_its_year_and_is_refused_without_a_zone(code: Any) -> None:
    early, east = datetime(500, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=timezone(timedelta(hours=2)))

    assert code.keys.moment_text(early) == "0500-01-01T00:00:00.000000Z"
    assert code.keys.moment_text(east) == "2029-12-31T22:00:00.000000Z"
    with pytest.raises(code.errors.InvalidValue, match="no time zone"):
        code.keys.moment_text(datetime(2030, 1, 1))  # noqa: DTZ001


def test_the_page_lists_the_keys_of_claims_and_counts_in_good_english(folder: Path) -> None:
    page = (folder / "README.md").read_text("utf-8")

    assert "| claim of number | table | `UNIQUE#{workspace}#order#number#{number_key}` | `CLAIM` |" in page
    assert "\nAn order.\n" in page
    assert "A new item is one item: 1 write unit.\n" in page
    assert "Remove an order that was read before" in (folder / "guarded_store" / "order_repository.py").read_text(
        "utf-8"
    )
