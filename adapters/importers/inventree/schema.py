"""The tables of the stage for an InvenTree dump, and the statements that arrange and join its rows.

thing      locations, categories, parts and items: `up` is the parent, `part` is the part that an item is an instance of
tracking   the tracking entries of items; `account`: users
task       builds and orders: `up` is the parent of a build
custom_status  statuses that users have added; `logical` is the built-in one behind it
line       lines of orders; `supplied`: the part behind a supplier's part
bom        lines of bills of materials; `shown`: the image of a part; `variant`: the template of a part
"""

from ascend.adapters.importers.inventree.hierarchy import StagedHierarchy
from ascend.adapters.importers.inventree.rows import (
    AccountRow,
    BomLineRow,
    BuildRow,
    CustomStatusRow,
    OrderLineRow,
    OrderRow,
    PartRow,
    PlaceRow,
    Row,
    StockItemRow,
    SupplierPartRow,
    TrackingRow,
)
from ascend.domain.tasks.rules import LEVELS
from ascend.domain.things.rules import DEPTH

LOCATION, CATEGORY, PART, ITEM = "stock.stocklocation", "part.partcategory", "part.part", "stock.stockitem"
BUILD, PURCHASE, SALE, RETURN = "build.build", "order.purchaseorder", "order.salesorder", "order.returnorder"
THINGS = (LOCATION, CATEGORY, PART, ITEM)
TASKS = (BUILD, PURCHASE, SALE, RETURN)
ROW_TYPES: dict[str, type[Row]] = {
    LOCATION: PlaceRow,
    CATEGORY: PlaceRow,
    PART: PartRow,
    ITEM: StockItemRow,
    BUILD: BuildRow,
    PURCHASE: OrderRow,
    SALE: OrderRow,
    RETURN: OrderRow,
    "auth.user": AccountRow,
    "common.inventreecustomuserstatemodel": CustomStatusRow,
    "stock.stockitemtracking": TrackingRow,
    "company.supplierpart": SupplierPartRow,
    "part.bomitem": BomLineRow,
    "order.purchaseorderlineitem": OrderLineRow,
    "order.salesorderlineitem": OrderLineRow,
    "order.returnorderlineitem": OrderLineRow,
}
SCHEMA = """
CREATE TABLE thing (rank INTEGER, pk INTEGER, up_rank INTEGER, up_pk INTEGER, part INTEGER, body TEXT,
                    PRIMARY KEY (rank, pk));
CREATE INDEX below ON thing (up_rank, up_pk);
CREATE TABLE tracking (item INTEGER, time INTEGER, pk INTEGER, body TEXT, PRIMARY KEY (item, time, pk));
CREATE TABLE account (pk INTEGER PRIMARY KEY, username TEXT, body TEXT);
CREATE TABLE task (rank INTEGER, pk INTEGER, up_rank INTEGER, up_pk INTEGER, body TEXT, PRIMARY KEY (rank, pk));
CREATE INDEX part_of ON task (up_rank, up_pk);
CREATE TABLE custom_status (statuses TEXT, code INTEGER, label TEXT, logical INTEGER, PRIMARY KEY (statuses, code));
CREATE TABLE line (rank INTEGER, task INTEGER, pk INTEGER, part INTEGER, item INTEGER, PRIMARY KEY (rank, task, pk));
CREATE TABLE supplied (pk INTEGER PRIMARY KEY, part INTEGER);
CREATE TABLE bom (pk INTEGER PRIMARY KEY, part INTEGER, sub_part INTEGER, body TEXT);
CREATE INDEX joined ON bom (part, sub_part, pk);
CREATE TABLE shown (image TEXT, part INTEGER, PRIMARY KEY (image, part));
CREATE TABLE variant (part INTEGER PRIMARY KEY, template INTEGER);
CREATE VIEW image (path, part) AS SELECT image, min(part) FROM shown GROUP BY image;
CREATE VIEW bill AS SELECT DISTINCT part FROM bom;
"""
STATUS_SETS = {
    ITEM: "StockStatus",
    BUILD: "BuildStatus",
    PURCHASE: "PurchaseOrderStatus",
    SALE: "SalesOrderStatus",
    RETURN: "ReturnOrderStatus",
}
"""InvenTree's names for the sets of statuses."""
PARENT_FIELDS = {(PART, CATEGORY): "category", (ITEM, LOCATION): "location", (ITEM, ITEM): "belongs_to"}
"""The field that names the parent, by the models of a row and its parent. It is `parent` for all others."""
THING_HIERARCHY = StagedHierarchy("thing", THINGS, DEPTH, PARENT_FIELDS)
TASK_HIERARCHY = StagedHierarchy("task", TASKS, LEVELS, PARENT_FIELDS)
ORDER_PARTS = f"""
SELECT coalesce(supplied.part, stored.part, CASE WHEN line.rank = {TASKS.index(SALE)} THEN line.part END) FROM line
LEFT JOIN supplied ON line.rank = {TASKS.index(PURCHASE)} AND supplied.pk = line.part
LEFT JOIN thing AS stored ON stored.rank = {THINGS.index(ITEM)} AND stored.pk = line.item
WHERE line.rank = ? AND line.task = ? ORDER BY line.pk
"""  # noqa: S608 - our own numbers
FIND_THING = "SELECT body FROM thing WHERE rank = ? AND pk = ?"
IMAGES_IN_ORDER = "SELECT path, part FROM image ORDER BY path"
BOM_LINES_OF_PART = "SELECT sub_part, pk, body FROM bom WHERE part = ? ORDER BY sub_part, pk"
LINES_WITHOUT_PART = """
SELECT bom.pk, bom.part FROM bom LEFT JOIN thing ON thing.rank = ? AND thing.pk = bom.part
WHERE thing.pk IS NULL ORDER BY bom.pk
"""
FIND_STATUS = "SELECT label, logical FROM custom_status WHERE statuses = ? AND code = ?"
TRACKING_BY_TIME = "SELECT pk, body FROM tracking WHERE item = ? ORDER BY time, pk"
