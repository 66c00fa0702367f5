"""Which models of a dump are staged, as what, and how they are arranged and joined there.

thing      locations, categories, parts and items: `up` is what holds each, `part` what an item is one of
line       of orders; `supplied`: which part a supplier's part is
"""

from ascend.adapters.importers.inventree_rows import (
    Account,
    Build,
    Fields,
    Item,
    Line,
    Order,
    Part,
    Place,
    SupplierPart,
    Tracking,
)
from ascend.domain.thing_commands import DEPTH

LOCATION, CATEGORY, PART, ITEM = "stock.stocklocation", "part.partcategory", "part.part", "stock.stockitem"
BUILD, PURCHASE, SALE, RETURN = "build.build", "order.purchaseorder", "order.salesorder", "order.returnorder"
THINGS = (LOCATION, CATEGORY, PART, ITEM)
TASKS = (BUILD, PURCHASE, SALE, RETURN)
SHAPES: dict[str, type[Fields]] = {
    LOCATION: Place,
    CATEGORY: Place,
    PART: Part,
    ITEM: Item,
    BUILD: Build,
    PURCHASE: Order,
    SALE: Order,
    RETURN: Order,
    "auth.user": Account,
    "stock.stockitemtracking": Tracking,
    "company.supplierpart": SupplierPart,
    "order.purchaseorderlineitem": Line,
    "order.salesorderlineitem": Line,
    "order.returnorderlineitem": Line,
}
SCHEMA = """
CREATE TABLE thing (rank INTEGER, pk INTEGER, up_rank INTEGER, up_pk INTEGER, part INTEGER, body TEXT,
                    PRIMARY KEY (rank, pk));
CREATE INDEX below ON thing (up_rank, up_pk);
CREATE TABLE tracking (item INTEGER, time INTEGER, pk INTEGER, body TEXT, PRIMARY KEY (item, time, pk));
CREATE TABLE account (pk INTEGER PRIMARY KEY, username TEXT, body TEXT);
CREATE TABLE task (rank INTEGER, pk INTEGER, body TEXT, PRIMARY KEY (rank, pk));
CREATE TABLE line (rank INTEGER, task INTEGER, pk INTEGER, part INTEGER, item INTEGER, PRIMARY KEY (rank, task, pk));
CREATE TABLE supplied (pk INTEGER PRIMARY KEY, part INTEGER);
"""
ARRANGE = f"""
CREATE TABLE arranged AS WITH RECURSIVE tree (rank, pk, level) AS (
    SELECT rank, pk, 1 FROM thing WHERE up_pk IS NULL
    UNION ALL
    SELECT thing.rank, thing.pk, level + 1 FROM tree JOIN thing ON (up_rank, up_pk) = (tree.rank, tree.pk)
    WHERE level <= {DEPTH}
) SELECT rank, pk, level FROM tree ORDER BY rank, level, pk;
CREATE UNIQUE INDEX arranged_once ON arranged (rank, pk);
"""  # noqa: S608 - our own number
ASTRAY = "SELECT rank, pk FROM thing WHERE (rank, pk) NOT IN (SELECT rank, pk FROM arranged) ORDER BY rank, pk"
ABOUT = f"""
SELECT coalesce(supplied.part, stored.part, CASE WHEN line.rank = {TASKS.index(SALE)} THEN line.part END) FROM line
LEFT JOIN supplied ON line.rank = {TASKS.index(PURCHASE)} AND supplied.pk = line.part
LEFT JOIN thing AS stored ON stored.rank = {THINGS.index(ITEM)} AND stored.pk = line.item
WHERE line.rank = ? AND line.task = ? ORDER BY line.pk
"""  # noqa: S608 - our own numbers
TOO_DEEP = f"SELECT rank, pk FROM arranged WHERE level > {DEPTH}"  # noqa: S608 - our own number
ONE_THING = "SELECT body FROM thing WHERE rank = ? AND pk = ?"
ALL_THINGS = "SELECT rank, pk, body FROM arranged JOIN thing USING (rank, pk) ORDER BY rank, level, pk"
ALL_TASKS = "SELECT rank, pk, body FROM task ORDER BY rank, pk"
TRACKED = "SELECT pk, body FROM tracking WHERE item = ? ORDER BY time, pk"
