"""Which models of a dump are staged, as what, and how they are arranged and joined there.

thing      locations, categories, parts and items: `up` is what holds each, `part` what an item is one of
task       builds and orders: `up` is the build of which a build is a part
line       of orders; `supplied`: which part a supplier's part is
bom        lines of bills of materials; `shown`: the image of a part; `variant`: of which part one is another version
"""

from ascend.adapters.importers.inventree.hierarchy import Hierarchy
from ascend.adapters.importers.inventree.rows import (
    Account,
    BomLine,
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
from ascend.domain.tasks.rules import LEVELS
from ascend.domain.things.commands import DEPTH

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
    "part.bomitem": BomLine,
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
CREATE TABLE task (rank INTEGER, pk INTEGER, up_rank INTEGER, up_pk INTEGER, body TEXT, PRIMARY KEY (rank, pk));
CREATE INDEX part_of ON task (up_rank, up_pk);
CREATE TABLE line (rank INTEGER, task INTEGER, pk INTEGER, part INTEGER, item INTEGER, PRIMARY KEY (rank, task, pk));
CREATE TABLE supplied (pk INTEGER PRIMARY KEY, part INTEGER);
CREATE TABLE bom (pk INTEGER PRIMARY KEY, part INTEGER, sub_part INTEGER, body TEXT);
CREATE INDEX joined ON bom (part, sub_part, pk);
CREATE TABLE shown (image TEXT, part INTEGER, PRIMARY KEY (image, part));
CREATE TABLE variant (part INTEGER PRIMARY KEY, template INTEGER);
CREATE VIEW image (path, part) AS SELECT image, min(part) FROM shown GROUP BY image;
CREATE VIEW bill AS SELECT DISTINCT part, sub_part FROM bom;
"""
HOLDS = Hierarchy("thing", THINGS, DEPTH)
CONSISTS = Hierarchy("task", TASKS, LEVELS)
ABOUT = f"""
SELECT coalesce(supplied.part, stored.part, CASE WHEN line.rank = {TASKS.index(SALE)} THEN line.part END) FROM line
LEFT JOIN supplied ON line.rank = {TASKS.index(PURCHASE)} AND supplied.pk = line.part
LEFT JOIN thing AS stored ON stored.rank = {THINGS.index(ITEM)} AND stored.pk = line.item
WHERE line.rank = ? AND line.task = ? ORDER BY line.pk
"""  # noqa: S608 - our own numbers
ONE_THING = "SELECT body FROM thing WHERE rank = ? AND pk = ?"
IMAGES = "SELECT path, part FROM image ORDER BY path"
LINES = "SELECT part, sub_part, pk, body FROM bom ORDER BY part, sub_part, pk"
VARIANTS = "SELECT part, template FROM variant ORDER BY part"
TRACKED = "SELECT pk, body FROM tracking WHERE item = ? ORDER BY time, pk"
