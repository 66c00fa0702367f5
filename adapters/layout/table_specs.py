"""The settings of the two tables, as data. CreateTable, the check at opening, CloudFormation, IAM and `doctor` use them.

          key      indexes                     protection
events    pk, sk   none                        deletion protection, point-in-time recovery; stream (keys only)
views     pk, sk   gsi1, gsi2 (all attributes) none: rebuilt from events; TTL on `expires`
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ascend.adapters.table.item import Index, Table

PREFIX = "[A-Za-z0-9_.-]{1,200}"
"""The pattern of a store's prefix. The names of both tables begin with the prefix."""
ON_DEMAND = "PAY_PER_REQUEST"
ALL = "ALL"
KEYS_ONLY = "KEYS_ONLY"
INCLUDE = "INCLUDE"
KMS = "KMS"


@dataclass(frozen=True, slots=True)
class IndexSpec:
    """A sparse global secondary index with the text keys `<name>pk` and `<name>sk`."""

    index: Index
    projection: str
    why: str
    why_projection: str
    included: tuple[str, ...] = ()
    """The attributes, beside the keys, of an index whose projection is `INCLUDE`."""

    @property
    def name(self) -> str:
        return self.index.value

    @property
    def keys(self) -> tuple[str, str]:
        return f"{self.name}pk", f"{self.name}sk"


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table with every setting that Ascend relies on. `why` gives the reason for each setting, by its name."""

    table: Table
    purpose: str
    retention: str
    indexes: tuple[IndexSpec, ...]
    stream: str | None
    """The view type of the stream. None: no stream."""
    recovery: bool
    """Point-in-time recovery."""
    deletion_protection: bool
    ttl: str | None
    """The attribute that holds the epoch second after which an item may be removed. None: items never expire."""
    why: Mapping[str, str]
    keys: tuple[str, str] = ("pk", "sk")
    billing: str = ON_DEMAND
    encryption: str = KMS

    def name(self, prefix: str) -> str:
        """Return the table's name in the store `dynamodb://PREFIX`."""
        return f"{prefix}-{self.table.value}"

    @property
    def key_attributes(self) -> tuple[str, ...]:
        """The key attributes of the table and of its indexes. All are text."""
        return (*self.keys, *(name for index in self.indexes for name in index.keys))


_BOTH_TABLES = {
    "billing": "the load of a personal workspace cannot be predicted, and an idle workspace costs nothing",
    "encryption": "the tables hold personal data; CloudTrail logs each use of a KMS key",
    "local_indexes": "a local index would limit a workspace to 10 GB for ever",
}

EVENTS = TableSpec(
    table=Table.EVENTS,
    purpose="the truth: commits in order, the registry of workspaces, and the positions of policies",
    retention="for ever; erasure replaces a workspace's commits by stubs, and removes its policies' positions",
    indexes=(),
    stream=KEYS_ONLY,
    recovery=True,
    deletion_protection=True,
    ttl=None,
    why=_BOTH_TABLES
    | {
        "indexes": "a starved index throttles its table, and no read model may slow down the log",
        "stream": "it shows which workspace changed; readers read the log itself, so the stream carries no content. A "
        "reader looks at keys of commits only: policy positions have partitions of their own",
        "recovery": "there is no second copy of the truth",
        "deletion_protection": "there is no second copy of the truth",
        "ttl": "no commit may disappear: a late writer could fill the freed slot",
    },
)

VIEWS = TableSpec(
    table=Table.VIEWS,
    purpose="everything derived from events: read items, snapshots, generation records",
    retention="until a newer build replaces it; tombstones and command records expire",
    indexes=(
        IndexSpec(
            Index.GSI1,
            ALL,
            why="the first alternative order of a read item: by due date, by name, by time, by user",
            why_projection="a query returns whole lines; with KEYS_ONLY a page of 100 lines needs 100 more reads "
            "(at least 50 units, and a BatchGet) to save on few writes: a line is read far more often than it changes",
        ),
        IndexSpec(
            Index.GSI2,
            ALL,
            why="the second alternative order of a read item that needs two: by its path in a hierarchy, by priority",
            why_projection="as gsi1: one Query returns a whole subtree",
        ),
    ),
    stream=None,
    recovery=False,
    deletion_protection=False,
    ttl="expires",
    why=_BOTH_TABLES
    | {
        "indexes": "two overloaded, sparse indexes serve every pattern: each further index adds a write to every line",
        "stream": "derived data has no consumers",
        "recovery": "a rebuild from events is always right; a restored copy is of another moment than the log",
        "deletion_protection": "it may be deleted and rebuilt at any time",
        "ttl": "tombstones and command records are useless after their time",
    },
)

TABLES: tuple[TableSpec, ...] = (EVENTS, VIEWS)


def spec_of(table: Table) -> TableSpec:
    return EVENTS if table is Table.EVENTS else VIEWS
